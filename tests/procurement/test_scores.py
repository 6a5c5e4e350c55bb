"""Each evaluator scores alone; nobody sees another's score before they are locked; then nothing changes."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from commissioning.canon import digest
from commissioning.models import Criterion, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import evaluations
from procurement.models import Score, Submission
from tests.factories.evaluations import (
    LOCKED_AT,
    PANEL,
    bids_of,
    criteria_of,
    declared_tender,
    locked_tender,
    opened_tender,
    pairs,
    score,
    scored_tender,
)
from tests.factories.tenders import who

pytestmark = pytest.mark.django_db


def lock(tender):
    return evaluations.lock_scores(tender.pk, by=who("chair"), at=LOCKED_AT)


def test_a_score_has_a_value_on_the_scale_and_a_reason():
    tender = declared_tender(bids=1)
    bid, criterion = bids_of(tender)[0], criteria_of(tender)[0]
    score(tender, bid, criterion, 0, by=who("evaluator1"))
    score(tender, bid, criterion, 5, by=who("evaluator1"))
    given = Score.objects.get()
    assert (given.value, given.reason) == (5, "A 5, for what is there.")


@pytest.mark.parametrize("value", [-1, 6])
def test_a_score_beyond_the_scale_is_refused_beside_its_field(value):
    tender = declared_tender(bids=1)
    with pytest.raises(ValidationError) as complaint:
        score(tender, bids_of(tender)[0], criteria_of(tender)[0], value, by=who("evaluator1"))
    assert complaint.value.message_dict == {"value": ["Give a whole number from 0 to 5."]}


@pytest.mark.parametrize("reason", ["", "   ", "x" * 5001])
def test_a_score_without_a_reason_or_with_one_that_is_too_long_is_refused(reason):
    tender = declared_tender(bids=1)
    with pytest.raises(ValidationError) as complaint:
        score(tender, bids_of(tender)[0], criteria_of(tender)[0], 3, by=who("evaluator1"), reason=reason)
    assert set(complaint.value.message_dict) == {"reason"}


def test_an_evaluators_scores_are_seen_by_nobody_else_until_they_are_locked():
    tender = declared_tender(bids=1)
    score(tender, bids_of(tender)[0], criteria_of(tender)[0], 3, by=who("evaluator1"))
    assert Score.objects.visible_to(who("evaluator1")).count() == 1
    for name in ("evaluator2", "chair", "lead", "opener1", "approver"):
        assert not Score.objects.visible_to(who(name)).exists()


def test_locked_scores_are_seen_by_the_whole_panel_and_by_nobody_else():
    locked_tender(bids=1)
    for name in PANEL:
        assert Score.objects.visible_to(who(name)).count() == 8
    for name in ("opener1", "approver", "contracts"):
        assert not Score.objects.visible_to(who(name)).exists()


def test_the_trail_shows_that_a_score_was_given_and_its_hash_and_not_the_score():
    tender = declared_tender(bids=1)
    score(tender, bids_of(tender)[0], criteria_of(tender)[0], 3, by=who("evaluator1"), reason="Thin on method.")
    entry = TrailEntry.objects.get(verb="score_bid")
    assert entry.facts["sha256"] == digest(Score.objects.get().content())
    assert "Thin on method" not in str(entry.facts)
    assert set(entry.facts) == {"bid", "criterion", "sha256"}


def test_price_is_scored_by_nobody():
    tender = declared_tender(bids=1)
    price = Criterion.objects.get(criteria_set__lot__tender=tender, criteria_set__lot__number=1, kind="price")
    with pytest.raises(Criterion.DoesNotExist):
        score(tender, bids_of(tender)[0], price, 3, by=who("evaluator1"))


def test_a_criterion_of_another_lot_is_not_this_bids():
    tender = declared_tender(bids=1)
    with pytest.raises(Criterion.DoesNotExist):
        score(tender, bids_of(tender, lot=1)[0], criteria_of(tender, lot=2)[0], 3, by=who("evaluator1"))


def test_a_bid_of_another_tender_cannot_be_scored_here():
    tender, other = declared_tender(bids=1), opened_tender(bids=1)
    with pytest.raises(Submission.DoesNotExist):
        score(tender, bids_of(other)[0], criteria_of(tender)[0], 3, by=who("evaluator1"))


@pytest.mark.parametrize("name", ["chair", "lead", "opener1"])
def test_only_evaluators_score(name):
    tender = declared_tender(bids=1)
    with pytest.raises(PermissionDenied):
        score(tender, bids_of(tender)[0], criteria_of(tender)[0], 3, by=who(name))


def test_scores_are_not_locked_while_one_is_missing_and_the_refusal_names_it():
    tender = scored_tender(bids=1)
    missing = Score.objects.filter(evaluator=who("evaluator2"), submission=bids_of(tender)[0], criterion=criteria_of(tender)[1]).get()
    missing.delete()
    with pytest.raises(Refused) as refusal:
        lock(tender)
    assert str(refusal.value) == (
        "Evaluator, Hillingdon PCT has not scored BUPA Membership Commissioning Ltd on 2. Team (Lot 1: Acute trust contracts)."
    )


def test_scores_are_not_locked_while_an_evaluator_has_not_declared():
    tender = opened_tender(bids=1)
    for name in ("chair", "evaluator1"):
        evaluations.declare_interests(tender.pk, has_conflict=False, by=who(name))
    for _, bid, criterion in pairs(tender):
        score(tender, bid, criterion, 3, by=who("evaluator1"))
    with pytest.raises(Refused, match="has not declared any interests"):
        lock(tender)


def test_many_missing_scores_are_counted_not_listed():
    tender = declared_tender()
    with pytest.raises(Refused, match="And 21 more are missing"):
        lock(tender)


def test_an_evaluator_with_a_conflict_is_not_waited_for():
    tender = opened_tender(bids=1)
    for name in ("chair", "evaluator1"):
        evaluations.declare_interests(tender.pk, has_conflict=False, by=who(name))
    evaluations.declare_interests(tender.pk, has_conflict=True, statement="I own shares in BUPA.", by=who("evaluator2"))
    for _, bid, criterion in pairs(tender):
        score(tender, bid, criterion, 3, by=who("evaluator1"))
    assert lock(tender).scores_locked_at == LOCKED_AT


def test_a_panel_without_an_evaluator_locks_nothing():
    tender = opened_tender(bids=1)
    evaluations.declare_interests(tender.pk, has_conflict=False, by=who("chair"))
    for name in ("evaluator1", "evaluator2"):
        evaluations.declare_interests(tender.pk, has_conflict=True, statement="I own shares in BUPA.", by=who(name))
    with pytest.raises(Refused, match="No evaluator without a conflict"):
        lock(tender)


def test_without_bids_there_is_nothing_to_lock_and_the_tender_is_to_be_cancelled():
    tender = declared_tender(bids=0)
    with pytest.raises(Refused, match=r"No bids were received, so there is nothing to score\. Cancel the tender"):
        lock(tender)


def test_a_locked_score_cannot_be_changed():
    tender = locked_tender(bids=1)
    with pytest.raises(Refused, match="Scores are locked"):
        score(tender, bids_of(tender)[0], criteria_of(tender)[0], 0, by=who("evaluator1"))
    with pytest.raises(Refused, match="Scores are locked already"):
        lock(tender)


def test_only_the_chair_locks():
    tender = scored_tender(bids=1)
    for name in ("evaluator1", "lead"):
        with pytest.raises(PermissionDenied):
            evaluations.lock_scores(tender.pk, by=who(name), at=LOCKED_AT)


def test_locking_puts_the_hash_of_all_scores_on_the_trail():
    tender = locked_tender(bids=1)
    entry = TrailEntry.objects.get(docket=tender.docket_id, verb="lock_scores")
    assert entry.facts == {"scores": 8, "sha256": digest([given.content() for given in Score.objects.order_by("pk")])}
