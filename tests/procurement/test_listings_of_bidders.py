"""What becomes of a listing while tenders run: invitations and bids stand, nobody new is asked, and the buyers are told once."""

from datetime import timedelta

import pytest

from commissioning import clock
from commissioning.announcing import announce_due
from commissioning.models import Letter, TrailEntry
from procurement.models import Tender
from suppliers.actions.agreements import countersign_agreement, reopen_countersigning
from suppliers.actions.listings import end_listing, leave_list, reinstate_listing, suspend_listing
from suppliers.consequences import CONSEQUENCES, NOT_ASKED_YET, Event
from suppliers.models import Listing
from tests.factories import admissions, agreements
from tests.factories.bids import THE_DAY_BEFORE, submitted_bid
from tests.factories.evaluations import awarded_tender
from tests.factories.people import NOON
from tests.factories.tenders import bidder, draft_tender, issued_tender

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
THEN = NOON + A_DAY
REASON = "Its accounts are late."


@pytest.fixture
def tender():
    return issued_tender()


@pytest.fixture
def listing(tender):
    return Listing.objects.get(supplier__short_name="bupa")


def suspended(listing, ends_at=THEN + 7 * A_DAY, at=THEN):
    return suspend_listing(listing.pk, ends_at=ends_at, reason=REASON, by=admissions.curator(), at=at)


def removed(listing, at=THEN):
    return end_listing(listing.pk, reason=REASON, by=admissions.curator(), at=at)


def left(listing, at=THEN):
    return leave_list(listing.pk, reason=REASON, by=bidder("bupa"), at=at)


def letters():
    return list(Letter.objects.filter(template__startswith="bidder_listing_changed").order_by("created_at"))


@pytest.mark.parametrize(("happens", "event"), [(suspended, Event.SUSPENDED), (removed, Event.REMOVED), (left, Event.LEFT)])
def test_the_buyer_of_a_live_tender_is_told_what_happened_and_what_follows_and_not_why(tender, listing, happens, event):
    happens(listing)
    (letter,) = letters()
    assert (letter.recipient.email, letter.subject_id) == ("lead@hillingdon.example", tender.pk)
    assert letter.title.startswith(f"{event.label}: BUPA")
    for sentence in (CONSEQUENCES[event].asked, CONSEQUENCES[event].invitations, CONSEQUENCES[event].bids):
        assert sentence in letter.body
    assert REASON not in letter.body
    entry = TrailEntry.objects.filter(docket=tender.docket).latest("number")
    assert (entry.verb, entry.facts["event"], entry.actor) == ("note_listing", event, None)
    assert REASON not in str(entry.facts)


@pytest.mark.parametrize("happens", [suspended, removed, left])
def test_an_invitation_that_is_out_stands_and_a_bid_is_received(tender, listing, happens):
    happens(listing)
    receipt = submitted_bid(tender.invitations.get(supplier__short_name="bupa"), tender.lots.get(number=1), at=THE_DAY_BEFORE)
    assert receipt.bid.invitation.supplier == listing.supplier


@pytest.mark.parametrize(("happens", "asked"), [(suspended, False), (removed, False), (left, False), (lambda listing: None, True)])
def test_a_tender_that_is_issued_afterwards_does_not_ask_it(listing, happens, asked):
    happens(listing)
    later = issued_tender(title="Later", at=THEN + A_DAY)
    assert later.invitations.filter(supplier=listing.supplier).exists() == asked


def test_the_end_of_a_suspension_is_told_to_the_buyer_once_however_often_somebody_comes_round(tender, listing, monkeypatch):
    suspended(listing, ends_at=THEN + A_DAY)
    for hours in (23, 24, 25, 400):
        monkeypatch.setattr(clock, "now", lambda hours=hours: THEN + timedelta(hours=hours))
        announce_due()
    assert [letter.title.partition(":")[0] for letter in letters()] == ["Suspended", "Suspension over or lifted"]


def test_a_lifted_suspension_is_told_to_the_buyer_when_it_is_lifted(tender, listing):
    suspended(listing)
    reinstate_listing(listing.pk, reason="Cleared.", by=admissions.curator(), at=THEN + A_DAY)
    assert [letter.created_at for letter in letters()] == [THEN, THEN + A_DAY]


def test_the_buyer_is_not_told_that_a_supplier_is_asked_which_has_not_agreed_or_is_suspended(tender, listing):
    suspended(listing)
    framework = agreements.with_terms(admissions.framework())
    agreements.countersigned(framework, listing.supplier, at=THEN + A_DAY)
    reopen_countersigning(framework.agreements.get().pk, reason=REASON, by=admissions.curator(), at=THEN + A_DAY)
    reinstate_listing(listing.pk, reason="Cleared.", by=admissions.curator(), at=THEN + 2 * A_DAY)
    countersign_agreement(framework.agreements.get().pk, by=admissions.curator(), at=THEN + 3 * A_DAY)
    asked = [NOT_ASKED_YET[Event.AGREED], CONSEQUENCES[Event.REOPENED].asked, NOT_ASKED_YET[Event.RETURNED], CONSEQUENCES[Event.AGREED].asked]
    assert all(sentence in letter.body for sentence, letter in zip(asked, letters()[1:], strict=True))


def test_two_suspensions_are_told_of_twice(tender, listing):
    suspended(listing, ends_at=THEN + A_DAY)
    suspended(listing, at=THEN + 2 * A_DAY)
    assert len(letters()) == 2


def test_no_tender_is_told_that_is_a_draft_or_over_or_for_another_list_or_without_the_supplier(listing):
    Tender.objects.update(status=Tender.Status.CANCELLED)
    draft_tender(title="A draft")
    awarded_tender(suppliers=2)
    other = issued_tender(title="For another area")
    Tender.objects.filter(pk=other.pk).update(area=other.framework_list.framework.areas.get(code="engagement"))
    without = issued_tender(title="Without it")
    without.invitations.filter(supplier=listing.supplier).delete()
    removed(listing)
    assert letters() == []


def test_no_rival_and_no_other_bidder_is_told(tender, listing):
    removed(listing)
    told = set(Letter.objects.filter(created_at=THEN).values_list("recipient__email", flat=True))
    assert told == {"bids@bupa.example", "lead@hillingdon.example"}
