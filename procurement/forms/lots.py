"""Forms for a lot itself."""

from django import forms

from commissioning.form_fields import MoneyField
from commissioning.pages import ActForm
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
