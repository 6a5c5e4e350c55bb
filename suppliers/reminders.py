"""When to remind people of a deadline: some working days before it, at the same time of day."""

from datetime import datetime

from commissioning.clock import from_wall, in_london, london
from commissioning.working_days import WorkingDays

WORKING_DAYS_BEFORE = (5, 2, 1)


def reminder_at(closes_at: datetime, days_before: int, days: WorkingDays) -> datetime:
    """The moment so many working days before a deadline, at the deadline's time of day in London.

    On a day whose clocks skip or repeat that time it is noon. Raises ValueError for a year whose bank holidays are not known.
    """
    local = in_london(closes_at)
    on = days.shift(local.date(), -days_before)
    try:
        return from_wall(datetime.combine(on, local.time()))
    except ValueError:
        return london(on.year, on.month, on.day, 12)


def due_reminder(opened_at: datetime, closes_at: datetime, at: datetime, days: WorkingDays) -> int | None:
    """How many working days before the deadline the reminder is that is due at this moment; None if none is.

    Only the latest counts: one that was missed is not made up for, and none is due for a time before the opening.
    """
    if at >= closes_at:
        return None
    passed = [before for before in WORKING_DAYS_BEFORE if opened_at <= reminder_at(closes_at, before, days) <= at]
    return min(passed, default=None)
