"""What a lot is judged on and has priced, as rows."""

from typing import Any, ClassVar

from django import forms

from commissioning.form_fields import PlainNumber, needed_sometimes
from commissioning.models import Criterion, PriceFormula
from commissioning.row_forms import BLANK_ROWS, PlainWhole, Row, RowsForm

FORMULAS = [("", "Not for quality"), *PriceFormula.choices]


class CriterionRow(Row):
    """A criterion."""

    told_by = ("title", "weight", "description")
    folded: ClassVar = {"What each score means": ("scale",)}
    called = "Criterion"
    title = forms.CharField(max_length=200, label="What is judged")
    kind = forms.ChoiceField(choices=Criterion.Kind, label="How it is judged")
    weight = PlainNumber(max_digits=5, decimal_places=2, label="Weight, out of 100")
    least_score = PlainWhole(min_value=0, max_value=5, required=False, label="Least score, from 0 to 5", help_text="A bid below it is out.")
    formula = needed_sometimes(
        forms.ChoiceField(choices=FORMULAS, required=False, label="Formula, for price", help_text="Needed for price: how it becomes points.")
    )
    refines = forms.ChoiceField(required=False, label="The framework’s criterion that it lies under")
    description = forms.CharField(max_length=4000, required=False, label="What a good answer shows", widget=forms.Textarea(attrs={"rows": 3}))
    scale = forms.CharField(
        max_length=4000,
        required=False,
        label="What each score means",
        help_text="For quality: a line for each score, from 0 to 5. Left empty, the published scale holds.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean(self) -> dict[str, Any]:
        """A price has a formula."""
        typed = super().clean() or self.cleaned_data
        if typed.get("kind") == Criterion.Kind.PRICE and not typed.get("formula") and "formula" not in self.errors:
            self.add_error("formula", "Choose the formula by which price becomes points.")
        return typed

    def as_entry(self) -> dict[str, Any]:
        """A formula is for price alone, a hurdle for quality alone."""
        entry = super().as_entry()
        is_price = entry["kind"] == Criterion.Kind.PRICE
        for name in ("least_score", "scale") if is_price else ("formula",):
            entry.pop(name, None)
        return entry


class PriceLineRow(Row):
    """A line of the price schedule."""

    told_by = ("description", "unit", "quantity")
    called = "Line"
    description = forms.CharField(max_length=300, label="What is priced")
    unit = forms.CharField(max_length=60, label="Per which unit")
    quantity = PlainNumber(max_digits=12, decimal_places=2, label="How many units count")


class CriteriaForm(RowsForm):
    """What a lot is judged on."""

    row, path, argument = CriterionRow, "criteria_set.criteria", "criteria"

    def prepare(self) -> None:
        """The framework's criteria to choose from, if it has any."""
        super().prepare()
        framework = self.record.tender.framework_version.content
        known, is_needed = [(each["code"], each["title"]) for each in framework["criteria"]], framework["regime"]["criteria_lie_under"]
        for form in self.formset.forms:
            if known:
                refines = form.fields["refines"]
                refines.choices = [("", "Choose one" if is_needed else "None"), *known]
                refines.required = is_needed
                refines.help_text = "Needed: the law lets criteria be refined and not added." if is_needed else ""
            else:
                del form.fields["refines"]


class PriceScheduleForm(RowsForm):
    """What a lot has priced."""

    row, path, argument, blank_rows = PriceLineRow, "price_lines", "lines", BLANK_ROWS
