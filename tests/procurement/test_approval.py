"""A second person approves a tender, and nobody approves their own."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from commissioning.models import Letter, Role, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import tenders
from procurement.models import Tender
from tests.factories.people import NOON, person
from tests.factories.tenders import CLOSES_AT, approved_tender, draft_tender, hillingdon, proposed_tender, who

pytestmark = pytest.mark.django_db


def test_a_complete_tender_waits_for_a_second_person_who_is_told():
    tender = proposed_tender()
    assert (tender.status, tender.proposed_by) == (Tender.Status.PROPOSED, who("lead"))
    assert Letter.objects.get(recipient=who("approver")).title == "A tender waits for your approval: Acute contracts and payment by results"


def test_an_incomplete_tender_is_refused_with_all_that_is_missing():
    tender = draft_tender()
    tender.lots.get(number=2).price_lines.all().delete()
    Tender.objects.filter(pk=tender.pk).update(description="")
    with pytest.raises(Refused) as refusal:
        tenders.propose_tender(tender.pk, by=who("lead"), at=NOON)
    assert str(refusal.value) == ("This tender is not complete. Describe what you want to buy. Lot 2: Add at least one line to the price schedule.")


def test_a_tender_whose_deadline_has_passed_meanwhile_is_not_proposed():
    with pytest.raises(ValidationError):
        tenders.propose_tender(draft_tender().pk, by=who("lead"), at=CLOSES_AT)


def test_nobody_approves_what_they_proposed_themselves():
    lead_and_approver = person(hillingdon(), Role.PROCUREMENT_LEAD, "both@hillingdon.example")
    person(hillingdon(), Role.APPROVER, "both@hillingdon.example")
    tender = tenders.propose_tender(draft_tender().pk, by=lead_and_approver, at=NOON)
    with pytest.raises(Refused, match="A second person approves"):
        tenders.approve_tender(tender.pk, by=lead_and_approver, at=NOON)
    refused = TrailEntry.objects.get(docket=tender.docket, outcome=TrailEntry.Outcome.REFUSED)
    assert (refused.verb, refused.actor) == ("approve_tender", lead_and_approver)
    assert tenders.approve_tender(tender.pk, by=who("approver"), at=NOON).status == Tender.Status.APPROVED


def test_the_database_too_refuses_one_person_in_both_places():
    tender = proposed_tender()
    with pytest.raises(IntegrityError), transaction.atomic():
        Tender.objects.filter(pk=tender.pk).update(approved_by=who("lead"))


@pytest.mark.parametrize("name", ["lead", "evaluator1", "opener1"])
def test_who_is_no_approver_does_not_approve(name):
    tender = proposed_tender()
    with pytest.raises(PermissionDenied):
        tenders.approve_tender(tender.pk, by=who(name), at=NOON)


def test_a_tender_is_returned_with_a_reason_and_can_be_changed_and_proposed_again():
    tender = tenders.return_tender(approved_tender().pk, reason="Lot 2 is too large.", by=who("approver"), at=NOON)
    assert (tender.status, tender.proposed_by, tender.approved_by) == (Tender.Status.DRAFT, None, None)
    assert "Lot 2 is too large." in Letter.objects.get(recipient=who("lead"), template__startswith="tender_returned").body
    tenders.propose_tender(tender.pk, by=who("lead"), at=NOON)
    assert Letter.objects.filter(recipient=who("approver"), template__startswith="tender_proposed").count() == 2


def test_only_what_was_approved_is_issued():
    with pytest.raises(Refused, match="You cannot issue tender while it is waiting for approval"):
        tenders.issue_tender(proposed_tender().pk, by=who("lead"), at=NOON)
