"""Forms about who opens a tender's bids."""

from typing import Any
from uuid import UUID

from django import forms

from commissioning.pages import ActForm
from procurement.actions.openers import who_could_open


def _choice(label: str) -> Any:
    return forms.TypedMultipleChoiceField(coerce=UUID, label=label, widget=forms.CheckboxSelectMultiple, help_text="At least two.")


def _offer(form: ActForm) -> list[UUID]:
    """Offer the openers of the trust but who asks; the ids of those offered."""
    people = list(who_could_open(form.record, proposer=form.user))
    form.fields["openers"].choices = [(person.pk, f"{person.name}, {person.email}") for person in people]  # type: ignore[attr-defined]
    return [person.pk for person in people]


class ProposeTender(ActForm):
    """Who opens the bids."""

    openers = _choice("Who may open the bids?")

    def prepare(self) -> None:
        """All of the trust's openers, unless some are left out."""
        self.initial["openers"] = _offer(self)


class ProposeOpeners(ActForm):
    """Who opens the bids from now on, and why they change."""

    openers = _choice("Who may open the bids from now on?")
    reason = forms.CharField(max_length=4000, label="Reason", widget=forms.Textarea(attrs={"rows": 6}), help_text="It stays on the tender’s trail.")

    def prepare(self) -> None:
        """As it is now."""
        offered = set(_offer(self))
        self.initial["openers"] = [pk for pk in self.record.openers.values_list("pk", flat=True) if pk in offered]


class ConfirmOpeners(ActForm):
    """Which proposal was shown."""

    change = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """Hold on to the proposal that the page shows."""
        waiting = self.record.changes_of_openers.waiting().first()
        self.initial["change"] = waiting and waiting.pk
