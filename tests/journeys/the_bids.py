"""The suppliers read their invitations, ask, and bid: a draft is kept, a bid is received, replaced, withdrawn, or too late."""

from procurement.models import Bid, Invitation, Lot, Submission, TenderClarification
from tests.factories.files import pdf
from tests.journeys.moments import CLOSES_AT, it_is
from tests.journeys.the_framework import anybody_checks_the_receipt
from tests.journeys.the_tender import ACUTE, RESULTS, TITLE, tender
from tests.journeys.visitors import Town, Visitor

QUESTION = "Are the data of 2039 included?"


def bidder(town: Town, short_name: str) -> Visitor:
    """The bid manager of a supplier."""
    return town.person(f"bids@{short_name}.example")


def invitation_of(short_name: str) -> Invitation:
    """The supplier's invitation."""
    return Invitation.objects.get(supplier__short_name=short_name)


def suppliers_read_their_invitations(town: Town) -> None:
    """Each its own, from its letter or its desk, and says whether it means to bid; a rival's is not there."""
    bupa = bidder(town, "bupa")
    bupa.goes_to("/desk/")
    bupa.goes_to("/invitations/")
    bupa.follows(TITLE)
    bupa.looks_by_phone()
    bupa.acts("Say whether you mean to bid", button="Save", choices=["Intends to bid"])
    tribal = bidder(town, "tribal")
    tribal.goes_to(invitation_of("tribal").get_absolute_url())
    tribal.acts("Say whether you mean to bid", {"Why not, if you do not": "Our team is busy."}, button="Save", choices=["Does not intend to bid"])
    tribal.goes_to(invitation_of("bupa").get_absolute_url(), status=404)


def dr_foster_asks_and_everybody_is_answered(town: Town, lead: Visitor) -> None:
    """Nobody is shown who asked, not even whoever answers."""
    drfoster = bidder(town, "drfoster")
    drfoster.goes_to(invitation_of("drfoster").get_absolute_url())
    drfoster.acts("Ask a question", {"Question": QUESTION}, button="Ask")
    lead.goes_to(tender().get_absolute_url())
    lead.follows("Answer this question")
    lead.does_not_see("Dr Foster")
    lead.types({"Answer": "Yes, all twelve months."})
    lead.presses("Answer to all")
    for short_name in ("bupa", "tribal"):
        rival = bidder(town, short_name)
        rival.goes_to(invitation_of(short_name).get_absolute_url())
        rival.sees(QUESTION)
        rival.sees("Yes, all twelve months.")
        rival.does_not_see("Dr Foster")
    assert TenderClarification.objects.get().answered_at


def bupa_drafts_saves_and_submits(town: Town) -> None:
    """What is not right yet is kept and marked; a bid that lacks something is not received; a whole one gets its receipt."""
    bupa = bidder(town, "bupa")
    begins_a_bid(bupa, "bupa", ACUTE)
    bupa.goes_to(f"{bid_of('bupa', ACUTE).get_absolute_url()}save-bid/")
    bupa.types({"1. How will you validate activity data?": "Line by line. " * 80, "Days of analysis, price per day, line 1": "a lot"})
    bupa.presses("Save and check")
    bupa.sees("The bid cannot be submitted yet")
    bupa.follows("Go on writing")
    writes_the_bid(bupa, ACUTE, days="520.00", reports="400.00")
    bupa.looks_by_phone()
    bupa.hands_over("Attach files", "team.pdf", pdf("Our team"))
    bupa.presses("Save and check")
    bupa.sees("Total: £66,400.00")
    bupa.presses("Submit the bid")
    bupa.sees("The bid was received. This version counts.")
    bupa.looks_by_phone()
    anybody_checks_the_receipt(town, bupa.downloads("Download the receipt"))


