"""From the opening to the confirmed award over the API alone, and its refusals in one shape."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from procurement.models import Award, Challenge, Tender
from tests.factories.evaluations import (
    ANNOUNCED_AT,
    OPENED_AT,
    PANEL,
    STANDSTILL_ENDS_AT,
    bids_of,
    criteria_of,
    declared_tender,
    locked_tender,
    notice_to,
    tender_in_standstill,
)
from tests.factories.tenders import CLOSES_AT, bidder, closed_tender, who

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock_at(monkeypatch):
    """Sets the clock."""
    return lambda moment: monkeypatch.setattr("commissioning.clock.now", lambda: moment)


def caller(user):
    client = APIClient()
    client.force_authenticate(user)
    return client


def act(user, path, **body):
    return caller(user).post(f"/api/v1/{path}/", body, format="json")


def listed(user, path):
    return caller(user).get(f"/api/v1/{path}").json()["results"]


def test_the_way_from_the_deadline_to_the_award_needs_no_page(clock_at):
    tender = closed_tender(suppliers=2)
    on_tender = f"tenders/{tender.pk}"
    clock_at(OPENED_AT)
    for name in ("opener1", "opener2"):
        assert act(who(name), f"{on_tender}/confirm-opening").status_code == 200
    (opening,) = listed(who("opener1"), f"openings/?tender={tender.pk}")
    assert len(opening["bids"]) == 4
    for name in PANEL:
        assert act(who(name), f"{on_tender}/declare-interests", has_conflict=False).status_code == 200
    lots = {lot["id"]: lot for lot in listed(who("chair"), f"lots/?tender={tender.pk}")}
    for bid in listed(who("evaluator1"), f"opened-bids/?tender={tender.pk}"):
        assert caller(who("evaluator1")).get(f"/api/v1/opened-bids/{bid['id']}/").json()["answers"]
        for criterion in lots[bid["lot"]]["criteria"]:
            if criterion["kind"] == "quality":
                for name in ("evaluator1", "evaluator2"):
                    value = 5 if "BUPA" in bid["supplier_name"] else 3
                    words = {"submission_id": bid["id"], "criterion_id": criterion["id"], "value": value, "reason": "As it is."}
                    assert act(who(name), f"{on_tender}/score-bid", **words).status_code == 200
    assert act(who("chair"), f"{on_tender}/lock-scores").status_code == 200
    for score in listed(who("chair"), f"scores/?tender={tender.pk}"):
        words = {"submission_id": score["submission"], "criterion_id": score["criterion"], "value": score["value"], "reason": "Agreed."}
        assert act(who("chair"), f"{on_tender}/record-consensus", **words).status_code == 200
    assert act(who("chair"), f"{on_tender}/bring-in-prices").status_code == 200
    assert act(who("chair"), f"{on_tender}/complete-evaluation").json()["status"] == "evaluated"
    assert {result["rank"] for result in listed(who("lead"), f"results/?tender={tender.pk}")} == {1, 2}
    clock_at(ANNOUNCED_AT)
    decisions = [{"lot": lot, "is_awarded": True, "reasons": "It is the better bid."} for lot in lots]
    assert act(who("lead"), f"{on_tender}/announce-award", decisions=decisions).json()["status"] == "standstill"
    (outcome,) = listed(bidder("drfoster"), "outcomes/")
    assert outcome["content"]["lots"][0]["winner"] == "BUPA Membership Commissioning Ltd"
    assert act(bidder("drfoster"), f"invitations/{outcome['invitation']}/lodge-challenge", grounds="Unfair.").status_code == 200
    (challenge,) = listed(who("lead"), f"challenges/?tender={tender.pk}")
    clock_at(STANDSTILL_ENDS_AT)
    refused = act(who("lead"), f"{on_tender}/confirm-award")
    assert refused.status_code == 409
    assert refused.json()["errors"][0]["detail"].startswith("The challenge by Dr Foster Intelligence is open.")
    assert act(who("lead"), f"challenges/{challenge['id']}/reject-challenge", reasons="It was fair.").json()["status"] == "rejected"
    assert act(who("lead"), f"{on_tender}/confirm-award").json()["status"] == "awarded"
    assert {award["status"] for award in listed(bidder("bupa"), f"awards/?tender={tender.pk}")} == {"confirmed"}
    assert Award.objects.filter(confirmed_at=STANDSTILL_ENDS_AT).count() == 2


def test_before_the_deadline_the_answer_is_a_refusal_in_words(clock_at):
    tender = closed_tender(suppliers=1)
    clock_at(CLOSES_AT - timedelta(microseconds=1))
    answer = act(who("opener1"), f"tenders/{tender.pk}/confirm-opening")
    assert answer.status_code == 409
    assert answer.json()["errors"][0] == {
        "code": "refused",
        "detail": "Bids stay sealed until the deadline, Friday 27 March 2026 at 12 noon.",
        "attr": None,
    }


@pytest.mark.parametrize(
    ("words", "attr"),
    [
        ({"value": 6}, "value"),
        ({"value": 2.5}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": None}, "value"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 5001}, "reason"),
        ({"submission_id": "1"}, "submission_id"),
    ],
)
def test_a_score_that_does_not_fit_names_its_field(words, attr):
    tender = declared_tender(suppliers=1)
    right = {"submission_id": str(bids_of(tender)[0].pk), "criterion_id": str(criteria_of(tender)[0].pk), "value": 3, "reason": "So."}
    answer = act(who("evaluator1"), f"tenders/{tender.pk}/score-bid", **{**right, **words})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == attr


def test_nobody_says_in_whose_name_or_when_they_act():
    tender = declared_tender(suppliers=1)
    right = {"submission_id": str(bids_of(tender)[0].pk), "criterion_id": str(criteria_of(tender)[0].pk), "value": 3, "reason": "So."}
    forged = {**right, "by": str(who("evaluator2").pk), "at": "2020-01-01T00:00:00Z", "evaluator": str(who("evaluator2").pk)}
    refused = act(who("evaluator1"), f"tenders/{tender.pk}/score-bid", **forged)
    assert (refused.status_code, {error["attr"] for error in refused.json()["errors"]}) == (400, {"by", "at", "evaluator"})
    assert listed(who("evaluator1"), "scores/") == []
    assert act(who("evaluator1"), f"tenders/{tender.pk}/score-bid", **right).status_code == 200
    (score,) = listed(who("evaluator1"), "scores/")
    assert score["evaluator"] == str(who("evaluator1").pk)


@pytest.mark.parametrize(
    "verb", ["lock-scores", "bring-in-prices", "complete-evaluation", "announce-award", "confirm-award", "confirm-opening", "reopen-evaluation"]
)
def test_a_rival_trust_or_a_bidder_may_do_nothing_here(verb):
    tender = declared_tender(suppliers=1)
    assert act(bidder("bupa"), f"tenders/{tender.pk}/{verb}", decisions=[], reason="x").status_code == 403
    Tender.objects.update(is_public=False)
    outsider = who("lead").__class__.objects.create_user("lead@elsewhere.example", "Procurement lead, elsewhere")
    assert act(outsider, f"tenders/{tender.pk}/{verb}", decisions=[], reason="x").status_code == 404


def test_what_a_bidder_sees_is_its_own_and_not_how_many_bid():
    tender_in_standstill(suppliers=3)
    own = listed(bidder("tribal"), "results/")
    assert len(own) == 2
    assert {result["rank"] for result in own} == {None}
    assert len(listed(bidder("tribal"), "outcomes/")) == 1
    for path in ("scores/", "agreed-scores/", "opened-bids/", "openings/", "opening-confirmations/", "declarations/"):
        assert listed(bidder("tribal"), path) == []


def test_a_challenge_of_a_rival_is_not_there():
    tender = tender_in_standstill(suppliers=2)
    invitation = notice_to(tender, "drfoster").invitation
    assert act(bidder("bupa"), f"invitations/{invitation.pk}/lodge-challenge", grounds="x").status_code == 404
    assert not Challenge.objects.exists()


def test_lists_are_for_those_who_signed_in():
    locked_tender(suppliers=1)
    anonymous = APIClient()
    for path in ("scores/", "agreed-scores/", "openings/", "declarations/", "outcomes/", "challenges/", "awards/"):
        assert anonymous.get(f"/api/v1/{path}").json()["results"] == []
    for path in ("opened-bids/", "results/"):
        assert anonymous.get(f"/api/v1/{path}").status_code == 401
