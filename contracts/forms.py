"""What people fill in about a contract."""

from typing import Any

from django import forms

from commissioning.form_fields import DayField
from commissioning.models import CommissioningFunction
from commissioning.pages import ActForm
from contracts.models import Scope

NONE_CHOSEN = {"required": "Choose at least one function."}
NOT_AGREED = {"required": "Confirm that you sign these terms for your organisation."}


class DescribeContract(ActForm):
    """The title and the term."""

    title = forms.CharField(max_length=200)
    starts_on = DayField(label="First day")
    ends_on = DayField(label="Last day")

    def prepare(self) -> None:
        """Begin with what the contract says now."""
        self.initial = {"title": self.record.title, "starts_on": self.record.starts_on, "ends_on": self.record.ends_on}


class SetScope(ActForm):
    """A detail for each function that the supplier is to carry out."""

    functions = forms.MultipleChoiceField(
        label="Functions that the supplier carries out",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one function."},
    )
    detail = forms.CharField(
        label="In what way",
        required=False,
        max_length=4000,
        widget=forms.Textarea,
        help_text="For example: validates activity data and raises queries; the trust decides and signs.",
    )

    def prepare(self) -> None:
        """Offer what may be handed over, and begin with what is."""
        self.fields["functions"].choices = list(CommissioningFunction.objects.filter(always_retained=False).values_list("code", "name"))  # type: ignore[attr-defined]
        taken = list(self.record.scope.filter(arrangement=Scope.Arrangement.TAKEN_OVER).select_related("function"))
        self.initial = {"functions": [part.function.code for part in taken], "detail": taken[0].detail if taken else ""}

    def as_act(self) -> dict[str, Any]:
        """The functions, each with the detail."""
        return {"taken_over": [{"function": code, "detail": self.cleaned_data["detail"]} for code in self.cleaned_data["functions"]]}


class RecallContract(ActForm):
    """Why an offer is taken back."""

    reason = forms.CharField(widget=forms.Textarea, max_length=4000, help_text="The supplier is told.")


class SignContract(ActForm):
    """Who signs, and that they mean it."""

    capacity = forms.CharField(
        label="In what capacity do you sign?", max_length=200, help_text="For example: Contract manager, with delegated authority."
    )
    agrees = forms.BooleanField(label="I sign these terms for my organisation", error_messages=NOT_AGREED)