def bupa_replaces_its_bid(town: Town) -> None:
    """The later version counts, and the earlier one is kept as what it was."""
    bupa = bidder(town, "bupa")
    bupa.goes_to(f"{bid_of('bupa', ACUTE).get_absolute_url()}save-bid/")
    bupa.types({"Days of analysis, price per day, line 1": "500.00"})
    bupa.presses("Save and check")
    bupa.presses("Submit in place of version 1")
    bupa.goes_to(bid_of("bupa", ACUTE).get_absolute_url())
    bupa.sees("Version 2 was received")


def the_others_bid(town: Town) -> None:
    """Dr Foster and the consortium for both lots, BUPA for the second as well."""
    for short_name, title, days, reports in (
        ("bupa", RESULTS, "700.00", ""),
        ("drfoster", ACUTE, "450.00", "380.00"),
        ("drfoster", RESULTS, "600.00", ""),
        ("partners", ACUTE, "610.00", "500.00"),
        ("partners", RESULTS, "650.00", ""),
    ):
        submits_a_bid(bidder(town, short_name), short_name, title, days=days, reports=reports)


def the_consortium_withdraws_one_bid(town: Town) -> None:
    """Its answers, prices and files are removed; that there was a bid stays on record."""
    partners = bidder(town, "partners")
    partners.goes_to(bid_of("partners", RESULTS).get_absolute_url())
    partners.acts("Withdraw the bid")
    partners.sees("The bid was withdrawn, and its content is removed.")
    assert Submission.objects.get(bid=bid_of("partners", RESULTS)).content is None


def tribal_thinks_again_and_comes_too_late(town: Town) -> None:
    """Its bid is ready on the page when the deadline passes: it is refused, with both moments, and the attempt is on the trail."""
    tribal = bidder(town, "tribal")
    begins_a_bid(tribal, "tribal", RESULTS)
    tribal.goes_to(f"{bid_of('tribal', RESULTS).get_absolute_url()}save-bid/")
    writes_the_bid(tribal, RESULTS, days="590.00")
    tribal.presses("Save and check")
    it_is(CLOSES_AT)
    tribal.presses("Submit the bid", status=409)
    tribal.sees("The deadline was Monday 26 March 2040, 12:00:00")
    tribal.looks_by_phone()
    assert not Submission.objects.filter(bid=bid_of("tribal", RESULTS)).exists()
    tribal.goes_to(bid_of("tribal", RESULTS).get_absolute_url())
    tribal.sees("Refused")


def begins_a_bid(visitor: Visitor, short_name: str, title: str) -> None:
    """From the invitation's page."""
    visitor.goes_to(invitation_of(short_name).get_absolute_url())
    visitor.presses(f"Begin a bid for lot {Lot.objects.get(title=title).number}")


def bid_of(short_name: str, title: str) -> Bid:
    """The supplier's bid for a lot."""
    return Bid.objects.get(invitation__supplier__short_name=short_name, lot__title=title)


def writes_the_bid(visitor: Visitor, title: str, *, days: str, reports: str = "") -> None:
    """Answers and prices, on the page that is open."""
    if title == ACUTE:
        visitor.types({"1. How will you validate activity data?": "Each line against the tariff, within five days."})
        visitor.chooses("2. We accept the terms of the contract")
        visitor.types({"Days of analysis, price per day, line 1": days, "Monthly report, price per report, line 2": reports})
    else:
        visitor.types({"1. How will you train our staff?": "At their desks, two days a month.", "Days of training, price per day, line 1": days})


def submits_a_bid(visitor: Visitor, short_name: str, title: str, *, days: str, reports: str = "") -> None:
    """From the first draft to the receipt."""
    begins_a_bid(visitor, short_name, title)
    visitor.goes_to(f"{bid_of(short_name, title).get_absolute_url()}save-bid/")
    writes_the_bid(visitor, title, days=days, reports=reports)
    visitor.presses("Save and check")
    visitor.presses("Submit the bid")
    visitor.sees("The bid was received. This version counts.")
