"""When a legal window ends: the period rules and closed days of the database, applied to a day or a moment."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from commissioning import clock, periods
from commissioning.models.calendar import PeriodRule
from commissioning.periods import Counted, Rule
from commissioning.refusals import Refused
from commissioning.working_days import WorkingDays, working_days

A_MOMENT = timedelta(microseconds=1)


class UnknownRule(Refused):
    """No period rule has this code."""


def rule(code: str) -> Rule:
    """The period rule as it stands now; UnknownRule, naming those that there are."""
    row = PeriodRule.objects.filter(code=code).first()
    if row is None:
        known = ", ".join(PeriodRule.objects.values_list("code", flat=True))
        raise UnknownRule(f"There is no period rule “{code}”. {f'The rules are: {known}.' if known else 'None has been loaded yet.'}")
    return Rule(**{each.name: getattr(row, each.name) for each in fields(Rule)})


def count(rule_code: str, on_or_at: date | datetime, *, received: date | datetime | None = None) -> Counted:
    """The days that a rule counts from an event, given as a London date or a moment, in two queries.

    A rule that counts back takes the last day of what it counts back from, or its exclusive end.
    Raises Refused, with a sentence, if there is no such rule or the period cannot be counted.
    """
    how = rule(rule_code)
    return _counted(how, working_days(how.calendar), on_or_at, received)


def _counted(how: Rule, days: WorkingDays, on_or_at: date | datetime, received: date | datetime | None = None) -> Counted:
    # An exclusive end at midnight belongs to the day before it.
    event = _london_date(on_or_at, back_by=A_MOMENT if how.length < 0 else timedelta())
    arrived = None if received is None else _london_date(received)
    try:
        return periods.count(how, event, days.is_working, received=arrived, why_closed=days.why_closed)
    except ValueError as error:
        raise Refused(str(error)) from error


def _london_date(on_or_at: date | datetime, *, back_by: timedelta = timedelta()) -> date:
    if not isinstance(on_or_at, datetime):
        return on_or_at
    if timezone.is_naive(on_or_at):
        raise TypeError("A window opens at an aware moment, not at a naive one.")
    return clock.in_london(on_or_at - back_by).date()


def window_ends_at(rule_code: str, opened_at: datetime) -> datetime:
    """The exclusive end, in UTC, of the window that the event at `opened_at` opens: store it then, and never count it again."""
    return count(rule_code, opened_at).ends


def windows_end_at(rule_code: str, opened_at: Iterable[datetime]) -> list[datetime]:
    """The exclusive ends, in UTC, of the windows that these events open, in two queries however many there are; none without any."""
    moments = list(opened_at)
    if not moments:
        return []
    how = rule(rule_code)
    days = working_days(how.calendar)
    return [_counted(how, days, moment).ends for moment in moments]


def standstill_ends_at(
    *,
    sent_electronically: datetime | None,
    sent_otherwise: datetime | None = None,
    received: datetime | None = None,
    electronic_rule: str = "PCR06_STANDSTILL_E",
    other_rule: str = "PCR06_STANDSTILL_POST",
) -> datetime:
    """When the standstill after several notices ends, each moment being that of the last such notice.

    Where some went electronically and some by other means, it is the later of the two ends (reg 32A PCR 2006).
    `received` is when the last of those sent by other means arrived, if that is known. Raises Refused if nothing was sent.
    """
    ends = []
    if sent_electronically is not None:
        ends.append(count(electronic_rule, sent_electronically).ends)
    if sent_otherwise is not None:
        ends.append(count(other_rule, sent_otherwise, received=received).ends)
    if not ends:
        raise Refused("No notice has been sent, so no standstill runs. Send the notices first.")
    return max(ends)


def standstill_after_debrief(ends_at: datetime, debriefed_at: datetime) -> datetime:
    """The end of a standstill once the reasons asked for are given: late ones move it, so that the days of the rule remain (reg 32 PCR 2006)."""
    give = rule("PCR06_DEBRIEF_GIVE")
    return max(ends_at, _counted(replace(give, length=abs(give.length)), working_days(give.calendar), debriefed_at).ends)
