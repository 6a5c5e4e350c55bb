"""A bid is withdrawn until the deadline: its content is destroyed, and that there was one stays on record."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from commissioning.models import Document, Letter, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import bids, documents
from procurement.models import Bid, Submission
from tests.factories.bids import THE_DAY_BEFORE, answers_for, drafted_bid, prices_for, submitted_bid
from tests.factories.tenders import CLOSES_AT, bidder, issued_tender

pytestmark = pytest.mark.django_db
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def submission():
    tender = issued_tender(suppliers=2)
    return submitted_bid(tender.invitations.get(supplier__short_name="bupa"), tender.lots.get(number=1))


def withdraw(submission, *, at=THE_DAY_BEFORE, by=None):
    return bids.withdraw_bid(submission.bid_id, by=by or bidder("bupa"), at=at)


def test_content_is_removed_and_a_tombstone_stays(submission):
    bid = withdraw(submission, at=CLOSES_AT - A_MOMENT)
    left = Submission.objects.get()
    assert (left.content, left.total_price, left.withdrawn_at) == (None, None, CLOSES_AT - A_MOMENT)
    assert left.content_hash == submission.content_hash
    assert (bid.status, bid.answers, bid.prices) == (Bid.Status.WITHDRAWN, {}, {})
    assert TrailEntry.objects.get(verb="withdraw_bid").facts["content_hashes"] == [submission.content_hash]
    assert not Submission.objects.counting().exists()


def test_the_receipt_of_a_withdrawn_bid_stays(submission):
    withdraw(submission)
    assert submission.receipt.content["content_hash"] == submission.content_hash


@pytest.mark.parametrize("late", [CLOSES_AT, CLOSES_AT + A_MOMENT])
def test_at_the_deadline_a_bid_stands(submission, late):
    with pytest.raises(Refused, match="too late"):
        withdraw(submission, at=late)
    assert Submission.objects.counting().get() == submission


def test_the_bytes_of_every_file_are_destroyed_once_that_is_committed(django_capture_on_commit_callbacks):
    tender = issued_tender(suppliers=1)
    bid = drafted_bid(tender.invitations.get(), tender.lots.get(number=1))
    for name in ("first.txt", "second.txt"):
        documents.attach_to_bid(bid.pk, file=SimpleUploadedFile(name, name.encode()), by=bidder("bupa"), at=THE_DAY_BEFORE)
    submission = bids.submit_bid(bid.pk, by=bidder("bupa"), at=THE_DAY_BEFORE).submissions.get()
    first = Document.objects.get(name="first.txt")
    documents.remove_from_bid(bid.pk, document=first.pk, by=bidder("bupa"), at=THE_DAY_BEFORE)
    places = [document.file.name for document in Document.objects.all()]
    storage = first.file.storage
    assert all(storage.exists(place) for place in places)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(submission)
        assert all(storage.exists(place) for place in places)
    assert not any(storage.exists(place) for place in places)
    assert set(Document.objects.values_list("file", "withdrawn_at")) == {("", THE_DAY_BEFORE)}


def test_all_versions_are_withdrawn_together(submission):
    saved = bids.save_bid(submission.bid_id, revision=1, answers=answers_for(submission.bid.lot, "Better."), by=bidder("bupa"), at=THE_DAY_BEFORE)
    bids.submit_bid(saved.pk, by=bidder("bupa"), at=THE_DAY_BEFORE)
    withdraw(submission)
    assert list(Submission.objects.values_list("content", flat=True)) == [None, None]


def test_a_supplier_that_withdrew_can_bid_again(submission):
    bid = withdraw(submission)
    lot = bid.lot
    saved = bids.save_bid(bid.pk, revision=bid.revision, answers=answers_for(lot), prices=prices_for(lot), by=bidder("bupa"), at=THE_DAY_BEFORE)
    bids.submit_bid(saved.pk, by=bidder("bupa"), at=THE_DAY_BEFORE)
    again = Submission.objects.counting().get()
    assert (again.version, again.content["answers"]) == (2, answers_for(lot))
    assert again.content_hash != submission.content_hash
    withdraw(again)
    assert Letter.objects.filter(template__startswith="bid_withdrawn").count() == 2


def test_there_is_nothing_to_withdraw_from_a_draft():
    tender = issued_tender(suppliers=1)
    bid = drafted_bid(tender.invitations.get(), tender.lots.get(number=1))
    with pytest.raises(Refused, match="You cannot withdraw bid while it is draft, not submitted"):
        bids.withdraw_bid(bid.pk, by=bidder("bupa"), at=THE_DAY_BEFORE)


def test_a_rival_does_not_withdraw_it(submission):
    with pytest.raises(PermissionDenied):
        withdraw(submission, by=bidder("drfoster"))
