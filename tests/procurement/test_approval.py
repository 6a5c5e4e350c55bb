"""A second person approves a tender, and nobody approves their own."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from commissioning import clock
from commissioning.models import Letter, Role, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import tenders
from procurement.models import PriceLine, Tender
from tests.factories.people import NOON, person
from tests.factories.tenders import CLOSES_AT, approve, approved_tender, draft_tender, hillingdon, proposed_tender, who

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
        approve(tender, by=lead_and_approver)
    refused = TrailEntry.objects.get(docket=tender.docket, outcome=TrailEntry.Outcome.REFUSED)
    assert (refused.verb, refused.actor) == ("approve_tender", lead_and_approver)
    assert approve(tender).status == Tender.Status.APPROVED


def test_nobody_approves_a_tender_that_was_changed_after_they_read_it(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    tender = proposed_tender()
    client.force_login(who("approver"))
    address = reverse("tender:approve_tender", args=[tender.pk])
    page = client.get(address).content.decode()
    for read in ("Days of analysis", "40.00%", "opener1@hillingdon.example", tender.proposal_hash):
        assert read in page
    tenders.return_tender(tender.pk, reason="A slip.", by=who("lead"), at=NOON)
    PriceLine.objects.filter(lot__tender=tender, number=1).update(quantity=1)
    again = tenders.propose_tender(tender.pk, by=who("lead"), at=NOON)
    for shown in ({"proposal_hash": tender.proposal_hash}, {}):
        refused = client.post(address, shown)
        assert refused.status_code == 409
        assert "The tender has been changed and proposed again since you read it. Open the page anew" in refused.content.decode()
    assert client.post(address, {"proposal_hash": again.proposal_hash}).status_code == 302
    facts = TrailEntry.objects.get(docket=tender.docket, verb="approve_tender", outcome=TrailEntry.Outcome.DONE).facts
    assert facts["proposal_hash"] == again.proposal_hash != tender.proposal_hash


@pytest.mark.parametrize("change", ["dates", "openers", "who may read it"])
def test_all_that_is_proposed_is_in_its_hash(change):
    tender = proposed_tender()
    if change == "openers":
        tender.openers.remove(who("opener1"))
    elif change == "dates":
        Tender.objects.filter(pk=tender.pk).update(closes_at=CLOSES_AT + timedelta(microseconds=1))
    else:
        Tender.objects.filter(pk=tender.pk).update(is_public=False)
    with pytest.raises(Refused, match="Open the page anew"):
        approve(tender)


def test_the_database_too_refuses_one_person_in_both_places():
    tender = proposed_tender()
    with pytest.raises(IntegrityError), transaction.atomic():
        Tender.objects.filter(pk=tender.pk).update(approved_by=who("lead"))


@pytest.mark.parametrize("name", ["lead", "evaluator1", "opener1"])
def test_who_is_no_approver_does_not_approve(name):
    tender = proposed_tender()
    with pytest.raises(PermissionDenied):
        approve(tender, by=who(name))


def test_a_tender_is_returned_with_a_reason_and_can_be_changed_and_proposed_again():
    tender = tenders.return_tender(approved_tender().pk, reason="Lot 2 is too large.", by=who("approver"), at=NOON)
    assert (tender.status, tender.proposed_by, tender.approved_by) == (Tender.Status.DRAFT, None, None)
    assert "Lot 2 is too large." in Letter.objects.get(recipient=who("lead"), template__startswith="tender_returned").body
    tenders.propose_tender(tender.pk, by=who("lead"), at=NOON)
    assert Letter.objects.filter(recipient=who("approver"), template__startswith="tender_proposed").count() == 2


def test_only_what_was_approved_is_issued():
    with pytest.raises(Refused, match="You cannot issue tender while it is waiting for approval"):
        tenders.issue_tender(proposed_tender().pk, by=who("lead"), at=NOON)
