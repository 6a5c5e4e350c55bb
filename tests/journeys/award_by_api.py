"""From the opening to the signed contracts over the API."""

from datetime import datetime
from typing import Any

from tests.journeys.callers import Caller
from tests.journeys.lists_by_api import COMPANIES, bids_of
from tests.journeys.moments import ANNOUNCED_AT, OPENED_AT, SHORTLY, STANDSTILL_ENDS_AT, it_is
from tests.journeys.tender_by_api import lead

BUPA, DR_FOSTER, PARTNERS = COMPANIES["bupa"], COMPANIES["drfoster"], "Partners In Commissioning"
# What both evaluators give and the panel agrees on, by lot and bidder.
SCORES = {(1, BUPA): 5, (1, DR_FOSTER): 4, (1, PARTNERS): 3, (2, BUPA): 3, (2, DR_FOSTER): 4}
# Lot 1: 60 points of quality, and for £49,000 against the lowest price of £45,000, 40 × 45 / 49 = 36.73. Lot 2: four fifths of 60, and all 40.
POINTS = {1: (BUPA, "96.73"), 2: (DR_FOSTER, "88.00")}

SIGNED_BY = {"capacity": "With delegated authority", "agrees": True}


def the_tender() -> str:
    """Where it is."""
    return f"tenders/{lead().finds_one('tenders')['id']}"


def of_hillingdon(name: str) -> Caller:
    """A member of the buyer's team."""
    return Caller(f"{name}@hillingdon.example")


def two_openers_open_the_bids() -> None:
    """One alone opens nothing; the record says what was opened, and no price."""
    it_is(OPENED_AT)
    first, second = of_hillingdon("opener1"), of_hillingdon("opener2")
    assert first.sends(f"{the_tender()}/confirm-opening/")["phase"] == "Closed, bids sealed"
    assert lead().finds("openings") == lead().finds("opened-bids") == []
    first.is_refused(f"{the_tender()}/confirm-opening/")
    assert second.sends(f"{the_tender()}/confirm-opening/")["status"] == "opened"
    opened = lead().finds_one("openings")["bids"]
    assert sorted((bid["lot"], bid["supplier"]) for bid in opened) == sorted(SCORES)
    assert not [bid for bid in opened if "price" in str(bid)]


def the_panel_scores_and_agrees() -> None:
    """Interests first, then each evaluator's scores, which nobody else sees until they are locked, then what the panel agrees on."""
    chair, evaluators = of_hillingdon("chair"), [of_hillingdon("evaluator1"), of_hillingdon("evaluator2")]
    assert evaluators[0].finds("opened-bids") == []
    for member in (chair, lead(), *evaluators):
        member.sends(f"{the_tender()}/declare-interests/", {"has_conflict": False})
    for evaluator in evaluators:
        for score in _scores_due(evaluator):
            evaluator.sends(f"{the_tender()}/score-bid/", {**score, "reason": "For what is there."})
    assert chair.finds("scores") == []
    assert "Lock the scores first" in chair.is_refused(f"{the_tender()}/complete-evaluation/")
    chair.sends(f"{the_tender()}/lock-scores/")
    assert len(chair.finds("scores")) == 2 * len(SCORES)
    evaluators[0].is_refused(f"{the_tender()}/score-bid/", {**_scores_due(evaluators[0])[0], "reason": "Too late."})
    for score in _scores_due(chair):
        chair.sends(f"{the_tender()}/record-consensus/", {**score, "reason": "The panel agrees."})


def _scores_due(member: Caller) -> list[dict[str, Any]]:
    """A score for each bid on the quality criterion of its lot; prices are not in what the panel reads."""
    lots = {lot["id"]: lot for lot in member.finds("lots")}
    due = []
    for bid in member.finds("opened-bids"):
        lot = lots[bid["lot"]]
        read = member.reads(f"opened-bids/{bid['id']}/")
        assert (read["prices"], read["total_price"]) == (None, None)
        (criterion,) = [criterion for criterion in lot["criteria"] if criterion["kind"] == "quality"]
        due.append({"submission_id": bid["id"], "criterion_id": criterion["id"], "value": SCORES[lot["number"], bid["supplier_name"]]})
    return due


def the_ranking_follows() -> None:
    """By the published formula, to the hundredth of a point."""
    chair = of_hillingdon("chair")
    assert "Bring in the prices first" in chair.is_refused(f"{the_tender()}/complete-evaluation/")
    chair.sends(f"{the_tender()}/bring-in-prices/")
    assert chair.sends(f"{the_tender()}/complete-evaluation/")["status"] == "evaluated"
    lots = {lot["id"]: lot["number"] for lot in lead().finds("lots")}
    bids = {bid["id"]: bid["supplier_name"] for bid in lead().finds("opened-bids")}
    first = {lots[each["lot"]]: (bids[each["submission"]], each["total_points"]) for each in lead().finds("results") if each["rank"] == 1}
    assert {number: (bidder, points[:5]) for number, (bidder, points) in first.items()} == POINTS


