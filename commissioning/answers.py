"""Whether answers fit their questions, and what they are once read: one check for pages, API and imports.

Questions are gone through in their order. One that depends on an earlier answer is asked only if that question is asked
and has one of the answers named; what is not asked is not checked, is never missing, and is not among the answers read.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from commissioning.models import Question
from commissioning.models.questions import MOST_TABLE_ROWS
from commissioning.unseen import complaint, shows_nothing
from commissioning.wording import date_text, plural, printable

Cell = str | Decimal | date | bool
# Text, a number, pounds, a day, an option, True; the options; a table's rows, each by its columns' titles; the stamps of files.
Answer = Cell | list[str] | list[dict[str, Any]]

LONGEST_TEXT = 50_000
FIRST_YEAR, LAST_YEAR = 1900, 2199
YES, NO = "yes", "no"
# A sentence about a table names so many of its cells, and counts the rest.
NAMED_AT_MOST = 3
# Plain digits, in thousands or not: no exponents, no digits of other scripts, nothing that a reader could take for another number.
NUMBER = r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,6})?"
POUNDS = r"(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.[0-9]{1,2})?"
_NUMBER, _POUNDS = re.compile(NUMBER), re.compile(POUNDS)
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YES, _NO = {"true", YES, "on"}, {"", "false", NO, "off"}
_STAMP = {"document": str, "name": str, "bytes": int, "sha256": str}
Kind = Question.Kind


class _Faulty(ValueError):
    """What is wrong with an answer, as the rest of a sentence that begins with the question's number."""


@dataclass
class Examined:
    """What came of answers: the questions that are asked, the answers as read, and a sentence for each that is wrong, by question id."""

    asked: list[Question] = field(default_factory=list)
    read: dict[str, Answer] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    # By number, of the questions that are asked: what later ones can depend on.
    said: dict[int, set[str]] = field(default_factory=dict)


def faults(questions: Iterable[Question], answers: Mapping[str, Any], *, complete: bool = True) -> dict[str, str]:
    """By question id, a sentence for each answer that is wrong and, if they must be `complete`, for each mandatory one that is missing."""
    return examined(questions, answers, complete=complete).faults


def clean(questions: Iterable[Question], answers: Mapping[str, Any], *, complete: bool = True) -> dict[str, Answer]:
    """By question id, the answers given to what is asked, as read; money in pounds has two decimals.

    Raises ValidationError with the sentences of `faults`. What it gives can be given to it again, and comes out the same.
    """
    found = examined(questions, answers, complete=complete)
    if found.faults:
        raise ValidationError(found.faults)
    return found.read


def asked(questions: Iterable[Question], answers: Mapping[str, Any]) -> list[Question]:
    """The questions that are asked of whoever gives these answers, in order; an answer that is wrong calls for nothing more."""
    return examined(questions, answers, complete=False).asked


def examined(questions: Iterable[Question], answers: Mapping[str, Any], *, complete: bool = True) -> Examined:
    """Go through the questions in their order."""
    listed = sorted(questions, key=lambda question: question.number)
    known = {str(question.pk) for question in listed}
    found = Examined(faults={printable(key): "This question is not asked here. Leave it out." for key in answers if key not in known})
    for question in listed:
        if is_asked(question, found.said):
            found.asked.append(question)
            _examine(question, answers.get(str(question.pk)), complete, found)
    return found


def is_asked(question: Question, said: Mapping[int, set[str]]) -> bool:
    """Whether it is asked, after what was said so far to the questions that are, by number."""
    if question.shown_if_question is None:
        return True
    return not said.get(question.shown_if_question, set()).isdisjoint(question.shown_if_answers)


def _examine(question: Question, raw: Any, complete: bool, found: Examined) -> None:
    key = str(question.pk)
    try:
        if not is_blank(question, raw):
            found.read[key] = _READERS[Kind(question.kind)](question, raw, complete)
        elif question.mandatory and complete:
            raise _Faulty(_what_to_do(question))
    except _Faulty as fault:
        found.faults[key] = f"Question {question.number}: {fault}"
    found.said[question.number] = _said(question, found.read.get(key))


def _said(question: Question, answer: Answer | None) -> set[str]:
    """What a later question can depend on: the options chosen, or whether the declaration is made."""
    if question.kind == Kind.DECLARATION:
        return {YES if answer else NO}
    if question.kind == Kind.CHOICE and answer:
        return set(answer) if isinstance(answer, list) else {str(answer)}  # type: ignore[arg-type]  # the options of a choice are texts
    return set()


