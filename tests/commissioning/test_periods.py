"""How the days of a period are counted, whatever the law and the calendar."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commissioning import clock
from commissioning.periods import Counted, Rule, count


def weekdays(on: date) -> bool:
    return on.weekday() < 5


def weekdays_but(*closed: date) -> Callable[[date], bool]:
    return lambda on: weekdays(on) and on not in closed


def the_last_day(rule: Rule, event: date, is_working: Callable[[date], bool] = weekdays) -> date:
    return count(rule, event, is_working).last


TEN_DAYS = Rule(code="TEN", length=10, rolls_forward=True, least_working_days=2)
FIVE_WORKING_DAYS = Rule(code="FIVE", length=5, unit="working")


def test_the_day_of_the_event_is_not_counted() -> None:
    counted = count(TEN_DAYS, date(2007, 5, 21), weekdays)
    assert counted.first == date(2007, 5, 22)
    assert counted.last == date(2007, 5, 31)
    assert [day.on.day for day in counted.days if day.counted] == [22, 23, 24, 25, 26, 27, 28, 29, 30, 31]


def test_a_period_that_begins_with_the_day_of_the_event_counts_it_if_it_is_a_working_day() -> None:
    same_day = Rule(code="SAME", length=5, unit="working", first_day="same_day")
    assert the_last_day(same_day, date(2025, 11, 14)) == date(2025, 11, 20)
    assert the_last_day(same_day, date(2025, 11, 15)) == date(2025, 11, 21)
    assert the_last_day(same_day, date(2025, 11, 16)) == date(2025, 11, 21)
    assert the_last_day(same_day, date(2025, 11, 17)) == date(2025, 11, 21)


def test_a_last_day_on_a_friday_stays_and_one_on_the_weekend_moves_to_monday() -> None:
    assert the_last_day(TEN_DAYS, date(2007, 5, 22)) == date(2007, 6, 1)
    assert the_last_day(TEN_DAYS, date(2007, 5, 23)) == date(2007, 6, 4)
    assert the_last_day(TEN_DAYS, date(2007, 5, 24)) == date(2007, 6, 4)
    assert the_last_day(TEN_DAYS, date(2007, 5, 25)) == date(2007, 6, 4)
    assert the_last_day(TEN_DAYS, date(2007, 5, 26)) == date(2007, 6, 5)


def test_a_closed_day_inside_a_period_of_calendar_days_does_not_extend_it() -> None:
    assert the_last_day(TEN_DAYS, date(2007, 5, 21), weekdays_but(date(2007, 5, 28))) == date(2007, 5, 31)


def test_without_the_roll_a_period_ends_on_a_sunday() -> None:
    plain = Rule(code="PLAIN", length=10)
    assert the_last_day(plain, date(2007, 5, 24)) == date(2007, 6, 3)


def test_a_working_day_period_leaves_out_weekends_and_closed_days_and_says_why() -> None:
    closed = date(2007, 5, 28)
    counted = count(
        FIVE_WORKING_DAYS, date(2007, 5, 24), weekdays_but(closed), why_closed=lambda on: "closed for a test" if on == closed else f"{on:%A}"
    )
    assert [(day.on.day, day.counted, day.why) for day in counted.days] == [
        (25, True, ""),
        (26, False, "Saturday"),
        (27, False, "Sunday"),
        (28, False, "closed for a test"),
        (29, True, ""),
        (30, True, ""),
        (31, True, ""),
        (1, True, ""),
    ]


def test_without_names_a_closed_day_is_explained_by_its_date_alone() -> None:
    counted = count(FIVE_WORKING_DAYS, date(2007, 5, 25), weekdays_but(date(2007, 5, 28)))
    assert [day.why for day in counted.days][:4] == ["Saturday", "Sunday", "a bank holiday or another closed day", ""]


def test_a_period_of_two_days_over_a_weekend_runs_on_until_it_holds_two_working_days() -> None:
    two_days = Rule(code="TWO", length=2, least_working_days=2)
    assert the_last_day(two_days, date(2007, 6, 6)) == date(2007, 6, 8)
    assert the_last_day(two_days, date(2007, 6, 7)) == date(2007, 6, 11)
    assert the_last_day(two_days, date(2007, 6, 8)) == date(2007, 6, 12)
    counted = count(two_days, date(2007, 6, 8), weekdays)
    assert [day.on for day in counted.days if day.counted] == [date(2007, 6, 9), date(2007, 6, 10)]
    assert counted.days[-1].why == "the period runs on until it holds 2 working days"


def test_the_first_day_of_a_period_that_counts_from_the_next_one_passes_uncounted_whatever_day_it_is() -> None:
    after_it_begins = Rule(code="AFTER", length=8, unit="working", skipped_days=1)
    assert the_last_day(after_it_begins, date(2025, 9, 25)) == date(2025, 10, 8)
    assert the_last_day(after_it_begins, date(2025, 9, 26)) == date(2025, 10, 8)
    assert the_last_day(after_it_begins, date(2025, 9, 27)) == date(2025, 10, 8)
    assert the_last_day(after_it_begins, date(2025, 9, 28)) == date(2025, 10, 9)
    assert count(after_it_begins, date(2025, 9, 25), weekdays).first == date(2025, 9, 26)


def test_counting_back_reaches_the_latest_day_after_which_that_many_working_days_remain() -> None:
    back = Rule(code="BACK", length=-3, unit="working")
    counted = count(back, date(2010, 4, 6), weekdays_but(date(2010, 4, 2), date(2010, 4, 5)))
    assert counted.last == date(2010, 3, 30)
    assert [day.on.day for day in counted.days if day.counted] == [1, 31, 30]
    assert counted.ends == datetime(2010, 3, 30, 23, 0, tzinfo=UTC)


def test_counting_back_from_the_day_itself_counts_it() -> None:
    back = Rule(code="BACK", length=-3, unit="working", first_day="same_day")
    assert the_last_day(back, date(2010, 3, 31)) == date(2010, 3, 29)


def test_counting_back_in_calendar_days_moves_a_sunday_to_the_friday_before() -> None:
    back = Rule(code="BACK", length=-3, rolls_forward=True)
    assert the_last_day(back, date(2007, 6, 6)) == date(2007, 6, 1)


def test_a_receipt_ends_the_period_only_if_that_is_earlier() -> None:
    by_post = Rule(code="POST", length=15, rolls_forward=True, length_from_receipt=10)
    sent = date(2010, 11, 22)
    assert count(by_post, sent, weekdays).last == date(2010, 12, 7)
    assert count(by_post, sent, weekdays, received=date(2010, 11, 22)).last == date(2010, 12, 2)
    assert count(by_post, sent, weekdays, received=date(2010, 11, 26)).last == date(2010, 12, 6)
    assert count(by_post, sent, weekdays, received=date(2010, 11, 27)).last == date(2010, 12, 7)
    assert count(by_post, sent, weekdays, received=date(2010, 11, 28)).last == date(2010, 12, 7)


def test_a_receipt_does_not_matter_to_a_rule_that_knows_none() -> None:
    assert count(TEN_DAYS, date(2007, 5, 21), weekdays, received=date(2007, 5, 22)).last == date(2007, 5, 31)


def test_a_receipt_before_the_sending_is_refused_with_a_sentence() -> None:
    by_post = Rule(code="POST", length=15, length_from_receipt=10)
    with pytest.raises(ValueError, match=r"sent on 22 November 2010 cannot have been received on 21 November 2010"):
        count(by_post, date(2010, 11, 22), weekdays, received=date(2010, 11, 21))


def test_a_rule_without_days_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="NOTHING counts no days"):
        Rule(code="NOTHING", length=0)


def test_a_calendar_without_working_days_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="no working day within a year"):
        count(FIVE_WORKING_DAYS, date(2007, 5, 21), lambda on: False)


def test_a_closure_of_a_year_is_counted_over_and_a_longer_one_is_not() -> None:
    reopens = date(2008, 5, 22)  # 366 days after 22 May 2007, over a leap day
    assert the_last_day(Rule(code="ONE", length=1, unit="working"), date(2007, 5, 21), lambda on: on == date(2007, 5, 21) or on >= reopens) == reopens
    with pytest.raises(ValueError, match="no working day within a year"):
        count(Rule(code="ONE", length=1, unit="working"), date(2007, 5, 20), lambda on: on == date(2007, 5, 20) or on >= reopens)


@pytest.mark.parametrize(("length", "event"), [(10, date(9999, 12, 25)), (-10, date(1, 1, 5))])
def test_a_period_past_the_end_of_the_calendar_is_refused_with_a_sentence(length: int, event: date) -> None:
    with pytest.raises(ValueError, match="where the calendar ends"):
        count(Rule(code="FAR", length=length), event, weekdays)


def test_a_period_ends_at_midnight_in_london_in_summer_and_in_winter() -> None:
    assert count(TEN_DAYS, date(2007, 5, 21), weekdays).ends == datetime(2007, 5, 31, 23, 0, tzinfo=UTC)
    assert count(TEN_DAYS, date(2010, 11, 22), weekdays).ends == datetime(2010, 12, 3, 0, 0, tzinfo=UTC)


def test_a_period_over_the_clock_change_in_spring_is_an_hour_shorter() -> None:
    counted = count(Rule(code="FOUR", length=4), date(2010, 3, 25), weekdays)
    assert counted.last == date(2010, 3, 29)
    assert counted.ends - clock.london(2010, 3, 26) == timedelta(days=4, hours=-1)


def test_a_period_over_the_clock_change_in_autumn_is_an_hour_longer() -> None:
    counted = count(Rule(code="FOUR", length=4), date(2010, 10, 28), weekdays)
    assert counted.last == date(2010, 11, 1)
    assert counted.ends - clock.london(2010, 10, 29) == timedelta(days=4, hours=1)


def test_a_period_whose_last_day_is_the_clock_change_ends_at_the_midnight_after_it() -> None:
    day = Rule(code="DAY", length=1)
    assert count(day, date(2010, 3, 27), weekdays).ends == datetime(2010, 3, 28, 23, 0, tzinfo=UTC)
    assert count(day, date(2010, 10, 30), weekdays).ends == datetime(2010, 11, 1, 0, 0, tzinfo=UTC)


def test_a_leap_day_is_a_day_like_any_other() -> None:
    assert the_last_day(TEN_DAYS, date(2008, 2, 18)) == date(2008, 2, 28)
    assert the_last_day(TEN_DAYS, date(2008, 2, 19)) == date(2008, 2, 29)
    assert the_last_day(TEN_DAYS, date(2007, 2, 19)) == date(2007, 3, 1)
    assert the_last_day(TEN_DAYS, date(2008, 2, 29)) == date(2008, 3, 10)


def test_a_period_over_the_year_end_counts_on() -> None:
    assert the_last_day(Rule(code="TEN", length=10), date(2007, 12, 27)) == date(2008, 1, 6)


dates = st.dates(date(1990, 1, 1), date(2080, 12, 31))
closures = st.frozensets(st.integers(-60, 200), max_size=30)
forward = st.builds(
    Rule,
    code=st.just("ANY"),
    length=st.integers(1, 60),
    unit=st.sampled_from(["calendar", "working"]),
    first_day=st.sampled_from(["day_after", "same_day"]),
    skipped_days=st.integers(0, 3),
    rolls_forward=st.booleans(),
    least_working_days=st.integers(0, 4),
)


def calendar(event: date, closures: frozenset[int]) -> Callable[[date], bool]:
    return weekdays_but(*(event + timedelta(days=days) for days in closures))


def backward(rule: Rule) -> Rule:
    return Rule(**{**vars(rule), "length": -rule.length})


@given(forward, dates, closures)
def test_a_period_is_a_run_of_days_of_which_exactly_as_many_are_counted_as_the_rule_says(rule: Rule, event: date, closures: frozenset[int]) -> None:
    days = count(rule, event, calendar(event, closures)).days
    assert [day.on for day in days] == [days[0].on + timedelta(days=number) for number in range(len(days))]
    assert sum(day.counted for day in days) == rule.length
    assert all(day.counted or day.why for day in days)


@given(forward, dates, closures)
def test_a_period_holds_its_least_working_days_and_ends_on_one_if_the_rule_says_so(rule: Rule, event: date, closures: frozenset[int]) -> None:
    is_working = calendar(event, closures)
    counted = count(rule, event, is_working)
    assert sum(is_working(day.on) for day in counted.days) >= rule.least_working_days
    assert is_working(counted.last) or not (rule.rolls_forward or rule.unit == "working")


@given(forward, dates, closures, st.integers(1, 40))
def test_a_later_event_never_ends_sooner(rule: Rule, event: date, closures: frozenset[int], later: int) -> None:
    is_working = calendar(event, closures)
    assert count(rule, event, is_working).ends <= count(rule, event + timedelta(days=later), is_working).ends
    back = backward(rule)
    assert count(back, event, is_working).ends <= count(back, event + timedelta(days=later), is_working).ends


@given(forward, dates, closures)
def test_a_longer_period_never_ends_sooner(rule: Rule, event: date, closures: frozenset[int]) -> None:
    is_working = calendar(event, closures)
    longer = Rule(**{**vars(rule), "length": rule.length + 1})
    assert count(rule, event, is_working).last <= count(longer, event, is_working).last


@given(forward, dates, closures, st.integers(-60, 200))
def test_one_more_closed_day_never_shortens_a_period(rule: Rule, event: date, closures: frozenset[int], closed: int) -> None:
    fewer, more = calendar(event, closures), calendar(event, closures | {closed})
    assert count(rule, event, fewer).last <= count(rule, event, more).last
    back = backward(rule)
    assert count(back, event, more).last <= count(back, event, fewer).last


@given(forward, dates)
def test_a_period_ends_at_midnight_in_london_after_its_last_day(rule: Rule, event: date) -> None:
    counted = count(rule, event, weekdays)
    assert counted.ends.tzinfo is UTC
    local = clock.in_london(counted.ends)
    assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    assert local.date() == counted.last + timedelta(days=1)


@given(st.integers(1, 30), dates, closures)
def test_what_is_given_on_the_day_counted_back_to_leaves_exactly_that_many_working_days(length: int, end: date, closures: frozenset[int]) -> None:
    is_working = calendar(end, closures)
    assume(is_working(end))
    given_on = count(Rule(code="BACK", length=-length, unit="working"), end, is_working).last
    assert the_last_day(Rule(code="ON", length=length, unit="working"), given_on, is_working) == end


@given(forward, dates, closures, st.integers(0, 40))
def test_an_earlier_receipt_never_ends_later_and_none_never_sooner(rule: Rule, event: date, closures: frozenset[int], days: int) -> None:
    is_working = calendar(event, closures)
    by_post = Rule(**{**vars(rule), "length_from_receipt": max(1, rule.length - 5)})

    def arriving(after: int) -> Counted:
        return count(by_post, event, is_working, received=event + timedelta(days=after))

    assert arriving(days).ends <= arriving(days + 1).ends <= count(by_post, event, is_working).ends
