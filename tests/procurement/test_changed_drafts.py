"""Whoever changes a bid that was submitted is told that the old version still counts, on the page and in the API."""

import pytest
from rest_framework.test import APIClient

from commissioning import clock
from commissioning.models import Role
from procurement.actions import bids
from tests.factories.bids import THE_DAY_BEFORE, prices_for, submitted_bid
from tests.factories.people import person
from tests.factories.tenders import bidder, issued_tender

pytestmark = pytest.mark.django_db

COUNTS = "Version 1 counts. Your draft has changes that are not submitted."


@pytest.fixture
def bid(monkeypatch):
    """Submitted once, the day before the deadline."""
    monkeypatch.setattr(clock, "now", lambda: THE_DAY_BEFORE)
    tender = issued_tender(suppliers=2)
    return submitted_bid(tender.invitations.get(supplier__short_name="bupa"), tender.lots.get(number=1)).bid


def change(bid, price="499.00"):
    bid.refresh_from_db()
    bids.save_bid(bid.pk, revision=bid.revision, prices=dict.fromkeys(prices_for(bid.lot), price), by=bidder("bupa"))


def page_of(client, bid, path="", by=None):
    client.force_login(by or bidder("bupa"), backend="commissioning.accounts.ByEmail")
    return client.get(f"/bids/{bid.pk}/{path}").text


def api_of(bid):
    api = APIClient()
    api.force_authenticate(bidder("bupa"))
    shown = api.get(f"/api/v1/bids/{bid.pk}/").json()
    return shown["counting_version"], shown["has_unsubmitted_changes"]


def test_a_draft_like_the_version_that_counts_says_nothing_of_changes(client, bid):
    assert COUNTS not in page_of(client, bid)
    assert api_of(bid) == (1, False)


@pytest.mark.parametrize("price", ["499.00", ""])
def test_a_changed_draft_says_that_the_version_submitted_counts(client, bid, price):
    change(bid, price)
    seen = page_of(client, bid)
    assert COUNTS in seen
    assert "Submit in place of version 1" in seen
    assert api_of(bid) == (1, True)


def test_the_page_that_submits_says_which_version_is_replaced(client, bid):
    change(bid)
    assert "Submit in place of version 1" in page_of(client, bid, "submit-bid/")
    bids.submit_bid(bid.pk, by=bidder("bupa"))
    assert api_of(bid) == (2, False)
    assert "not submitted" not in page_of(client, bid)


def test_a_contributor_reads_it_and_who_can_submit(client, bid):
    change(bid)
    writer = person(bid.invitation.supplier.organisation, Role.CONTRIBUTOR, "writer@bupa.example")
    seen = page_of(client, bid, by=writer)
    assert COUNTS in seen
    assert "Submit in place of" not in seen
    assert "A bid manager can submit them" in seen


def test_a_withdrawn_bid_has_no_version_that_counts(client, bid):
    bids.withdraw_bid(bid.pk, by=bidder("bupa"))
    assert "counts. Your draft" not in page_of(client, bid)
    assert api_of(bid) == (None, False)
