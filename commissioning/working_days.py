"""Which days are working days, by the bank holidays of a calendar and the closed days that the authority added."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from holidays.countries.united_kingdom import UnitedKingdom

from commissioning.models.calendar import ClosedDay, PeriodRule
from commissioning.refusals import Refused

ENGLAND_AND_WALES, ANY_UK = PeriodRule.Calendar.ENGLAND_AND_WALES, PeriodRule.Calendar.ANY_UK
PARTS = {ENGLAND_AND_WALES: ("ENG", "WLS"), ANY_UK: ("ENG", "WLS", "SCT", "NIR")}
NAMES = {"SCT": " (Scotland)", "NIR": " (Northern Ireland)"}

# May Day began in 1978, and the library knows no holidays after its last year: it would call every weekday a working day.
FIRST_YEAR, LAST_YEAR = 1978, UnitedKingdom.end_year


@lru_cache(maxsize=512)
def bank_holidays(calendar: str, year: int) -> Mapping[date, str]:
    """The bank holidays of a year with their names, Good Friday, Christmas Day and substitute days among them.

    Built whole for each year: the library's own dictionary fills itself while it is read, which two threads must not see.
    """
    found: dict[date, str] = {}
    for part in PARTS[PeriodRule.Calendar(calendar)]:
        for on, name in UnitedKingdom(subdiv=part, years=year, expand=False).items():
            found.setdefault(on, name + NAMES.get(part, ""))
    return found


@dataclass(frozen=True)
class WorkingDays:
    """One calendar, with its closed days read once; Refused, with a sentence, for a year whose bank holidays nobody knows."""

    calendar: str
    closed: Mapping[date, str] = field(default_factory=dict)

    def is_working(self, on: date) -> bool:
        """Whether it is a working day."""
        return not self.why_closed(on)

    def why_closed(self, on: date) -> str:
        """Why it is not a working day; empty if it is one."""
        if not FIRST_YEAR <= on.year <= LAST_YEAR:
            raise Refused(f"The bank holidays of {on.year} are not known. Choose a date from {FIRST_YEAR} to {LAST_YEAR}.")
        holiday = bank_holidays(self.calendar, on.year).get(on) or self.closed.get(on, "")
        return f"{on:%A}" if on.weekday() >= 5 else holiday

    def on_or_after(self, on: date) -> date:
        """The day itself if it is a working day, else the next one that is."""
        while not self.is_working(on):
            on += timedelta(days=1)
        return on

    def shift(self, on: date, days: int) -> date:
        """The date so many working days after a date, or before it where `days` is negative."""
        step = timedelta(days=1 if days > 0 else -1)
        while days:
            on += step
            if self.is_working(on):
                days -= step.days
        return on


def working_days(calendar: str) -> WorkingDays:
    """A calendar with the closed days that hold in it, in one query; what is closed in England and Wales is closed in a part of the UK."""
    calendars = {calendar, ENGLAND_AND_WALES} if calendar == ANY_UK else {calendar}
    rows = ClosedDay.objects.filter(calendar__in=calendars).values_list("on", "reason")
    return WorkingDays(calendar, dict(rows))
