"""Two openers open the bids together, after the deadline, all at once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from commissioning.models import Letter, Role, TrailEntry
from commissioning.refusals import Refused
from commissioning.trail import first_break
from procurement.actions import openings
from procurement.models import Opening, OpeningConfirmation, Submission, Tender
from tests.factories.bids import submitted_bid
from tests.factories.evaluations import A_MICROSECOND
from tests.factories.people import commissioner, person
from tests.factories.tenders import CLOSES_AT, bidder, closed_tender, issued_tender, who

pytestmark = pytest.mark.django_db
HALF_AN_HOUR = timedelta(minutes=30)


def confirm(tender, name, at):
    return openings.confirm_opening(tender.pk, by=who(name), at=at)


def verbs(tender):
    entries = TrailEntry.objects.filter(docket=tender.docket_id, verb__in=["confirm_opening", "open_bids"])
    return list(entries.order_by("number").values_list("verb", "outcome"))


def test_the_second_opener_opens_every_bid_at_the_same_moment():
    tender = closed_tender()
    confirm(tender, "opener1", CLOSES_AT)
    assert not Submission.objects.filter(opened_at__isnull=False).exists()
    later = CLOSES_AT + timedelta(minutes=5)
    tender = confirm(tender, "opener2", later)
    assert tender.status == Tender.Status.OPENED
    assert tender.bids_opened_at == later
    assert set(Submission.objects.values_list("opened_at", flat=True)) == {later}


def test_bids_stay_sealed_one_microsecond_before_the_deadline_and_the_attempt_is_recorded():
    tender = closed_tender()
    with pytest.raises(Refused, match="Bids stay sealed until the deadline, Friday 27 March 2026 at 12 noon"):
        confirm(tender, "opener1", CLOSES_AT - A_MICROSECOND)
    assert verbs(tender) == [("confirm_opening", "refused")]
    assert not OpeningConfirmation.objects.exists()


def test_an_opener_may_confirm_at_the_very_instant_of_the_deadline():
    tender = closed_tender()
    confirm(tender, "opener1", CLOSES_AT)
    assert verbs(tender) == [("confirm_opening", "done")]


def test_an_opener_twice_is_not_two():
    tender = closed_tender()
    confirm(tender, "opener1", CLOSES_AT)
    with pytest.raises(Refused, match="You have confirmed already"):
        confirm(tender, "opener1", CLOSES_AT + timedelta(minutes=1))
    tender.refresh_from_db()
    assert tender.status == Tender.Status.ISSUED


@pytest.mark.parametrize(("delay", "opens"), [(HALF_AN_HOUR - A_MICROSECOND, True), (HALF_AN_HOUR, False), (HALF_AN_HOUR + A_MICROSECOND, False)])
def test_a_confirmation_lapses_half_an_hour_after_it_was_made(delay, opens):
    tender = closed_tender()
    confirm(tender, "opener1", CLOSES_AT)
    tender = confirm(tender, "opener2", CLOSES_AT + delay)
    assert (tender.status == Tender.Status.OPENED) is opens
    first = OpeningConfirmation.objects.earliest("confirmed_at")
    assert first.is_valid(CLOSES_AT + delay) is opens
    assert OpeningConfirmation.objects.valid(CLOSES_AT + delay).contains(first) is opens


def test_an_opener_whose_confirmation_lapsed_can_confirm_again():
    tender = closed_tender()
    confirm(tender, "opener1", CLOSES_AT)
    confirm(tender, "opener1", CLOSES_AT + HALF_AN_HOUR)
    assert confirm(tender, "opener2", CLOSES_AT + timedelta(minutes=59)).status == Tender.Status.OPENED


@pytest.mark.parametrize(("moved_by", "opens"), [(10, True), (10 + 1 / 60_000_000, False)])
def test_a_confirmation_made_before_the_deadline_in_force_does_not_count(moved_by, opens):
    """Bids could be received again after it was made."""
    tender = closed_tender()
    confirm(tender, "opener1", CLOSES_AT + timedelta(minutes=10))
    Tender.objects.filter(pk=tender.pk).update(closes_at=CLOSES_AT + timedelta(minutes=moved_by))
    tender = confirm(tender, "opener2", CLOSES_AT + timedelta(minutes=11))
    assert (tender.status == Tender.Status.OPENED) is opens


def test_the_second_confirmation_stands_on_the_trail_before_the_opening():
    tender = closed_tender()
    confirm(tender, "opener1", CLOSES_AT)
    confirm(tender, "opener2", CLOSES_AT)
    assert verbs(tender) == [("confirm_opening", "done"), ("confirm_opening", "done"), ("open_bids", "done")]
    tender.docket.refresh_from_db()
    assert first_break(tender.docket) is None


def test_the_opening_record_names_each_bid_with_its_hash_and_the_head_of_its_docket():
    tender = closed_tender(suppliers=3, bids=2)
    confirm(tender, "opener1", CLOSES_AT)
    confirm(tender, "opener2", CLOSES_AT)
    record = Opening.objects.get(tender=tender)
    assert [(bid["lot"], bid["supplier"]) for bid in record.bids] == [
        (1, "BUPA Membership Commissioning Ltd"),
        (1, "Dr Foster Intelligence"),
        (2, "BUPA Membership Commissioning Ltd"),
        (2, "Dr Foster Intelligence"),
    ]
    submission = Submission.objects.get(pk=record.bids[0]["submission"])
    docket = submission.bid.invitation.docket
    assert record.bids[0]["content_hash"] == submission.content_hash
    assert (record.bids[0]["docket_number"], record.bids[0]["docket_hash"]) == (docket.head_number, docket.head_hash)
    assert [one["name"] for one in record.openers] == ["Opener, Hillingdon PCT", "Opener, Hillingdon PCT"]


def test_the_opening_record_shows_no_price():
    tender = closed_tender()
    confirm(tender, "opener1", CLOSES_AT)
    confirm(tender, "opener2", CLOSES_AT)
    prices = {str(price) for price in Submission.objects.values_list("total_price", flat=True)}
    assert not any(price in str(Opening.objects.get().bids) for price in prices)


def test_superseded_and_withdrawn_versions_are_never_opened():
    tender = issued_tender(suppliers=2)
    first, second = tender.invitations.order_by("supplier__short_name")
    lot = tender.lots.get(number=1)
    replaced = submitted_bid(first, lot)
    Submission.objects.filter(pk=replaced.pk).update(superseded_at=CLOSES_AT - timedelta(hours=1))
    Submission.objects.create(
        bid=replaced.bid, version=2, received_at=replaced.received_at, submitted_by=bidder("bupa"), content={}, content_hash="2" * 64, total_price=1
    )
    withdrawn = submitted_bid(second, lot)
    Submission.objects.filter(pk=withdrawn.pk).update(withdrawn_at=CLOSES_AT - timedelta(hours=1))
    confirm(tender, "opener1", CLOSES_AT)
    confirm(tender, "opener2", CLOSES_AT)
    assert list(Submission.objects.filter(opened_at__isnull=False).values_list("version", "content_hash")) == [(2, "2" * 64)]


def test_an_opening_without_bids_is_recorded_and_said_in_words():
    tender = closed_tender(bids=0)
    confirm(tender, "opener1", CLOSES_AT)
    tender = confirm(tender, "opener2", CLOSES_AT)
    assert tender.status == Tender.Status.OPENED
    assert Opening.objects.get().bids == []
    letter = Letter.objects.get(recipient=who("lead"), template="bids_opened")
    assert "No bids" in letter.body


def test_the_panel_is_told_that_bids_are_open_and_the_other_opener_that_one_waits():
    tender = closed_tender()
    confirm(tender, "opener1", CLOSES_AT)
    assert [letter.recipient for letter in Letter.objects.filter(template="opening_confirmed")] == [who("opener2")]
    confirm(tender, "opener2", CLOSES_AT)
    told = {letter.recipient.email.split("@")[0] for letter in Letter.objects.filter(template="bids_opened")}
    assert told == {"lead", "chair", "evaluator1", "evaluator2"}


@pytest.mark.parametrize("name", ["lead", "chair", "evaluator1", "approver", "contracts"])
def test_only_openers_confirm(name):
    tender = closed_tender()
    with pytest.raises(PermissionDenied):
        confirm(tender, name, CLOSES_AT)


def test_an_opener_of_another_trust_does_not_count():
    tender = closed_tender()
    stranger = person(commissioner("Northamptonshire PCT"), Role.OPENER)
    with pytest.raises(PermissionDenied):
        openings.confirm_opening(tender.pk, by=stranger, at=CLOSES_AT)


def test_bids_cannot_be_opened_by_one_person_past_the_confirmations():
    tender = closed_tender()
    confirm(tender, "opener1", CLOSES_AT)
    with pytest.raises(Refused, match="Two openers must confirm"):
        openings.open_bids(tender.pk, by=who("opener1"), at=CLOSES_AT + timedelta(minutes=1))


def test_bids_are_opened_once():
    tender = closed_tender()
    confirm(tender, "opener1", CLOSES_AT)
    confirm(tender, "opener2", CLOSES_AT)
    with pytest.raises(Refused, match="You cannot confirm opening while it is in evaluation"):
        confirm(tender, "opener1", CLOSES_AT + HALF_AN_HOUR)
    assert Opening.objects.count() == 1
