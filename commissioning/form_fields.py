"""Form fields that need no script: a day in three boxes, a London moment in four, money, and text with a word limit."""

import re
from abc import ABC, abstractmethod
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import get_text_list

from commissioning.clock import from_wall, in_london
from commissioning.unseen import complaint, shows_nothing
from commissioning.wording import plural

F = TypeVar("F", bound=forms.Field)
_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))? ?(?P<half>am|pm)?")
_PLAIN = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,6})?")
_AMOUNT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


class Boxes(forms.MultiWidget):
    """One value in several boxes, each with its own label."""

    labels: dict[str, str] = {}

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({name: forms.TextInput() for name in self.labels}, attrs)


class DayBoxes(Boxes):
    """Day, month and year."""

    labels = {"day": "Day", "month": "Month", "year": "Year"}

    def decompress(self, value: date | None) -> list[str]:
        """The boxes' contents for a day."""
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]


class MomentBoxes(Boxes):
    """Day, month, year and time of day, on a London clock."""

    labels = {**DayBoxes.labels, "time": "Time"}

    def decompress(self, value: datetime | None) -> list[str]:
        """The boxes' contents for a moment."""
        if not value:
            return ["", "", "", ""]
        local = in_london(value)
        return [str(local.day), str(local.month), str(local.year), f"{local:%H:%M}"]


class BoxField(forms.Field, ABC):
    """A value typed into several boxes; a complaint names the boxes it is about."""

    def to_python(self, value: Any) -> Any:
        """The value, or None if every box is empty. Raises ValidationError with a sentence."""
        if not isinstance(value, list):
            return value or None
        typed = dict(zip(self.widget.labels, ((text or "").strip() for text in value), strict=True))
        if not any(typed.values()):
            return None
        if missing := [name for name, text in typed.items() if not text]:
            raise _complaint(f"Enter the {get_text_list(missing, 'and')} too.", missing)
        return self.read(typed)

    @abstractmethod
    def read(self, typed: dict[str, str]) -> Any:
        """The value that these texts spell."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether what was typed says something else than what stood there."""
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


class DayField(BoxField):
    """A day, typed as day, month and year."""

    widget = DayBoxes
    example = "For example, 27 3 2027."

    def read(self, typed: dict[str, str]) -> date:
        """The day that these texts spell."""
        return _day(typed)


class MomentField(BoxField):
    """A London moment, typed as day, month, year and time; its value is aware, in UTC."""

    widget = MomentBoxes
    example = "For example, 27 3 2027 and 12:00 or 5:30pm, London time."

    def read(self, typed: dict[str, str]) -> datetime:
        """The moment that these texts spell; an hour that the clocks skip or repeat is refused."""
        try:
            return from_wall(datetime.combine(_day(typed), _time_of_day(typed["time"])))
        except ValueError as error:
            raise _complaint(str(error), ["time"]) from error


def _complaint(sentence: str, boxes: list[str]) -> ValidationError:
    return ValidationError(sentence, code="invalid", params={"boxes": boxes})


def _day(typed: dict[str, str]) -> date:
    wrong = [name for name in ("day", "month", "year") if not (typed[name].isascii() and typed[name].isdigit())]
    if wrong:
        raise _complaint(f"Use numbers for the {get_text_list(wrong, 'and')}.", wrong)
    if len(typed["year"]) != 4:
        raise _complaint("The year must have 4 digits, like 2027.", ["year"])
    try:
        return date(int(typed["year"]), int(typed["month"]), int(typed["day"]))
    except ValueError as error:
        raise _complaint("There is no such day in the calendar.", ["day", "month", "year"]) from error


def _time_of_day(text: str) -> time:
    words = {"noon": "12pm", "12 noon": "12pm", "midday": "12pm"}
    match = _TIME.fullmatch(words.get(text.lower(), text.lower()))
    if not match or not (match["minute"] or match["half"]):
        raise _complaint("Enter the time like 12:00 or 5:30pm.", ["time"])
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise _complaint("A time with am or pm has an hour from 1 to 12.", ["time"])
        hour = hour % 12 + (12 if match["half"] == "pm" else 0)
    if hour > 23 or minute > 59:
        raise _complaint("The last time of a day is 23:59. For midnight, enter 00:00 and the day that begins.", ["time"])
    return time(hour, minute)


class MoneyField(forms.DecimalField):
    """An amount in pounds and pence; commas and a pound sign may be typed."""

    prefix = "£"

    def __init__(self, *, max_digits: int = 14, decimal_places: int = 2, min_value: Decimal | int | None = Decimal(0), **options: Any) -> None:
        super().__init__(max_digits=max_digits, decimal_places=decimal_places, min_value=min_value, widget=forms.TextInput, **options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs forget that a DecimalField is one
        """The amount in pounds. Raises ValidationError for anything but plain digits."""
        if isinstance(value, str):
            value = value.strip().removeprefix("£").replace(",", "").replace(" ", "")
            if value and not _AMOUNT.fullmatch(value):
                raise ValidationError("Enter an amount in pounds, like 1234.50.", code="invalid")
        return super().to_python(value)


class PlainNumber(forms.DecimalField):
    """A number in ordinary digits: no exponent, no digits of other scripts, and no sign unless it is `signed`."""

    def __init__(self, *, signed: bool = False, **options: Any) -> None:
        super().__init__(widget=forms.TextInput, **options)
        self.signed = signed

    def to_python(self, value: Any) -> Any:
        """The number. Raises ValidationError for anything but plain digits."""
        if isinstance(value, str) and value.strip() and not _PLAIN.fullmatch(value.strip().removeprefix("-" if self.signed else "")):
            raise ValidationError("Enter a number in ordinary digits, like 12.5.", code="invalid")
        return super().to_python(value)


class WordsField(forms.CharField):
    """A long text, of at most so many words."""

    widget = forms.Textarea

    def __init__(self, *, word_limit: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.word_limit = word_limit

    def validate(self, value: str) -> None:
        """Refuse more words than the limit, saying how many there are."""
        super().validate(value)
        used = len(value.split())
        if self.word_limit is not None and used > self.word_limit:
            raise ValidationError(f"Use {plural(self.word_limit, 'word')} or fewer: there are {used:,} now.", code="max_length")


class TextForm(forms.Form):
    """A form whose texts can be seen: one that shows nothing is an empty one."""

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]  # the stubs leave it out
        for name, field in self.fields.items():
            text = self.cleaned_data.get(name)
            if isinstance(field, forms.CharField) and field.strip and isinstance(text, str) and text:
                self._look_at(name, field, text)

    def _look_at(self, name: str, field: forms.CharField, text: str) -> None:
        if shows_nothing(text):
            self.cleaned_data[name] = ""
            try:
                field.validate("")
            except ValidationError as error:
                self.add_error(name, error)
        elif wrong := complaint(text, one_line=not isinstance(field.widget, forms.Textarea)):
            self.add_error(name, wrong)


def needed_sometimes(field: F) -> F:
    """The field, whose hint says when it is needed, so that its label does not call it optional."""
    field.is_needed_sometimes = True  # type: ignore[attr-defined]
    return field
