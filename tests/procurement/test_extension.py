"""The deadline only moves later: by two people, with a reason, before anything is opened; everybody is told at once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from commissioning import clock
from commissioning.models import Letter, Role, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import bids, extensions
from procurement.models import Bid, Extension, Tender
from tests.factories.bids import drafted_bid
from tests.factories.people import NOON, person
from tests.factories.tenders import CLOSES_AT, bidder, hillingdon, issued_tender, who

pytestmark = pytest.mark.django_db
LATER = clock.london(2026, 4, 1, 12)
A_MOMENT = timedelta(microseconds=1)


def proposed(tender, closes_at=LATER, *, by=None, at=NOON):
    return extensions.propose_extension(tender.pk, closes_at=closes_at, reason="The data came late.", by=by or who("lead"), at=at)


def test_one_proposes_a_second_sets_and_every_invited_supplier_is_told():
    tender = issued_tender(suppliers=3)
    proposed(tender)
    tender.refresh_from_db()
    assert tender.closes_at == CLOSES_AT
    assert not Letter.objects.filter(template__startswith="deadline_extended").exists()
    extensions.extend_deadline(tender.pk, by=who("approver"), at=NOON)
    tender.refresh_from_db()
    assert tender.closes_at == LATER
    told = Letter.objects.filter(template__startswith="deadline_extended", recipient__email__startswith="bids@")
    assert {letter.recipient for letter in told} == {bidder(name) for name in ("bupa", "drfoster", "tribal")}
    assert all("The data came late." in letter.body for letter in told)
    facts = TrailEntry.objects.get(docket=tender.docket, verb="extend_deadline").facts
    assert (facts["from_deadline"], facts["to_deadline"], facts["proposed_by"]) == (
        "2026-03-27T12:00:00.000000Z",
        "2026-04-01T11:00:00.000000Z",
        "Procurement lead, Hillingdon PCT",
    )


def test_a_second_extension_is_told_as_well():
    tender = issued_tender(suppliers=1)
    for days in (1, 2):
        proposed(tender, CLOSES_AT + timedelta(days=days))
        extensions.extend_deadline(tender.pk, by=who("approver"), at=NOON)
    assert Letter.objects.filter(recipient=bidder("bupa"), template__startswith="deadline_extended").count() == 2
    assert [extension.closes_at for extension in tender.extensions.made()] == [CLOSES_AT + timedelta(days=1), CLOSES_AT + timedelta(days=2)]


def test_nobody_sets_what_they_proposed_themselves():
    tender = issued_tender()
    both = person(hillingdon(), Role.PROCUREMENT_LEAD, "both@hillingdon.example")
    person(hillingdon(), Role.APPROVER, "both@hillingdon.example")
    proposed(tender, by=both)
    with pytest.raises(Refused, match="A second person"):
        extensions.extend_deadline(tender.pk, by=both, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.update(set_by=both, set_at=NOON)


def test_a_lead_does_not_set_and_an_evaluator_does_not_propose():
    tender = issued_tender()
    with pytest.raises(PermissionDenied):
        proposed(tender, by=who("evaluator1"))
    proposed(tender)
    with pytest.raises(PermissionDenied):
        extensions.extend_deadline(tender.pk, by=who("lead"), at=NOON)


@pytest.mark.parametrize("closes_at", [CLOSES_AT, CLOSES_AT - A_MOMENT, NOON])
def test_a_deadline_never_moves_earlier(closes_at):
    with pytest.raises(ValidationError, match="only moves later"):
        proposed(issued_tender(), closes_at)


def test_a_microsecond_later_is_later():
    tender = issued_tender()
    proposed(tender, CLOSES_AT + A_MOMENT)
    assert extensions.extend_deadline(tender.pk, by=who("approver"), at=NOON).closes_at == CLOSES_AT + A_MOMENT


def test_the_database_too_refuses_an_earlier_deadline():
    tender = issued_tender()
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.create(tender=tender, replaced_closes_at=CLOSES_AT, closes_at=CLOSES_AT, reason="No.", proposed_by=who("lead"))


def test_a_proposal_that_time_has_overtaken_is_not_set():
    tender = issued_tender()
    proposed(tender, CLOSES_AT + timedelta(hours=1))
    with pytest.raises(ValidationError, match="in the future"):
        extensions.extend_deadline(tender.pk, by=who("approver"), at=CLOSES_AT + timedelta(hours=1))
    extensions.extend_deadline(tender.pk, by=who("approver"), at=CLOSES_AT + timedelta(hours=1) - A_MOMENT)


def test_after_the_deadline_and_before_opening_an_extension_lets_bids_in_again():
    tender = issued_tender()
    bid = drafted_bid(tender.invitations.first(), tender.lots.first())
    manager = bid.saved_by
    with pytest.raises(Refused):
        bids.submit_bid(bid.pk, by=manager, at=CLOSES_AT)
    proposed(tender, at=CLOSES_AT)
    extensions.extend_deadline(tender.pk, by=who("approver"), at=CLOSES_AT)
    assert bids.submit_bid(bid.pk, by=manager, at=CLOSES_AT + A_MOMENT).status == Bid.Status.SUBMITTED


def test_once_bids_are_opened_the_deadline_stays():
    tender = issued_tender()
    proposed(tender)
    Tender.objects.filter(pk=tender.pk).update(status=Tender.Status.OPENED, bids_opened_at=CLOSES_AT)
    with pytest.raises(Refused):
        extensions.extend_deadline(tender.pk, by=who("approver"), at=CLOSES_AT)
    with pytest.raises(Refused):
        proposed(tender, LATER, at=CLOSES_AT)


def test_nothing_is_set_that_nobody_proposed():
    with pytest.raises(Refused, match="No later deadline has been proposed"):
        extensions.extend_deadline(issued_tender().pk, by=who("approver"), at=NOON)
