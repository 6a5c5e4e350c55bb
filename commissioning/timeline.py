"""Propose the dates of a procurement: each at noon in London on a working day."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from commissioning import clock
from commissioning.periods import Counted
from commissioning.refusals import Refused
from commissioning.working_days import WorkingDays

CountRule = Callable[[str, date], Counted]


@dataclass(frozen=True)
class Step:
    """Something that happens so many days, or one period of a rule, after the step before it or after the one that it names."""

    name: str
    length: int = 0
    unit: str = "working"
    rule: str = ""
    after: str = ""


@dataclass(frozen=True)
class Proposed:
    """A step with the moment proposed for it, and for a step that waits for a rule's period, the exclusive end of that period."""

    name: str
    at: datetime
    period_ends_at: datetime | None = None


class CallOff(StrEnum):
    """The steps of a call-off competition, by the names that people read."""

    ISSUED = "Invitation to tender issued"
    QUESTIONS_CLOSE = "Clarification questions close"
    QUESTIONS_ANSWERED = "Clarification questions answered"
    TENDERS_DUE = "Tenders due"
    OPENED = "Tenders opened"
    EVALUATED = "Evaluation complete"
    AWARD_NOTIFIED = "Intended award notified"
    STANDSTILL_OVER = "Standstill over"


# What the period before each step is called where a rule is named for it.
_TIMED_BY = {
    "questions": CallOff.QUESTIONS_CLOSE,
    "answers": CallOff.QUESTIONS_ANSWERED,
    "tenders": CallOff.TENDERS_DUE,
    "opening": CallOff.OPENED,
    "evaluation": CallOff.EVALUATED,
    "award": CallOff.AWARD_NOTIFIED,
    "standstill": CallOff.STANDSTILL_OVER,
}


def mini_competition(rules: Mapping[str, str]) -> tuple[Step, ...]:
    """The steps of a call-off competition, each after the period of a rule: `rules` has the rules' codes by what they time."""
    return Step(CallOff.ISSUED), *(Step(name, rule=rules[timed]) for timed, name in _TIMED_BY.items())


def steps_after(name: str, steps: Sequence[Step]) -> Sequence[Step]:
    """The steps that come after the one of that name."""
    return steps[[step.name for step in steps].index(name) + 1 :]


def propose(start: datetime, steps: Iterable[Step], days: WorkingDays, count: CountRule) -> list[Proposed]:
    """Dates for the steps in their order, the first from `start`; never before it.

    `days` is the calendar that the dates must fall in; `count` counts a rule's period (as `windows.count` does).
    Raises Refused, with a sentence, for a step that goes back or follows one that is not before it, and for a date that the calendar does not know.
    """
    proposed: dict[str, Proposed] = {}
    previous = _first_noon(start, days)
    for step in steps:
        if step.after and step.after not in proposed:
            raise Refused(f"“{step.name}” comes after “{step.after}”, which is not a step before it. Put that step first.")
        origin = clock.in_london(proposed[step.after].at).date() if step.after else previous
        on, ends_at = _reached(step, origin, days, count)
        if on < origin:
            raise Refused(f"“{step.name}” counts back from the step before it. A timeline goes forward: choose another length or rule.")
        proposed[step.name] = Proposed(step.name, _noon(on), ends_at)
        previous = on
    return list(proposed.values())


def _reached(step: Step, origin: date, days: WorkingDays, count: CountRule) -> tuple[date, datetime | None]:
    if not step.rule:
        on = days.shift(origin, step.length) if step.unit == "working" else origin + timedelta(days=step.length)
        return days.on_or_after(on), None
    counted = count(step.rule, origin)
    if counted.rule.end == "time_stated":
        return days.on_or_after(counted.last), None
    return days.on_or_after(clock.in_london(counted.ends).date()), counted.ends


def _first_noon(start: datetime, days: WorkingDays) -> date:
    on = days.on_or_after(clock.in_london(start).date())
    return on if _noon(on) >= start else days.shift(on, 1)


def _noon(on: date) -> datetime:
    return clock.london(on.year, on.month, on.day, 12)
