"""Count the days of a legal period: a rule, a day and a calendar in, the counted days out; nothing is read or stored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from commissioning import clock

IsWorking = Callable[[date], bool]
WhyClosed = Callable[[date], str]

ONE_DAY = timedelta(days=1)
ONE_MINUTE = timedelta(minutes=1)
LONGEST_CLOSURE = 366


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How a period is counted from the day of an event; its fields mean what those of `PeriodRule` mean."""

    code: str
    length: int
    unit: str = "calendar"
    first_day: str = "day_after"
    skipped_days: int = 0
    rolls_forward: bool = False
    least_working_days: int = 0
    end: str = "midnight"
    length_from_receipt: int | None = None
    calendar: str = "ENG"

    def __post_init__(self) -> None:
        """Refuse a period without days, whose end nobody could say."""
        if not self.length:
            raise ValueError(f"{self.code} counts no days. Give it a length of at least one day, or of minus one to count back.")


@dataclass(frozen=True)
class Day:
    """One day of a period: whether it is a working day, whether it was counted, and if not, why not."""

    on: date
    works: bool
    counted: bool
    why: str = ""


@dataclass(frozen=True)
class Counted:
    """The days of a period in the order of counting, and the day of the event (or of the receipt) that they are counted from.

    A rule that counts back counts from the event to the latest day that is in time.
    """

    rule: Rule
    event: date
    days: tuple[Day, ...]

    @property
    def first(self) -> date:
        """The day on which the period begins, counted or not."""
        return self.days[0].on

    @property
    def last(self) -> date:
        """The last day of the period."""
        return self.days[-1].on

    @property
    def ends(self) -> datetime:
        """The first moment, in UTC, that is no longer in the period: midnight in London at the end of its last day."""
        return _midnight_before(self.last + ONE_DAY)

    @property
    def earliest_deadline(self) -> datetime:
        """The first deadline, in UTC and to the minute, that leaves all of the period.

        Where a notice states the time of day, the last day is enough: from a minute past the midnight that begins it, for a
        deadline at that midnight would be the end of the day before.
        """
        return _midnight_before(self.last) + ONE_MINUTE if self.rule.end == "time_stated" else self.ends


def _midnight_before(on: date) -> datetime:
    return clock.london(on.year, on.month, on.day)


def weekday(on: date) -> str:
    """Why a day is closed, as far as its date alone tells."""
    return f"{on:%A}" if on.weekday() >= 5 else "a bank holiday or another closed day"


def count(rule: Rule, event: date, is_working: IsWorking, *, received: date | None = None, why_closed: WhyClosed = weekday) -> Counted:
    """The days that a rule counts from the day of an event (or, counting back, from the last day before an end).

    `received` is the day on which the last notice arrived, for a rule that may end sooner after receipt (reg 32A PCR 2006).
    Raises ValueError, with a sentence, for a receipt before the event and for a period that no calendar reaches.
    """
    counted = _from_event(rule, rule.length, event, is_working, why_closed)
    if received is None or rule.length_from_receipt is None:
        return counted
    if received < event:
        raise ValueError(f"What was sent on {event:%d %B %Y} cannot have been received on {received:%d %B %Y}. Correct one of the two.")
    return min(counted, _from_event(rule, rule.length_from_receipt, received, is_working, why_closed), key=lambda each: each.last)


def _from_event(rule: Rule, length: int, event: date, is_working: IsWorking, why_closed: WhyClosed) -> Counted:
    line = _days_in_line(event, ONE_DAY if length > 0 else -ONE_DAY, is_working)
    if rule.first_day == "day_after":
        next(line)
    days = [Day(on, works, False, "the period begins, and is counted from the next day") for on, works in islice(line, rule.skipped_days)]
    days.extend(_counted_days(line, rule.unit, abs(length), why_closed))
    _run_on(line, rule, days, why_closed)
    return Counted(rule, event, tuple(days))


def _days_in_line(on: date, step: timedelta, is_working: IsWorking) -> Iterator[tuple[date, bool]]:
    closed = 0
    while True:
        works = is_working(on)
        closed = 0 if works else closed + 1
        if closed > LONGEST_CLOSURE:
            raise ValueError(f"There is no working day within a year of {on:%d %B %Y}. Correct the closed days.")
        yield on, works
        try:
            on += step
        except OverflowError as error:
            raise ValueError(f"The period runs beyond {on:%d %B %Y}, where the calendar ends. Choose another date.") from error


def _counted_days(line: Iterator[tuple[date, bool]], unit: str, length: int, why_closed: WhyClosed) -> Iterator[Day]:
    while length:
        on, works = next(line)
        counts = works or unit == "calendar"
        length -= counts
        yield Day(on, works, counts, "" if counts else why_closed(on))


def _run_on(line: Iterator[tuple[date, bool]], rule: Rule, days: list[Day], why_closed: WhyClosed) -> None:
    """Reg 2 PCR 2006 and Art 3(4) and (5) of Regulation 1182/71: enough working days, the last day one of them."""
    working = sum(day.works for day in days)
    while working < rule.least_working_days:
        on, works = next(line)
        working += works
        days.append(Day(on, works, False, f"the period runs on until it holds {rule.least_working_days} working days"))
    if rule.rolls_forward and not days[-1].works:
        why = f"the period runs on to a working day, for its last day is {why_closed(days[-1].on)}"
        while not days[-1].works:
            on, works = next(line)
            days.append(Day(on, works, False, why))
