"""The trail as a feed of events that misses none, however long a writer takes to commit."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from commissioning.models import Docket, TrailEntry
from commissioning.reading_trail import readable_dockets

# Every other session's transaction that is under way: what it has written bears a later moment than its beginning.
_OLDEST_UNDER_WAY = """
SELECT min(xact_start) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def events(user: Any) -> QuerySet[TrailEntry]:
    """The entries that this person may read and that are settled, to be ordered by `(recorded_at, id)`.

    An entry is settled once nothing can be recorded before it any more. `recorded_at` is the database's clock when the
    row was written, never before its transaction began: on PostgreSQL the feed therefore stops where the oldest
    transaction under way began (read before the entries are); SQLite has one writer at a time, so there all is settled.
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
        cursor.execute(_OLDEST_UNDER_WAY)
        (moment,) = cursor.fetchone()
    return moment
