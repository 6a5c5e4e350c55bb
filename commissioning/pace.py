"""How long steps take against their clocks, in working days, from the moments that are stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from commissioning.clock import in_london
from commissioning.working_days import WorkingDays

# Of each step the latest so often; what was done long ago says little of how long it takes.
MOST_STEPS = 1_000


@dataclass(frozen=True)
class Taken:
    """One time that a step was done: from when, to when, and when it was to be done by (None: it has no clock)."""

    began: datetime
    ended: datetime
    due: datetime | None = None


@dataclass(frozen=True)
class Pace:
    """How long a step took each time, in working days; `late` counts those done at the end of their clock or after it (None: there is no clock)."""

    step: str
    clock: str
    days: Sequence[int]
    late: int | None = None

    @property
    def middle(self) -> float | None:
        """The median, whole where it is."""
        middle = median(self.days) if self.days else None
        return int(middle) if middle is not None and middle == int(middle) else middle

    @property
    def longest(self) -> int | None:
        """The longest."""
        return max(self.days, default=None)


def pace_of(step: str, times: Iterable[Taken], calendar: WorkingDays, *, clock: str = "") -> Pace:
    """How long a step took each of these times; `clock` says in words what it is measured against."""
    done = list(times)
    late = sum(one.due is not None and one.ended >= one.due for one in done) if clock else None
    return Pace(step, clock, [days_between(one.began, one.ended, calendar) for one in done], late)


def days_between(began: datetime, ended: datetime, calendar: WorkingDays) -> int:
    """How many working days come after the day on which it began, up to and with the day on which it ended, in London."""
    first, last = in_london(began).date(), in_london(ended).date()
    return sum(calendar.is_working(day) for day in _days_after(first, last))


def _days_after(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=count) for count in range(1, (last - first).days + 1))
