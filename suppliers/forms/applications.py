"""The form in which an application is written: what it asks for, why, and its answers."""

from typing import Any
from uuid import UUID

from django import forms

from commissioning.draft_forms import DraftForm
from commissioning.form_fields import needed_sometimes
from suppliers.models import Application, FrameworkList


class SaveApplication(DraftForm):
    """A field for each list, with the areas to choose from; the statement; the answers and files."""

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
        """Each list with its areas, each question that is asked, and the draft as it stands."""
        super().prepare()
        application: Application = self.record
        framework = application.round.framework
        areas = [(str(area.pk), area.name) for area in framework.areas.all()]
        self.lists = list(framework.lists.all())
        for each in self.lists:
            self.fields[str(each.pk)] = self._areas_of(each, areas)
            self.initial[str(each.pk)] = self._areas_on(application.wanted, str(each.pk))
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

    def _areas_of(self, framework_list: FrameworkList, areas: list[tuple[str, str]]) -> forms.Field:
        told = "Each area is decided on its own. Choose at least one, on this list or another, before you submit."
        boxes = forms.CheckboxSelectMultiple
        return needed_sometimes(forms.MultipleChoiceField(choices=areas, required=False, label=framework_list.name, help_text=told, widget=boxes))

    def _areas_on(self, wanted: list[list[str]], list_id: str) -> list[str]:
        return [area_id for on, area_id in wanted if on == list_id]

    def as_act(self) -> dict[str, Any]:
        """The answers, the statement, and the places by the ids of list and area."""
        words = self.cleaned_data
        places = [{"framework_list": each.pk, "area": UUID(area_id)} for each in self.lists for area_id in words[str(each.pk)]]
        confirmed = [UUID(key) for key in words.get("confirmed", ())]
        return {**super().as_act(), "statement": words["statement"], "places": places, "confirmed": confirmed}

    def places_fields(self) -> list[forms.BoundField]:
        """The field of each list."""
        return [self[str(each.pk)] for each in self.lists]

    def differing(self) -> list[tuple[str, str]]:
        """Of the places and the statement too."""
        kept, names = self.record.wanted, {str(area.pk): area.name for area in self.record.round.framework.areas.all()}
        found = [(str(each), self._areas_on(kept, str(each.pk)), self[str(each.pk)].value() or []) for each in self.lists]
        places = [(name, ", ".join(names[area] for area in saved) or "None") for name, saved, typed in found if set(saved) != set(typed)]
        # A browser sends a text with its own ends of lines.
        typed = str(self["statement"].value() or "").replace("\r\n", "\n").strip()
        statement = [] if typed == self.record.statement.replace("\r\n", "\n").strip() else [("Statement", self.record.statement)]
        return [*places, *statement, *super().differing()]
