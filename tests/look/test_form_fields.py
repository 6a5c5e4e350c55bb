"""Days, moments, money and words as people type them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms

from commissioning.clock import london
from commissioning.form_fields import DayBoxes, DayField, MomentBoxes, MomentField, MoneyField, WordsField


class OneDay(forms.Form):
    on = DayField(label="Opening day")


class OneMoment(forms.Form):
    at = MomentField(label="Closing date and time")


class Amount(forms.Form):
    price = MoneyField()


def day(*texts: str) -> OneDay:
    return OneDay(dict(zip(("on_day", "on_month", "on_year"), texts, strict=True)))


def moment(day: str, month: str, year: str, time: str) -> OneMoment:
    return OneMoment({"at_day": day, "at_month": month, "at_year": year, "at_time": time})


def complaint(form: forms.Form) -> str:
    (messages,) = form.errors.values()
    return str(messages[0])


def test_a_day_is_typed_in_three_boxes():
    form = day(" 1", "06", "2007")
    assert form.is_valid()
    assert form.cleaned_data["on"] == date(2007, 6, 1)


def test_the_29th_of_february_is_a_day_in_leap_years_only():
    assert day("29", "2", "2008").is_valid()
    assert complaint(day("29", "2", "2007")) == "There is no such day in the calendar."


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("", "", ""), "This field is required."),
        (("1", "", ""), "Enter the month and year too."),
        (("1", "June", "2007"), "Use numbers for the month."),
        (("１", "6", "2007"), "Use numbers for the day."),
        (("-1", "6", "2007"), "Use numbers for the day."),
        (("1", "6", "07"), "The year must have 4 digits, like 2027."),
        (("1", "6", "20070"), "The year must have 4 digits, like 2027."),
        (("1", "6", "0000"), "There is no such day in the calendar."),
        (("32", "1", "2007"), "There is no such day in the calendar."),
    ],
)
def test_a_day_that_is_not_one_is_refused_with_a_sentence(texts, said):
    assert complaint(day(*texts)) == said


def test_boxes_that_were_not_sent_are_empty_boxes():
    assert complaint(OneDay({"on_day": "1"})) == "Enter the month and year too."
    assert complaint(OneDay({})) == "This field is required."


@pytest.mark.parametrize(
    ("time", "hour", "minute"),
    [
        *(("12:00", 12, 0), ("12 noon", 12, 0), ("noon", 12, 0), ("Midday", 12, 0), ("12pm", 12, 0)),
        *(("5:30pm", 17, 30), ("5.30 PM", 17, 30), ("9am", 9, 0), ("12am", 0, 0), ("00:00", 0, 0), ("23:59", 23, 59)),
    ],
)
def test_a_moment_is_london_time(time, hour, minute):
    form = moment("1", "6", "2007", time)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["at"] == london(2007, 6, 1, hour, minute)


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("9", "Enter the time like 12:00 or 5:30pm."),
        ("late", "Enter the time like 12:00 or 5:30pm."),
        ("１２:00", "Enter the time like 12:00 or 5:30pm."),
        ("13pm", "A time with am or pm has an hour from 1 to 12."),
        ("0am", "A time with am or pm has an hour from 1 to 12."),
        ("24:00", "The last time of a day is 23:59. For midnight, enter 00:00 and the day that begins."),
        ("12:60", "The last time of a day is 23:59. For midnight, enter 00:00 and the day that begins."),
        ("", "Enter the time too."),
    ],
)
def test_a_time_that_is_not_one_is_refused_with_a_sentence(time, said):
    assert complaint(moment("1", "6", "2007", time)) == said


def test_an_hour_that_the_clocks_skip_or_repeat_is_refused():
    assert "does not exist in London" in complaint(moment("25", "3", "2007", "1:30am"))
    assert moment("25", "3", "2007", "00:59").is_valid()
    assert moment("25", "3", "2007", "2:00am").is_valid()
    assert "happens twice in London" in complaint(moment("28", "10", "2007", "1:30am"))
    assert moment("28", "10", "2007", "2:00am").is_valid()


def test_a_moment_comes_back_into_its_boxes_as_london_time():
    assert MomentBoxes().decompress(datetime(2007, 5, 31, 23, 0, tzinfo=UTC)) == ["1", "6", "2007", "00:00"]
    assert DayBoxes().decompress(None) == ["", "", ""]


def test_the_same_day_typed_again_is_no_change():
    field = DayField()
    assert not field.has_changed(date(2007, 6, 1), ["01", "6", "2007"])
    assert field.has_changed(date(2007, 6, 1), ["2", "6", "2007"])
    assert field.has_changed(date(2007, 6, 1), ["2", "", "2007"])


def test_an_optional_day_may_be_left_empty():
    assert DayField(required=False).clean(["", "", ""]) is None


@pytest.mark.parametrize(("typed", "amount"), [("1234.5", "1234.5"), ("£1,234.50", "1234.50"), (" £ 12 ", "12"), ("0", "0")])
def test_money_is_typed_with_or_without_commas_and_sign(typed, amount):
    form = Amount({"price": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["price"] == Decimal(amount)


@pytest.mark.parametrize("typed", ["NaN", "Infinity", "-Infinity", "1e308", "１２", "12..5", "five", "1_000", "0x10", "٣"])
def test_money_is_plain_digits(typed):
    assert complaint(Amount({"price": typed})) == "Enter an amount in pounds, like 1234.50."


@pytest.mark.parametrize("typed", ["-1", "1.234", "9999999999999.00"])
def test_money_is_not_negative_finer_than_a_penny_or_out_of_all_measure(typed):
    assert not Amount({"price": typed}).is_valid()


def test_a_text_of_exactly_its_limit_of_words_is_accepted_and_one_more_is_not():
    field = WordsField(word_limit=3)
    assert field.clean("one two\nthree") == "one two\nthree"
    with pytest.raises(forms.ValidationError, match=r"Use 3 words or fewer: there are 4 now\."):
        field.clean("one two three four")
