"""How long steps take, in working days, and how often they were late."""

from datetime import timedelta

import pytest

from commissioning import clock
from commissioning.models import PeriodRule
from commissioning.pace import Taken, days_between, pace_of
from commissioning.working_days import WorkingDays

ENGLAND = WorkingDays(PeriodRule.Calendar.ENGLAND_AND_WALES)
A_MOMENT = timedelta(microseconds=1)
FRIDAY = clock.london(2026, 3, 27, 12)


@pytest.mark.parametrize(
    ("ended", "days"),
    [
        (FRIDAY, 0),
        (clock.london(2026, 3, 28, 12), 0),
        (clock.london(2026, 3, 30) - A_MOMENT, 0),
        # British Summer Time has begun: this moment is still Sunday in UTC.
        (clock.london(2026, 3, 30), 1),
        (clock.london(2026, 3, 30) + A_MOMENT, 1),
        # Good Friday and Easter Monday are no working days.
        (clock.london(2026, 4, 7, 9), 5),
    ],
)
def test_days_are_counted_after_the_first_up_to_and_with_the_last_in_london(ended, days):
    assert days_between(FRIDAY, ended, ENGLAND) == days


def test_the_median_and_the_longest_of_all_times():
    ends = [clock.london(2026, 3, day, 12) for day in (27, 30, 31)] + [clock.london(2026, 4, 7)]
    pace = pace_of("A step", [Taken(FRIDAY, end) for end in ends], ENGLAND)
    assert (pace.days, pace.middle, pace.longest, pace.late) == ([0, 1, 2, 5], 1.5, 5, None)


def test_a_step_that_was_never_done_has_no_pace():
    pace = pace_of("A step", [], ENGLAND)
    assert (pace.middle, pace.longest) == (None, None)


@pytest.mark.parametrize(("ended", "late"), [(FRIDAY - A_MOMENT, 0), (FRIDAY, 1), (FRIDAY + A_MOMENT, 1)])
def test_what_is_done_at_the_end_of_its_clock_is_late(ended, late):
    pace = pace_of("A step", [Taken(FRIDAY - timedelta(days=1), ended, FRIDAY)], ENGLAND, clock="Its window")
    assert pace.late == late
