"""Append to the trail, and verify it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q

from commissioning import clock
from commissioning.canon import plain
from commissioning.models import Checkpoint, Docket, TrailEntry
from commissioning.models.people import Actor, User
from commissioning.models.trail import BEFORE_THE_FIRST
from commissioning.signing import is_signed

# How many heads of a checkpoint are looked up in one query, and how many checkpoints are held in memory.
_HEADS, _CHECKPOINTS = 200, 10
# How many rows one statement writes.
_AT_ONCE = 500


def open_docket(record: models.Model, title: str) -> Docket:
    """A new chain for a record that begins."""
    return Docket.objects.create(kind=record._meta.label_lower, title=title[:300])


def append(
    docket_id: Any, *, at: datetime, by: Actor, verb: str, subject: models.Model, facts: dict[str, Any], outcome: str = TrailEntry.Outcome.DONE
) -> TrailEntry:
    """Write the next entry of a chain, in the caller's transaction and under the docket's lock."""
    docket = Docket.objects.select_for_update().get(pk=docket_id)
    entry = _entry(docket, at=at, by=by, verb=verb, subject=subject, facts=facts, outcome=outcome)
    entry.save(force_insert=True)
    docket.head_number, docket.head_hash = entry.number, entry.hash
    docket.save(update_fields=["head_number", "head_hash"])
    return entry


def append_each(told: Sequence[tuple[Any, dict[str, Any]]], *, at: datetime, by: Actor, verb: str) -> None:
    """Write the next entry of the chain of each of these records, a different one each, in as many statements for many as for few.

    In the caller's transaction; the dockets are locked in one order.
    """
    dockets = {docket.pk: docket for docket in Docket.objects.select_for_update().filter(pk__in=[one.docket_id for one, _ in told]).order_by("pk")}
    entries = [_entry(dockets[record.docket_id], at=at, by=by, verb=verb, subject=record, facts=facts) for record, facts in told]
    TrailEntry.objects.bulk_create(entries, batch_size=_AT_ONCE)
    for entry in entries:
        entry.docket.head_number, entry.docket.head_hash = entry.number, entry.hash
    Docket.objects.bulk_update(dockets.values(), ["head_number", "head_hash"], batch_size=_AT_ONCE)


def _entry(
    docket: Docket, *, at: datetime, by: Actor, verb: str, subject: models.Model, facts: dict[str, Any], outcome: str = TrailEntry.Outcome.DONE
) -> TrailEntry:
    """What follows the head of the chain."""
    entry = TrailEntry(
        docket=docket,
        number=docket.head_number + 1,
        at=at,
        actor=by if isinstance(by, User) else None,
        actor_name=by.name if isinstance(by, User) else "",
        job="" if isinstance(by, User) else by.name,
        verb=verb,
        outcome=outcome,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        facts=plain(facts),
        recorded_at=clock.when_written(),
        previous_hash=docket.head_hash,
    )
    entry.hash = entry.expected_hash()
    return entry


def first_entries(records: Sequence[Any], *, at: datetime, by: Actor, verb: str, facts: Sequence[dict[str, Any]]) -> list[TrailEntry]:
    """The first entry of a new chain for each of these records that begin; neither the chains nor the entries are saved."""
    entries = []
    for record, told in zip(records, facts, strict=True):
        record.docket = Docket(kind=record._meta.label_lower, title=str(record)[:300])
        entry = _entry(record.docket, at=at, by=by, verb=verb, subject=record, facts=told)
        record.docket.head_number, record.docket.head_hash = entry.number, entry.hash
        entries.append(entry)
    return entries


@dataclass(frozen=True)
class Break:
    """The first place where a chain does not hold, and what is wrong there."""

    docket: Docket
    number: int
    what: str

    def __str__(self) -> str:
        return f"{self.docket.kind} {self.docket.pk} ({self.docket.title}), entry {self.number}: {self.what}"


def breaks() -> Iterator[Break]:
    """The first bad entry of each chain that does not hold, in constant memory."""
    for docket in Docket.objects.order_by("pk").iterator(chunk_size=500):
        if found := first_break(docket):
            yield found


def first_break(docket: Docket) -> Break | None:
    """The first bad entry of one chain, or None if it holds from its first entry to its head.

    What looks broken is looked at again under the docket's lock: an entry may just have been added.
    """
    if _first_break(docket) is None:
        return None
    with transaction.atomic():
        return _first_break(Docket.objects.select_for_update().get(pk=docket.pk))


def _first_break(docket: Docket) -> Break | None:
    number, previous = 0, BEFORE_THE_FIRST
    for entry in TrailEntry.objects.filter(docket=docket).order_by("number", "id").iterator(chunk_size=1000):
        number += 1
        if entry.number != number:
            return Break(docket, number, f"an entry is missing or was put in: number {entry.number} stands where {number} should.")
        if entry.previous_hash != previous:
            return Break(docket, number, "it does not follow from the entry before it.")
        if entry.hash != entry.expected_hash():
            return Break(docket, number, "its content was changed after it was written.")
        previous = entry.hash
    if (number, previous) != (docket.head_number, docket.head_hash):
        return Break(docket, docket.head_number, f"the chain ends at {number}, but {docket.head_number} entries were written.")
    return None


@dataclass(frozen=True)
class Lost:
    """What a checkpoint knew and the chains do not bear out, or what is wrong with the checkpoints themselves."""

    what: str

    def __str__(self) -> str:
        return self.what


def breaks_since_checkpoint() -> Iterator[Lost]:
    """Each head that a checkpoint signed and that is not in its chain any more, and the first place where the checkpoints do not hold."""
    number, previous = 0, BEFORE_THE_FIRST
    for checkpoint in Checkpoint.objects.order_by("number").iterator(chunk_size=_CHECKPOINTS):
        number += 1
        if not is_signed(checkpoint.content(), checkpoint.signature):
            yield Lost(f"{checkpoint}: its signature is not that of this service over what it says.")
            return
        if (checkpoint.number, checkpoint.previous_hash) != (number, previous):
            yield Lost(f"{checkpoint}: it does not follow from the checkpoint before it, or that one is missing.")
            return
        previous = checkpoint.hash()
        heads = ((UUID(docket), entry, head) for docket, (entry, head) in checkpoint.heads.items())
        while batch := list(islice(heads, _HEADS)):
            yield from _heads_lost(checkpoint, batch)
    if Docket.objects.filter(signed_in__gt=number).exists():
        yield Lost(f"The checkpoints end at {number}, but later ones signed heads: they are missing.")


def _heads_lost(checkpoint: Checkpoint, heads: list[tuple[UUID, int, str]]) -> Iterator[Lost]:
    numbered = Q(*(Q(docket=docket, number=number) for docket, number, _ in heads), _connector=Q.OR)
    found = dict(TrailEntry.objects.filter(numbered).values_list("docket_id", "hash"))
    for docket, number, head in heads:
        if found.get(docket) != head:
            what = "is missing" if docket not in found else "is another one"
            yield Lost(f"docket {docket}, entry {number}: the entry that {checkpoint} signed as its head {what}.")