def hillingdon_announces_the_award() -> None:
    """To every bidder at the same moment: its own scores and the winner's, and of nobody else."""
    it_is(ANNOUNCED_AT)
    decisions = [{"lot": lot["id"], "is_awarded": True, "reasons": "Its method is complete."} for lot in lead().finds("lots")]
    announced = lead().sends(f"{the_tender()}/announce-award/", {"decisions": decisions})
    assert datetime.fromisoformat(announced["standstill_ends_at"]) == STANDSTILL_ENDS_AT
    outcome = Caller(bids_of("partners")).finds_one("outcomes")
    (lot,) = outcome["content"]["lots"]
    assert (lot["winner"], lot["winner_total"][:5]) == POINTS[1]
    assert DR_FOSTER not in str(outcome)
    assert {letter["created_at"] for letter in _award_letters()} == {outcome["created_at"]}
    assert Caller(bids_of("tribal")).finds("outcomes") == []


def _award_letters() -> list[Any]:
    outcomes = [(caller, caller.finds_one("outcomes")) for caller in map(Caller, map(bids_of, ("bupa", "drfoster", "partners")))]
    return [caller.finds_one("letters", subject_id=outcome["id"]) for caller, outcome in outcomes]


def the_award_waits_for_the_standstill_and_for_a_challenge() -> None:
    """Both stand in its way, each by itself."""
    partners = Caller(bids_of("partners"))
    partners.sends(f"invitations/{partners.finds_one('invitations')['id']}/lodge-challenge/", {"grounds": "Our team was not read."})
    challenge = f"challenges/{partners.finds_one('challenges')['id']}"
    Caller(bids_of("bupa")).reads(f"{challenge}/", status=404)
    it_is(STANDSTILL_ENDS_AT - SHORTLY)
    assert "The standstill runs until" in lead().is_refused(f"{the_tender()}/confirm-award/")
    it_is(STANDSTILL_ENDS_AT)
    assert f"The challenge by {PARTNERS} is open." in lead().is_refused(f"{the_tender()}/confirm-award/")
    assert lead().sends(f"{challenge}/reject-challenge/", {"reasons": "The team was read and scored."})["status"] == "rejected"
    assert lead().sends(f"{the_tender()}/confirm-award/")["status"] == "awarded"
    assert {award["status"] for award in lead().finds("awards")} == {"confirmed"}


def both_contracts_are_signed_and_public() -> None:
    """By both parties over the same terms; what the trust always keeps is in each."""
    manager = of_hillingdon("contracts")
    for contract in manager.finds("contracts"):
        here = f"contracts/{contract['id']}"
        for stranger in (Caller(), Caller(bids_of("tribal"))):
            stranger.reads(f"{here}/", status=404)
        assert "Say first which functions" in manager.is_refused(f"{here}/offer-contract/")
        manager.sends(f"{here}/set-scope/", {"taken_over": [{"function": "settlement", "detail": "Validates activity data."}]})
        kept = [{"function": "emergency-planning"}]
        assert "Emergency planning" in manager.is_refused(f"{here}/set-scope/", {"taken_over": kept}, status=400)
        offered = manager.sends(f"{here}/offer-contract/")
        winner = Caller(bids_of("bupa" if contract["title"].startswith("Acute") else "drfoster"))
        for party in (manager, winner):
            assert "The terms have changed" in party.is_refused(f"{here}/sign-contract/", {**SIGNED_BY, "terms_hash": "0" * 64})
            signed = party.sends(f"{here}/sign-contract/", {**SIGNED_BY, "terms_hash": party.reads(f"{here}/")["terms_hash"]})
        assert (signed["status"], len(signed["signatures"])) == ("signed", 2)
        assert {signature["terms_hash"] for signature in signed["signatures"]} == {offered["terms_hash"]}
    public = Caller().finds("contracts")
    assert [contract["value"] for contract in sorted(public, key=lambda contract: str(contract["title"]))] == ["49000.00", "60000.00"]
    for contract in public:
        assert "remains the statutory body" in contract["statement"]
        retained = {part["function"] for part in contract["scope"] if part["arrangement"] == "retained"}
        assert retained == {"patient-and-public-involvement", "emergency-planning", "handling-of-contracts"}
