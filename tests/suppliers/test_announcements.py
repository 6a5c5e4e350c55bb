"""What falls due in a round is told once, whenever somebody comes round to it, and nothing depends on its being told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning import clock
from commissioning.announcing import JOB, announce_due
from commissioning.models import Announcement, Letter
from commissioning.refusals import Refused
from commissioning.working_days import working_days
from suppliers.actions.admissions import extend_round
from suppliers.actions.announcements import announce_due_of_round, reminder_of
from suppliers.providers import due
from suppliers.reminders import due_reminder, reminder_at
from tests.factories import admissions
from tests.factories.admissions import APPEALS_END_AT, CLOSES_AT, announced_round, drafted_application, round_with_decisions, submitted_application
from tests.factories.frameworks import supplier
from tests.factories.people import NOON
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db


def kinds(at):
    return [item.what.partition(":")[0] for item in due(at)]


def announce_at(monkeypatch, at):
    """The clock's job comes round at this moment."""
    monkeypatch.setattr(clock, "now", lambda: at)
    announce_due()


@pytest.fixture
def bupa():
    return supplier()


def test_a_closed_round_is_due_from_the_instant_of_its_deadline(bupa):
    submitted_application(announced_round(), bupa)
    assert kinds(CLOSES_AT - A_MOMENT) == ["reminder"]
    assert kinds(CLOSES_AT) == ["round_closed"]


def test_reminders_cost_the_same_for_one_round_and_for_five(django_assert_max_num_queries):
    announced_round()
    at = CLOSES_AT - A_MOMENT
    with CaptureQueriesContext(connection) as one:
        assert kinds(at) == ["reminder"]
    for _ in range(4):
        announced_round()
    with django_assert_max_num_queries(len(one)):
        assert kinds(at) == ["reminder"] * 5


def test_the_curators_are_told_once_that_the_round_has_closed_however_often_the_job_comes(bupa, monkeypatch, told):
    submitted_application(announced_round(), bupa)
    for _ in range(3):
        announce_at(monkeypatch, CLOSES_AT + timedelta(days=1))
    assert told("round_closed") == ["curator@doh.example"]
    assert "1 application was received" in Letter.objects.get(template="round_closed").body


def test_the_end_of_the_appeal_window_is_told_to_curators_and_appeals_officers(bupa, officer, monkeypatch, told):
    round_with_decisions([bupa])
    assert kinds(APPEALS_END_AT - A_MOMENT) == []
    announce_at(monkeypatch, APPEALS_END_AT)
    announce_at(monkeypatch, APPEALS_END_AT)
    assert told("appeal_window_over") == ["appeals@doh.example", "curator@doh.example"]


def test_what_is_not_due_is_refused_and_can_be_told_later(bupa):
    round_ = announced_round()
    with pytest.raises(Refused, match="not waiting for decisions"):
        announce_due_of_round(round_.pk, what="round_closed", by=JOB, at=CLOSES_AT - A_MOMENT)
    assert not Announcement.objects.exists()
    announce_due_of_round(round_.pk, what="round_closed", by=JOB, at=CLOSES_AT)
    assert Announcement.objects.count() == 1


def test_no_person_makes_an_announcement(curator):
    with pytest.raises(PermissionDenied):
        announce_due_of_round(announced_round().pk, what="round_closed", by=curator, at=CLOSES_AT)


@pytest.mark.parametrize(
    ("days", "moment"),
    [(5, clock.london(2026, 3, 20, 12)), (2, clock.london(2026, 3, 25, 12)), (1, clock.london(2026, 3, 26, 12))],
)
def test_a_reminder_is_due_so_many_working_days_before_the_deadline_at_the_same_hour(days, moment):
    calendar = working_days("ENG")
    assert reminder_at(CLOSES_AT, days, calendar) == moment
    assert due_reminder(NOON, CLOSES_AT, moment, calendar) == days
    assert due_reminder(NOON, CLOSES_AT, moment - A_MOMENT, calendar) == {5: None, 2: 5, 1: 2}[days]
    assert due_reminder(NOON, CLOSES_AT, CLOSES_AT, calendar) is None


def test_a_reminder_over_easter_and_the_change_of_clocks_keeps_its_hour_in_london():
    closes_at = clock.london(2026, 4, 7, 12)
    assert reminder_at(closes_at, 5, working_days("ENG")) == clock.london(2026, 3, 27, 12)


def test_a_reminder_for_an_hour_that_the_clocks_skip_comes_at_noon():
    closes_at = clock.london(2026, 3, 30, 1, 30)
    sundays_count = type("EveryDay", (), {"shift": staticmethod(lambda on, days: on + timedelta(days=days))})()
    assert reminder_at(closes_at, 1, sundays_count) == clock.london(2026, 3, 29, 12)


def test_a_reminder_of_a_time_before_the_opening_is_not_made_up_for():
    opened_at = clock.london(2026, 3, 25, 12) + A_MOMENT
    assert due_reminder(opened_at, CLOSES_AT, clock.london(2026, 3, 26, 11), working_days("ENG")) is None


def test_those_with_a_draft_are_reminded_three_times_and_those_who_submitted_never(bupa, monkeypatch, told):
    round_ = announced_round()
    drafted_application(round_, bupa)
    submitted_application(round_, supplier("Tribal", "tribal"))
    for day in (20, 21, 25, 26, 26):
        announce_at(monkeypatch, clock.london(2026, 3, day, 13))
    assert told("round_closes_soon") == ["bids@bupa.example"] * 3


def test_the_administrations_list_of_letters_tells_no_curator_who_writes_or_asks(bupa, curator, monkeypatch, told, browse):
    """What is on the list is to whom letters went; one about a round shows there, so those to its applicants alone are not about it."""
    round_ = announced_round()
    drafted_application(round_, bupa)
    extend_round(round_.pk, closes_at=CLOSES_AT + timedelta(days=1), reason="More time.", by=curator, at=NOON)
    admissions.enquiry_of(round_, supplier("Tribal", "tribal"))
    announce_at(monkeypatch, clock.london(2026, 3, 26, 13))
    assert told("round_closes_soon") == told("round_extended") == ["bids@bupa.example"]
    page = browse(curator).get(reverse("admin:commissioning_letter_changelist"))
    assert {letter.template for letter in page.context_data["cl"].result_list} == {"round_announced"}


def test_a_later_deadline_is_reminded_of_again(bupa):
    round_ = announced_round()
    before = reminder_of(round_, 2)
    extend_round(round_.pk, closes_at=CLOSES_AT + timedelta(days=7), reason="More time.", by=admissions.curator(), at=NOON)
    round_.refresh_from_db()
    assert reminder_of(round_, 2) != before
