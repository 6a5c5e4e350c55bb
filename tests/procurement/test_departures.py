"""Nobody leaves a panel unseen: scores that are locked without somebody say so, and why."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from commissioning.actions.accounts import deactivate_person
from commissioning.actions.people import end_membership
from commissioning.models import Letter, Role, TrailEntry
from procurement.actions.evaluations import lock_scores
from tests.factories.evaluations import A_MICROSECOND, LOCKED_AT, OPENED_AT, SCORED_AT, locked_tender, opened_tender, scored_tender
from tests.factories.people import authority, person
from tests.factories.tenders import hillingdon, who

pytestmark = pytest.mark.django_db


def leaves(name, role=Role.EVALUATOR, *, by="lead", at=SCORED_AT):
    return end_membership(who(name).memberships.get(role=role).pk, reason="Other work", by=who(by), at=at)


def last(tender, verb):
    return TrailEntry.objects.filter(docket=tender.docket_id, verb=verb, outcome="done").latest("number")


def lock(tender, **given):
    return lock_scores(tender.pk, by=who("chair"), at=LOCKED_AT, **given)


def test_scores_are_locked_without_an_evaluator_who_left_only_with_a_reason_that_names_them():
    tender = scored_tender(suppliers=2)
    gone = leaves("evaluator2").user
    with pytest.raises(ValidationError, match="Say why the scores are locked without them") as refusal:
        lock(tender)
    assert str(gone) in str(refusal.value)
    lock(tender, reason="They are ill.")
    facts = last(tender, "lock_scores").facts
    assert facts["left"] == [str(gone.pk)]
    assert facts["reason"] == f"Without {gone}, who left since the bids were opened: They are ill."


def test_chair_and_approver_are_told_and_the_tenders_trail_tells():
    tender = scored_tender(suppliers=2)
    gone = leaves("evaluator2").user
    told = Letter.objects.filter(template__startswith="panel_left", subject_id=tender.pk)
    assert set(told.values_list("recipient__email", flat=True)) == {who("chair").email, who("approver").email}
    entry = last(tender, "note_departure")
    assert (entry.actor, entry.facts["person"], entry.facts["role"]) == (who("lead"), str(gone.pk), "evaluator")
    assert str(gone) in entry.facts["reason"]


def test_a_chair_who_leaves_is_missed_as_well():
    tender = opened_tender(suppliers=2)
    leaves("chair", Role.PANEL_CHAIR)
    assert last(tender, "note_departure").facts["role"] == "panel_chair"
    assert [letter.recipient for letter in Letter.objects.filter(template__startswith="panel_left")] == [who("approver")]


def test_whoever_leaves_what_no_panel_needs_or_when_nothing_is_evaluated_is_not_noted():
    tender = opened_tender(suppliers=2)
    leaves("opener1", Role.OPENER)
    assert not TrailEntry.objects.filter(docket=tender.docket_id, verb="note_departure").exists()


@pytest.mark.parametrize(("at", "is_asked_for"), [(OPENED_AT - A_MICROSECOND, False), (OPENED_AT, False), (OPENED_AT + A_MICROSECOND, True)])
def test_only_whoever_was_there_after_the_opening_has_left(at, is_asked_for):
    tender = scored_tender(suppliers=2)
    leaves("evaluator2", at=at)
    if is_asked_for:
        with pytest.raises(ValidationError):
            lock(tender)
    else:
        assert "reason" not in last(lock(tender), "lock_scores").facts


def test_whoever_came_back_has_not_left():
    tender = scored_tender(suppliers=2)
    leaves("evaluator2")
    person(hillingdon(), Role.EVALUATOR, who("evaluator2").email, at=SCORED_AT + timedelta(hours=1))
    assert "reason" not in last(lock(tender), "lock_scores").facts


def test_an_evaluator_whose_account_was_closed_has_left_too():
    tender = scored_tender(suppliers=2)
    deactivate_person(who("evaluator2").pk, reason="Left", by=person(authority(), Role.CURATOR, "closes@doh.example"), at=SCORED_AT)
    with pytest.raises(ValidationError):
        lock(tender)


def test_a_curator_too_ends_a_role_during_an_evaluation():
    tender = scored_tender(suppliers=2)
    curator = person(authority(), Role.CURATOR, "ends@doh.example")
    end_membership(who("evaluator2").memberships.get(role=Role.EVALUATOR).pk, by=curator, at=SCORED_AT)
    assert last(tender, "note_departure").actor == curator


def test_the_page_asks_why_where_somebody_left_and_not_otherwise(client):
    tender = scored_tender(suppliers=2)
    page = reverse("tender:lock_scores", args=[tender.pk])
    client.force_login(who("chair"))
    assert "reason" not in client.get(page).context_data["form"].fields
    gone = leaves("evaluator2").user
    assert str(gone) in client.get(page).content.decode()
    refused = client.post(page, {"reason": " "})
    assert (refused.status_code, "Say why the scores are locked" in refused.content.decode()) == (400, True)
    assert client.post(page, {"reason": "They are ill."}).status_code == 302
    assert last(tender, "lock_scores").facts["left"]


def test_scores_that_are_locked_with_everybody_need_no_reason():
    assert "left" not in last(locked_tender(suppliers=2), "lock_scores").facts
