"""A framework that does not reopen admits nobody once its lists are out; an open one is to reopen in time, and its curators are reminded."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from commissioning import clock
from commissioning.announcing import announce_due
from commissioning.models import Letter
from commissioning.refusals import Refused
from suppliers import providers
from suppliers.actions.admissions import announce_round, open_round, withdraw_round
from suppliers.models import Framework, ListPublication
from suppliers.reopening import open_frameworks, reopens_by
from tests.factories import admissions
from tests.factories.admissions import CLOSES_AT, PUBLISHED_AT, draft_round, published_round
from tests.factories.frameworks import supplier
from tests.factories.people import NOON
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
# Its first day is 1 January 2025, so that it is to reopen by 1 January 2028.
BY = date(2028, 1, 1)
NOTICE_AT = clock.london(2027, 10, 3)


@pytest.fixture
def framework():
    published_round(supplier("BUPA", "bupa"))
    return admissions.framework()


@pytest.fixture
def open_one(framework):
    Framework.objects.filter(pk=framework.pk).update(regime="PA2023", reopens=True, reopening="Each spring.", ends_on=date(2032, 12, 31))
    return framework


def sweep(monkeypatch, at):
    monkeypatch.setattr(clock, "now", lambda: at)
    assert announce_due().failed == 0


def reminders():
    return list(Letter.objects.filter(template__startswith="framework_reopens").order_by("created_at"))


def next_by(at=NOTICE_AT):
    return reopens_by(open_frameworks(at).get())


def reopened(framework, at, announced=True):
    round_ = open_round(framework.pk, title="Again", closes_at=at + timedelta(days=40), notice="Apply.", by=admissions.curator(), at=at)
    return announce_round(round_.pk, by=admissions.curator(), at=at) if announced else round_


def test_a_framework_that_does_not_reopen_begins_no_round_once_its_lists_are_out(framework, curator):
    Framework.objects.filter(pk=framework.pk).update(reopens=False)
    with pytest.raises(Refused, match="Its lists were published on 13 April 2026, and it does not reopen after that"):
        open_round(framework.pk, title="Again", closes_at=CLOSES_AT, by=curator, at=PUBLISHED_AT)


def test_before_its_lists_are_out_it_begins_as_many_as_it_likes():
    Framework.objects.filter(pk=admissions.framework().pk).update(reopens=False)
    assert draft_round().framework == draft_round().framework


@pytest.mark.parametrize("reopens", [True, None])
def test_one_that_reopens_or_has_not_said_begins_another(framework, curator, reopens):
    Framework.objects.filter(pk=framework.pk).update(reopens=reopens)
    assert open_round(framework.pk, title="Again", closes_at=CLOSES_AT, by=curator, at=NOON).framework == framework


def test_the_page_does_not_offer_what_would_be_refused(framework, curator, browse, at):
    at(PUBLISHED_AT)
    for reopens, offers in ((True, True), (False, False)):
        Framework.objects.filter(pk=framework.pk).update(reopens=reopens)
        verbs = [act["verb"] for act in browse(curator).get(framework.get_absolute_url()).context_data["acts"]]
        assert ("open_round" in verbs) == offers
    typed = {"title": "Again", "notice": "Apply.", "closes_at_day": 1, "closes_at_month": 7, "closes_at_year": 2026, "closes_at_time": "12:00"}
    answer = browse(curator).post(reverse("framework:open_round", args=[framework.pk]), typed)
    assert (answer.status_code, "does not reopen" in answer.content.decode()) == (409, True)


def test_the_first_reopening_is_counted_from_its_first_day(open_one):
    assert next_by() == BY


def test_the_next_is_counted_from_the_lists_that_the_last_led_to(open_one):
    again = reopened(open_one, NOON.replace(year=2027))
    assert next_by() == date(2032, 3, 2)
    type(again).objects.filter(pk=again.pk).update(published_at=clock.london(2027, 5, 4))
    assert next_by() == date(2032, 5, 4)


@pytest.mark.parametrize("begun", [lambda framework: reopened(framework, NOON.replace(year=2027), announced=False)])
def test_a_round_that_was_not_announced_reopens_nothing(open_one, begun):
    begun(open_one)
    assert next_by() == BY


def test_nor_does_one_that_was_withdrawn(open_one, curator):
    withdraw_round(reopened(open_one, NOON.replace(year=2027)).pk, reason="A drafting error.", by=curator, at=NOON.replace(year=2027))
    assert next_by() == BY


def test_one_that_ends_before_has_nothing_to_reopen_by(open_one):
    Framework.objects.filter(pk=open_one.pk).update(ends_on=BY - timedelta(days=1))
    assert next_by(PUBLISHED_AT) is None


def test_before_its_first_lists_there_is_nothing_to_reopen(open_one):
    assert ListPublication.objects.exists()
    other = Framework.objects.get(pk=open_one.pk)
    other.first_published_at = None
    assert reopens_by(other) is None


@pytest.mark.parametrize(("days", "on"), [(180, date(2027, 7, 5)), (90, date(2027, 10, 3)), (30, date(2027, 12, 2))])
def test_curators_are_reminded_once_at_each_notice(open_one, monkeypatch, days, on):
    at = clock.london(on.year, on.month, on.day)
    sweep(monkeypatch, at - A_MOMENT)
    told = len(reminders())
    for _ in range(2):
        sweep(monkeypatch, at)
    (*_, letter) = reminders()
    assert (len(reminders()), letter.recipient.email) == (told + 1, "curator@doh.example")
    assert letter.title.startswith("To reopen by 1 January 2028")
    assert "Each spring." in letter.body


def test_nobody_is_reminded_of_what_has_happened(open_one, monkeypatch):
    reopened(open_one, NOON.replace(year=2027))
    sweep(monkeypatch, NOTICE_AT)
    assert reminders() == []


def test_the_desk_says_by_when_from_the_first_notice_on_and_after_that_day(open_one, curator):
    assert not list(providers.to_reopen(curator, clock.london(2027, 7, 5) - A_MOMENT))
    for moment in (clock.london(2027, 7, 5), clock.london(2028, 2, 1)):
        (item,) = providers.to_reopen(curator, moment)
        assert item.what.startswith("It is to reopen by 1 January 2028")
