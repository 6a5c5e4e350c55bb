"""What people fill in about a contract."""

from typing import Any

from django import forms

from commissioning.form_fields import DayField
from commissioning.models import CommissioningFunction
from commissioning.pages import ActForm
from contracts.filters import DAY_FORMATS, DAY_HINT, NO_DAY
from contracts.models import Scope

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
    """The functions that the supplier is to carry out, and for each in what way."""

    functions = forms.MultipleChoiceField(
        label="Functions that the supplier carries out",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one function."},
    )

    def prepare(self) -> None:
        """Offer what may be handed over, and begin with what is."""
        self.offered = dict(CommissioningFunction.objects.filter(always_retained=False).values_list("code", "name"))
        self.fields["functions"].choices = list(self.offered.items())  # type: ignore[attr-defined]
        taken = self.record.scope.filter(arrangement=Scope.Arrangement.TAKEN_OVER)
        details = dict(taken.values_list("function__code", "detail"))
        self.initial = {"functions": list(details)}
        for code, name in self.offered.items():
            label, widget = f"{name}: in what way", forms.Textarea({"rows": 2})
            self.fields[f"detail-{code}"] = forms.CharField(label=label, required=False, max_length=4000, widget=widget)
            self.initial[f"detail-{code}"] = details.get(code, "")

    def clean(self) -> dict[str, Any]:
        """Nobody says in what way the supplier does what it does not do."""
        chosen = self.cleaned_data.get("functions", [])
        for code, name in self.offered.items():
            if chosen and code not in chosen and self.cleaned_data.get(f"detail-{code}"):
                self.add_error(f"detail-{code}", f"Choose “{name}” above as well, or leave this empty.")
        return self.cleaned_data

    def as_act(self) -> dict[str, Any]:
        """The functions, each with its detail."""
        chosen = self.cleaned_data["functions"]
        return {"taken_over": [{"function": code, "detail": self.cleaned_data[f"detail-{code}"]} for code in chosen]}


class RecallContract(ActForm):
    """Why an offer is taken back."""

    reason = forms.CharField(widget=forms.Textarea, max_length=4000, help_text="The supplier is told.")


class SignContract(ActForm):
    """Which terms were shown, who signs them, and that they mean it."""

    terms_hash = forms.CharField(required=False, widget=forms.HiddenInput)
    capacity = forms.CharField(
        label="In what capacity do you sign?", max_length=200, help_text="For example: Contract manager, with delegated authority."
    )
    agrees = forms.BooleanField(label="I sign these terms for my organisation", error_messages=NOT_AGREED)

    def prepare(self) -> None:
        """Hold on to the terms that the page shows."""
        self.initial["terms_hash"] = self.record.terms_hash


class OnADay(forms.Form):
    """A day to look at."""

    on = forms.DateField(label="On which day", input_formats=DAY_FORMATS, help_text=DAY_HINT, error_messages={"invalid": NO_DAY})
