"""Forms of imports of organisations."""

from typing import Any

from django import forms

from commissioning.models import OrganisationClass
from commissioning.pages import ActForm
from suppliers.actions.imports import KINDS


def _classes() -> list[tuple[str, str]]:
    return [("", "None"), *OrganisationClass.objects.values_list("code", "name")]


class PreviewImport(ActForm):
    """A sheet, and what it is a sheet of."""

    kind = forms.ChoiceField(choices=[(kind.value, f"{kind.label}s") for kind in KINDS], label="What the sheet lists", widget=forms.RadioSelect)
    file = forms.FileField(label="File", help_text="CSV or Excel (.xlsx), up to 10 MB and 20,000 rows.")
    body_class = forms.ChoiceField(
        choices=_classes,
        required=False,
        label="Class of new commissioners whose row names none",
        help_text="For a sheet of commissioners without a column “role”.",
    )


class ConfirmImport(ActForm):
    """Which preview it is that is confirmed: the one on the page."""

    preview = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """The one that is shown."""
        self.initial["preview"] = self.record.preview_hash

    def as_act(self) -> dict[str, Any]:
        """Its hash."""
        return {"preview": self.cleaned_data["preview"]}
