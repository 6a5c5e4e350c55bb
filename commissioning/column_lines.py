"""A table's columns as a person writes them, one to a line: `Days: number, whole, from 0, to 31, in days`."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError

from commissioning.models import Question
from commissioning.questionnaires import ColumnEntry
from commissioning.wording import plural

Kind = Question.Kind
OPTIONAL = " (optional)"
_KINDS = {"text": Kind.TEXT, "number": Kind.NUMBER, "money": Kind.MONEY, "date": Kind.DATE, "declaration": Kind.DECLARATION}
_CHOICE = "choice of "
_LINE = re.compile(r"(?P<title>.+?)\s*:\s*(?P<what>(?:text|number|money|date|declaration)\b.*|choice of .+)", re.IGNORECASE)
HOW = (
    "One column to a line: its title, a colon, and what goes into it. For example: “Name: text”, “Days: number, whole, from 0, to 31, in days”, "
    "“Day rate: money, to 2000”, “Start (optional): date, from 2007-05-01”, “Grade: choice of Senior; Junior”."
)


def as_lines(columns: list[dict[str, Any]]) -> str:
    """Columns as they are kept, as lines."""
    return "\n".join(_line(column) for column in columns)


def _line(column: dict[str, Any]) -> str:
    title = f"{column['prompt']}{'' if column.get('mandatory', True) else OPTIONAL}"
    if column["kind"] == Kind.CHOICE:
        return f"{title}: {_CHOICE}{'; '.join(column['choices'])}"
    parts = [next(word for word, kind in _KINDS.items() if kind == column["kind"])]
    if "decimals" in column:
        parts.append("whole" if int(column["decimals"]) == 0 else plural(int(column["decimals"]), "decimal"))
    parts += [f"up to {plural(int(column['word_limit']), 'word')}"] if "word_limit" in column else []
    bounds = (("from", "least"), ("from", "earliest"), ("to", "most"), ("to", "latest"))
    parts += [f"{word} {column[name]}" for word, name in bounds if name in column]
    parts += [f"in {column['unit']}"] if column.get("unit") else []
    return f"{title}: {', '.join(parts)}"


def from_lines(text: str) -> list[ColumnEntry]:
    """Lines as columns. Raises ValidationError that quotes the line it cannot read."""
    return [_column(line.strip()) for line in text.splitlines() if line.strip()]


def _column(line: str) -> ColumnEntry:
    match = _LINE.fullmatch(line)
    if not match:
        raise _unread(line, "Write its title, a colon, and text, number, money, date, declaration or “choice of” with options.")
    title, what = match["title"], match["what"]
    optional = title.lower().endswith(OPTIONAL)
    entry: dict[str, Any] = {"prompt": title[: -len(OPTIONAL)] if optional else title, "mandatory": not optional}
    if what.lower().startswith(_CHOICE):
        return {**entry, "kind": Kind.CHOICE, "choices": what[len(_CHOICE) :].split(";")}  # type: ignore[typeddict-item]
    kind, *limits = [part.strip() for part in what.split(",")]
    if kind.lower() not in _KINDS:
        raise _unread(line, f"“{kind}” is not a kind of answer.")
    entry["kind"] = _KINDS[kind.lower()]
    for limit in limits:
        entry |= _limit(line, entry["kind"], limit)
    return entry  # type: ignore[return-value]  # a typed dictionary cannot be built key by key


def _limit(line: str, kind: str, limit: str) -> dict[str, Any]:
    for pattern, kinds, name, read in _LIMITS:
        match = re.fullmatch(pattern, limit, re.IGNORECASE)
        if match and kind in kinds:
            try:
                return {name: read(match[1] if match.groups() else "")}
            except (ValueError, InvalidOperation) as error:
                raise _unread(line, f"“{limit}” is not written as a limit.") from error
    raise _unread(line, f"“{limit}” is not a limit of this kind of answer.")


_AMOUNT = r"£?(-?[0-9]{1,12}(?:\.[0-9]{1,2})?)"
_DAY = r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
_LIMITS: tuple[tuple[str, set[str], str, Callable[[str], Any]], ...] = (
    ("whole", {Kind.NUMBER}, "decimals", lambda text: 0),
    (r"([0-9]) decimals?", {Kind.NUMBER}, "decimals", int),
    (r"up to ([0-9]{1,5}) words?", {Kind.TEXT}, "word_limit", int),
    (rf"from {_AMOUNT}", {Kind.NUMBER, Kind.MONEY}, "least", Decimal),
    (rf"to {_AMOUNT}", {Kind.NUMBER, Kind.MONEY}, "most", Decimal),
    (rf"from {_DAY}", {Kind.DATE}, "earliest", date.fromisoformat),
    (rf"to {_DAY}", {Kind.DATE}, "latest", date.fromisoformat),
    (r"in (.+)", {Kind.NUMBER}, "unit", str),
)


def _unread(line: str, why: str) -> ValidationError:
    return ValidationError(f"The column “{line[:80]}” cannot be read. {why}")
