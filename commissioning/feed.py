"""The trail as a feed of events that misses none, however long a writer takes to commit, and tells of no others.

An event's place is `(recorded_at, docket, number)`: the moment at which its row was written, its own docket, and its
number within that docket. Nothing in an answer or a cursor counts over all dockets, so whatever happens where the reader
may not look leaves no gap in what they read.

What is guaranteed: events of one docket come in the order of their numbers, for each is written under the docket's lock,
after the one before it was committed. Events of different dockets come in the order in which they were written. Once a
reader has been given an event, no event is put in before it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from commissioning.canon import utc_text
from commissioning.models import Docket, TrailEntry
from commissioning.reading_trail import readable_dockets

IN_ORDER = ("recorded_at", "docket_id", "number")

# Every other session's transaction that is under way and has written: what it has recorded bears a later moment than its
# beginning. One that has not written has no transaction id yet (an act locks rows, which takes one, before it records), and
# what it will record is written later than this statement came in. One that only reads, as a backup does, holds nothing up.
_SETTLED_UNTIL = """
SELECT LEAST(statement_timestamp(), min(xact_start)) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
  AND backend_xid IS NOT NULL
"""


def events(user: Any) -> QuerySet[TrailEntry]:
    """The entries that this person may read and that are settled, to be ordered by `IN_ORDER`.

    An entry is settled once nothing can be recorded before it any more. `recorded_at` is the database's clock when the
    row was written, never before its transaction began: on PostgreSQL the feed therefore stops where the oldest
    transaction under way that has written anything began (read before the entries are); SQLite has one writer at a time, so there all is settled.
    """
    dockets = Docket.objects.filter(readable_dockets(user))
    entries = TrailEntry.objects.filter(docket__in=dockets)
    horizon = _settled_until()
    return entries.filter(recorded_at__lt=horizon) if horizon else entries


def _settled_until() -> datetime | None:
    """The moment before which nothing is left to be recorded; None: everything is settled."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED_UNTIL)
        (moment,) = cursor.fetchone()
    return moment


@dataclass(frozen=True)
class Place:
    """Where a reader has got to, in nothing but what they have read: the last event's moment, docket and number."""

    recorded_at: datetime
    docket_id: UUID
    number: int

    @classmethod
    def of(cls, entry: TrailEntry) -> "Place":
        """The event's own."""
        return cls(entry.recorded_at, entry.docket_id, entry.number)

    @classmethod
    def read(cls, text: str) -> "Place":
        """What `str` wrote. ValueError for anything else."""
        moment, docket, number = text.split(" ")
        recorded_at = parse_datetime(moment)
        if recorded_at is None or not moment.endswith("Z") or not 0 < int(number) < 2**31:
            raise ValueError("No place in a feed.")
        return cls(recorded_at, UUID(docket), int(number))

    def __str__(self) -> str:
        return f"{utc_text(self.recorded_at)} {self.docket_id} {self.number}"

    def beyond(self) -> Q:
        """The events that come after it."""
        in_the_docket = Q(docket_id=self.docket_id, number__gt=self.number)
        at_the_moment = Q(recorded_at=self.recorded_at) & (Q(docket_id__gt=self.docket_id) | in_the_docket)
        return Q(recorded_at__gt=self.recorded_at) | at_the_moment
