"""`manage.py period RULE DATE`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def period(*words: str) -> tuple[str, list[str]]:
    out, err = StringIO(), StringIO()
    call_command("period", *words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue().splitlines()


def test_it_prints_the_exact_end_in_london_time_and_nothing_else() -> None:
    assert period("FESC_APPEAL", "2007-05-21")[0] == "2007-06-01T00:00:00+01:00\n"
    assert period("PCR06_STANDSTILL_E", "2010-03-23")[0] == "2010-04-07T00:00:00+01:00\n"
    assert period("PA_STANDSTILL", "2025-12-18")[0] == "2026-01-01T00:00:00+00:00\n"
    assert period("PSR_REPS", "2025-09-25")[0] == "2025-10-09T00:00:00+01:00\n"
    assert period("PCR06_DEBRIEF_GIVE", "2010-04-06")[0] == "2010-03-31T00:00:00+01:00\n"


def test_it_tells_the_days_that_it_counted_on_the_error_stream() -> None:
    lines = period("PCR06_STANDSTILL_E", "2010-03-23")[1]
    assert lines[0] == "  -  Tue 23 Mar 2010  the day of the event"
    assert lines[1] == "  1  Wed 24 Mar 2010"
    assert lines[10] == " 10  Fri 02 Apr 2010"
    assert lines[11:] == [
        f"  -  {day} Apr 2010  the period runs on to a working day, for its last day is Good Friday"
        for day in ("Sat 03", "Sun 04", "Mon 05", "Tue 06")
    ]


def test_a_day_that_is_counted_itself_is_told_once() -> None:
    lines = period("PA_STANDSTILL", "2024-12-24")[1]
    assert lines[:3] == ["  1  Tue 24 Dec 2024", "  -  Wed 25 Dec 2024  Christmas Day", "  -  Thu 26 Dec 2024  Boxing Day"]
    assert lines[-1] == "  8  Wed 08 Jan 2025"


def test_a_receipt_may_end_the_period_sooner() -> None:
    assert period("PCR06_STANDSTILL_POST", "2010-11-22")[0] == "2010-12-08T00:00:00+00:00\n"
    out, lines = period("PCR06_STANDSTILL_POST", "2010-11-22", "--received", "2010-11-24")
    assert out == "2010-12-07T00:00:00+00:00\n"
    assert lines[0] == "  -  Wed 24 Nov 2010  the day of receipt"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("FESC_APEAL", "2007-05-21"), "There is no period rule “FESC_APEAL”"),
        (("FESC_APPEAL", "2007-02-29"), "“2007-02-29” is not a date. Write it as year, month and day"),
        (("FESC_APPEAL", "tomorrow"), "“tomorrow” is not a date"),
        (("FESC_APPEAL", "1977-12-31"), "The bank holidays of 1977 are not known"),
        (("FESC_APPEAL", "9999-12-31"), "The bank holidays of 9999 are not known"),
        (("PCR06_STANDSTILL_POST", "2010-11-22", "--received", "2010-11-21"), "cannot have been received on 21 November 2010"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence) as refusal:
        period(*words)
    assert refusal.value.returncode == 1
