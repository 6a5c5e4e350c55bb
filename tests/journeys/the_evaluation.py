"""Two openers open the bids, the panel scores them, Hillingdon announces, a bidder challenges, and the award is confirmed."""

from procurement.models import Award, Challenge, Submission
from tests.journeys.moments import SHORTLY, STANDSTILL_ENDS_AT, it_is
from tests.journeys.the_bids import bidder, invitation_of
from tests.journeys.the_framework import COMPANIES, PARTNERS
from tests.journeys.the_tender import ACUTE, RESULTS, TITLE, tender
from tests.journeys.visitors import Town, Visitor

PANEL = ("chair", "evaluator1", "evaluator2", "lead")
BUPA, DR_FOSTER = COMPANIES["bupa"], COMPANIES["drfoster"]
# Lot 1: all 60 points of quality for BUPA, and for £64,400 against the lowest price, £58,680, 40 × 58,680 / 64,400 = 36.45.
# Lot 2: four fifths of 60 for Dr Foster, and all 40 for the lowest price, £24,000.
POINTS = {ACUTE: "96.45", RESULTS: "88.00"}
# What each evaluator gives a bidder on every criterion of a lot, and what the panel agrees on.
SCORES = {
    (ACUTE, BUPA): (5, 5, 5),
    (ACUTE, DR_FOSTER): (4, 3, 4),
    (ACUTE, PARTNERS): (5, 2, 3),
    (RESULTS, BUPA): (3, 3, 3),
    (RESULTS, DR_FOSTER): (4, 4, 4),
}
WHY = "It names each check and who makes it."


def of_hillingdon(town: Town, name: str) -> Visitor:
    """A member of the buyer's team."""
    return town.person(f"{name}@hillingdon.example")


def two_openers_open_together(town: Town) -> None:
    """One alone opens nothing, and learns nothing of who bid."""
    first, second = of_hillingdon(town, "opener1"), of_hillingdon(town, "opener2")
    first.goes_to("/desk/")
    first.goes_to(tender().get_absolute_url())
    first.does_not_see("received")
    first.acts("Confirm that the bids be opened", button="Confirm")
    assert tender().status == "issued"
    second.goes_to(f"{tender().get_absolute_url()}opening/")
    second.sees("Waits for a second opener")
    second.does_not_see(DR_FOSTER)
    second.acts("Confirm that the bids be opened", button="Confirm")
    second.goes_to(f"{tender().get_absolute_url()}opening/")
    second.sees("Bids opened")
    second.sees(DR_FOSTER)
    second.does_not_see("£")
    second.looks_by_phone()


def the_panel_declares_its_interests(town: Town) -> None:
    """Before that, no bid is shown to anybody."""
    for name in PANEL:
        member = of_hillingdon(town, name)
        member.goes_to(tender().get_absolute_url())
        member.acts("Declare your interests", choices=["No, I have none"], button="Declare")
        member.sees("Your declaration is recorded.")


def evaluators_score_every_bid(town: Town) -> None:
    """Each by themselves, with a reason for every score; prices stay hidden."""
    for place, name in enumerate(("evaluator1", "evaluator2")):
        evaluator = of_hillingdon(town, name)
        for (lot, company), scores in SCORES.items():
            evaluator.goes_to(f"{tender().get_absolute_url()}score-bid/{_bid(lot, company).pk}/")
            evaluator.sees("Prices are shown when the evaluation is complete.")
            evaluator.does_not_see("£")
            _fills_in_the_sheet(evaluator, lot, scores[place], "Reason")
            evaluator.presses("Save")
        evaluator.sees("You have given 8 of 8 scores.")
        evaluator.looks_by_phone()


def _bid(lot: str, company: str) -> Submission:
    return Submission.objects.counting().get(bid__lot__title=lot, bid__invitation__supplier__organisation__name=company)


def _fills_in_the_sheet(visitor: Visitor, lot: str, score: int, reason: str) -> None:
    for legend in ("1. Method (40.00%)", "2. Team (20.00%)") if lot == ACUTE else ("1. Approach (60.00%)",):
        visitor.chooses(str(score), among=legend)
        visitor.types({reason: WHY}, among=legend)


