"""Interests are declared before any bid is read; a conflict closes every door."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from commissioning.models import Letter, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import evaluations
from procurement.models import Declaration, Result, Score, Submission
from tests.factories.evaluations import DECLARED_AT, PANEL, bids_of, criteria_of, evaluated_tender, locked_tender, opened_tender, score
from tests.factories.tenders import closed_tender, who

pytestmark = pytest.mark.django_db


def declare(tender, name, *, conflict=False, statement=""):
    return evaluations.declare_interests(tender.pk, has_conflict=conflict, statement=statement, by=who(name), at=DECLARED_AT)


def signed_in(name):
    client = Client()
    client.force_login(who(name), backend="commissioning.accounts.ByEmail")
    return client


def reads(tender, outcome="done"):
    return TrailEntry.objects.filter(docket=tender.docket_id, verb="read_submission", outcome=outcome)


def test_interests_are_declared_only_once_the_bidders_are_known():
    tender = closed_tender()
    with pytest.raises(Refused, match="You cannot declare interests while it is issued"):
        declare(tender, "evaluator1")


@pytest.mark.parametrize("name", PANEL)
def test_evaluators_the_chair_and_the_lead_declare(name):
    tender = opened_tender(bids=1)
    declare(tender, name)
    assert Declaration.objects.get().person == who(name)


@pytest.mark.parametrize("name", ["opener1", "approver", "contracts"])
def test_nobody_else_declares_and_so_nobody_else_reads(name):
    tender = opened_tender(bids=1)
    with pytest.raises(PermissionDenied):
        declare(tender, name)
    with pytest.raises(PermissionDenied):
        evaluations.read_submission(bids_of(tender)[0].pk, by=who(name))


def test_a_conflict_is_described():
    tender = opened_tender(bids=1)
    with pytest.raises(ValidationError, match="Say what the conflict is"):
        declare(tender, "evaluator1", conflict=True, statement="  ")
    assert not Declaration.objects.exists()


def test_a_conflict_cannot_be_taken_back_and_the_lead_is_told_of_it():
    tender = opened_tender(bids=1)
    declare(tender, "evaluator1", conflict=True, statement="My sister works for BUPA.")
    with pytest.raises(Refused, match="It cannot be taken back"):
        declare(tender, "evaluator1")
    letter = Letter.objects.get(recipient=who("lead"), template="conflict_declared")
    assert "My sister works for BUPA." in letter.body


def test_a_conflict_that_comes_up_later_is_added_and_closes_the_door():
    tender = opened_tender(bids=1)
    declare(tender, "evaluator1")
    bid = bids_of(tender)[0]
    evaluations.read_submission(bid.pk, by=who("evaluator1"))
    declare(tender, "evaluator1", conflict=True, statement="BUPA has offered me work.")
    with pytest.raises(PermissionDenied):
        evaluations.read_submission(bid.pk, by=who("evaluator1"))


def test_what_somebody_scored_before_a_conflict_came_up_is_kept_and_does_not_count():
    tender = opened_tender(bids=1)
    for name in PANEL:
        declare(tender, name)
    score(tender, bids_of(tender)[0], criteria_of(tender)[0], 5, by=who("evaluator1"))
    declare(tender, "evaluator1", conflict=True, statement="BUPA has offered me work.")
    assert Score.objects.count() == 1
    assert not Score.objects.standing().exists()


@pytest.mark.parametrize("conflict", [None, True])
def test_without_a_clear_declaration_no_bid_is_read_by_act_page_or_api_and_each_attempt_is_recorded(conflict):
    tender = opened_tender(bids=1)
    if conflict:
        declare(tender, "evaluator1", conflict=True, statement="I own shares in BUPA.")
    bid = bids_of(tender)[0]
    with pytest.raises(PermissionDenied):
        evaluations.read_submission(bid.pk, by=who("evaluator1"))
    client = signed_in("evaluator1")
    assert client.get(f"/tenders/{tender.pk}/bids/{bid.pk}/").status_code in {302, 403}
    assert client.get(f"/tenders/{tender.pk}/score-bid/{bid.pk}/").status_code in {302, 403}
    assert client.get(f"/api/v1/opened-bids/{bid.pk}/").status_code == 403
    assert client.get("/api/v1/opened-bids/").json()["results"] == []
    assert reads(tender, "refused").count() == 4
    assert not reads(tender).exists()
    assert not Submission.objects.visible_to(who("evaluator1")).exists()


@pytest.mark.parametrize("path", ["score-bid/", "record-consensus/", "ranking/", "scores.csv", "scores.xlsx"])
def test_a_conflict_closes_every_page_of_the_panel(path):
    tender = opened_tender(bids=1)
    declare(tender, "chair", conflict=True, statement="I own shares in BUPA.")
    assert signed_in("chair").get(f"/tenders/{tender.pk}/{path}").status_code == 403


@pytest.mark.parametrize("path", ["score-bid/", "scores.csv", "ranking/"])
def test_somebody_who_has_not_declared_is_asked_to_declare_first(path):
    tender = opened_tender(bids=1)
    response = signed_in("evaluator1").get(f"/tenders/{tender.pk}/{path}")
    assert response.status_code == 302
    assert response.url == f"/tenders/{tender.pk}/declare-interests/"


def test_each_reading_of_a_bid_is_on_the_tenders_trail_with_who_and_when():
    tender = opened_tender(bids=1)
    declare(tender, "evaluator1")
    bid = bids_of(tender)[0]
    evaluations.read_submission(bid.pk, by=who("evaluator1"), at=DECLARED_AT)
    evaluations.read_submission(bid.pk, by=who("evaluator1"), at=DECLARED_AT)
    assert list(reads(tender).values_list("actor__email", "at", "subject_id")) == [("evaluator1@hillingdon.example", DECLARED_AT, bid.pk)] * 2


def test_a_sealed_bid_cannot_be_read_by_anybody():
    tender = closed_tender(bids=1)
    sealed = Submission.objects.filter(bid__lot__tender=tender).first()
    for name in (*PANEL, "opener1"):
        with pytest.raises(Submission.DoesNotExist):
            evaluations.read_submission(sealed.pk, by=who(name))


def test_results_are_hidden_from_somebody_with_a_conflict():
    tender = locked_tender(bids=1)
    declare(tender, "evaluator2", conflict=True, statement="I own shares in BUPA.")
    assert not Score.objects.visible_to(who("evaluator2")).exists()
    done = evaluated_tender(bids=1)
    declare(done, "evaluator2", conflict=True, statement="I own shares in BUPA.")
    assert not Result.objects.visible_to(who("evaluator2")).filter(lot__tender=done).exists()
    assert Result.objects.visible_to(who("evaluator1")).filter(lot__tender=done).exists()


def test_whoever_leads_declares_before_announcing_even_when_the_evaluation_is_complete():
    tender = evaluated_tender(bids=1)
    Declaration.objects.filter(person=who("lead")).delete()
    assert not who("lead").has_perm("procurement.announce_award", tender)
    declare(tender, "lead")
    assert who("lead").has_perm("procurement.announce_award", tender)
