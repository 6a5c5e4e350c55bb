"""A tender's dates: what they must be, what is worth a second look, and what the period rules propose."""

from datetime import date, datetime, timedelta
from typing import TypedDict

from django.core.exceptions import ValidationError

from commissioning import timeline, windows
from commissioning.clock import in_london
from commissioning.timeline import CallOff
from commissioning.wording import date_text, moment_text, plural
from commissioning.working_days import WorkingDays, working_days
from procurement.models import Tender

FURTHEST = timedelta(days=2 * 366)
LONGEST_CONTRACT = timedelta(days=20 * 366)
LATE_IN_THE_DAY = 16


class Dates(TypedDict):
    """The moments and days of a tender, by the names of its fields."""

    questions_close_at: datetime
    answers_due_at: datetime
    closes_at: datetime
    contract_starts_on: date
    contract_ends_on: date


def check_dates(tender: Tender, at: datetime) -> None:
    """Refuse dates that are past, out of order or too far away. Raises ValidationError with a sentence for each that is wrong by itself.

    What is only measured by a wrong date is not blamed as well.
    """
    deadline, starts, ends = tender.closes_at, tender.contract_starts_on, tender.contract_ends_on
    if late := _deadline_fault(tender, at):
        faults = late | term_fault(None, starts, ends)
    else:
        faults = _questions_fault(tender, at) | term_fault(deadline, starts, ends)
    if faults:
        raise ValidationError(faults)


def _deadline_fault(tender: Tender, at: datetime) -> dict[str, str]:
    if tender.closes_at is None:
        return {}
    if not at < tender.closes_at <= at + FURTHEST:
        return {"closes_at": "Choose a deadline in the future, within the next two years."}
    too_soon = _too_soon(tender, tender.closes_at, at)
    return {"closes_at": too_soon} if too_soon else {}


def _questions_fault(tender: Tender, at: datetime) -> dict[str, str]:
    closes_at, asked, answered = tender.closes_at, tender.questions_close_at, tender.answers_due_at
    if closes_at and asked and not at < asked < closes_at:
        return {"questions_close_at": "Questions must close in the future, before bids are due."}
    if closes_at and answered and not (asked or at) <= answered < closes_at:
        return {"answers_due_at": "Answers are due after questions close and before bids are due."}
    return {}


def _too_soon(tender: Tender, closes_at: datetime, at: datetime) -> str:
    """That suppliers would have less time than the framework gives them if the tender were issued at that moment, as a sentence."""
    rule = tender.framework_version.tender_rule_id
    if rule is None:
        return ""
    counted = windows.count(rule, at)
    least = f"The framework gives suppliers {plural(counted.rule.length, 'working day' if counted.rule.unit == 'working' else 'day')} to tender"
    return "" if closes_at >= counted.earliest_deadline else f"{least}: choose a deadline on {counted.last.day} {counted.last:%B %Y} or later."


def term_fault(closes_at: datetime | None, starts: date | None, ends: date | None) -> dict[str, str]:
    """What is wrong with a contract's first and last day beside a deadline for bids, by field; empty if nothing is."""
    if starts and closes_at and starts <= in_london(closes_at).date():
        return {"contract_starts_on": f"The contract must start after bids are due: choose a day after {date_text(in_london(closes_at).date())}."}
    if starts and ends and not starts < ends <= starts + LONGEST_CONTRACT:
        return {"contract_ends_on": "The contract must end after it starts, and within 20 years."}
    return {}


def hints(tender: Tender) -> list[str]:
    """What is allowed and worth a second look: closed days, late hours, less time than the period rules propose."""
    days = _calendar(tender)
    found = [
        *_moment_hints("Questions close", tender.questions_close_at, days),
        *_moment_hints("Answers are due", tender.answers_due_at, days),
        *_moment_hints("Bids are due", tender.closes_at, days),
    ]
    starts = tender.contract_starts_on
    if starts and tender.closes_at and starts < (earliest := proposed_from(tender, tender.closes_at)):
        found.append(f"The contract may not be ready: by the period rules it can start on {earliest:%d %B %Y} at the earliest.")
    return found


def _moment_hints(what: str, moment: datetime | None, days: WorkingDays) -> list[str]:
    if moment is None:
        return []
    local, found = in_london(moment), []
    if why := days.why_closed(local.date()):
        found.append(f"{what} on {moment_text(moment)}, which is not a working day ({why}).")
    elif local.hour >= LATE_IN_THE_DAY:
        found.append(f"{what} on {moment_text(moment)}: help is easier to find before 4pm.")
    return found


def time_to_bid(tender: Tender, start: datetime) -> str:
    """How many working days suppliers have from a moment to the deadline, as a sentence, and how many the period rules propose."""
    if tender.closes_at is None:
        return ""
    days = _calendar(tender)
    given = _working_days_between(start, tender.closes_at, days)
    usual = _working_days_between(start, proposed(tender, start)["closes_at"], days)
    return f"Suppliers have {plural(given, 'working day')} to bid; the period rules propose {usual}."


def _working_days_between(start: datetime, end: datetime, days: WorkingDays) -> int:
    on, last, count = in_london(start).date(), in_london(end).date(), 0
    while on < last:
        on += timedelta(days=1)
        count += days.is_working(on)
    return count


def proposed(tender: Tender, start: datetime) -> Dates:
    """Dates by the period rules if the tender were issued at `start`, for a contract of three years. Raises Refused if they cannot be counted."""
    steps = {step.name: step for step in _steps(tender, start)}
    begins = in_london(steps[CallOff.STANDSTILL_OVER].at).date()
    return Dates(
        questions_close_at=steps[CallOff.QUESTIONS_CLOSE].at,
        answers_due_at=steps[CallOff.QUESTIONS_ANSWERED].at,
        closes_at=steps[CallOff.TENDERS_DUE].at,
        contract_starts_on=begins,
        contract_ends_on=_years_on(begins, 3) - timedelta(days=1),
    )


def _steps(tender: Tender, start: datetime) -> list[timeline.Proposed]:
    return timeline.propose(start, timeline.mini_competition(tender.framework_version.timing()), _calendar(tender), windows.count)


def proposed_from(tender: Tender, closes_at: datetime) -> date:
    """The first day on which a contract can start if bids are due at `closes_at`, by the period rules."""
    after = timeline.steps_after(CallOff.TENDERS_DUE, timeline.mini_competition(tender.framework_version.timing()))
    steps = timeline.propose(closes_at, (timeline.Step(CallOff.TENDERS_DUE), *after), _calendar(tender), windows.count)
    return in_london(steps[-1].at).date()


def _years_on(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _calendar(tender: Tender) -> WorkingDays:
    """The calendar that the framework's standstill is counted in."""
    return working_days(tender.framework_version.standstill_rule.calendar)
