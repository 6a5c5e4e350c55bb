"""A tender that is cancelled ends with a reason that everybody is told, and sealed bids stay sealed."""

import pytest
from django.core.exceptions import PermissionDenied

from commissioning.models import Letter
from commissioning.refusals import Refused
from procurement.actions import bids, evaluations, tenders
from procurement.models import Submission, Tender
from tests.factories.bids import THE_DAY_BEFORE, submitted_bid
from tests.factories.evaluations import OPENED_AT, opened_tender
from tests.factories.tenders import bidder, draft_tender, issued_tender, who

pytestmark = pytest.mark.django_db


def cancelled(tender, **words):
    return tenders.cancel_tender(tender.pk, **{"reason": "The board chose another option.", "by": who("lead"), "at": THE_DAY_BEFORE, **words})


def test_everybody_who_was_invited_is_told_why():
    tender = cancelled(issued_tender(suppliers=2))
    assert tender.status == Tender.Status.CANCELLED
    for name in ("bupa", "drfoster"):
        assert "The board chose another option." in Letter.objects.get(recipient=bidder(name), template="tender_cancelled").body


def test_a_bid_is_neither_received_nor_opened_after_it():
    tender = issued_tender()
    submission = submitted_bid(tender.invitations.first(), tender.lots.first())
    cancelled(tender)
    with pytest.raises(Refused, match=r"was cancelled\. The reason given: The board chose another option\."):
        bids.submit_bid(submission.bid_id, by=submission.submitted_by, at=THE_DAY_BEFORE)
    assert Submission.objects.get().opened_at is None


def test_a_draft_can_be_given_up_too():
    assert cancelled(draft_tender()).status == Tender.Status.CANCELLED


def test_no_reason_no_cancellation_and_not_twice():
    tender = issued_tender()
    with pytest.raises(Refused, match="Give the reason"):
        cancelled(tender, reason="  ")
    cancelled(tender)
    with pytest.raises(Refused):
        cancelled(tender)


def test_an_evaluator_does_not_cancel():
    with pytest.raises(PermissionDenied):
        cancelled(issued_tender(), by=who("evaluator1"))


def test_once_it_is_known_who_bid_only_a_lead_without_a_conflict_ends_the_competition():
    tender = opened_tender(suppliers=2)
    declare = {"statement": "My brother works for a bidder.", "by": who("lead"), "at": OPENED_AT}
    for person in (who("lead"), who("approver")):
        with pytest.raises(PermissionDenied):
            cancelled(tender, by=person, at=OPENED_AT)
    evaluations.declare_interests(tender.pk, has_conflict=False, **{**declare, "statement": ""})
    assert who("lead").has_perm("procurement.cancel_tender", tender)
    evaluations.declare_interests(tender.pk, has_conflict=True, **declare)
    with pytest.raises(PermissionDenied):
        cancelled(tender, at=OPENED_AT)
