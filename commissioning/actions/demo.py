"""The demo's own clock, which its players move forward."""

from datetime import datetime

from commissioning import announcing, letters
from commissioning.models import DemoClock, User
from commissioning.moves import Step, beginning, moving

VERB = "move_demo_clock"
# Calendars are known that far.
LAST_YEAR = 2099


def move_demo_clock(*, to: datetime, by: User, at: datetime | None = None) -> DemoClock:
    """Let it be a later moment, then announce what has fallen due; time never goes back."""
    first_time = not DemoClock.objects.exists()
    door = beginning(DemoClock(pk=DemoClock.ONLY), VERB, by=by, at=at) if first_time else moving(DemoClock, DemoClock.ONLY, VERB, by=by, at=at)
    with door as step:
        _jump(step, to)
    announcing.announce_due()
    letters.send_waiting()
    return step.record


def _jump(step: Step[DemoClock], to: datetime) -> None:
    step.require(to > step.at, "The clock only goes forward: choose a later moment.")
    step.require(to.year <= LAST_YEAR, f"The demo ends with the year {LAST_YEAR}: choose an earlier moment.")
    step.facts |= {"before": step.at, "after": to}
    step.record.jump_to(to, real=step.at - step.record.ahead_by)
