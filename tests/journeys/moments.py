"""When the story happens: in 2040, a year that the calendars know, and far enough ahead that the demo's clock can be moved there."""

from datetime import datetime, timedelta

from commissioning import clock
from commissioning.actions.demo import move_demo_clock
from commissioning.models import User

BEGINS_AT = clock.london(2040, 1, 9, 9)
APPLICATIONS_CLOSE_AT = clock.london(2040, 1, 27, 12)
DECIDED_AT = clock.london(2040, 2, 6, 10)
APPEALED_AT = clock.london(2040, 2, 8, 10)
# Ten days, of which the first is the one after the decisions.
APPEALS_END_AT = clock.london(2040, 2, 17)
HEARD_AT = clock.london(2040, 2, 17, 14)
RELEASED_AT = clock.london(2040, 2, 20, 10)
PUBLISHED_AT = clock.london(2040, 2, 27, 10)
# As the period rules propose them on the day of publication; the clocks go forward the night before bids are due.
QUESTIONS_CLOSE_AT = clock.london(2040, 3, 12, 12)
CLOSES_AT = clock.london(2040, 3, 26, 12)
OPENED_AT = clock.london(2040, 3, 27, 10)
ANNOUNCED_AT = clock.london(2040, 4, 17, 15)
# Ten days after the day of the notices, in summer time.
STANDSTILL_ENDS_AT = clock.london(2040, 4, 28)
# The demo's clock runs on, so that between moving it and an act some seconds pass.
SHORTLY = timedelta(minutes=2)


def it_is(moment: datetime) -> None:
    """The demo's clock is moved on, by its own act, which announces what has fallen due on the way."""
    move_demo_clock(to=moment, by=User.objects.get(email="curator@doh.example"))
