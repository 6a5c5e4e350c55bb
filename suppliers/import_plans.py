"""What a sheet of organisations would change: worked out from its rows and the register, without changing anything."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.utils.text import slugify

from commissioning import clock
from commissioning.canon import digest, plain
from commissioning.models import Identifier, Organisation
from commissioning.same_names import key_of, not_told_from
from suppliers.models import ImportedRow, Supplier
from suppliers.organisation_rows import OF_SUPPLIERS, GivenRow, Key, Problems, repeated

What = ImportedRow.What
# What is done one by one, each with an entry on its own trail, while others wait to write.
MOST_ONE_BY_ONE = 2_000
_AT_ONCE = 500
_FIELDS = {"name": "name", "role": "body_class_id", "address": "address", "valid_from": "valid_from", "valid_to": "valid_to"}
_CALLED = {"body_class_id": "Class", "valid_from": "First day", "valid_to": "Last day", "short_name": "Short name"}


@dataclass(eq=False)
class Planned:
    """One organisation of the sheet, or one that a row of it names as a predecessor: what it is, and what it is to be."""

    number: int
    known_as: str
    row: GivenRow | None = None
    organisation: Organisation | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    identifiers: list[Key] = field(default_factory=list)
    successors: list["Planned"] = field(default_factory=list)

    @cached_property
    def supplier(self) -> Supplier | None:
        """The supplier that it is, if it is here as one."""
        return getattr(self.organisation, "supplier", None)

    def value(self, name: str) -> Any:
        """What a field is to be, of an organisation."""
        return self.after.get(name, getattr(self.organisation, name, None))

    @property
    def what(self) -> str:
        """New, changed, closed, or empty: it is so already."""
        if self.organisation is None:
            return What.NEW
        if self.successors or (self.after.get("valid_to") and not self.before.get("valid_to")):
            return What.CLOSED
        return What.CHANGED if self.after or self.identifiers else ""

    def changes(self) -> list[list[str]]:
        """Each field that changes: its name, what it says before, and after."""
        told = [[_CALLED.get(name, name.capitalize()), _text(self.before.get(name)), _text(value)] for name, value in self.after.items()]
        told += [["Identifier", "", f"{scheme}:{value}"] for scheme, value in self.identifiers]
        return told + [["Successor", "", successor.known_as] for successor in self.successors]

    def stamp(self) -> Any:
        """All that must be the same when it is carried out."""
        who = str(self.organisation.pk) if self.organisation else ""
        return plain([self.number, self.what, who, self.before, self.after, self.identifiers, [one.known_as for one in self.successors]])


@dataclass(frozen=True)
class Plan:
    """What would change, in the order of the rows; and how many rows say what is known."""

    changes: list[Planned]
    unchanged: int

    @cached_property
    def hash(self) -> str:
        """SHA-256 of all that would change, and of what that was before."""
        return digest([planned.stamp() for planned in self.changes])

    def counts(self) -> dict[str, int]:
        """How many organisations it finds new, changed, closed and as they are."""
        found = [planned.what for planned in self.changes]
        return {**{str(what): found.count(what) for what in What}, "unchanged": self.unchanged}


def plan_of(rows: list[GivenRow], kind: str, problems: Problems, *, otherwise: str = "") -> Plan:
    """What these rows would change; `otherwise` is the class of a new organisation whose row names none.

    Raises ValidationError with everything that is wrong with them.
    """
    given = repeated(rows, problems)
    holders = _holders({*given, *(key for row in rows for key in (*row.successors, *row.predecessors))})
    planned = {row.number: each for row in rows if (each := _planned(row, kind, holders, problems)) is not None}
    by_key = {key: planned[row.number] for key, row in given.items() if row.number in planned}
    _follow(planned, by_key, holders, kind, problems)
    if kind == Organisation.Kind.SUPPLIER:
        _name_briefly(planned.values(), problems)
        _name_apart(list(planned.values()), problems)
    problems.require_none()
    for each in planned.values():
        if otherwise and each.organisation is None:
            each.after.setdefault("body_class_id", otherwise)
    changes = [each for each in planned.values() if each.what]
    one_by_one = [each for each in changes if kind == Organisation.Kind.SUPPLIER or each.what != What.NEW or each.successors]
    if len(one_by_one) > MOST_ONE_BY_ONE:
        problems.note(one_by_one[MOST_ONE_BY_ONE].number, "every column", f"More than {MOST_ONE_BY_ONE:,} records change. Send it in several files.")
        problems.require_none()
    return Plan(changes, len(rows) - sum(each.row is not None for each in changes))


def _holders(keys: set[Key]) -> dict[Key, Organisation]:
    """Whom each of these identifiers belongs to, read a few hundred at a time."""
    found: dict[Key, Organisation] = {}
    for scheme, of_it in groupby(sorted(keys), itemgetter(0)):
        for values in _some_at_once([value for _, value in of_it]):
            identifiers = Identifier.objects.filter(scheme=scheme, value__in=values).select_related("organisation__supplier")
            for each in identifiers.prefetch_related("organisation__identifiers", "organisation__successors"):
                found[(each.scheme, each.value)] = each.organisation
    same = {organisation.pk: organisation for organisation in found.values()}
    return {key: same[organisation.pk] for key, organisation in found.items()}


def _some_at_once(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


def _planned(row: GivenRow, kind: str, holders: dict[Key, Organisation], problems: Problems) -> Planned | None:
    own = {holders[key] for key in row.identifiers if key in holders}
    if len(own) > 1:
        names = " and ".join(sorted(one.name for one in own))
        problems.note(row.number, "identifiers", f"They belong to different organisations here: {names}. Give those of one.")
        return None
    organisation = next(iter(own), None)
    if organisation is not None and organisation.kind != kind:
        is_what = f"{organisation.name} is here as a {organisation.get_kind_display().lower()}"
        problems.note(row.number, "code", f"{is_what}. Send it with sheets of that kind, or take the row out.")
        return None
    planned = Planned(row.number, row.known_as, row, organisation)
    known = {(one.scheme, one.value) for one in organisation.identifiers.all()} if organisation else set()
    planned.identifiers = [key for key in row.identifiers if key not in known]
    said = {_FIELDS[column]: value for column, value in row.said.items() if column in _FIELDS}
    _compare(planned, organisation, said)
    _compare(planned, planned.supplier, {name: row.said[name] for name in OF_SUPPLIERS if name in row.said})
    first, last = planned.value("valid_from"), planned.value("valid_to")
    if first and last and last < first:
        problems.note(row.number, "valid_to", f"The last day is before the first, {first:%d %B %Y}. Mend one of them.")
        return None
    return planned


def _compare(planned: Planned, record: Any, said: dict[str, Any]) -> None:
    """Note what the row says otherwise than the record; of a new one, all that it says."""
    for name, value in said.items():
        before = getattr(record, name, None)
        if (before or "") != (value or "") and not (name == "short_name" and not value):
            planned.before[name], planned.after[name] = before, value


def _follow(planned: dict[int, Planned], by_key: dict[Key, Planned], holders: dict[Key, Organisation], kind: str, problems: Problems) -> None:
    """Join predecessors to successors, in whichever row they are named."""
    known = {each.organisation.pk: each for each in planned.values() if each.organisation}

    def find(key: Key, row: GivenRow, column: str) -> Planned | None:
        if key in by_key:
            return by_key[key]
        organisation = holders.get(key)
        if organisation is None or organisation.kind != kind:
            problems.note(row.number, column, f"{key[1]} is in no row, and not registered here. Add a row for it, or mend the code.")
            return None
        if organisation.pk not in known:
            known[organisation.pk] = planned[-len(planned)] = Planned(row.number, f"{organisation.name} ({key[1]})"[:300], None, organisation)
        return known[organisation.pk]

    for each in list(planned.values()):
        if (row := each.row) is None:
            continue
        for key in row.successors:
            _join(each, find(key, row, "successors"), row, "successors", problems)
        for key in row.predecessors:
            _join(find(key, row, "predecessors"), each, row, "predecessors", problems)
    _check_ends(planned.values(), problems)


def _join(before: Planned | None, after: Planned | None, row: GivenRow, column: str, problems: Problems) -> None:
    if before is None or after is None or after in before.successors:
        return
    if before is after:
        problems.note(row.number, column, "An organisation does not take its own place. Take the code out.")
    elif not (before.organisation and after.organisation and after.organisation in before.organisation.successors.all()):
        before.successors.append(after)


def _check_ends(planned: Iterable[Planned], problems: Problems) -> None:
    """Whoever has a successor has a last day, and nobody takes the place of one that took its own."""
    for each in planned:
        last = each.value("valid_to")
        if each.successors and last is None:
            problems.note(each.number, "valid_to", f"{each.known_as} has a successor and no last day. Give its last day.")
        for successor in each.successors:
            ends: date | None = successor.value("valid_to")
            if last and ends and ends <= last:
                problems.note(each.number, "successors", f"{successor.known_as} ends no later than it. Mend the days, or the code.")
            if each in _those_after(successor):
                problems.note(each.number, "successors", f"{successor.known_as} came before it. Take one of the two codes out.")


def _those_after(planned: Planned) -> Iterator[Planned]:
    """Whoever takes its place by the sheet, however much later."""
    seen, newest = {planned}, [planned]
    while newest:
        newest = [one for each in newest for one in each.successors if one not in seen]
        seen.update(newest)
        yield from newest


def _name_briefly(planned: Iterable[Planned], problems: Problems) -> None:
    """Give each new supplier its name in addresses; each has its own."""
    new = [each for each in planned if each.organisation is None and each.row]
    for each in new:
        each.after["short_name"] = each.after.get("short_name") or slugify(each.after["name"])[:40]
    names = _some_at_once([each.after["short_name"] for each in new])
    taken = {name for some in names for name in Supplier.objects.filter(short_name__in=some).values_list("short_name", flat=True)}
    for each in new:
        name = each.after["short_name"]
        if not name or name in taken:
            problems.note(each.number, "short_name", f"“{name}” is the short name of another supplier. Give one of its own.")
        taken.add(name)
    for each in planned:
        if each.organisation and "short_name" in each.after:
            problems.note(
                each.number, "short_name", f"It is known as “{each.before['short_name']}”, and stays so. Write that, or leave the cell empty."
            )


def _name_apart(planned: list[Planned], problems: Problems) -> None:
    """Each supplier with a new name has one that cannot be taken for another's, here or in the sheet."""
    today = clock.in_london(clock.now()).date()
    named = [each for each in planned if each.row and "name" in each.after and not _ends_before(each, today)]
    ending = {each.organisation.pk for each in planned if each.organisation and _ends_before(each, today)}
    holders: dict[str, list[Organisation]] = {}
    for names in _some_at_once([each.after["name"] for each in named]):
        for one in Organisation.objects.called(names, today).exclude(pk__in=ending).prefetch_related("successors", "predecessors"):
            holders.setdefault(one.name_key, []).append(one)
    for each in named:
        key = key_of(each.after["name"])
        own = each.organisation
        others = [one for one in holders.get(key, []) if one != own and own not in {*one.successors.all(), *one.predecessors.all()}]
        if others:
            problems.note(each.number, "name", not_told_from(others[0].name))
        holders[key] = [*holders.get(key, []), own or Organisation(name=each.after["name"])]


def _ends_before(planned: Planned, day: date) -> bool:
    last: date | None = planned.value("valid_to")
    return last is not None and last < day


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
