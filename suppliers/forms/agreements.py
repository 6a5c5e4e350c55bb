"""Forms of framework agreements: who signs which text, and that they mean it."""

from django import forms

from commissioning.pages import ActForm
from suppliers.agreement_texts import hash_to_sign

NOT_AGREED = {"required": "Confirm that you sign these terms for your company."}


class SignAgreement(ActForm):
    """Which text was shown, who signs it, and that they mean it."""

    text_hash = forms.CharField(required=False, widget=forms.HiddenInput)
    signatory = forms.CharField(label="Your full name", max_length=200)
    position = forms.CharField(label="In what position do you sign?", max_length=200, help_text="For example: Managing director.")
    agrees = forms.BooleanField(label="I sign these terms for my company", error_messages=NOT_AGREED)

    def prepare(self) -> None:
        """Hold on to the text that the page shows."""
        self.initial["text_hash"] = hash_to_sign(self.record)
