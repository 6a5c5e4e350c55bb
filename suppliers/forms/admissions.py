"""Forms of admission rounds, applications, decisions and appeals."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count

from commissioning import clock
from commissioning.form_fields import MomentField, needed_sometimes
from commissioning.pages import ActForm
from commissioning.wording import date_text, plural
from suppliers.actions.round_questions import rounds_to_copy
from suppliers.assessment_state import proposal_for
from suppliers.forms.frameworks import OpenRound
from suppliers.holding_up import held_up, parts_left
from suppliers.models import Place, Supplier


def _text(rows: int, **options: Any) -> forms.CharField:
    return forms.CharField(max_length=10000, widget=forms.Textarea(attrs={"rows": rows}), **options)


class DescribeRound(OpenRound):
    """What a round in draft says."""

    def prepare(self) -> None:
        """As it stands now, and which deadline the law proposes."""
        self.propose(self.record.framework)
        said = ("title", "closes_at", "questions_close_at", "answers_due_at", "decisions_due_at", "notice")
        self.initial.update({name: getattr(self.record, name) for name in said})


class ReissueRound(OpenRound):
    """What the round says that comes in the place of one that was withdrawn."""

    def prepare(self) -> None:
        """The title and the notice that were withdrawn, to be put right, and the deadline that the law proposes."""
        self.propose(self.record.framework)
        self.initial.update({"title": self.record.title, "notice": self.record.notice})


class AmendRound(ActForm):
    """The notice as it is to be from now on, and why."""

    notice = forms.CharField(
        max_length=20000, label="Notice", help_text="All of it, as suppliers read it.", widget=forms.Textarea(attrs={"rows": 12})
    )
    reason = forms.CharField(max_length=4000, label="Reason", help_text="Everybody reads it.", widget=forms.Textarea(attrs={"rows": 4}))

    def prepare(self) -> None:
        """Begin from the notice in force."""
        self.initial["notice"] = self.record.notice


class ExtendRound(ActForm):
    """A later deadline, and why."""

    closes_at = MomentField(label="New deadline")
    reason = forms.CharField(max_length=4000, label="Reason", help_text="Everybody reads it.", widget=forms.Textarea(attrs={"rows": 4}))

    def prepare(self) -> None:
        """Begin from the deadline in force."""
        self.initial["closes_at"] = self.record.closes_at


class ForSupplier(ActForm):
    """For which of the viewer's suppliers."""

    supplier = forms.ModelChoiceField(queryset=Supplier.objects.none(), label="Supplier", empty_label=None, widget=forms.RadioSelect)

    def prepare(self) -> None:
        """The viewer's own suppliers; of one, nothing is asked."""
        own = Supplier.objects.visible_to(self.user).filter(organisation__in=self.user.organisations).select_related("organisation")
        field: Any = self.fields["supplier"]
        field.queryset = own
        if len(choices := list(own[:2])) == 1:
            field.widget = forms.HiddenInput()
            self.initial["supplier"] = choices[0].pk

    def as_act(self) -> dict[str, Any]:
        """The supplier by id."""
        return {**self.cleaned_data, "supplier": self.cleaned_data["supplier"].pk}


class EnquireFurther(ActForm):
    """A question to the authority."""

    question = forms.CharField(
        max_length=5000,
        label="Question",
        help_text="Do not name yourselves: everybody will read this, without your name.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class Enquire(ForSupplier, EnquireFurther):
    """The first question of one of the viewer's suppliers."""

    field_order = ("supplier", "question")


class CopyRoundQuestions(ActForm):
    """From which round."""

    source = forms.TypedChoiceField(coerce=UUID, label="From which round?", widget=forms.RadioSelect)

    def prepare(self) -> None:
        """The other rounds of the authority that ask anything, the latest first."""
        rounds = rounds_to_copy(self.record).annotate(asked=Count("questionnaire__questions"))
        field: Any = self.fields["source"]
        field.choices = [(each.pk, f"{each}, begun {date_text(each.created_at)}: {plural(each.asked, 'question')}") for each in rounds[:50]]


class MaybeReason(ActForm):
    """Why, if the person wants to say it."""

    reason = forms.CharField(max_length=4000, required=False, label="Reason", widget=forms.Textarea(attrs={"rows": 4}))


class DecidePlace(ActForm):
    """The draft decision on one place."""

    outcome = forms.ChoiceField(
        choices=[(Place.Outcome.ACCEPTED, "Accepted"), (Place.Outcome.REFUSED, "Not accepted")], label="Decision", widget=forms.RadioSelect
    )
    reasons = _text(8, label="Reasons", help_text="They go into the letter as you write them.")

    def prepare(self) -> None:
        """As it was decided before, if it was."""
        self.initial.update({"outcome": self.record.outcome, "reasons": self.record.reasons})
        self.asked = list(self.record.services.all())
        if self.asked:
            self._offer_services()
        self.proposal = proposal_for(self.record)
        if self.record.outcome == Place.Outcome.UNDECIDED and self.proposal and self.proposal.outcome:
            self.initial.update(self.proposal.content())

    def _offer_services(self) -> None:
        """A box for each service that is asked for, ticked unless it was left out before."""
        self.fields["services"] = needed_sometimes(
            forms.MultipleChoiceField(
                choices=[(str(each.pk), each.name) for each in self.asked],
                required=False,
                label="Services, if it is accepted",
                help_text="Take the tick from those for which it is not accepted, and say why in the reasons.",
                widget=forms.CheckboxSelectMultiple,
            )
        )
        self.initial["services"] = [str(each.pk) for each in self.record.services_accepted()]
        self.order_fields(["outcome", "services", "reasons"])

    def as_act(self) -> dict[str, Any]:
        """The services that are left out, where it is accepted."""
        words = dict(self.cleaned_data)
        accepted = words.pop("services", [])
        is_accepted = words["outcome"] == Place.Outcome.ACCEPTED
        return {**words, "left_out": [each.pk for each in self.asked if is_accepted and str(each.pk) not in accepted]}


class PublishSomeLists(ActForm):
    """Which of the round's lists and areas, of those that nothing holds up."""

    places = forms.MultipleChoiceField(label="Lists and areas", widget=forms.CheckboxSelectMultiple)

    def prepare(self) -> None:
        """Those that can be published now to choose from; and why the others cannot."""
        framework = self.record.framework
        lists, areas = ({part.pk: part.name for part in parts.all()} for parts in (framework.lists, framework.areas))
        reasons = held_up(framework, clock.now())
        left = [(part, f"{lists[part[0]]}: {areas[part[1]]}") for part in parts_left(self.record)]
        field: Any = self.fields["places"]
        field.choices = [(f"{part[0]}_{part[1]}", name) for part, name in left if part not in reasons]
        field.help_text = " ".join(f"{name} waits. {reasons[part]}" for part, name in left if part in reasons)

    def as_act(self) -> dict[str, Any]:
        """The places by the ids of list and area."""
        pairs = (choice.split("_") for choice in self.cleaned_data["places"])
        return {"places": [{"framework_list": UUID(framework_list), "area": UUID(area)} for framework_list, area in pairs]}
