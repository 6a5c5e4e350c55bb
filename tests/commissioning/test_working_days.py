"""Which days are working days."""

from datetime import date, timedelta

import pytest
from dateutil.easter import easter
from hypothesis import given
from hypothesis import strategies as st

from commissioning.models import ClosedDay
from commissioning.refusals import Refused
from commissioning.working_days import ANY_UK, ENGLAND_AND_WALES, FIRST_YEAR, LAST_YEAR, WorkingDays, bank_holidays, working_days

ENGLISH, BRITISH = WorkingDays(ENGLAND_AND_WALES), WorkingDays(ANY_UK)


def weekday_holidays(calendar: str, year: int) -> list[str]:
    return sorted(f"{on:%m-%d}" for on in bank_holidays(calendar, year) if on.weekday() < 5)


def test_the_bank_holidays_of_2007_in_england_and_wales() -> None:
    assert weekday_holidays(ENGLAND_AND_WALES, 2007) == ["01-01", "04-06", "04-09", "05-07", "05-28", "08-27", "12-25", "12-26"]


def test_the_bank_holidays_of_2007_in_any_part_of_the_united_kingdom() -> None:
    assert weekday_holidays(ANY_UK, 2007) == [
        "01-01", "01-02", "03-19", "04-06", "04-09", "05-07", "05-28", "07-12", "08-06", "08-27", "11-30", "12-25", "12-26",
    ]  # fmt: skip


def test_substitute_days_are_closed_and_the_days_after_them_are_not() -> None:
    for closed, then in [
        (date(2010, 12, 27), date(2010, 12, 29)),  # Christmas Day on a Saturday, Boxing Day on a Sunday
        (date(2010, 12, 28), date(2010, 12, 29)),
        (date(2011, 1, 3), date(2011, 1, 4)),  # New Year's Day on a Saturday
        (date(2011, 12, 27), date(2011, 12, 28)),  # Christmas Day on a Sunday
        (date(2020, 12, 28), date(2020, 12, 29)),  # Boxing Day on a Saturday
        (date(2023, 1, 2), date(2023, 1, 3)),  # New Year's Day on a Sunday
    ]:
        assert not ENGLISH.is_working(closed)
        assert ENGLISH.is_working(then)


def test_a_bank_holiday_that_was_moved_leaves_its_usual_day_a_working_day() -> None:
    assert ENGLISH.is_working(date(2020, 5, 4))
    assert not ENGLISH.is_working(date(2020, 5, 8))
    assert ENGLISH.is_working(date(2022, 5, 30))
    assert not ENGLISH.is_working(date(2022, 6, 2))


def test_a_day_proclaimed_for_one_year_is_closed() -> None:
    for on in [date(2011, 4, 29), date(2012, 6, 5), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)]:
        assert not ENGLISH.is_working(on)
        assert ENGLISH.is_working(on + timedelta(days=7))


def test_a_scottish_holiday_closes_the_united_kingdom_and_not_england() -> None:
    assert ENGLISH.is_working(date(2025, 1, 2))
    assert not BRITISH.is_working(date(2025, 1, 2))
    assert BRITISH.why_closed(date(2025, 1, 2)) == "New Year Holiday (Scotland)"
    assert not BRITISH.is_working(date(2007, 7, 12))
    assert BRITISH.why_closed(date(2007, 7, 12)) == "Battle of the Boyne (Northern Ireland)"


def test_a_closed_day_says_why() -> None:
    assert ENGLISH.why_closed(date(2007, 5, 26)) == "Saturday"
    assert ENGLISH.why_closed(date(2007, 5, 27)) == "Sunday"
    assert ENGLISH.why_closed(date(2007, 5, 28)) == "Spring Bank Holiday"
    assert ENGLISH.why_closed(date(2007, 5, 29)) == ""


@pytest.mark.parametrize("days", [ENGLISH, BRITISH], ids=["England and Wales", "any part"])
def test_good_friday_easter_monday_and_christmas_day_are_closed_every_year(days: WorkingDays) -> None:
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        for on in (easter(year) - timedelta(days=2), easter(year) + timedelta(days=1), date(year, 12, 25)):
            assert not days.is_working(on), on


@given(st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)))
def test_what_is_closed_in_england_is_closed_in_a_part_of_the_united_kingdom(on: date) -> None:
    assert ENGLISH.is_working(on) or not BRITISH.is_working(on)


@pytest.mark.parametrize("on", [date(1977, 12, 30), date(2101, 1, 4)])
def test_a_year_whose_bank_holidays_nobody_knows_is_refused_with_a_sentence(on: date) -> None:
    with pytest.raises(Refused, match=f"The bank holidays of {on.year} are not known. Choose a date from 1978 to 2100."):
        ENGLISH.is_working(on)


@pytest.mark.parametrize("on", [date(1978, 1, 3), date(2100, 12, 30)])
def test_the_first_and_the_last_known_year_are_answered(on: date) -> None:
    assert ENGLISH.is_working(on)


def test_the_next_working_day_on_or_after() -> None:
    assert ENGLISH.on_or_after(date(2007, 5, 25)) == date(2007, 5, 25)
    assert ENGLISH.on_or_after(date(2007, 5, 26)) == date(2007, 5, 29)


def test_so_many_working_days_before_and_after() -> None:
    assert ENGLISH.shift(date(2007, 5, 25), 1) == date(2007, 5, 29)
    assert ENGLISH.shift(date(2007, 5, 29), -1) == date(2007, 5, 25)
    assert ENGLISH.shift(date(2007, 5, 31), -5) == date(2007, 5, 23)
    assert ENGLISH.shift(date(2007, 5, 26), 0) == date(2007, 5, 26)


@pytest.mark.django_db
def test_a_closed_day_of_england_closes_the_united_kingdom_too() -> None:
    ClosedDay.objects.create(on=date(2007, 5, 30), calendar=ENGLAND_AND_WALES, reason="A day of mourning")
    assert not working_days(ENGLAND_AND_WALES).is_working(date(2007, 5, 30))
    assert not working_days(ANY_UK).is_working(date(2007, 5, 30))
    assert working_days(ENGLAND_AND_WALES).is_working(date(2007, 5, 29))
    assert working_days(ENGLAND_AND_WALES).is_working(date(2007, 5, 31))
    assert working_days(ENGLAND_AND_WALES).why_closed(date(2007, 5, 30)) == "A day of mourning"


@pytest.mark.django_db
def test_a_day_closed_in_a_part_of_the_united_kingdom_does_not_close_england() -> None:
    ClosedDay.objects.create(on=date(2007, 5, 30), calendar=ANY_UK, reason="A holiday in Scotland")
    assert working_days(ENGLAND_AND_WALES).is_working(date(2007, 5, 30))
    assert not working_days(ANY_UK).is_working(date(2007, 5, 30))


@pytest.mark.django_db
def test_a_calendar_costs_one_query_however_many_days_are_asked(django_assert_num_queries) -> None:
    for number in range(20):
        ClosedDay.objects.create(on=date(2007, 6, 1) + timedelta(days=number), calendar=ENGLAND_AND_WALES, reason="Closed")
    with django_assert_num_queries(1):
        days = working_days(ENGLAND_AND_WALES)
        assert sum(days.is_working(date(2007, 6, 1) + timedelta(days=number)) for number in range(30)) == 7
