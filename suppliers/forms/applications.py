"""The form in which an application is written: what it asks for, why, and its answers."""

from typing import Any
from uuid import UUID

from django import forms

from commissioning.draft_forms import DraftForm
from commissioning.form_fields import needed_sometimes
from suppliers.menus import Menu, menus_of
from suppliers.models import Application

# What is chosen of an area without a menu.
WHOLE = "whole"


class SaveApplication(DraftForm):
    """A field for each list and area, with its services to choose from; the statement; the answers and files."""

    statement = needed_sometimes(
        forms.CharField(
            max_length=20000,
            required=False,
            label="Statement",
            help_text="Why you should be listed. It is needed before you submit.",
            widget=forms.Textarea(attrs={"rows": 14}),
        )
    )

    def prepare(self) -> None:
        """Each list and area with its menu, each question that is asked, and the draft as it stands."""
        super().prepare()
        application: Application = self.record
        framework = application.round.framework
        menus = menus_of(framework.pk)
        self.lists = list(framework.lists.all())
        self.places = {f"{each.pk}_{area}": (f"{each}: {menu.area}", menu) for each in self.lists for area, menu in menus.items()}
        for name, (label, menu) in self.places.items():
            self.fields[name] = self._services_of(label, menu)
        self.initial.update(self._kept(application))
        self.initial["statement"] = application.statement
        self._offer_to_confirm(application)

    def _offer_to_confirm(self, application: Application) -> None:
        """A box for each answer on the page that was carried over; a colleague's confirmation meanwhile takes none away."""
        data: Any = self.data
        sent = data.getlist("confirmed") if self.is_bound else []
        waiting = {*application.to_confirm, *sent}
        carried = [(str(question.pk), str(question)) for question in self.questions if str(question.pk) in waiting]
        if carried:
            self.fields["confirmed"] = forms.MultipleChoiceField(
                choices=carried,
                required=False,
                label="Carried over from your last application",
                help_text="Read each again, and tick those that still hold. One that you change needs no tick.",
                widget=forms.CheckboxSelectMultiple,
            )
            needed_sometimes(self.fields["confirmed"])

    def _services_of(self, label: str, menu: Menu) -> forms.Field:
        choices = list(menu.services.items()) or [(WHOLE, "The whole area, which has no menu of services")]
        return needed_sometimes(forms.MultipleChoiceField(choices=choices, required=False, label=label, widget=forms.CheckboxSelectMultiple))

    def _kept(self, application: Application) -> dict[str, list[str]]:
        """What the draft asks for, by the names of the fields."""
        return {f"{place['framework_list']}_{place['area']}": place["services"] or [WHOLE] for place in application.wanted}

    def as_act(self) -> dict[str, Any]:
        """The answers, the statement, and the places by the ids of list, area and services."""
        words = self.cleaned_data
        places = []
        for name in self.places:
            if chosen := words[name]:
                framework_list, area = name.split("_")
                services = [UUID(service) for service in chosen if service != WHOLE]
                places.append({"framework_list": UUID(framework_list), "area": UUID(area), "services": services})
        confirmed = [UUID(key) for key in words.get("confirmed", ())]
        return {**super().as_act(), "statement": words["statement"], "places": places, "confirmed": confirmed}

    def by_list(self) -> list[tuple[str, int, list[forms.BoundField]]]:
        """Each list with the number of its areas of which something is chosen, and the field of each area."""
        fields = {each: [self[name] for name in self.places if name.startswith(f"{each.pk}_")] for each in self.lists}
        return [(str(each), sum(bool(bound.value()) for bound in areas), areas) for each, areas in fields.items()]

    def differing(self) -> list[tuple[str, str]]:
        """Of the places and the statement too."""
        kept = self._kept(self.record)
        found = [(*place, kept.get(name, []), self[name].value() or []) for name, place in self.places.items()]
        places = [
            (label, ", ".join(menu.services.get(each, "The whole area") for each in saved) or "Not asked for")
            for label, menu, saved, typed in found
            if set(saved) != set(typed)
        ]
        # A browser sends a text with its own ends of lines.
        typed = str(self["statement"].value() or "").replace("\r\n", "\n").strip()
        statement = [] if typed == self.record.statement.replace("\r\n", "\n").strip() else [("Statement", self.record.statement)]
        return [*places, *statement, *super().differing()]