def one(question: Question, raw: Any) -> Answer:
    """One answer as read, whatever it may depend on. Raises ValidationError with a sentence that does not name the question."""
    try:
        return _READERS[Kind(question.kind)](question, raw, True)
    except _Faulty as fault:
        raise ValidationError(str(fault)) from fault


def _what_to_do(question: Question) -> str:
    match question.kind:
        case Kind.DECLARATION:
            return "tick the box to make this declaration."
        case Kind.CHOICE:
            return "choose at least one option." if question.several else "choose an option."
        case Kind.TABLE:
            return "fill in at least one row."
        case Kind.FILE:
            return "attach a file."
    return "enter an answer."


def is_blank(question: Question, raw: Any) -> bool:
    """Whether nothing was answered: a text that shows nothing says nothing, nor do rows of them."""
    if question.kind == Kind.DECLARATION:
        return raw is None or raw is False or (isinstance(raw, str) and raw.strip().lower() in _NO)
    if question.kind == Kind.TABLE and isinstance(raw, list):
        return all(isinstance(row, dict) and _is_empty(question, row) for row in raw)
    if question.kind in {Kind.CHOICE, Kind.FILE} and isinstance(raw, list):
        return not raw
    return raw is None or (isinstance(raw, str) and shows_nothing(raw))


def _is_empty(table: Question, row: dict[Any, Any]) -> bool:
    """Whether nothing is in the row, and nothing that the table does not have."""
    columns = {column.prompt: column for column in table.per_row}
    return all(title in columns and is_blank(columns[title], raw) for title, raw in row.items())


def _text(question: Question, raw: Any, complete: bool) -> str:
    if not isinstance(raw, str):
        raise _Faulty("enter the answer as text.")
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(unicodedata.category(mark) in {"Cc", "Cs"} and mark not in "\n\t" for mark in text):
        raise _Faulty("remove the characters that cannot be printed. They often come from copying out of another program.")
    if wrong := complaint(text, one_line=False):
        raise _Faulty(f"{wrong[0].lower()}{wrong[1:]}")
    if len(text) > LONGEST_TEXT:
        raise _Faulty(f"use {LONGEST_TEXT:,} characters or fewer: there are {len(text):,} now.")
    words = len(text.split())
    if question.word_limit is not None and words > question.word_limit:
        raise _Faulty(f"use {plural(question.word_limit, 'word')} or fewer: there are {words:,} now.")
    return text


def _number(question: Question, raw: Any, complete: bool) -> Decimal:
    text = digits(raw)
    if not _NUMBER.fullmatch(text):
        raise _Faulty("enter a number in ordinary digits, such as 1250 or 0.5, with at most 15 before the point and 6 after it.")
    value = Decimal(text.replace(",", ""))
    if value == 0 and text.startswith("-"):
        raise _Faulty("enter 0 without a minus sign.")
    if question.decimals is not None and value != round(value, question.decimals):
        after = f"a number with at most {plural(question.decimals, 'digit')} after the point" if question.decimals else "a whole number"
        raise _Faulty(f"enter {after}.")
    return _within(question, value, "")


def _money(question: Question, raw: Any, complete: bool) -> Decimal:
    text = digits(raw).removeprefix("£").strip()
    if not _POUNDS.fullmatch(text):
        raise _Faulty("enter an amount in pounds and pence that is not below 0, such as 1250.50, with at most 12 digits before the point.")
    return _within(question, Decimal(text.replace(",", "")).quantize(Decimal("0.01")), "£")


def _within(question: Question, value: Decimal, sign: str) -> Decimal:
    if question.least is not None and value < question.least:
        raise _Faulty(f"enter {in_digits(question.least, sign)} or more.")
    if question.most is not None and value > question.most:
        raise _Faulty(f"enter {in_digits(question.most, sign)} or less.")
    return value


def in_digits(value: Decimal, sign: str = "") -> str:
    """A number as people write it: 5, not 5.00; £1,250.50."""
    whole = value == value.to_integral_value()
    return f"-{in_digits(-value, sign)}" if value < 0 else f"{sign}{value:,.0f}" if whole else f"{sign}{value:,f}"


