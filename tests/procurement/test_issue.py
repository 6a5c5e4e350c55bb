"""The invitation goes to every supplier on the list, each on a docket of its own, and what it says is frozen."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from commissioning import clock, moves
from commissioning.models import Criterion, Letter, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import tenders
from procurement.models import Invitation, Tender
from procurement.notice import notice_hash
from suppliers.models import EarlyRelease, Framework
from tests.factories import frameworks
from tests.factories.people import NOON
from tests.factories.tenders import CLOSES_AT, QUESTIONS_CLOSE_AT, approved_tender, bidder, issued_tender, listed_suppliers, place_on_the_list, who

pytestmark = pytest.mark.django_db


def test_every_supplier_on_the_list_for_the_area_is_invited_and_nobody_else():
    framework_list, area = place_on_the_list()
    listed_suppliers(3)
    elsewhere = frameworks.supplier("KPMG LLP", "kpmg")
    frameworks.listed(elsewhere, framework_list, framework_list.framework.areas.get(code="engagement"))
    suspended = frameworks.supplier("Humana Europe Ltd", "humana")
    listing = frameworks.listed(suspended, framework_list, area)
    listing.suspensions.create(began_at=NOON, ends_at=NOON + timedelta(days=30), reason="A breach.")
    tender = tenders.issue_tender(approved_tender().pk, by=who("lead"), at=NOON)
    assert {invitation.supplier.short_name for invitation in tender.invitations.all()} == {"bupa", "drfoster", "tribal"}


def test_each_supplier_gets_a_letter_and_a_docket_of_its_own():
    tender = issued_tender(suppliers=3)
    dockets = {invitation.docket_id for invitation in tender.invitations.all()}
    assert len(dockets | {tender.docket_id}) == 4
    letter = Letter.objects.get(recipient=bidder("bupa"))
    assert letter.title == "Invitation to tender: Acute contracts and payment by results"
    assert "Lot 2: Implementation of payment by results" in letter.body
    assert "Dr Foster" not in letter.body
    entry = TrailEntry.objects.get(docket=tender.invitations.first().docket)
    assert entry.facts["notice_hash"] == tender.notice_hash


@pytest.mark.parametrize("is_tagged", [False, True])
def test_the_framework_is_locked_before_the_tender_so_that_no_suspension_is_waited_for_while_it_waits(is_tagged, monkeypatch):
    listed_suppliers()
    tender, client, locked, lock = approved_tender(), APIClient(), [], moves._locked
    monkeypatch.setattr(clock, "now", lambda: NOON)
    client.force_authenticate(who("lead"))
    address = f"/api/v1/tenders/{tender.pk}/"
    headers = {"If-Match": client.get(address)["ETag"]} if is_tagged else {}

    def note(model, pk):
        locked.append(model)
        return lock(model, pk)

    monkeypatch.setattr(moves, "_locked", note)
    assert client.post(f"{address}issue-tender/", {}, format="json", headers=headers).status_code == 200
    assert locked == [Framework, Tender] * (2 if is_tagged else 1)


def test_before_publication_only_those_that_an_early_release_names_are_asked():
    framework_list, area = place_on_the_list()
    firms = [frameworks.supplier(name.upper(), name) for name in ("one", "two")]
    for firm in firms:
        frameworks.listed(firm, framework_list, area, published=False)
    tender = approved_tender()
    with pytest.raises(Refused, match="No supplier can be asked"):
        tenders.issue_tender(tender.pk, by=who("lead"), at=NOON)
    release = EarlyRelease.objects.create(
        framework=framework_list.framework,
        buyer=tender.buyer,
        framework_list=framework_list,
        area=area,
        reason="A week before publication.",
        granted_at=NOON - timedelta(days=1),
        granted_by=who("lead"),
        expires_at=NOON + timedelta(days=7),
    )
    release.suppliers.add(firms[0])
    tenders.issue_tender(tender.pk, by=who("lead"), at=NOON)
    assert [invitation.supplier for invitation in tender.invitations.all()] == [firms[0]]


def test_the_deadline_must_lie_ahead_of_the_issue():
    listed_suppliers()
    tender = approved_tender()
    with pytest.raises(ValidationError):
        tenders.issue_tender(tender.pk, by=who("lead"), at=CLOSES_AT)
    with pytest.raises(ValidationError):
        tenders.issue_tender(tender.pk, by=who("lead"), at=QUESTIONS_CLOSE_AT)
    just_in_time = QUESTIONS_CLOSE_AT - timedelta(microseconds=1)
    assert tenders.issue_tender(tender.pk, by=who("lead"), at=just_in_time).issued_at == just_in_time


def test_the_database_too_refuses_a_tender_that_closes_when_it_is_issued():
    tender = issued_tender()
    with pytest.raises(IntegrityError), transaction.atomic():
        Tender.objects.filter(pk=tender.pk).update(issued_at=tender.closes_at)


def test_the_notice_is_frozen_under_a_hash_that_any_change_breaks():
    tender = issued_tender()
    assert notice_hash(tender) == tender.notice_hash
    Criterion.objects.filter(criteria_set__lot__tender=tender, kind="price").update(formula="range")
    assert notice_hash(tender) != tender.notice_hash


def test_a_tender_is_issued_once():
    tender = issued_tender(suppliers=2)
    with pytest.raises(Refused):
        tenders.issue_tender(tender.pk, by=who("lead"), at=NOON)
    assert Invitation.objects.count() == 2
