"""What becomes of a listing while a contract that came of it lasts: the contract goes on, and its managers are told."""

from datetime import timedelta

import pytest

from commissioning import clock
from commissioning.models import Letter, TrailEntry
from suppliers.actions.listings import end_listing, suspend_listing
from suppliers.consequences import CONSEQUENCES, Event
from suppliers.models import Listing
from tests.factories import admissions
from tests.factories.contracts import SIGNED_AT, drafted_contract, signed_contract

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
A_MOMENT = timedelta(microseconds=1)


def told():
    return list(Letter.objects.filter(template__startswith="contractor_listing_changed").order_by("created_at"))


def removed(contract, at):
    listing = Listing.objects.get(supplier=contract.supplier)
    return end_listing(listing.pk, reason="It misled us.", by=admissions.curator(), at=at)


@pytest.mark.parametrize("contract", [drafted_contract, signed_contract])
def test_the_managers_of_a_contract_are_told_and_it_goes_on(contract):
    contract = contract()
    before = contract.status
    removed(contract, SIGNED_AT + A_DAY)
    (letter,) = [letter for letter in told() if letter.subject_id == contract.pk]
    assert letter.recipient.email == "contracts@hillingdon.example"
    assert CONSEQUENCES[Event.REMOVED].contracts in letter.body
    assert "It misled us." not in letter.body
    entry = TrailEntry.objects.filter(docket=contract.docket).latest("number")
    assert (entry.verb, entry.facts["event"]) == ("note_listing_of_contractor", "removed")
    contract.refresh_from_db()
    assert contract.status == before


@pytest.mark.parametrize(("after", "is_told"), [(-A_MOMENT, True), (timedelta(), False)])
def test_a_contract_that_has_ended_is_none_of_it(after, is_told):
    contract = signed_contract()
    removed(contract, contract.ends_at + after)
    assert bool([letter for letter in told() if letter.subject_id == contract.pk]) == is_told


def test_a_suspension_says_until_when(monkeypatch):
    contract = signed_contract()
    listing = Listing.objects.get(supplier=contract.supplier)
    ends_at = clock.london(2026, 6, 1)
    suspend_listing(listing.pk, ends_at=ends_at, reason="Looked into.", by=admissions.curator(), at=SIGNED_AT)
    assert "suspended until <time" in next(letter.body for letter in told() if letter.subject_id == contract.pk)
