"""The opening of bids in pages: who has confirmed, until when it counts, and what the record shows."""

from datetime import timedelta

import pytest

from procurement.actions import openings
from procurement.models import Submission, Tender
from tests.factories.evaluations import (
    OPENED_AT,
    opened_tender,
)
from tests.factories.pages import words
from tests.factories.tenders import CLOSES_AT, closed_tender, who

pytestmark = pytest.mark.django_db
BOTH = ("opener1", "opener2")


def it_is(moment, monkeypatch):
    """The clock stands at this moment."""
    monkeypatch.setattr("commissioning.clock.now", lambda: moment)


def test_the_opening_page_says_who_has_confirmed_and_until_when_it_counts(seen_by, monkeypatch):
    tender = closed_tender(suppliers=1)
    openings.confirm_opening(tender.pk, by=who("opener1"), at=OPENED_AT)
    it_is(OPENED_AT, monkeypatch)
    page = words(seen_by(who("opener2")).get(f"/tenders/{tender.pk}/opening/"))
    assert "Waits for a second opener" in page
    assert "Friday 27 March 2026, 2:30pm" in page
    assert "nobody, openers included, can see who bid" in page
    assert "BUPA" not in page


@pytest.mark.parametrize("page", ["", "opening/", "confirm-opening/"])
def test_once_one_opener_has_confirmed_both_read_who_it_was_and_until_when_it_counts(seen_by, monkeypatch, page):
    tender = closed_tender(suppliers=1)
    it_is(OPENED_AT, monkeypatch)
    openings.confirm_opening(tender.pk, by=who("opener1"))
    for name in ("opener1", "opener2"):
        seen = words(seen_by(who(name)).get(f"/tenders/{tender.pk}/{page}"))
        assert f"{who('opener1')} confirmed Friday 27 March 2026, 2pm" in seen
        assert "when a second opener confirms before Friday 27 March 2026, 2:30pm" in seen


def test_once_both_have_confirmed_the_page_that_they_come_to_says_that_bids_are_open(seen_by, monkeypatch):
    tender = closed_tender(suppliers=1)
    it_is(OPENED_AT, monkeypatch)
    openings.confirm_opening(tender.pk, by=who("opener1"))
    landed = seen_by(who("opener2")).post(f"/tenders/{tender.pk}/confirm-opening/", follow=True)
    for seen in (landed, seen_by(who("opener1")).get(f"/tenders/{tender.pk}/opening/")):
        assert "Bids are open." in words(seen)


def test_a_lapsed_confirmation_says_so(seen_by, monkeypatch):
    tender = closed_tender(suppliers=1)
    openings.confirm_opening(tender.pk, by=who("opener1"), at=CLOSES_AT)
    it_is(OPENED_AT, monkeypatch)
    assert "Lapsed" in words(seen_by(who("opener1")).get(f"/tenders/{tender.pk}/opening/"))


def test_an_opener_confirms_on_a_page_and_before_the_deadline_is_told_why_not(seen_by, monkeypatch):
    tender = closed_tender(suppliers=1)
    it_is(CLOSES_AT - timedelta(hours=1), monkeypatch)
    early = seen_by(who("opener1")).post(f"/tenders/{tender.pk}/confirm-opening/")
    assert early.status_code == 409
    assert "Bids stay sealed until the deadline" in early.text
    it_is(OPENED_AT, monkeypatch)
    for name in ("opener1", "opener2"):
        assert seen_by(who(name)).post(f"/tenders/{tender.pk}/confirm-opening/").status_code == 302
    assert Tender.objects.get().status == Tender.Status.OPENED


def test_the_opening_record_shows_each_bid_with_its_hash(seen_by):
    tender = opened_tender(suppliers=2)
    page = seen_by(who("opener1")).get(f"/tenders/{tender.pk}/opening/")
    for submission in Submission.objects.all():
        assert submission.content_hash in page.text
    assert "Dr Foster Intelligence" in page.text


def test_an_opening_without_bids_is_said_in_words(seen_by):
    tender = opened_tender(bids=0)
    assert "No bids were received by the deadline" in words(seen_by(who("lead")).get(f"/tenders/{tender.pk}/opening/"))


@pytest.mark.parametrize("page", ["", "opening/"])
def test_an_opener_who_has_confirmed_is_not_asked_again_and_the_other_is(seen_by, monkeypatch, page):
    tender = closed_tender()
    openings.confirm_opening(tender.pk, by=who("opener1"), at=CLOSES_AT)
    it_is(CLOSES_AT + timedelta(minutes=1), monkeypatch)
    offers = {opener: f"/tenders/{tender.pk}/confirm-opening/" in seen_by(who(opener)).get(f"/tenders/{tender.pk}/{page}").text for opener in BOTH}
    assert offers == {"opener1": False, "opener2": True}
