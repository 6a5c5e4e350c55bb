"""Forms of suppliers: what they intend, ask and bid. A bid's draft keeps what was typed, right or wrong."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from commissioning.answer_fields import DIGITS, AsTyped
from commissioning.draft_forms import DraftForm
from commissioning.pages import ActForm
from procurement.bidding import price_of
from procurement.models import Bid, Invitation, PriceLine

_LONG = forms.Textarea(attrs={"rows": 4})


class SayIntention(ActForm):
    """Whether the supplier means to bid."""

    intention = forms.TypedChoiceField(
        choices=[(choice.value, choice.label) for choice in Invitation.Intention if choice != Invitation.Intention.UNSAID],
        coerce=Invitation.Intention,
        label="Do you mean to bid?",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(max_length=4000, required=False, label="Why not, if you do not", widget=_LONG)

    def prepare(self) -> None:
        """What was said before."""
        self.initial.update({"intention": self.record.intention, "reason": self.record.intention_reason})


class AskClarification(ActForm):
    """A question to the buyer."""

    question = forms.CharField(
        max_length=5000, label="Question", widget=_LONG, help_text="Do not name yourselves: every supplier invited will read this, without your name."
    )


class DraftBid(ActForm):
    """For which lot."""

    lot = forms.TypedChoiceField(coerce=UUID, label="For which lot?", widget=forms.RadioSelect)

    def prepare(self) -> None:
        """The tender's lots."""
        self.fields["lot"].choices = [(lot.pk, str(lot)) for lot in self.record.tender.lots.all()]  # type: ignore[attr-defined]


def price_field(line: PriceLine) -> AsTyped:
    """The field of a price line's unit price."""
    return AsTyped(label=f"{line.description}, price per {line.unit}", prefix="£", widget=forms.TextInput(attrs=DIGITS))


class SaveBid(DraftForm):
    """The whole bid: its answers, unit prices and new files."""

    def prepare(self) -> None:
        """A field for each question and price line, with what is kept."""
        super().prepare()
        bid: Bid = self.record
        self.lines = list(bid.lot.price_lines.all())
        self.fields |= {f"p-{line.pk}": price_field(line) for line in self.lines}
        self.initial.update({f"p-{key}": text for key, text in bid.prices.items()})

    def as_act(self) -> dict[str, Any]:
        """Answers and prices by id, as they were typed."""
        prices = {str(line.pk): self.cleaned_data[f"p-{line.pk}"] or None for line in self.lines}
        return {**super().as_act(), "prices": prices}

    def show_faults(self) -> None:
        """Of the prices too."""
        super().show_faults()
        for key, sentence in price_of(self.record, complete=False).faults.items():
            self.add_error(f"p-{key}", ValidationError(sentence))

    def differing(self) -> list[tuple[str, str]]:
        """Of the prices too."""
        prices = [(self[f"p-{line.pk}"], self.record.prices.get(str(line.pk), "")) for line in self.lines]
        return [*super().differing(), *((str(bound.label), kept) for bound, kept in prices if (bound.value() or "") != kept)]
