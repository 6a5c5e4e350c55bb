"""Forms of offers: what the supplier says, and why it is returned or put back."""

from django import forms

from commissioning.pages import ActForm
from suppliers.models.offers import MOST_CHARACTERS


class ProposeOffer(ActForm):
    """What the supplier offers with the listing."""

    text = forms.CharField(
        max_length=MOST_CHARACTERS,
        label="What you offer",
        help_text="Everybody reads it once the authority has approved it. Say nothing here that is confidential.",
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    def prepare(self) -> None:
        """The latest text that was proposed, or that everybody reads."""
        latest = self.record.offers.first()
        if latest is not None:
            self.initial["text"] = latest.text


class ReturnOffer(ActForm):
    """Why."""

    reason = forms.CharField(max_length=4000, label="Reason", widget=forms.Textarea(attrs={"rows": 5}), help_text="The supplier reads it.")


class RestoreOffer(ActForm):
    """Why the authority puts it back; the supplier's own people need no reason."""

    reason = forms.CharField(
        max_length=4000,
        required=False,
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The authority gives one, which the supplier reads.",
    )
