"""What time it is: the database's clock, in UTC; and London time for people."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """This moment, aware and in UTC, to the microsecond, by the one clock that all processes share.

    Read it after taking the lock it is to be compared under: on PostgreSQL it is `clock_timestamp()`, which moves on
    within a transaction; on SQLite the writer's lock is held by one process, so that process's clock is the database's.
    """
    return _database_now() + _demo_lead()


def _database_now() -> datetime:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (moment,) = cursor.fetchone()
        return moment.astimezone(UTC)
    return timezone.now()


def when_written() -> Any:
    """The real moment at which the database writes a row, never before the row's transaction began; a value or an expression."""
    return Now() if connection.vendor == "postgresql" else timezone.now()


def _demo_lead() -> timedelta:
    """How far the demo's clock has been moved ahead; nothing outside the embedded demo."""
    if not settings.DEMO:
        return timedelta()
    from commissioning.models import DemoClock  # models import this module

    return DemoClock.lead()


def in_london(moment: datetime) -> datetime:
    """The same moment on a London clock."""
    return moment.astimezone(LONDON)


def in_our_years(moment: Any) -> Any:
    """The same moment; ValueError with a sentence if in UTC it lies before the year 1 or after 9999, where nothing can compare it."""
    try:
        if moment is not None and moment.tzinfo:
            moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("This moment lies outside the years 1 to 9999. Choose another.") from error
    return moment


def london(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, microsecond: int = 0) -> datetime:
    """A London wall-clock time as an aware moment in UTC.

    Raises ValueError with a sentence for a time that the clocks skip or show twice.
    """
    return from_wall(datetime(year, month, day, hour, minute, second, microsecond))


def from_wall(wall: datetime) -> datetime:
    """A naive London wall-clock time as a moment in UTC; ValueError if it does not exist or exists twice."""
    early, late = wall.replace(tzinfo=LONDON, fold=0), wall.replace(tzinfo=LONDON, fold=1)
    if early.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != wall:
        raise ValueError(f"{wall:%d %B %Y %H:%M} does not exist in London: the clocks go forward over it. Choose another time.")
    if early.utcoffset() != late.utcoffset():
        raise ValueError(f"{wall:%d %B %Y %H:%M} happens twice in London, as the clocks go back. Choose another time.")
    return early.astimezone(UTC)
