"""Rows of a sheet of organisations, as the Organisation Data Service and other registers write them: read, checked, and complained of by row."""

import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import zip_longest
from typing import IO, Any

from django.core.exceptions import ValidationError

from commissioning.identifiers import tidied
from commissioning.models import Identifier, Organisation, OrganisationClass
from commissioning.models.base import check_it_is_seen
from commissioning.sheet_lines import numbered_lines
from suppliers.models import Supplier

MOST_ROWS = 20_000
MOST_PROBLEMS = 50
Key = tuple[str, str]

_ODS = Identifier.Scheme.ODS
_ALSO_CALLED = {
    "code": "ods_code organisation_code org_code",
    "name": "organisation_name legal_name",
    "role": "role_id primary_role body_class class",
    "valid_from": "open_date opened_on start_date operational_start legal_start",
    "valid_to": "close_date closed_on end_date operational_end legal_end",
    "successors": "successor successor_code successor_codes",
    "predecessors": "predecessor predecessor_code predecessor_codes",
    "address": "",
    "identifiers": "",
}
OF_SUPPLIERS = ("short_name", "profile", "website")
_SCHEMES = {scheme.lower().replace("-", "_"): scheme for scheme in Identifier.Scheme} | {"company_number": Identifier.Scheme.COMPANIES_HOUSE}
_DAYS = {r"\d{4}-\d{2}-\d{2}": "%Y-%m-%d", r"\d{8}": "%Y%m%d", r"\d{1,2}/\d{1,2}/\d{4}": "%d/%m/%Y"}
_READ_AS_NUMBER = re.compile(r"\d+(?:\.\d+)?E[+-]?\d+", re.IGNORECASE)


@dataclass
class Problems:
    """What is wrong with a sheet, row by row; beyond the first it goes on looking, but not for ever."""

    found: list[str] = field(default_factory=list)

    def note(self, number: int, column: str, sentence: str) -> None:
        """One more. Raises ValidationError once there are so many that something else is wrong."""
        self.found.append(f"Row {number}, {column}: {sentence}")
        if len(self.found) >= MOST_PROBLEMS:
            self.found.append("There may be more. Mend these first.")
            self.require_none()

    def require_none(self) -> None:
        """Raises ValidationError with all of them, if there are any."""
        if self.found:
            raise ValidationError({"file": self.found})


@dataclass(frozen=True)
class GivenRow:
    """What a row says: `said` by field, for the columns that the sheet has."""

    number: int
    identifiers: tuple[Key, ...]
    said: dict[str, Any]
    successors: tuple[Key, ...]
    predecessors: tuple[Key, ...]

    @property
    def known_as(self) -> str:
        """What a person finds it by."""
        codes = ", ".join(value for _, value in self.identifiers)
        return f"{self.said['name']} ({codes})"[:300]


@dataclass(frozen=True)
class GivenSheet:
    """All rows, and the headings that say nothing to the service."""

    rows: list[GivenRow]
    unused: list[str]


def read_sheet(file: IO[bytes], name: str, kind: str, problems: Problems) -> GivenSheet:
    """The rows of a sheet of organisations of this kind; what is wrong with one is added to the problems. Raises ValidationError."""
    rows: list[GivenRow] = []
    with closing(numbered_lines(file, name)) as lines:
        headings = next(lines, (1, []))[1]
        columns = _columns_of(headings, kind)
        reader = _Reader(kind, columns, problems, _classes())
        for number, cells in lines:
            if len(rows) == MOST_ROWS:
                raise ValidationError({"file": f"There are more than {MOST_ROWS:,} rows. Send them in several files."})
            if (row := reader.read(number, cells)) is not None:
                rows.append(row)
    if not rows and not problems.found:
        raise ValidationError({"file": "There is no row below the headings. Send a sheet with one organisation in each row."})
    return GivenSheet(rows, [heading for heading, column in zip(headings, columns, strict=True) if heading and not column])


def _columns_of(headings: list[str], kind: str) -> list[str]:
    """What each column holds, by its heading; empty where it is none of ours. Raises ValidationError for headings that cannot be a sheet's."""
    known = _ALSO_CALLED | (dict.fromkeys(OF_SUPPLIERS, "") if kind == Organisation.Kind.SUPPLIER else {})
    names = {other: column for column, others in known.items() for other in (column, *others.split())} | {name: name for name in _SCHEMES}
    columns = [names.get("_".join(re.findall(r"[a-z0-9]+", heading.lower())), "") for heading in headings]
    if kind == Organisation.Kind.SUPPLIER:
        columns = ["" if column == "role" else column for column in columns]
    twice = next((column for column in columns if column and columns.count(column) > 1), None)
    if twice:
        raise ValidationError({"file": f"Two columns of the first row mean “{twice}”. Take one of them out."})
    missing = [] if "name" in columns else ["name"]
    if not {"code", "identifiers", *_SCHEMES} & set(columns):
        missing.insert(0, "code")
    if missing:
        needed = " and ".join(f"“{column}”" for column in missing)
        raise ValidationError({"file": f"The first row has no heading {needed}. Name the columns in the first row, for example: code, name, role."})
    return columns


def _classes() -> dict[str, str]:
    """The code of each class of public bodies, by all that it is called."""
    found: dict[str, str] = {}
    for one in OrganisationClass.objects.all():
        found |= {called.lower(): one.code for called in (one.code, one.name, one.ods_role) if called}
    return found


