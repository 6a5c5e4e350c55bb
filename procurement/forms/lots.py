"""Forms for a lot itself."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count

from commissioning.form_fields import MoneyField
from commissioning.pages import ActForm
from commissioning.wording import plural
from procurement.actions.lots import lots_of_the_buyer, lots_to_copy
from procurement.models import Lot


class LotForm(ActForm):
    """What a lot is."""

    title = forms.CharField(max_length=200, label="Title")
    description = forms.CharField(max_length=20000, required=False, label="What it is", widget=forms.Textarea(attrs={"rows": 6}))
    estimated_value = MoneyField(required=False, label="Estimated value", help_text="In pounds without VAT, over the whole term of the contract.")

    def prepare(self) -> None:
        """As it stands now, if there is one."""
        if isinstance(self.record, Lot):
            self.initial.update({name: getattr(self.record, name) for name in self.fields})


class CopyQuestions(ActForm):
    """From which lot."""

    source = forms.TypedChoiceField(coerce=UUID, label="From which lot?", widget=forms.RadioSelect)

    def prepare(self) -> None:
        """The other lots of the buyer that ask anything, the latest first."""
        lots = lots_to_copy(self.record).annotate(asked=Count("questionnaire__questions"))
        self.fields["source"].choices = [(lot.pk, _named(lot)) for lot in lots[:50]]  # type: ignore[attr-defined]


class CopyFromLot(ActForm):
    """From which lot, and what of it."""

    source = forms.TypedChoiceField(coerce=UUID, label="From which lot?", widget=forms.RadioSelect)
    criteria = forms.BooleanField(required=False, initial=True, label="Copy the criteria with their weights and formula")
    price_schedule = forms.BooleanField(required=False, initial=True, label="Copy the price schedule")

    def prepare(self) -> None:
        """The other lots of the buyer, the latest first."""
        lots = lots_of_the_buyer(self.record)[:50]
        self.fields["source"].choices = [(lot.pk, f"{lot.tender.reference} {lot.tender.title}, {lot}") for lot in lots]  # type: ignore[attr-defined]


def _named(lot: Any) -> str:
    return f"{lot.tender.reference} {lot.tender.title}, {lot}: {plural(lot.asked, 'question')}"