def digits(raw: Any) -> str:
    """What was typed; or a number of JSON as if it had been typed, where it is one that anybody would type."""
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return ""
    exact = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
    return f"{exact:f}" if exact.is_finite() and abs(exact.adjusted()) < 20 else ""


def _date(question: Question, raw: Any, complete: bool) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        day = raw
    elif isinstance(raw, str) and (match := _ISO_DATE.fullmatch(raw.strip())):
        try:
            day = date(*map(int, match.groups()))
        except ValueError as error:
            raise _Faulty(f"{match[0]} is not a day in the calendar. Enter one that is.") from error
    else:
        raise _Faulty("enter a date as year, month and day, such as 2007-05-21.")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _Faulty(f"enter a date from {FIRST_YEAR} to {LAST_YEAR}.")
    if question.earliest and day < question.earliest:
        raise _Faulty(f"enter {date_text(question.earliest)} or a later day.")
    if question.latest and day > question.latest:
        raise _Faulty(f"enter {date_text(question.latest)} or an earlier day.")
    return day


def _choice(question: Question, raw: Any, complete: bool) -> str | list[str]:
    if not question.several:
        return _option(question, raw)
    chosen = {_option(question, each) for each in (raw if isinstance(raw, list | tuple) else [raw])}
    return [option for option in question.choices if option in chosen]


def _option(question: Question, raw: Any) -> str:
    if not isinstance(raw, str) or raw not in question.choices:
        raise _Faulty("choose among the options." if question.several else "choose one of the options.")
    return raw


def _declaration(question: Question, raw: Any, complete: bool) -> bool:
    if raw is True or (isinstance(raw, str) and raw.strip().lower() in _YES):
        return True
    raise _Faulty("tick the box, or leave it.")


def _table(question: Question, raw: Any, complete: bool) -> list[dict[str, Any]]:
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        raise _Faulty("enter rows, each with its columns by title.")
    filled = [row for row in raw if not _is_empty(question, row)]
    most = question.most_rows or MOST_TABLE_ROWS
    if len(filled) > most:
        raise _Faulty(f"use {plural(most, 'row')} or fewer: there are {len(filled):,} now.")
    wrong: list[str] = []
    rows = [_row(question, place, row, complete, wrong) for place, row in enumerate(filled, start=1)]
    if complete and len(rows) < (question.least_rows or 1):
        wrong.append(f"fill in at least {plural(question.least_rows or 1, 'row')}: there {'is' if len(rows) == 1 else 'are'} {len(rows)} now.")
    if wrong:
        more = len(wrong) - NAMED_AT_MOST
        raise _Faulty(" ".join([*wrong[:NAMED_AT_MOST], *([f"And {plural(more, 'more is', 'more are')} wrong."] if more > 0 else [])]))
    return rows


def _row(table: Question, place: int, raw: dict[Any, Any], complete: bool, wrong: list[str]) -> dict[str, Any]:
    """One row as read; a sentence for each cell that is wrong or missing goes to `wrong`."""
    read: dict[str, Any] = {}
    for column in table.per_row:
        try:
            if not is_blank(column, raw.get(column.prompt)):
                read[column.prompt] = _READERS[Kind(column.kind)](column, raw[column.prompt], complete)
            elif column.mandatory and complete:
                raise _Faulty(_what_to_do(column))
        except _Faulty as fault:
            wrong.append(f"row {place}, {column.prompt}: {fault}")
    if unknown := [printable(title) for title in raw if title not in {column.prompt for column in table.per_row}]:
        wrong.append(f"row {place}: there is no column “{unknown[0]}”. Leave it out.")
    return read


def _file(question: Question, raw: Any, complete: bool) -> list[dict[str, Any]]:
    if not isinstance(raw, list) or not all(_is_stamp(each) for each in raw):
        raise _Faulty("attach files one by one; they are not sent with the answers.")
    if len(raw) > question.most_files:
        raise _Faulty(f"attach {plural(question.most_files, 'file')} or fewer: there are {len(raw)} now.")
    return [{name: each[name] for name in _STAMP} for each in raw]


def _is_stamp(raw: Any) -> bool:
    return isinstance(raw, dict) and raw.keys() == _STAMP.keys() and all(type(raw[name]) is kind for name, kind in _STAMP.items())


_READERS: dict[Question.Kind, Callable[[Question, Any, bool], Answer]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.TABLE: _table,
    Kind.FILE: _file,
    Kind.DECLARATION: _declaration,
}