def the_chair_records_what_the_panel_agrees_on(town: Town) -> None:
    """Scores are locked first; where they lie two or more apart, what was discussed is asked for."""
    chair = of_hillingdon(town, "chair")
    chair.goes_to(tender().get_absolute_url())
    chair.acts("Lock the scores")
    chair.goes_to(f"{tender().get_absolute_url()}record-consensus/")
    chair.sees("Apart")
    for (lot, company), (_, _, agreed) in SCORES.items():
        chair.goes_to(f"{tender().get_absolute_url()}record-consensus/{_bid(lot, company).pk}/")
        _fills_in_the_sheet(chair, lot, agreed, "The panel’s reason")
        if company == PARTNERS:
            chair.presses("Save", status=400)
            for legend in ("1. Method (40.00%)", "2. Team (20.00%)"):
                chair.types({"What the panel discussed": "Whether its method covers queries."}, among=legend)
        chair.presses("Save")
    chair.looks_by_phone()


def the_ranking_follows(town: Town) -> None:
    """Quality and price are put together by the published formula."""
    chair = of_hillingdon(town, "chair")
    chair.goes_to(tender().get_absolute_url())
    chair.acts("Bring in the prices")
    chair.acts("Complete the evaluation")
    chair.follows("Ranking")
    chair.sees("£64,400.00")
    chair.looks_by_phone()
    assert chair.downloads("CSV").count(b"\n") > len(SCORES)


def hillingdon_announces_the_award(town: Town) -> None:
    """Every bidder gets its letter at the same moment, with its scores and reasons, and none of another loser's."""
    lead = of_hillingdon(town, "lead")
    lead.goes_to(tender().get_absolute_url())
    lead.begins_act("Announce the award")
    for legend, lot, winner in ((f"Lot 1: {ACUTE}", ACUTE, BUPA), (f"Lot 2: {RESULTS}", RESULTS, DR_FOSTER)):
        lead.chooses(f"Award it to {winner}, whose bid has {POINTS[lot]} points", among=legend)
        lead.types({"Reasons": "Its method is complete, and its team is named."}, among=legend)
    lead.presses("Announce to all bidders")
    lead.sees("The earliest date of a contract is")
    assert tender().standstill_ends_at == STANDSTILL_ENDS_AT
    drfoster = bidder(town, "drfoster")
    drfoster.goes_to("/letters/")
    drfoster.page.get_by_role("main").get_by_role("link", name=TITLE).first.wait_for()
    drfoster.goes_to(invitation_of("drfoster").get_absolute_url())
    drfoster.follows("Read the outcome")
    drfoster.sees("We intend to award this lot to you.")
    drfoster.sees("We do not intend to award this lot to you.")
    drfoster.sees(WHY)
    drfoster.does_not_see(PARTNERS)
    drfoster.looks_by_phone()


def the_consortium_challenges(town: Town) -> None:
    """Within the standstill, from its outcome."""
    partners = bidder(town, "partners")
    partners.goes_to(invitation_of("partners").get_absolute_url())
    partners.follows("Read the outcome")
    partners.acts("Challenge the award", {"What you challenge, and why": "Lot 1: our team was not read."}, button="Lodge the challenge")
    partners.sees("Your challenge is received.")


def the_award_waits_for_the_standstill_and_the_challenge(town: Town) -> None:
    """Two minutes before the standstill ends it cannot be confirmed; nor after its end, while the challenge is open."""
    lead = of_hillingdon(town, "lead")
    it_is(STANDSTILL_ENDS_AT - SHORTLY)
    lead.goes_to(f"{tender().get_absolute_url()}confirm-award/")
    lead.presses("Confirm the award", status=409)
    lead.sees("The standstill runs until midnight at the end of Friday 27 April 2040.")
    lead.does_not_see("The standstill is over.")
    it_is(STANDSTILL_ENDS_AT)
    lead.presses("Confirm the award", status=409)
    lead.sees(f"The challenge by {PARTNERS} is open.")
    lead.goes_to(Challenge.objects.get().get_absolute_url())
    lead.acts("Reject the challenge", {"Reasons": "The team was read and scored by both evaluators."})
    lead.sees("The challenge is rejected, and the bidder is told.")


def hillingdon_confirms_the_award(town: Town) -> None:
    """From then on there is a contract to draft for each lot."""
    lead = of_hillingdon(town, "lead")
    lead.goes_to("/desk/")
    lead.goes_to(tender().get_absolute_url())
    lead.acts("Confirm the award")
    lead.sees("The award is confirmed.")
    assert set(Award.objects.values_list("supplier__short_name", "status")) == {("bupa", "confirmed"), ("drfoster", "confirmed")}
