"""Frameworks as TOML files: what such a file may say, and where in it something stands."""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from commissioning.refusals import Refused
from suppliers.timing import TIMED

KeyPath = tuple[str | int, ...]
FOLDER = Path(__file__).parent / "data" / "frameworks"


class NotLoadable(Refused):
    """Why a file is not loaded: a sentence that begins with where in the file it is."""


@dataclass(frozen=True)
class Kind:
    """What a value must be, in words and as types."""

    words: str
    types: tuple[type, ...]
    required: bool = False

    def fits(self, value: Any) -> bool:
        """Whether a value of the file is of this kind; a truth is no number, and a moment is no day."""
        is_other = (isinstance(value, bool) and bool not in self.types) or isinstance(value, datetime)
        return isinstance(value, self.types) and not is_other


TEXT, NEEDED, DAY, FIRST = Kind("a text", (str,)), Kind("a text", (str,), True), Kind("a day", (date,)), Kind("a day", (date,), True)
NUMBER, WEIGHT, TRUTH = Kind("a number", (int, Decimal)), Kind("a number", (int, Decimal), True), Kind("true or false", (bool,))
WHOLE = Kind("a whole number", (int,))
ANY_KEY = "*"
_PART = {"code": NEEDED, "name": NEEDED, "description": TEXT}
# What a file may say: a Kind, a table (dict), or a list of what its one member says.
SHAPE: dict[str, Any] = {
    "reference": NEEDED,
    "authority": TEXT,
    "title": NEEDED,
    "description": TEXT,
    "regime": NEEDED,
    "term": {"starts_on": FIRST, "ends_on": FIRST, "longest_ends_on": DAY, "ground": TEXT},
    "periods": {"appeal": TEXT, "standstill": TEXT, "tender": TEXT},
    "timing": dict.fromkeys(TIMED, TEXT),
    "lists": [{**_PART, "scope_kind": NEEDED}],
    "areas": [{**_PART, "services": [_PART]}],
    "buyers": {"classes": [TEXT], "named": [TEXT]},
    "criteria": [{"code": NEEDED, "title": NEEDED, "weight": WEIGHT, "within": TEXT, "description": TEXT}],
    "price": {"mechanism": TEXT, "estimated_value": NUMBER, "fee_percent": NUMBER},
    "selection": {"process": NEEDED, "asks_at_most": WHOLE},
    "reopening": {"reopens": TRUTH, "how": TEXT},
    "agreement": {"terms": NEEDED},
    "letters": {ANY_KEY: TEXT},
}


@dataclass(frozen=True)
class FrameworkFile:
    """What a file says, and the line on which each key of it stands."""

    says: dict[str, Any]
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def where(self, path: KeyPath) -> str:
        """Where in the file this stands, for the beginning of a sentence; of what is missing, where it should."""
        for length in range(len(path), 0, -1):
            if line := self.lines.get(path[:length]):
                return f"Line {line}, {_spelt(path)}"
        return _spelt(path)


def parse(text: str) -> FrameworkFile:
    """What the text of a file says. Raises NotLoadable for what is no TOML, and for the first key that is unknown, missing or of another kind."""
    try:
        says = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise NotLoadable(f"The file is not TOML. {error}.") from error
    file = FrameworkFile(says, _lines(text))
    _check(file, says, SHAPE, ())
    return file


def shipped(name: str) -> FrameworkFile:
    """A framework that comes with the service, by the name of its file."""
    return parse((FOLDER / f"{name}.toml").read_text())


def _check(file: FrameworkFile, value: Any, shape: Any, path: KeyPath) -> None:
    if isinstance(shape, Kind):
        if not shape.fits(value):
            raise NotLoadable(f"{file.where(path)}: this must be {shape.words}, and is {_shown(value)}.")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise NotLoadable(f"{file.where(path)}: this must be a list, and is {_shown(value)}.")
        for number, member in enumerate(value):
            _check(file, member, shape[0], (*path, number))
    else:
        _check_table(file, value, shape, path)


def _check_table(file: FrameworkFile, table: Any, shape: dict[str, Any], path: KeyPath) -> None:
    if not isinstance(table, dict):
        raise NotLoadable(f"{file.where(path)}: this must be a table, and is {_shown(table)}.")
    for key, value in table.items():
        known = shape.get(key, shape.get(ANY_KEY))
        if known is None:
            raise NotLoadable(f"{file.where((*path, key))}: a framework’s file has no such key. Here it knows: {', '.join(shape)}.")
        _check(file, value, known, (*path, key))
    for key, kind in shape.items():
        if isinstance(kind, Kind) and kind.required and key not in table:
            raise NotLoadable(f"{file.where((*path, key))}: this is missing. It must be {kind.words}.")
    if not path and "term" not in table:
        raise NotLoadable("term: this is missing. Give it as a table with starts_on and ends_on.")


def _shown(value: Any) -> str:
    return f"“{value}”" if isinstance(value, str | int | Decimal | date) else "a table" if isinstance(value, dict) else "a list"


def _spelt(path: KeyPath) -> str:
    """A path for people: `areas 2, services 1, code`."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int):
            words[-1] += f" {step + 1}"
        else:
            words.append(step)
    return ", ".join(words)


_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*=")


def _lines(text: str) -> dict[KeyPath, int]:
    """On which line each table and key of a TOML text stands; tomllib tells only where the text breaks off."""
    found: dict[KeyPath, int] = {}
    members: dict[KeyPath, int] = {}
    table: KeyPath = ()
    is_text = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not is_text and (header := _HEADER.fullmatch(line)):
            table = _table(header[2], header[1] == "[[", members)
            found.setdefault(table, number)
            found.setdefault(tuple(step for step in table if isinstance(step, str)), number)
        elif not is_text and (key := _KEY.match(line)):
            found.setdefault((*table, key[1]), number)
        is_text ^= (line.count('"""') + line.count("'''")) % 2 == 1
    return found


def _table(name: str, is_member: bool, members: dict[KeyPath, int]) -> KeyPath:
    *outer, last = (part.strip(" \"'") for part in name.split("."))
    path: KeyPath = ()
    for part in outer:
        path = (*path, part)
        path = (*path, members[path]) if path in members else path
    path = (*path, last)
    if is_member:
        members[path] = members.get(path, -1) + 1
        path = (*path, members[path])
    return path
