"""Form fields that keep an answer as it was typed, right or wrong: what is wrong is said beside it, and saved all the same."""

from typing import Any

from django import forms

from commissioning.answer_words import limits_in_words
from commissioning.contents import ACCEPTED
from commissioning.form_fields import DayBoxes
from commissioning.models import Question

Kind = Question.Kind
DIGITS = {"inputmode": "decimal", "size": "10"}
_LIMITS_TOLD = {Kind.NUMBER, Kind.MONEY, Kind.DATE}


class SeveralFiles(forms.FileInput):
    """A box for one file or more."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """Every file that was chosen."""
        return files.getlist(name) if hasattr(files, "getlist") else []


class FilesField(forms.FileField):
    """Files, as a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file that was chosen; what it is, the act looks at."""
        return [file for file in (data if isinstance(data, list | tuple) else [data]) if file]


class DayAsTyped(DayBoxes):
    """A day in three boxes that gives them back as they were filled."""

    def decompress(self, value: Any) -> list[str]:
        """The boxes' contents: those of a day such as 2027-03-27, or what was typed, with strokes between."""
        day, month, year = (*str(value or "").split("/"), "", "", "")[:3]
        if not month and len(parts := str(value or "").split("-")) == 3:
            year, month, day = parts
        return [day, month, year]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """A day that can be read, as 2027-03-27; else what was typed, with strokes between; nothing if every box is empty."""
        day, month, year = ((text or "").strip() for text in super().value_from_datadict(data, files, name) or ["", "", ""])
        if not (day or month or year):
            return ""
        readable = all(part.isascii() and part.isdigit() for part in (day, month, year)) and len(year) == 4
        return f"{year}-{month:0>2}-{day:0>2}" if readable else f"{day}/{month}/{year}"


class Tick(forms.CheckboxInput):
    """A box to tick, as the text of an answer."""

    def __init__(self) -> None:
        super().__init__(check_test=lambda value: str(value or "").lower() in {"yes", "true", "on"})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:  # type: ignore[override]
        """`yes`, or nothing."""
        return "yes" if data.get(name) else ""


class AsTyped(forms.CharField):
    """An answer or price as it was typed."""

    def __init__(self, *, word_limit: int | None = None, prefix: str = "", suffix: str = "", example: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.word_limit, self.prefix, self.suffix, self.example = word_limit, prefix, suffix, example

    def validate(self, value: Any) -> None:
        """Everything may be saved."""


class OptionsAsTyped(forms.Field):
    """Options that were chosen, as a list of texts."""

    def to_python(self, value: Any) -> list[str]:
        """The options."""
        return [str(option) for option in value] if isinstance(value, list | tuple) else [value] if value else []

    def prepare_value(self, value: Any) -> Any:
        """The options that are chosen."""
        return self.to_python(value)

    def validate(self, value: Any) -> None:
        """Everything may be saved."""


def field_for(question: Question, label: str) -> forms.Field:
    """The field of a question's kind, or of a column's; a table has none of its own."""
    options: dict[str, Any] = {"label": label, "help_text": _hint(question), "required": question.mandatory}
    match question.kind:
        case Kind.TEXT:
            return AsTyped(**options, word_limit=question.word_limit, widget=forms.Textarea(attrs={"rows": 10}))
        case Kind.CHOICE if question.several:
            return OptionsAsTyped(**options, widget=forms.CheckboxSelectMultiple(choices=_options(question)))
        case Kind.CHOICE:
            return AsTyped(**options, widget=forms.RadioSelect(choices=_options(question)))
        case Kind.DECLARATION:
            return AsTyped(**options, widget=Tick)
        case Kind.DATE:
            return AsTyped(**options, example="For example, 27 3 2027.", widget=DayAsTyped)
        case Kind.FILE:
            return FilesField(**options)
        case Kind.MONEY:
            return AsTyped(**options, prefix="£", widget=forms.TextInput(attrs=DIGITS))
    return AsTyped(**options, suffix=question.unit, widget=forms.TextInput(attrs=DIGITS))


def cell_for(column: Question) -> forms.Field:
    """The field of a table's column: as small as a row allows."""
    options: dict[str, Any] = {"label": column.prompt, "required": column.mandatory}
    if column.kind == Kind.TEXT:
        return AsTyped(**options, widget=forms.TextInput)
    if column.kind == Kind.CHOICE:
        return AsTyped(**options, widget=forms.Select(choices=[("", "---------"), *_options(column)]))
    field = field_for(column, column.prompt)
    field.help_text = ""
    if column.kind == Kind.DATE:
        field.example = ""  # type: ignore[attr-defined]  # a date's field has one
    return field


def _options(question: Question) -> list[tuple[str, str]]:
    return [(option, option) for option in question.choices]


def _hint(question: Question) -> str:
    """The help that its writer gave, and the limits that the box does not show."""
    limits = limits_in_words(question) if question.kind in _LIMITS_TOLD else ""
    if question.kind == Kind.FILE:
        limits = f"{limits_in_words(question)}; {ACCEPTED}. Each up to 100 MB"
    if question.kind == Kind.CHOICE and question.several:
        limits = "choose all that apply"
    return " ".join(filter(None, [question.help_text, f"{limits[:1].upper()}{limits[1:]}." if limits else ""]))
