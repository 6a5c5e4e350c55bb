"""The dates that are proposed for a procurement."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning import windows
from commissioning.clock import in_london, london
from commissioning.models import PeriodRule
from commissioning.periods import Counted, Rule, count
from commissioning.refusals import Refused
from commissioning.timeline import Proposed, Step, mini_competition, propose
from commissioning.working_days import ENGLAND_AND_WALES, WorkingDays, working_days

ENGLISH = WorkingDays(ENGLAND_AND_WALES)
RULES = {
    "WINDOW": Rule(code="WINDOW", length=10, rolls_forward=True),
    "STATED": Rule(code="STATED", length=25, rolls_forward=True, end="time_stated"),
    "UNROLLED": Rule(code="UNROLLED", length=6, end="time_stated"),
    "BACK": Rule(code="BACK", length=-3, unit="working"),
}


def counted(code: str, on: date) -> Counted:
    return count(RULES[code], on, ENGLISH.is_working)


def proposed(start: datetime, *steps: Step) -> list[Proposed]:
    return propose(start, steps, ENGLISH, counted)


def moments(start: datetime, *steps: Step) -> list[datetime]:
    return [each.at for each in proposed(start, *steps)]


CALL_OFF = {timed: f"CALL_OFF_{timed.upper()}" for timed in ("questions", "answers", "tenders", "opening", "evaluation", "award")} | {
    "standstill": "PCR06_STANDSTILL_E"
}


@pytest.mark.django_db
def test_a_mini_competition_is_proposed_from_its_invitation_to_the_end_of_its_standstill() -> None:
    dates = propose(london(2008, 1, 7, 9), mini_competition(CALL_OFF), working_days(ENGLAND_AND_WALES), windows.count)
    assert dates == [
        Proposed("Invitation to tender issued", london(2008, 1, 7, 12)),
        Proposed("Clarification questions close", london(2008, 1, 21, 12)),
        Proposed("Clarification questions answered", london(2008, 1, 24, 12)),
        Proposed("Tenders due", london(2008, 2, 4, 12)),
        Proposed("Tenders opened", london(2008, 2, 5, 12)),
        Proposed("Evaluation complete", london(2008, 2, 19, 12)),
        Proposed("Intended award notified", london(2008, 2, 22, 12)),
        Proposed("Standstill over", london(2008, 3, 4, 12), london(2008, 3, 4)),
    ]


@pytest.mark.django_db
def test_a_length_that_the_authority_changes_moves_what_is_proposed() -> None:
    PeriodRule.objects.filter(code="CALL_OFF_QUESTIONS").update(length=5)
    dates = propose(london(2008, 1, 7, 9), mini_competition(CALL_OFF), working_days(ENGLAND_AND_WALES), windows.count)
    assert [each.at for each in dates[:4]] == [london(2008, 1, 7, 12), london(2008, 1, 14, 12), london(2008, 1, 17, 12), london(2008, 1, 28, 12)]


@pytest.mark.django_db
def test_a_step_with_an_unknown_rule_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refused, match="There is no period rule “NONE”"):
        propose(london(2008, 1, 7, 9), [Step("Standstill over", rule="NONE")], ENGLISH, windows.count)


def test_noon_is_noon_in_london_in_summer_and_in_winter() -> None:
    assert moments(london(2008, 3, 28, 9), Step("Issue"), Step("Close", 1)) == [
        datetime(2008, 3, 28, 12, 0, tzinfo=UTC),
        datetime(2008, 3, 31, 11, 0, tzinfo=UTC),
    ]


def test_the_first_step_is_never_before_the_start() -> None:
    assert moments(london(2008, 1, 7, 11, 59), Step("Issue")) == [london(2008, 1, 7, 12)]
    assert moments(london(2008, 1, 7, 12), Step("Issue")) == [london(2008, 1, 7, 12)]
    assert moments(london(2008, 1, 7, 12, 1), Step("Issue")) == [london(2008, 1, 8, 12)]
    assert moments(london(2008, 1, 11, 12, 1), Step("Issue")) == [london(2008, 1, 14, 12)]
    assert moments(london(2008, 1, 12, 9), Step("Issue")) == [london(2008, 1, 14, 12)]


def test_working_days_pass_over_good_friday_and_easter_monday() -> None:
    assert moments(london(2008, 3, 19, 9), Step("Issue"), Step("Close", 2)) == [london(2008, 3, 19, 12), london(2008, 3, 25, 12)]


def test_calendar_days_that_end_on_a_sunday_move_to_the_monday() -> None:
    assert moments(london(2008, 1, 7, 9), Step("Issue"), Step("Close", 6, unit="calendar")) == [london(2008, 1, 7, 12), london(2008, 1, 14, 12)]


def test_a_step_may_run_from_an_earlier_one_than_the_last() -> None:
    steps = [Step("Issue"), Step("Questions close", 3), Step("Tenders due", 10, after="Issue")]
    assert moments(london(2008, 1, 7, 9), *steps) == [london(2008, 1, 7, 12), london(2008, 1, 10, 12), london(2008, 1, 21, 12)]


def test_what_waits_for_a_window_comes_at_the_first_noon_after_its_end() -> None:
    _, over = proposed(london(2008, 2, 15, 9), Step("Award"), Step("Standstill over", rule="WINDOW"))
    assert over == Proposed("Standstill over", london(2008, 2, 26, 12), london(2008, 2, 26))
    _, over = proposed(london(2008, 2, 18, 9), Step("Award"), Step("Standstill over", rule="WINDOW"))
    assert over.at == london(2008, 2, 29, 12)
    _, over = proposed(london(2008, 2, 19, 9), Step("Award"), Step("Standstill over", rule="WINDOW"))
    assert over == Proposed("Standstill over", london(2008, 3, 3, 12), london(2008, 3, 1))


def test_a_deadline_whose_time_is_stated_falls_on_the_last_day_itself() -> None:
    assert proposed(london(2025, 6, 2, 9), Step("Notice"), Step("Tenders due", rule="STATED"))[1] == Proposed("Tenders due", london(2025, 6, 27, 12))


def test_a_deadline_on_a_sunday_moves_to_the_monday() -> None:
    assert moments(london(2008, 1, 7, 9), Step("Notice"), Step("Tenders due", rule="UNROLLED"))[1] == london(2008, 1, 14, 12)


def test_a_start_that_the_calendar_does_not_know_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refused, match="The bank holidays of 2101 are not known"):
        proposed(london(2101, 1, 4, 9), Step("Issue"))


def test_a_step_that_follows_none_before_it_is_refused_with_a_sentence() -> None:
    with pytest.raises(Refused, match="“Award” comes after “Opening”, which is not a step before it"):
        proposed(london(2008, 1, 7, 9), Step("Award", after="Opening"), Step("Opening"))


@pytest.mark.parametrize("step", [Step("Debrief", rule="BACK"), Step("Debrief", -1), Step("Debrief", -10, unit="calendar")])
def test_a_step_that_goes_back_is_refused_with_a_sentence(step: Step) -> None:
    with pytest.raises(Refused, match="“Debrief” counts back"):
        proposed(london(2008, 1, 7, 9), Step("Issue"), step)


@given(
    st.integers(946684800, 2840140800).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.lists(
        st.builds(
            Step,
            name=st.uuids().map(str),
            length=st.integers(0, 30),
            unit=st.sampled_from(["working", "calendar"]),
            rule=st.sampled_from(["", "WINDOW", "STATED"]),
        ),
        min_size=1,
        max_size=8,
    ),
)
def test_every_date_is_noon_on_a_working_day_and_none_is_before_the_one_that_it_follows(start: datetime, steps: list[Step]) -> None:
    dates = proposed(start, *steps)
    assert [each.name for each in dates] == [step.name for step in steps]
    for before, after in zip([start] + [each.at for each in dates], dates, strict=False):
        local = in_london(after.at)
        assert ENGLISH.is_working(local.date())
        assert (local.hour, local.minute) == (12, 0)
        assert before <= after.at
        assert after.period_ends_at is None or after.period_ends_at + timedelta(hours=12) <= after.at
