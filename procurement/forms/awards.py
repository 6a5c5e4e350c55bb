"""Forms of the award and of challenges to it."""

from typing import Any

from django import forms

from commissioning.pages import ActForm
from procurement.actions.challenges import Consequence
from procurement.models import Result
from procurement.panel import bidder_of


class AnnouncementForm(ActForm):
    """For each lot, whether its first-ranked bid is to have it, and why."""

    def prepare(self) -> None:
        """Two fields for each lot."""
        first = {result.lot_id: result for result in self._first_ranked()}
        self.lots = list(self.record.lots.order_by("number"))
        self.fieldsets: list[tuple[str, list[str]]] = []
        for lot in self.lots:
            self._add(lot, first.get(lot.pk))

    def _first_ranked(self) -> Any:
        results = Result.objects.visible_to(self.user).filter(lot__tender=self.record, rank=1)
        return results.select_related("submission__bid__invitation__supplier__organisation")

    def _add(self, lot: Any, first: Result | None) -> None:
        award = [("yes", f"Award it to {bidder_of(first.submission)}, whose bid has {first.total_points} points")] if first else []
        self.fields[f"award_{lot.number}"] = forms.TypedChoiceField(
            label="Decision",
            choices=[*award, ("no", "Make no award")],
            coerce=lambda answer: answer == "yes",
            widget=forms.RadioSelect,
            error_messages=dict.fromkeys(("required", "invalid_choice"), f"{lot}: choose whether to award it."),
        )
        self.fields[f"reasons_{lot.number}"] = forms.CharField(
            label="Reasons",
            help_text="For an award: the characteristics and relative advantages of the winning bid. Every bidder for the lot is given this text.",
            max_length=10000,
            widget=forms.Textarea(attrs={"rows": 6}),
            error_messages={"required": f"{lot}: give the reasons.", "max_length": f"{lot}: use 10,000 characters or fewer for the reasons."},
        )
        self.fieldsets.append((str(lot), [f"award_{lot.number}", f"reasons_{lot.number}"]))

    def as_act(self) -> dict[str, Any]:
        """The decisions, one for each lot."""
        typed = self.cleaned_data
        return {
            "decisions": [{"lot": lot.pk, "is_awarded": typed[f"award_{lot.number}"], "reasons": typed[f"reasons_{lot.number}"]} for lot in self.lots]
        }


class ReopeningForm(ActForm):
    """Why the evaluation is opened again."""

    reason = forms.CharField(
        label="Reason", help_text="Every bidder who was notified is given it.", max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )


class ChallengeForm(ActForm):
    """What is challenged."""

    grounds = forms.CharField(
        label="What you challenge, and why",
        help_text="Say which lot, what you think went wrong, and what you want to be done.",
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 12}),
    )


class WithdrawalForm(ActForm):
    """Why it is taken back."""

    reason = forms.CharField(label="Reason", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))


class RejectionForm(ActForm):
    """Why the award stands."""

    reasons = forms.CharField(label="Reasons", help_text="The bidder is given them.", max_length=20000, widget=forms.Textarea(attrs={"rows": 8}))


class UpholdingForm(RejectionForm):
    """Why the award is set aside, and what follows."""

    consequence = forms.ChoiceField(label="What follows", choices=Consequence.choices, widget=forms.RadioSelect)
