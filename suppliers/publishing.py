"""A published version of the lists, as rows and as numbers, and what differs between two: pure functions of their entries."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.utils.dateparse import parse_datetime

from commissioning.clock import from_wall, in_london
from commissioning.wording import ending_text

HEADINGS = ("List", "Area", "Supplier", "Short name", "Listed at", "Suspended until", "Agreement", "Illustrative", "Took over from", "Services")
NOT_SIGNED_YET = "Agreement not signed yet"

Entry = dict[str, Any]


def moment_of(text: str | None) -> datetime | None:
    """A moment of an entry, which holds it as text."""
    return parse_datetime(text) if text else None


def is_suspended(entry: Entry, at: datetime) -> bool:
    """Whether the entry's mark of suspension holds at that moment: a suspension ends by itself."""
    ends_at = moment_of(entry["suspended_until"])
    return ends_at is not None and at < ends_at


def took_over_from(entry: Entry) -> str:
    """From whom the supplier took its place over, by the name of that day; versions of old say nothing of it."""
    return entry.get("took_over_from") or ""


def services(entry: Entry) -> dict[str, str]:
    """The names of the services for which the supplier is listed there, by their codes; versions of old say nothing of them."""
    return {service["code"]: service["name"] for service in entry.get("services", ())}


def for_service(entries: Iterable[Entry], code: str) -> list[Entry]:
    """Those of these entries, of one area, that are for the service of this code; all, if it is empty."""
    return [entry for entry in entries if not code or code in services(entry)]


def awaits_agreement(entry: Entry) -> bool:
    """Whether the supplier was not asked for want of a countersigned agreement; versions of old say nothing of it."""
    return bool(entry.get("awaits_agreement"))


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
            NOT_SIGNED_YET if awaits_agreement(entry) else "",
            "yes" if entry["is_illustrative"] else "no",
            took_over_from(entry),
            "; ".join(services(entry).values()),
        )
        for list_code in lists
        for area_code in areas
        for entry in standing_on(entries, list_code, area_code)
    ]


def end_of(day: date, at: datetime) -> datetime:
    """The last instant of a day in London; the moment itself, if the day is not over."""
    return min(from_wall(datetime.combine(day + timedelta(days=1), time())) - timedelta(microseconds=1), at)


def is_to_come(day: date, at: datetime) -> bool:
    """Whether the day begins after that moment."""
    return day > in_london(at).date()


class Kind(StrEnum):
    """What can have become of a supplier on a list for an area between two versions."""

    JOINED = "joined"
    LEFT = "left"
    LISTED_ANEW = "listed_anew"
    SUSPENDED = "suspended"
    RETURNED = "returned"
    RENAMED = "renamed"
    SERVICES = "services"
    AGREED = "agreed"
    AWAITS_AGREEMENT = "awaits_agreement"


@dataclass(frozen=True)
class Change:
    """What one version says otherwise than another of one supplier on one list for one area; both by their codes."""

    kind: Kind
    list: str
    area: str
    supplier: str
    short_name: str
    name: str
    words: str


def changes(before: Iterable[Entry], after: Iterable[Entry]) -> list[Change]:
    """What the second entries say otherwise than the first, by list, area and name."""
    old, new = ({(entry["list"], entry["area"], entry["supplier"]): entry for entry in entries} for entries in (before, after))
    found = [_change(entry, *said) for key in {**old, **new} for said in _said(old.get(key), new.get(key)) for entry in [new.get(key) or old[key]]]
    return sorted(found, key=lambda change: (change.list, change.area, change.name.casefold(), change.supplier, change.kind))


def _change(entry: Entry, kind: Kind, words: str) -> Change:
    names = {name: entry[name] for name in ("list", "area", "supplier", "short_name", "name")}
    return Change(kind, **names, words=words)


def _said(old: Entry | None, new: Entry | None) -> Iterator[tuple[Kind, str]]:
    if old is None or new is None:
        whose = took_over_from(new) if new else ""
        yield (Kind.JOINED, f"Took over from {whose}" if whose else "Listed") if old is None else (Kind.LEFT, "No longer listed")
        return
    if old["listing"] != new["listing"]:
        yield Kind.LISTED_ANEW, "Taken off the list, and listed anew"
    if old["suspended_until"] != new["suspended_until"]:
        until = moment_of(new["suspended_until"])
        yield (Kind.SUSPENDED, f"Suspended until {ending_text(until)}") if until else (Kind.RETURNED, "No longer suspended")
    if awaits_agreement(old) != awaits_agreement(new):
        yield (
            (Kind.AWAITS_AGREEMENT, "The agreement is not countersigned any more")
            if awaits_agreement(new)
            else (Kind.AGREED, "Agreement countersigned")
        )
    if old["name"] != new["name"]:
        yield Kind.RENAMED, f"Renamed: it was {old['name']}"
    yield from _said_of_services(services(old), services(new))


def _said_of_services(old: dict[str, str], new: dict[str, str]) -> Iterator[tuple[Kind, str]]:
    if added := [name for code, name in new.items() if code not in old]:
        yield Kind.SERVICES, f"Also listed for: {'; '.join(added)}"
    if dropped := [name for code, name in old.items() if code not in new]:
        yield Kind.SERVICES, f"No longer listed for: {'; '.join(dropped)}"
