"""A bid is received if and only if it comes before the deadline, and sending twice makes one bid."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from commissioning.canon import digest
from commissioning.models import Letter, Role, TrailEntry
from commissioning.refusals import Gone, Refused
from procurement.actions import bids, tenders
from procurement.models import Bid, Submission, Tender
from tests.factories.bids import THE_DAY_BEFORE, answers_for, drafted_bid, prices_for, submitted_bid
from tests.factories.people import person
from tests.factories.tenders import CLOSES_AT, approved_tender, bidder, issued_tender, who

pytestmark = pytest.mark.django_db
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def bid():
    tender = issued_tender(suppliers=2)
    return drafted_bid(tender.invitations.get(supplier__short_name="bupa"), tender.lots.get(number=1))


def submit(bid, *, at=THE_DAY_BEFORE, by=None, **more):
    return bids.submit_bid(bid.pk, by=by or bidder("bupa"), at=at, **more)


def test_a_bid_a_microsecond_before_the_deadline_is_received(bid):
    submit(bid, at=CLOSES_AT - A_MOMENT)
    assert Submission.objects.get().received_at == CLOSES_AT - A_MOMENT


@pytest.mark.parametrize("late", [CLOSES_AT, CLOSES_AT + A_MOMENT])
def test_a_bid_at_the_deadline_or_later_is_refused_with_both_moments_and_recorded(bid, late):
    with pytest.raises(Refused) as refusal:
        submit(bid, at=late)
    assert not Submission.objects.exists()
    assert str(refusal.value).startswith(f"This came on Friday 27 March 2026, 12:00:00.00000{late.microsecond} GMT.")
    assert "The deadline was Friday 27 March 2026, 12:00:00.000000 GMT" in str(refusal.value)
    entry = TrailEntry.objects.get(docket=bid.invitation.docket, outcome=TrailEntry.Outcome.REFUSED)
    assert (entry.verb, entry.at, entry.facts["reason"]) == ("submit_bid", late, str(refusal.value))
    assert Bid.objects.get(pk=bid.pk).answers == bid.answers


def test_what_was_submitted_says_whose_it_is_and_for_what(bid):
    submit(bid)
    submission = Submission.objects.get()
    assert submission.content == {
        "tender": str(bid.lot.tender_id),
        "lot": str(bid.lot_id),
        "supplier": str(bid.invitation.supplier_id),
        "answers": answers_for(bid.lot),
        "prices": prices_for(bid.lot),
        "total": "68000.00",
        "files": [],
        "salt": submission.content["salt"],
    }
    assert submission.content_hash == digest(submission.content)
    assert submission.total_price == Decimal("68000.00")


def test_the_total_is_rounded_once_to_the_penny_a_half_upwards(bid):
    bid.lot.price_lines.filter(number=1).update(quantity=Decimal("0.50"))
    bid.lot.price_lines.filter(number=2).update(quantity=Decimal("0.01"))
    first, second = (str(line.pk) for line in bid.lot.price_lines.all())
    bids.save_bid(bid.pk, revision=bid.revision, prices={first: "£1,000.01", second: "0"}, by=bidder("bupa"), at=THE_DAY_BEFORE)
    submit(bid)
    assert Submission.objects.get().total_price == Decimal("500.01")


def test_who_knows_all_but_the_salt_cannot_try_prices_against_the_hash(bid):
    submit(bid)
    submission = Submission.objects.get()
    known = {key: value for key, value in submission.content.items() if key != "salt"}
    assert digest(known) != submission.content_hash
    assert len(bytes.fromhex(submission.content["salt"])) == 32
    other = submitted_bid(bid.invitation, bid.invitation.tender.lots.get(number=2))
    assert other.content["salt"] != submission.content["salt"]


def test_the_same_content_sent_twice_is_one_submission(bid):
    submit(bid)
    submit(bid, at=THE_DAY_BEFORE + timedelta(hours=1))
    assert Submission.objects.get().received_at == THE_DAY_BEFORE
    assert TrailEntry.objects.filter(verb="submit_bid").last().facts["same_as_version"] == 1
    assert Letter.objects.filter(template="bid_received").count() == 1


def test_a_new_version_takes_the_place_of_the_one_before_which_does_not_change(bid):
    submit(bid)
    first = Submission.objects.get()
    saved = bids.save_bid(bid.pk, revision=bid.revision, prices=prices_for(bid.lot, Decimal(400)), by=bidder("bupa"), at=THE_DAY_BEFORE)
    assert Submission.objects.counting().get() == first
    submit(saved, at=CLOSES_AT - A_MOMENT)
    second = Submission.objects.counting().get()
    first_now = Submission.objects.get(pk=first.pk)
    assert (second.version, second.total_price) == (2, Decimal("54400.00"))
    assert (first_now.superseded_at, first_now.content, first_now.content_hash) == (CLOSES_AT - A_MOMENT, first.content, first.content_hash)


def test_an_old_version_can_be_made_the_bid_again(bid):
    submit(bid)
    changed = bids.save_bid(bid.pk, revision=bid.revision, prices=prices_for(bid.lot, Decimal(400)), by=bidder("bupa"), at=THE_DAY_BEFORE)
    submit(changed)
    back = bids.save_bid(bid.pk, revision=changed.revision, prices=bid.prices, by=bidder("bupa"), at=THE_DAY_BEFORE)
    submit(back)
    assert [each.version for each in Submission.objects.counting()] == [3]


@pytest.mark.parametrize(
    ("change", "rewritten"),
    [
        ({"content": {"answers": {}}}, True),
        ({"content": None}, True),
        ({"content_hash": "0" * 64}, True),
        ({"total_price": Decimal(1)}, True),
        ({"received_at": CLOSES_AT}, True),
        ({"version": 7}, True),
        ({"superseded_at": CLOSES_AT}, False),
        ({"opened_at": CLOSES_AT, "excluded_reason": "Late."}, False),
        ({"withdrawn_at": CLOSES_AT, "content": None, "total_price": None}, False),
    ],
)
def test_the_database_refuses_to_rewrite_a_submission(bid, change, rewritten):
    submit(bid)
    if not rewritten:
        assert Submission.objects.update(**change) == 1
        return
    with pytest.raises(DatabaseError, match="What was submitted does not change"), transaction.atomic():
        Submission.objects.update(**change)


def test_an_incomplete_bid_is_refused_with_everything_that_is_wrong(bid):
    text, line = (str(first.pk) for first in (bid.lot.questionnaire.questions.get(number=1), bid.lot.price_lines.get(number=1)))
    saved = bids.save_bid(bid.pk, revision=bid.revision, answers={text: "word " * 501}, prices={line: "ten"}, by=bidder("bupa"), at=THE_DAY_BEFORE)
    with pytest.raises(ValidationError) as error:
        submit(saved)
    assert error.value.messages == [
        "Question 1: use 500 words or fewer: there are 501 now.",
        "Price 1: enter an amount in pounds and pence, such as 1250.50. It cannot be below 0.",
    ]
    assert not Submission.objects.exists()


def test_what_a_colleague_changed_since_it_was_read_is_not_submitted_unread(bid):
    bids.save_bid(bid.pk, revision=bid.revision, prices=prices_for(bid.lot, Decimal(1)), by=bidder("bupa"), at=THE_DAY_BEFORE)
    with pytest.raises(Gone):
        submit(bid, revision=bid.revision)
    assert not Submission.objects.exists()


def test_a_contributor_writes_and_a_bid_manager_submits(bid):
    writer = person(bid.invitation.supplier.organisation, Role.CONTRIBUTOR, "writer@bupa.example")
    for stranger in (writer, bidder("drfoster"), who("lead")):
        with pytest.raises(PermissionDenied):
            submit(bid, by=stranger)


def test_no_bid_is_received_before_issue_or_after_cancellation(bid):
    tender = bid.invitation.tender
    for status in (Tender.Status.APPROVED, Tender.Status.OPENED):
        Tender.objects.filter(pk=tender.pk).update(status=status)
        with pytest.raises(Refused):
            submit(bid)
    Tender.objects.filter(pk=tender.pk).update(status=Tender.Status.ISSUED)
    tenders.cancel_tender(tender.pk, reason="Not needed.", by=who("lead"), at=THE_DAY_BEFORE)
    with pytest.raises(Refused):
        submit(bid)
    assert approved_tender().invitations.count() == 0


def test_bids_for_two_lots_are_two_bids():
    invitation = issued_tender(suppliers=1).invitations.get()
    for lot in invitation.tender.lots.all():
        submitted_bid(invitation, lot)
    assert Submission.objects.counting().count() == 2
