"""Whether answers fit their questions, and what they are once read: one check for pages, API and imports."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from commissioning.models import Question
from commissioning.wording import plural

Answer = str | Decimal | date | bool

LONGEST_TEXT = 50_000
FIRST_YEAR, LAST_YEAR = 1900, 2199
# Plain digits, in thousands or not: no exponents, no digits of other scripts, nothing that a reader could take for another number.
_NUMBER = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,6})?")
_POUNDS = re.compile(r"(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.[0-9]{1,2})?")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YES, _NO = {"true", "yes", "on"}, {"", "false", "no", "off"}


class _Faulty(ValueError):
    """What is wrong with an answer, as the rest of a sentence that begins with the question's number."""


def faults(questions: Iterable[Question], answers: Mapping[str, Any], *, complete: bool = True) -> dict[str, str]:
    """By question id, a sentence for each answer that is wrong and, if they must be `complete`, for each mandatory one that is missing."""
    return _examined(questions, answers, complete)[1]


def clean(questions: Iterable[Question], answers: Mapping[str, Any], *, complete: bool = True) -> dict[str, Answer]:
    """By question id, the answers given, as read: text, Decimal (money in pounds, two decimals), date, the option, or True.

    Raises ValidationError with the sentences of `faults`. What it gives can be given to it again.
    """
    read, found = _examined(questions, answers, complete)
    if found:
        raise ValidationError(found)
    return read


def _examined(questions: Iterable[Question], answers: Mapping[str, Any], complete: bool) -> tuple[dict[str, Answer], dict[str, str]]:
    asked = {str(question.pk): question for question in questions}
    read: dict[str, Answer] = {}
    found = {_printable(key): "This question is not asked here. Leave it out." for key in answers if key not in asked}
    for key, question in asked.items():
        raw = answers.get(key)
        try:
            if not _is_blank(question, raw):
                read[key] = _READERS[Question.Kind(question.kind)](question, raw)
            elif question.mandatory and complete:
                raise _Faulty(_what_to_do(question))
        except _Faulty as fault:
            found[key] = f"Question {question.number}: {fault}"
    return read, found


def _printable(key: object) -> str:
    """A key that a stranger made up, in a form that every answer can carry."""
    return re.sub(r"[^ -~]", "?", str(key)[:40])


def _what_to_do(question: Question) -> str:
    if question.kind == Question.Kind.DECLARATION:
        return "tick the box to make this declaration."
    return "choose an option." if question.kind == Question.Kind.CHOICE else "enter an answer."


def _is_blank(question: Question, raw: Any) -> bool:
    """Whether nothing was answered: a text that shows nothing says nothing."""
    if question.kind == Question.Kind.DECLARATION:
        return raw is None or raw is False or (isinstance(raw, str) and raw.strip().lower() in _NO)
    return raw is None or (isinstance(raw, str) and all(mark.isspace() or unicodedata.category(mark) == "Cf" for mark in raw))


def _text(question: Question, raw: Any) -> str:
    if not isinstance(raw, str):
        raise _Faulty("enter the answer as text.")
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if any(unicodedata.category(mark) in {"Cc", "Cs"} and mark not in "\n\t" for mark in text):
        raise _Faulty("remove the characters that cannot be printed. They often come from copying out of another program.")
    if len(text) > LONGEST_TEXT:
        raise _Faulty(f"use {LONGEST_TEXT:,} characters or fewer: there are {len(text):,} now.")
    words = len(text.split())
    if question.word_limit is not None and words > question.word_limit:
        raise _Faulty(f"use {plural(question.word_limit, 'word')} or fewer: there are {words:,} now.")
    return text


def _number(question: Question, raw: Any) -> Decimal:
    text = _digits(raw)
    if not _NUMBER.fullmatch(text):
        raise _Faulty("enter a number in ordinary digits, such as 1250 or 0.5, with at most 15 before the point and 6 after it.")
    value = Decimal(text.replace(",", ""))
    if value == 0 and text.startswith("-"):
        raise _Faulty("enter 0 without a minus sign.")
    return value


def _money(question: Question, raw: Any) -> Decimal:
    text = _digits(raw).removeprefix("£").strip()
    if not _POUNDS.fullmatch(text):
        raise _Faulty("enter an amount in pounds and pence that is not below 0, such as 1250.50, with at most 12 digits before the point.")
    return Decimal(text.replace(",", "")).quantize(Decimal("0.01"))


def _digits(raw: Any) -> str:
    """What was typed; or a number of JSON as if it had been typed, where it is one that anybody would type."""
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        return ""
    exact = Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw)
    return f"{exact:f}" if exact.is_finite() and abs(exact.adjusted()) < 20 else ""


def _date(question: Question, raw: Any) -> date:
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
    return day


def _choice(question: Question, raw: Any) -> str:
    if not isinstance(raw, str) or raw not in question.choices:
        raise _Faulty("choose one of the options.")
    return raw


def _declaration(question: Question, raw: Any) -> bool:
    if raw is True or (isinstance(raw, str) and raw.strip().lower() in _YES):
        return True
    raise _Faulty("tick the box, or leave it.")


_READERS: dict[Question.Kind, Callable[[Question, Any], Answer]] = {
    Question.Kind.TEXT: _text,
    Question.Kind.NUMBER: _number,
    Question.Kind.MONEY: _money,
    Question.Kind.DATE: _date,
    Question.Kind.CHOICE: _choice,
    Question.Kind.DECLARATION: _declaration,
}
