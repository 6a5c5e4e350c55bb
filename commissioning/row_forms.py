"""Forms of several rows, of which each may be left or made empty: an empty row is none."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any, ClassVar

from django import forms

from commissioning.form_fields import PlainNumber, TextForm
from commissioning.pages import ActForm
from commissioning.unseen import shows_nothing

BLANK_ROWS, MOST_ROWS = 3, 200
PREFIX = "rows"


class PlainWhole(PlainNumber):
    """A whole number in ordinary digits."""

    def __init__(self, **options: Any) -> None:
        super().__init__(decimal_places=0, max_digits=9, **options)

    def clean(self, value: Any) -> Any:
        """The number as an int, or None."""
        number = super().clean(value)
        return None if number is None else int(number)


class Row(TextForm):
    """One row; it is empty, and ignored, if nothing is typed in any of the `told_by` fields."""

    told_by: ClassVar[tuple[str, ...]] = ()
    # Fields that few rows need, by the heading under which they are folded away.
    folded: ClassVar[dict[str, tuple[str, ...]]] = {}
    called: ClassVar[str] = "Row"

    def has_changed(self) -> bool:
        """Whether anything is typed in it."""
        return any(_says_something(_box_of(self, name)) for name in self.told_by)

    @property
    def row_title(self) -> str:
        """What the row is called."""
        return f"{self.called} {int((self.prefix or '-0').rsplit('-', 1)[1]) + 1}"

    def plain_fields(self) -> list[Any]:
        """The fields that every row shows."""
        away = {name for names in self.folded.values() for name in names}
        return [bound for bound in self.visible_fields() if bound.name not in away]

    def folds(self) -> list[tuple[str, list[Any], bool]]:
        """The fields that are folded away, by heading, and whether a fold is open because something in it is filled in or wrong."""
        groups = [(heading, [self[name] for name in names]) for heading, names in self.folded.items()]
        return [(heading, bounds, any(self._is_filled_in(bound) for bound in bounds)) for heading, bounds in groups]

    def _is_filled_in(self, bound: Any) -> bool:
        value, default = bound.value(), bound.field.initial
        said = any(value) if isinstance(value, list) else value is not None and value is not False and value != ""
        return bool(bound.errors) or (said and str(value) != str(default))

    def as_entry(self) -> dict[str, Any]:
        """The row as the act takes it, without what was left empty."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class _Rows(forms.BaseFormSet):
    """Rows of which each may be left or made empty."""

    def initial_form_count(self) -> int:
        """None has to be there."""
        return 0


def _formset(row: type[Row], how_many: int) -> Any:
    return forms.formset_factory(row, formset=_Rows, extra=min(how_many, MOST_ROWS), max_num=MOST_ROWS, absolute_max=MOST_ROWS)


def _says_something(typed: Any) -> bool:
    return any(map(_says_something, typed)) if isinstance(typed, list) else not shows_nothing(str(typed or ""))


def _box_of(form: Row, name: str) -> Any:
    """What was typed into a field, box by box if it has several."""
    return form.fields[name].widget.value_from_datadict(form.data, form.files, form.add_prefix(name))


class RowsForm(ActForm):
    """All rows of one kind: the records at the end of `path` from the form's record; `argument` is what the act calls them."""

    row: ClassVar[type[Row]] = Row
    path: ClassVar[str]
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
        return [{name: _box_of(form, name) for name in form.fields} for form in typed.forms]

    @property
    def wants_more_rows(self) -> bool:
        """Whether the button for more rows was pressed."""
        return "more" in self.data

    def rows(self) -> Iterable[Any]:
        """The records that the rows stand for."""
        return attrgetter(self.path)(self.record).all()

    def initial_of(self, record: Any) -> dict[str, Any]:
        """A record as a row."""
        return {name: getattr(record, name) for name in self.row.base_fields}

    def is_valid(self) -> bool:
        """Whether every row that is not empty is right."""
        return super().is_valid() and not self.wants_more_rows and self.formset.is_valid()

    def as_act(self) -> dict[str, Any]:
        """The rows that are not empty."""
        return {self.argument: [form.as_entry() for form in self.formset.forms if form.has_changed()]}
