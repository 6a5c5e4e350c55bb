"""The end of a framework is announced in good time, once for each notice; and its term becomes longer, within its maximum."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from commissioning import clock
from commissioning.announcing import JOB, announce_due
from commissioning.models import Letter
from commissioning.refusals import Refused
from suppliers import providers
from suppliers.actions.announcements import announce_due_of_framework, end_notice
from suppliers.actions.framework_versions import publish_framework
from suppliers.actions.frameworks import end_framework
from suppliers.actions.terms import set_term
from suppliers.models import Framework
from tests.factories import admissions
from tests.factories.admissions import published_round
from tests.factories.frameworks import live_framework, supplier
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
# The framework's last day is 31 December 2028; 90 days before it is Monday 2 October.
LAST, LONGEST = date(2028, 12, 31), date(2030, 12, 31)
NOTICE_AT = clock.london(2028, 10, 2)


@pytest.fixture
def framework(curator):
    made = admissions.framework()
    made.longest_ends_on, made.term_ground = LONGEST, "An exceptional case."
    made.save()
    published_round(supplier("BUPA", "bupa"))
    return made


def sweep(monkeypatch, at):
    monkeypatch.setattr(clock, "now", lambda: at)
    announce_due()


def extended(framework, ends_on, at):
    curator = admissions.curator()
    term = {"starts_on": framework.starts_on, "ends_on": ends_on, "longest_ends_on": LONGEST}
    set_term(framework.pk, **term, by=curator, at=at)
    return publish_framework(framework.pk, by=curator, at=at)


@pytest.mark.parametrize(("days", "on"), [(180, date(2028, 7, 4)), (90, date(2028, 10, 2)), (30, date(2028, 12, 1))])
def test_a_notice_is_due_from_the_midnight_that_begins_its_day(framework, days, on):
    midnight = clock.london(on.year, on.month, on.day)
    assert framework.notice_due(on) == days
    assert end_notice(framework, days) in [item.what for item in providers.due(midnight)]
    assert end_notice(framework, days) not in [item.what for item in providers.due(midnight - A_MOMENT)]


def test_no_notice_is_due_when_it_has_ended_or_was_never_published(framework):
    assert framework.notice_due(LAST) == 30
    assert framework.notice_due(LAST + timedelta(days=1)) is None
    framework.status = Framework.Status.DRAFT
    assert framework.notice_due(LAST) is None


def test_the_curators_and_everybody_listed_are_told_once_and_a_missed_notice_is_not_made_up_for(framework, monkeypatch, told):
    for day in (0, 0, 1, 20):
        sweep(monkeypatch, NOTICE_AT + timedelta(days=day))
    assert told("framework_ends_soon") == ["bids@bupa.example", "curator@doh.example"]
    body = Letter.objects.filter(template__startswith="framework_ends_soon").first().body
    assert "Its term can be extended to <time" in body


def test_what_is_not_due_is_refused_and_no_person_announces_it(framework, curator):
    what = end_notice(framework, 90)
    with pytest.raises(Refused, match="is not due"):
        announce_due_of_framework(framework.pk, what=what, by=JOB, at=NOTICE_AT - A_MOMENT)
    with pytest.raises(PermissionDenied):
        announce_due_of_framework(framework.pk, what=what, by=curator, at=NOTICE_AT)


def test_a_framework_that_was_ended_is_announced_no_more(framework, curator):
    end_framework(framework.pk, reason="It has served.", by=curator, at=NOTICE_AT - A_MOMENT)
    assert end_notice(framework, 90) not in [item.what for item in providers.due(NOTICE_AT)]


def test_an_extension_within_the_maximum_is_told_to_everybody_listed_when_it_is_published(framework, told):
    extended(framework, date(2029, 12, 31), NOTICE_AT)
    assert told("framework_extended") == ["bids@bupa.example"]
    framework.refresh_from_db()
    assert framework.is_in_force(clock.london(2029, 12, 31))
    assert framework.notice_due(date(2028, 12, 1)) is None
    with pytest.raises(ValidationError, match="longest extension ends before the term itself"):
        extended(framework, LONGEST + timedelta(days=1), NOTICE_AT)
    extended(framework, LONGEST, NOTICE_AT + A_MOMENT)
    assert len(told("framework_extended")) == 2


def test_the_notices_of_a_later_last_day_are_told_anew(framework, monkeypatch, told):
    sweep(monkeypatch, NOTICE_AT)
    extended(framework, date(2029, 12, 31), NOTICE_AT + timedelta(days=1))
    sweep(monkeypatch, clock.london(2029, 10, 2))
    assert told("framework_ends_soon").count("bids@bupa.example") == 2


def test_the_curators_desk_says_that_it_ends_and_how_far_it_can_be_extended(framework, curator):
    def says(at):
        return [item.what for item in providers.desk(curator, at) if item.title == framework.title]

    first = clock.london(2028, 7, 4)
    assert says(first - A_MOMENT) == []
    assert says(first) == ["Its term ends soon. It can be extended to 31 December 2030."]
    Framework.objects.update(longest_ends_on=None)
    assert says(first) == ["Its term ends soon, and cannot be extended."]


@pytest.mark.parametrize(
    ("day", "called"),
    [
        (date(2024, 12, 31), "In force from 1 January 2025"),
        (date(2025, 1, 1), "In force"),
        (date(2028, 12, 31), "In force"),
        (date(2029, 1, 1), "Its term ended"),
    ],
)
def test_a_framework_is_called_in_force_within_its_term_alone(day, called):
    framework = live_framework()
    at = clock.london(day.year, day.month, day.day, 12)
    assert framework.phase_at(at).startswith(called)
    assert (framework.phase_at(at) == "In force") == framework.is_in_force(at)
