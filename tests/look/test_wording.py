"""Moments, money and numbers as people read them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from commissioning.clock import london
from commissioning.wording import (
    act_text,
    date_text,
    days_left,
    ending_text,
    instant_text,
    job_text,
    kind_of_file,
    marked_date,
    marked_moment,
    moment_text,
    plural,
    pounds,
    sentence,
    span,
)

CLOSES = london(2007, 6, 1, 12)


HOURS = [(0, 0, "12 midnight"), (0, 1, "12:01am"), (9, 0, "9am"), (11, 59, "11:59am"), (12, 0, "12 noon"), (12, 1, "12:01pm"), (17, 30, "5:30pm")]


@pytest.mark.parametrize(("hour", "minute", "said"), HOURS)
def test_a_moment_is_told_on_a_london_clock(hour, minute, said):
    assert moment_text(london(2007, 6, 1, hour, minute)) == f"Friday 1 June 2007, {said}"


def test_summer_time_moves_the_day_as_well_as_the_hour():
    assert moment_text(datetime(2007, 5, 31, 23, 0, tzinfo=UTC)) == "Friday 1 June 2007, 12 midnight"
    assert date_text(datetime(2007, 5, 31, 23, 0, tzinfo=UTC)) == "1 June 2007"
    assert date_text(datetime(2007, 1, 31, 23, 0, tzinfo=UTC)) == "31 January 2007"


def test_a_machine_reads_the_same_moment():
    assert marked_moment(CLOSES) == '<time datetime="2007-06-01T12:00:00+01:00">Friday 1 June 2007, 12 noon</time>'
    assert marked_date(date(2007, 6, 1)) == '<time datetime="2007-06-01">1 June 2007</time>'


def test_a_window_that_ends_at_midnight_names_the_day_that_it_ends():
    assert ending_text(london(2007, 6, 1)) == "midnight at the end of Thursday 31 May 2007"
    assert ending_text(london(2007, 6, 1, 0, 1)) == "Friday 1 June 2007 at 12:01am"
    assert ending_text(CLOSES) == "Friday 1 June 2007 at 12 noon"


def test_a_receipt_tells_the_microsecond_and_the_zone():
    assert instant_text(london(2007, 5, 25, 11, 59, 59, 999999)) == "Friday 25 May 2007, 11:59:59.999999 BST"
    assert instant_text(london(2007, 1, 25)) == "Thursday 25 January 2007, 00:00:00.000000 GMT"


def test_no_moment_is_no_words():
    assert [moment_text(None), date_text(None), ending_text(None), instant_text(None), str(marked_moment(None)), pounds(None)] == [""] * 6


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=2, hours=4, minutes=59), "2 days 4 hours left"),
        (timedelta(days=1, minutes=30), "1 day left"),
        (timedelta(hours=23, minutes=59, seconds=59), "23 hours 59 minutes left"),
        (timedelta(minutes=1), "1 minute left"),
        (timedelta(seconds=59), "less than a minute left"),
        (timedelta(microseconds=1), "less than a minute left"),
        (timedelta(), "closed"),
        (-timedelta(microseconds=1), "closed"),
    ],
)
def test_what_is_left_is_never_more_than_there_is_and_nothing_is_left_at_the_end(left, said):
    assert days_left(CLOSES, CLOSES - left) == said


def test_a_span_of_time_is_rounded_down_to_two_units():
    assert span(timedelta(days=9, hours=23, minutes=59)) == "9 days 23 hours"


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (Decimal("1234.5"), "£1,234.50"),
        (Decimal("0.005"), "£0.01"),
        (Decimal(-54000000), "−£54,000,000.00"),
        (Decimal("-0.001"), "£0.00"),
        (123450, "£1,234.50"),
        (-5, "−£0.05"),
        (0, "£0.00"),
    ],
)
def test_money_is_pounds_of_a_decimal_and_pence_of_a_whole_number(amount, said):
    assert pounds(amount) == said


@pytest.mark.parametrize("amount", [1.5, True, "12"])
def test_money_is_never_a_float(amount):
    with pytest.raises(TypeError, match="Money is a Decimal"):
        pounds(amount)


def test_a_number_agrees_with_its_noun():
    assert [plural(0, "bid"), plural(1, "bid"), plural(1200, "bid"), plural(2, "reply", "replies")] == ["0 bids", "1 bid", "1,200 bids", "2 replies"]


def test_names_in_code_become_words():
    assert sentence("issue_tender") == "Issue tender"
    assert kind_of_file("application/pdf") == "PDF"
    assert kind_of_file("image/x-unheard-of") == "image/x-unheard-of"


def test_an_act_is_called_by_its_verb_or_by_what_the_floors_call_it():
    assert act_text("issue_tender") == "Issue tender"
    assert act_text("announce_due_of_round", {"announced": "round_closed"}) == "Told the curators that the round has closed"
    assert act_text("announce_due_of_nothing", {"announced": "much_ado:3"}) == "Announced: much ado"


def test_whoever_acts_where_no_person_does_is_the_clock_or_a_command():
    assert job_text("announce_due") == "The clock"
    assert job_text("found_authority") == "The command found_authority"