@dataclass
class _Reader:
    kind: str
    columns: list[str]
    problems: Problems
    classes: dict[str, str]

    def read(self, number: int, cells: list[str]) -> GivenRow | None:
        """The row; None if it has a problem."""
        before = len(self.problems.found)
        if any(cells[len(self.columns) :]):
            self.problems.note(number, "last column", "It has more cells than the first row has headings. Put a cell with commas in quotation marks.")
            return None
        told = {column: cell for column, cell in zip_longest(self.columns, cells[: len(self.columns)], fillvalue="") if column}
        identifiers = self._identifiers(number, told)
        said = {column: self._value(number, column, text) for column, text in told.items() if column in _VALUES}
        followed = {column: self._keys(number, column, told.get(column, "")) for column in ("successors", "predecessors")}
        if len(self.problems.found) == before:
            self._check(number, identifiers, said)
        if len(self.problems.found) > before:
            return None
        return GivenRow(number, identifiers, said, followed["successors"], followed["predecessors"])

    def _check(self, number: int, identifiers: tuple[Key, ...], said: dict[str, Any]) -> None:
        if not identifiers:
            self.problems.note(number, "code", "Nothing says which organisation it is. Give its code, or another identifier.")
        first, last = said.get("valid_from"), said.get("valid_to")
        if first and last and last < first:
            self.problems.note(number, "valid_to", f"The last day is before the first, {first:%d %B %Y}. Mend one of them.")
        for model in (Organisation, Supplier):
            own = {each.name for each in model._meta.fields}
            self._check_fields(number, model, {name: value for name, value in said.items() if name in own and (value or name != "short_name")})

    def _check_fields(self, number: int, model: Any, said: dict[str, Any]) -> None:
        try:
            model(**said).clean_fields(exclude={each.name for each in model._meta.fields} - said.keys())
            for name, value in said.items():
                if isinstance(value, str):
                    check_it_is_seen(model._meta.get_field(name), value)
        except ValidationError as error:
            for column, sentences in error.message_dict.items():
                self.problems.note(number, column, " ".join(sentences))

    def _identifiers(self, number: int, told: dict[str, str]) -> tuple[Key, ...]:
        given = {"code": told.get("code", "")} | {column: told[column] for column in told if column in _SCHEMES}
        found = [self._key(number, column, _SCHEMES.get(column, _ODS), text) for column, text in given.items() if text]
        found += self._keys(number, "identifiers", told.get("identifiers", ""))
        return tuple(dict.fromkeys(key for key in found if key is not None))

    def _keys(self, number: int, column: str, text: str) -> tuple[Key, ...]:
        """Several, between semicolons or commas: `5AT`, or `GB-COH:01234567`."""
        keys = []
        for part in map(str.strip, re.split("[;,\n]", text)):
            scheme, _, value = part.rpartition(":")
            if part and scheme and scheme not in Identifier.Scheme.values:
                self.problems.note(number, column, f"“{part}” names no register. Write it like GB-COH:01234567, with one of {_REGISTERS}.")
            elif part:
                keys.append(self._key(number, column, scheme or _ODS, value))
        return tuple(key for key in keys if key is not None)

    def _key(self, number: int, column: str, scheme: str, text: str) -> Key | None:
        if _READ_AS_NUMBER.fullmatch(text) and scheme == _ODS and not text.isalnum():
            sentence = f"A spreadsheet has taken this code for the number {text}. Format the column as text, and type the code again."
            self.problems.note(number, column, sentence)
            return None
        try:
            value = tidied(scheme, text)
            Identifier(scheme=scheme, value=value).clean_fields(exclude={"organisation", "id"})
        except ValidationError as error:
            self.problems.note(number, column, " ".join(error.messages))
            return None
        return scheme, value

    def _value(self, number: int, column: str, text: str) -> Any:
        if column in {"valid_from", "valid_to"}:
            return self._day(number, column, text)
        if column == "role":
            if text and text.lower() not in self.classes:
                known = ", ".join(dict.fromkeys(self.classes.values()))
                self.problems.note(number, column, f"No class of public bodies is called “{text}”. Write one of {known}, or its ODS role.")
            return self.classes.get(text.lower(), "")
        if column == "name" and not text:
            self.problems.note(number, column, "It has no name. Give the legal name.")
        return text

    def _day(self, number: int, column: str, text: str) -> date | None:
        if not text:
            return None
        shape = next((shape for pattern, shape in _DAYS.items() if text.isascii() and re.fullmatch(pattern, text)), None)
        try:
            if shape is not None:
                return datetime.strptime(text, shape).date()  # noqa: DTZ007 (a day has no time zone)
        except ValueError:
            pass
        self.problems.note(number, column, f"“{text}” is not a day. Write it like 2007-03-31, or 31/03/2007.")
        return None


_VALUES = {"name", "role", "address", "valid_from", "valid_to", *OF_SUPPLIERS}
_REGISTERS = ", ".join(Identifier.Scheme.values)


def repeated(rows: Iterable[GivenRow], problems: Problems) -> dict[Key, GivenRow]:
    """The row of each identifier; one that stands in two rows is a problem."""
    found: dict[Key, GivenRow] = {}
    for row in rows:
        for key in row.identifiers:
            first = found.setdefault(key, row)
            if first is not row:
                problems.note(row.number, "code", f"{key[1]} stands in row {first.number} as well. Keep one of them.")
    return found
