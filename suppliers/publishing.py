"""A published version of the lists, as rows and as numbers: pure functions of its entries."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

HEADINGS = ("List", "Area", "Supplier", "Short name", "Listed at", "Suspended until", "Illustrative")

Entry = dict[str, Any]


def moment_of(text: str | None) -> datetime | None:
    """A moment of an entry, which holds it as text."""
    return parse_datetime(text) if text else None


def is_suspended(entry: Entry, at: datetime) -> bool:
    """Whether the entry's mark of suspension holds at that moment: a suspension ends by itself."""
    ends_at = moment_of(entry["suspended_until"])
    return ends_at is not None and at < ends_at


def counts(entries: Iterable[Entry]) -> Counter[tuple[str, str]]:
    """How many suppliers stand on each list for each area, by the codes of both."""
    return Counter((entry["list"], entry["area"]) for entry in entries)


def standing_on(entries: Iterable[Entry], list_code: str, area_code: str) -> list[Entry]:
    """The entries of one list and area, by the supplier's name."""
    found = [entry for entry in entries if (entry["list"], entry["area"]) == (list_code, area_code)]
    return sorted(found, key=lambda entry: (entry["name"].casefold(), entry["supplier"]))


def rows(entries: Iterable[Entry], lists: dict[str, str], areas: dict[str, str]) -> list[Sequence[Any]]:
    """The entries as rows under HEADINGS, in the order of lists and areas (names by code) and then by the supplier's name."""
    entries = list(entries)
    return [
        (
            lists[list_code],
            areas[area_code],
            entry["name"],
            entry["short_name"],
            moment_of(entry["listed_at"]),
            moment_of(entry["suspended_until"]),
            "yes" if entry["is_illustrative"] else "no",
        )
        for list_code in lists
        for area_code in areas
        for entry in standing_on(entries, list_code, area_code)
    ]
