"""The end of a suspension and of an early release is told once to those whom it concerns, and nothing depends on its being told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from commissioning import clock
from commissioning.announcing import JOB, announce_due
from commissioning.models import Announcement, Letter, Role
from commissioning.refusals import Refused
from suppliers.actions.announcements import announce_due_of_early_release, announce_due_of_suspension
from suppliers.actions.frameworks import end_framework
from suppliers.actions.listings import end_listing, grant_early_release, reinstate_listing, suspend_listing
from suppliers.models import Framework, Listing
from suppliers.providers import due
from tests.factories import admissions
from tests.factories.admissions import DECIDED_AT, PUBLISHED_AT, published_round, round_with_decisions
from tests.factories.frameworks import supplier
from tests.factories.people import commissioner, person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
ENDS_AT = PUBLISHED_AT + WEEK


def whats(at):
    return [item.what for item in due(at) if item.what.endswith("_over") and item.what != "appeal_window_over"]


def sweep(monkeypatch, at):
    monkeypatch.setattr(clock, "now", lambda: at)
    return announce_due().told


@pytest.fixture
def listing():
    published_round(supplier("BUPA", "bupa"))
    return Listing.objects.get()


@pytest.fixture
def suspension(listing, curator):
    suspend_listing(listing.pk, ends_at=ENDS_AT, reason="Looked into.", by=curator, at=PUBLISHED_AT)
    return listing.suspensions.get()


@pytest.fixture
def release():
    bupa, trust, framework = supplier("BUPA", "bupa"), commissioner(), admissions.framework()
    person(trust, Role.PROCUREMENT_LEAD, "lead@hillingdon.example")
    round_with_decisions([bupa])
    return grant_early_release(
        framework.pk,
        buyer=trust.pk,
        framework_list=framework.lists.get(code="micro").pk,
        area=framework.areas.get(code="performance").pk,
        suppliers=[bupa.pk],
        expires_at=DECIDED_AT + WEEK,
        reason="Its tender is ready a week before the lists.",
        by=admissions.curator(),
        at=DECIDED_AT,
    )


def test_the_end_of_a_suspension_is_due_from_its_very_instant(suspension):
    assert whats(ENDS_AT - A_MOMENT) == []
    assert whats(ENDS_AT) == ["suspension_over"]


def test_the_supplier_and_the_curators_are_told_once_that_a_suspension_is_over(suspension, monkeypatch, told, last_entry):
    assert [sweep(monkeypatch, ENDS_AT + timedelta(days=day)) for day in (0, 1, 400)] == [1, 0, 0]
    assert told("suspension_over") == ["bids@bupa.example", "curator@doh.example"]
    assert "BUPA stands on the list again" in Letter.objects.filter(template="suspension_over").first().body
    assert last_entry(suspension.listing).facts["announced"] == "suspension_over"


def test_nobody_is_told_of_the_end_of_a_suspension_that_was_lifted_before(suspension, curator):
    reinstate_listing(suspension.listing_id, reason="Cleared.", by=curator, at=ENDS_AT - A_MOMENT)
    assert whats(ENDS_AT) == []
    with pytest.raises(Refused, match="is not over"):
        announce_due_of_suspension(suspension.pk, what="suspension_over", by=JOB, at=ENDS_AT)


def test_nobody_is_told_that_a_listing_stands_again_which_has_ended(suspension, curator):
    end_listing(suspension.listing_id, reason="It left the market.", by=curator, at=ENDS_AT - A_MOMENT)
    assert whats(ENDS_AT) == []


def test_nobody_is_told_that_a_supplier_may_be_asked_again_under_a_framework_that_has_ended(suspension, curator):
    end_framework(admissions.framework().pk, reason="It has served.", by=curator, at=ENDS_AT - A_MOMENT)
    assert whats(ENDS_AT) == []


def test_of_two_suspensions_that_were_both_over_when_somebody_came_round_the_last_is_told(suspension, curator, monkeypatch, told):
    suspend_listing(suspension.listing_id, ends_at=ENDS_AT + WEEK, reason="Again.", by=curator, at=ENDS_AT)
    assert whats(ENDS_AT) == []
    assert sweep(monkeypatch, ENDS_AT + WEEK) == 1
    assert told("suspension_over") == ["bids@bupa.example", "curator@doh.example"]


def test_each_suspension_of_a_listing_is_told_of_in_its_turn(suspension, curator, monkeypatch, told):
    sweep(monkeypatch, ENDS_AT)
    suspend_listing(suspension.listing_id, ends_at=ENDS_AT + WEEK, reason="Again.", by=curator, at=ENDS_AT + A_MOMENT)
    sweep(monkeypatch, ENDS_AT + WEEK)
    assert told("suspension_over") == ["bids@bupa.example"] * 2 + ["curator@doh.example"] * 2


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_whether_a_framework_is_in_force_is_the_same_by_its_row_and_by_query(days):
    framework = admissions.framework()
    for day in (framework.starts_on, framework.ends_on):
        at = clock.london(day.year, day.month, day.day) + timedelta(days=days)
        assert framework.is_in_force(at) == Framework.objects.in_force(at).filter(pk=framework.pk).exists()


def test_the_end_of_an_early_release_is_due_from_its_very_instant(release):
    assert whats(release.expires_at - A_MOMENT) == []
    assert whats(release.expires_at) == ["early_release_over"]


def test_the_buyer_and_the_curators_are_told_once_that_an_early_release_is_over(release, monkeypatch, told, last_entry):
    for day in (0, 1, 400):
        sweep(monkeypatch, release.expires_at + timedelta(days=day))
    assert told("early_release_over") == ["curator@doh.example", "lead@hillingdon.example"]
    assert Announcement.objects.filter(subject_id=release.pk).count() == 1


def test_an_early_release_that_still_holds_is_not_said_to_be_over(release):
    with pytest.raises(Refused, match="still holds"):
        announce_due_of_early_release(release.pk, what="early_release_over", by=JOB, at=release.expires_at - A_MOMENT)
    assert not Announcement.objects.filter(subject_id=release.pk).exists()


def test_no_person_announces_the_end_of_a_release(release, curator):
    with pytest.raises(PermissionDenied):
        announce_due_of_early_release(release.pk, what="early_release_over", by=curator, at=release.expires_at)


def test_no_person_announces_the_end_of_a_suspension(suspension, curator):
    with pytest.raises(PermissionDenied):
        announce_due_of_suspension(suspension.pk, what="suspension_over", by=curator, at=ENDS_AT)
