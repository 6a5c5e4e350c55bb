"""The panel agrees on each score, and says why; where it differed, what it discussed."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from commissioning.canon import digest
from commissioning.models import TrailEntry
from commissioning.refusals import Refused
from procurement.actions import evaluations
from procurement.models import Consensus, Score
from tests.factories.evaluations import (
    EVALUATED_AT,
    LOCKED_AT,
    agree,
    bids_of,
    criteria_of,
    declared_tender,
    evaluated_tender,
    locked_tender,
    pairs,
    score,
    scored_tender,
)
from tests.factories.tenders import who

pytestmark = pytest.mark.django_db


def tender_scored_apart(first, second):
    """One bid for each lot, every criterion scored so by the two evaluators."""
    tender = declared_tender(bids=1)
    for _, bid, criterion in pairs(tender):
        score(tender, bid, criterion, first, by=who("evaluator1"))
        score(tender, bid, criterion, second, by=who("evaluator2"))
    return evaluations.lock_scores(tender.pk, by=who("chair"), at=LOCKED_AT)


def test_nothing_is_agreed_before_scores_are_locked():
    tender = scored_tender(bids=1)
    with pytest.raises(Refused, match="Lock the scores first"):
        agree(tender, bids_of(tender)[0], criteria_of(tender)[0], 4)


def test_the_agreed_score_is_the_panels_own_and_never_an_average():
    tender = tender_scored_apart(2, 3)
    agree(tender, bids_of(tender)[0], criteria_of(tender)[0], 5)
    assert Consensus.objects.get().value == 5
    assert sorted(Score.objects.filter(submission=bids_of(tender)[0]).values_list("value", flat=True)) == [2, 2, 3, 3]


@pytest.mark.parametrize(("first", "second", "demanded"), [(3, 3, False), (3, 4, False), (2, 4, True), (0, 5, True)])
def test_scores_two_or_more_apart_demand_a_word_on_the_discussion(first, second, demanded):
    tender = tender_scored_apart(first, second)
    bid, criterion = bids_of(tender)[0], criteria_of(tender)[0]
    if demanded:
        with pytest.raises(ValidationError) as complaint:
            agree(tender, bid, criterion, 3)
        assert set(complaint.value.message_dict) == {"discussion"}
    agree(tender, bid, criterion, 3, discussion="Evaluator 2 had missed annex B." if demanded else "")
    assert bool(Consensus.objects.get().discussion) is demanded


def test_an_agreed_score_needs_a_reason():
    tender = locked_tender(bids=1)
    with pytest.raises(ValidationError) as complaint:
        agree(tender, bids_of(tender)[0], criteria_of(tender)[0], 4, reason=" ")
    assert set(complaint.value.message_dict) == {"reason"}


def test_a_change_of_an_agreed_score_is_on_the_trail_with_the_hash_of_what_it_replaced():
    tender = locked_tender(bids=1)
    bid, criterion = bids_of(tender)[0], criteria_of(tender)[0]
    agree(tender, bid, criterion, 4)
    before = digest(Consensus.objects.get().content())
    agree(tender, bid, criterion, 5, reason="Annex B was overlooked.")
    first, second = TrailEntry.objects.filter(verb="record_consensus").order_by("number")
    assert (first.facts["sha256"], first.facts["replaces"]) == (before, None)
    assert second.facts["replaces"] == before
    assert Consensus.objects.get().value == 5


def test_only_the_chair_records_what_is_agreed():
    tender = locked_tender(bids=1)
    for name in ("evaluator1", "lead"):
        with pytest.raises(PermissionDenied):
            agree(tender, bids_of(tender)[0], criteria_of(tender)[0], 4, by=who(name))


def test_what_is_agreed_is_seen_only_by_those_who_may_read_the_bids():
    tender = locked_tender(bids=1)
    agree(tender, bids_of(tender)[0], criteria_of(tender)[0], 4)
    assert Consensus.objects.visible_to(who("evaluator1")).exists()
    assert not Consensus.objects.visible_to(who("approver")).exists()


def test_the_evaluation_is_not_complete_while_a_score_is_not_agreed_on():
    tender = locked_tender(bids=1)
    with pytest.raises(Refused, match=r"No score is agreed for BUPA Membership Commissioning Ltd on 1\. Method"):
        evaluations.complete_evaluation(tender.pk, by=who("chair"), at=EVALUATED_AT)


def test_nothing_is_agreed_after_the_evaluation_is_complete():
    tender = evaluated_tender(bids=1)
    with pytest.raises(Refused, match="You cannot record consensus while it is evaluated"):
        agree(tender, bids_of(tender)[0], criteria_of(tender)[0], 1)
