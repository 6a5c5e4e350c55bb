"""What a bidder reads about its tender is true at that moment, and leads on: to the outcome, and to the contract that follows."""

from datetime import timedelta

import pytest

from contracts.models import Contract
from procurement.models import Award, Bid
from tests.factories.bids import submitted_bid
from tests.factories.evaluations import STANDSTILL_ENDS_AT, awarded_tender
from tests.factories.tenders import CLOSES_AT, bidder, issued_tender
from tests.factories.tenders import NOON as ISSUED_AT

pytestmark = [pytest.mark.django_db, pytest.mark.first_home]
TO_WRITE = "say whether you mean to bid, ask questions, write your bids."
AN_INSTANT = timedelta(microseconds=1)


@pytest.fixture
def read(client, monkeypatch):
    def page(record, *, by, at):
        client.force_login(by, backend="commissioning.accounts.ByEmail")
        monkeypatch.setattr("commissioning.clock.now", lambda: at)
        return " ".join(client.get(record.get_absolute_url()).text.split())

    return page


def test_the_tender_says_what_an_invited_supplier_can_do_in_each_phase(read):
    tender = issued_tender(suppliers=1)
    by = bidder(tender.invitations.get().supplier.short_name)
    questions_close_at = tender.questions_close_at
    assert questions_close_at
    assert TO_WRITE in read(tender, by=by, at=questions_close_at - AN_INSTANT)
    for at in (questions_close_at, CLOSES_AT - AN_INSTANT):
        page = read(tender, by=by, at=at)
        assert TO_WRITE not in page
        assert "The time for questions is over." in page
    page = read(tender, by=by, at=CLOSES_AT)
    assert "The time for bids is over; you get a letter when the buyer has decided." in page
    assert "write your bids" not in page


def test_a_bid_that_was_received_is_not_shown_as_a_draft(read):
    tender = issued_tender(suppliers=1)
    invitation, lot = tender.invitations.get(), tender.lots.first()
    by = bidder(invitation.supplier.short_name)
    bid = submitted_bid(invitation, lot).bid
    for at in (CLOSES_AT - AN_INSTANT, CLOSES_AT):
        page = read(bid, by=by, at=at)
        assert "The bid as it was submitted" in page
        assert "The draft" not in page


def test_a_draft_that_was_never_submitted_plays_no_part_after_the_deadline(read):
    tender = issued_tender(suppliers=1)
    invitation, lot = tender.invitations.get(), tender.lots.first()
    by = bidder(invitation.supplier.short_name)
    Bid.objects.create(invitation=invitation, lot=lot, created_at=ISSUED_AT)
    bid = Bid.objects.get()
    assert "A draft is not a bid." in read(bid, by=by, at=CLOSES_AT - AN_INSTANT)
    page = read(bid, by=by, at=CLOSES_AT)
    assert "Nothing was submitted. The draft was not a bid, and plays no part." in page
    assert "The draft, which was not submitted" in page


def test_tender_invitation_and_bid_lead_to_the_outcome_and_to_the_contract_once_it_is_signed(read):
    tender = awarded_tender(suppliers=2)
    award = Award.objects.confirmed().filter(lot__tender=tender).first()
    contract = Contract.objects.get(award=award)
    Contract.objects.filter(pk=contract.pk).update(status=Contract.Status.SIGNED, signed_at=STANDSTILL_ENDS_AT)
    invitation = tender.invitations.get(supplier=award.supplier)
    by, outcome = bidder(award.supplier.short_name), invitation.award_notices.get()
    for record in (tender, invitation, invitation.bids.first(), outcome):
        page = read(record, by=by, at=STANDSTILL_ENDS_AT + timedelta(days=1))
        assert f'href="{contract.get_absolute_url()}"' in page, record
        assert record == outcome or f'href="{outcome.get_absolute_url()}"' in page, record
