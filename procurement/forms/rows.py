"""Forms of several rows: what a lot is judged on, asked and priced. An empty row is none."""

import re
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from commissioning.models import Criterion, Question
from commissioning.pages import ActForm

BLANK_ROWS, MOST_ROWS = 3, 200
PREFIX = "rows"
_DIGITS = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,6})?")


class PlainNumber(forms.DecimalField):
    """A number in ordinary digits: no sign, no exponent, no digits of other scripts."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput, **options)

    def to_python(self, value: Any) -> Any:
        """The number. Raises ValidationError for anything but plain digits."""
        if isinstance(value, str) and value.strip() and not _DIGITS.fullmatch(value.strip()):
            raise ValidationError("Enter a number in ordinary digits, like 12.5.", code="invalid")
        return super().to_python(value)


class PlainWhole(PlainNumber):
    """A whole number in ordinary digits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(decimal_places=0, max_digits=9, **options)

    def clean(self, value: Any) -> Any:
        """The number as an int, or None."""
        number = super().clean(value)
        return None if number is None else int(number)


class Row(forms.Form):
    """One row; it is empty, and ignored, if nothing is typed in any of the `told_by` fields."""

    told_by: ClassVar[tuple[str, ...]] = ()
    called: ClassVar[str] = "Row"

    def has_changed(self) -> bool:
        """Whether anything is typed in it."""
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in self.told_by)

    @property
    def row_title(self) -> str:
        """What the row is called."""
        return f"{self.called} {int((self.prefix or '-0').rsplit('-', 1)[1]) + 1}"

    def as_entry(self) -> dict[str, Any]:
        """The row as the act takes it, without what was left empty."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class CriterionRow(Row):
    """A criterion."""

    told_by = ("title", "weight", "description")
    called = "Criterion"
    title = forms.CharField(max_length=200, label="What is judged")
    kind = forms.ChoiceField(choices=Criterion.Kind, label="How it is judged")
    weight = PlainNumber(max_digits=5, decimal_places=2, label="Weight, out of 100")
    least_score = PlainWhole(min_value=0, max_value=5, required=False, label="Least score, from 0 to 5", help_text="A bid below it is out.")
    formula = forms.ChoiceField(choices=[("", "Not for quality"), *Criterion.Formula.choices], required=False, label="Formula, for price")
    description = forms.CharField(max_length=4000, required=False, label="What a good answer shows", widget=forms.Textarea(attrs={"rows": 3}))

    def as_entry(self) -> dict[str, Any]:
        """A formula is for price alone, a hurdle for quality alone."""
        entry = super().as_entry()
        entry.pop("least_score" if entry["kind"] == Criterion.Kind.PRICE else "formula", None)
        return entry


class QuestionRow(Row):
    """A question."""

    told_by = ("prompt", "help_text", "choices", "word_limit")
    called = "Question"
    prompt = forms.CharField(max_length=500, label="Question")
    kind = forms.ChoiceField(choices=Question.Kind, label="Kind of answer")
    mandatory = forms.BooleanField(required=False, initial=True, label="Every bid must answer it")
    word_limit = PlainWhole(min_value=1, max_value=20000, required=False, label="Most words, for text")
    help_text = forms.CharField(max_length=2000, required=False, label="Help for whoever answers", widget=forms.Textarea(attrs={"rows": 2}))
    choices = forms.CharField(max_length=4000, required=False, label="Options of a choice, one to a line", widget=forms.Textarea(attrs={"rows": 3}))

    def as_entry(self) -> dict[str, Any]:
        """The options as a list."""
        entry = super().as_entry()
        return {**entry, "choices": entry.get("choices", "").splitlines()}


class PriceLineRow(Row):
    """A line of the price schedule."""

    told_by = ("description", "unit", "quantity")
    called = "Line"
    description = forms.CharField(max_length=300, label="What is priced")
    unit = forms.CharField(max_length=60, label="Per which unit")
    quantity = PlainNumber(max_digits=12, decimal_places=2, label="How many units count")


class _Rows(forms.BaseFormSet):
    """Rows of which each may be left or made empty."""

    def initial_form_count(self) -> int:
        """None has to be there."""
        return 0


def _formset(row: type[Row], how_many: int) -> Any:
    return forms.formset_factory(row, formset=_Rows, extra=min(how_many, MOST_ROWS), max_num=MOST_ROWS, absolute_max=MOST_ROWS)


class RowsForm(ActForm):
    """All rows of one kind; `argument` is what the act calls them."""

    row: ClassVar[type[Row]] = Row
    argument: ClassVar[str] = ""
    blank_rows: ClassVar[int] = 1

    def prepare(self) -> None:
        """The rows as they stand or as they were typed, and some that are empty."""
        if self.is_bound and not self.wants_more_rows:
            self.formset = _formset(self.row, 0)(self.data, prefix=PREFIX)
            return
        rows = self.typed_rows() if self.is_bound else [self.initial_of(each) for each in self.rows()]
        blank = BLANK_ROWS if self.is_bound or not rows else self.blank_rows
        self.formset = _formset(self.row, len(rows) + blank)(initial=rows, prefix=PREFIX)

    def typed_rows(self) -> list[dict[str, Any]]:
        """What was typed, right or wrong."""
        typed = _formset(self.row, 0)(self.data, prefix=PREFIX)
        return [{name: self.data.get(form.add_prefix(name), "") for name in form.fields} for form in typed.forms]

    @property
    def wants_more_rows(self) -> bool:
        """Whether the button for more rows was pressed."""
        return "more" in self.data

    def rows(self) -> Iterable[Any]:
        """The records that the rows stand for."""
        raise NotImplementedError

    def initial_of(self, record: Any) -> dict[str, Any]:
        """A record as a row."""
        return {name: getattr(record, name) for name in self.row.base_fields}

    def is_valid(self) -> bool:
        """Whether every row that is not empty is right."""
        return super().is_valid() and not self.wants_more_rows and self.formset.is_valid()

    def as_act(self) -> dict[str, Any]:
        """The rows that are not empty."""
        return {self.argument: [form.as_entry() for form in self.formset.forms if form.has_changed()]}


class CriteriaForm(RowsForm):
    """What a lot is judged on."""

    row, argument = CriterionRow, "criteria"

    def rows(self) -> Iterable[Criterion]:
        """The lot's criteria."""
        return self.record.criteria_set.criteria.all()


class QuestionsForm(RowsForm):
    """What a lot asks."""

    row, argument = QuestionRow, "questions"

    def rows(self) -> Iterable[Question]:
        """The lot's questions."""
        return self.record.questionnaire.questions.all()

    def initial_of(self, record: Question) -> dict[str, Any]:
        """The options as lines."""
        return {**super().initial_of(record), "choices": "\n".join(record.choices)}


class PriceScheduleForm(RowsForm):
    """What a lot has priced."""

    row, argument, blank_rows = PriceLineRow, "lines", BLANK_ROWS

    def rows(self) -> Iterable[Any]:
        """The lot's price lines."""
        return self.record.price_lines.all()
