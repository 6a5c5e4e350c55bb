"""A tender in two lots over the API: drafted, approved, issued under the early release, asked about, and bid for."""

from datetime import datetime
from typing import Any

from commissioning import proof
from tests.factories.files import pdf
from tests.journeys.callers import Caller
from tests.journeys.lists_by_api import bids_of, place
from tests.journeys.moments import CLOSES_AT, QUESTIONS_CLOSE_AT, SHORTLY, it_is

TITLES = ("Acute trust contracts", "Implementation of payment by results")
# What each bidder asks for the one line of each lot, which counts 100 times.
PRICES = {"bupa": ("500.00", "700.00"), "drfoster": ("450.00", "600.00"), "partners": ("610.00", "650.00")}


def lead() -> Caller:
    """Hillingdon's procurement lead."""
    return Caller("lead@hillingdon.example")


def hillingdon_drafts_a_tender() -> None:
    """Two lots, each with criteria whose weights sum to 100, questions and prices; no stranger sees it."""
    hillingdon = lead()
    words = {"title": "Support with acute contracts", "description": "Validation of activity data."}
    tender = hillingdon.makes("tenders/", {**place(hillingdon), **words})
    here = f"tenders/{tender['id']}"
    assert "This tender is not complete." in hillingdon.is_refused(f"{here}/propose-tender/")
    dates = {"contract_starts_on": "2040-06-01", "contract_ends_on": "2043-05-31"}
    moments = {"questions_close_at": QUESTIONS_CLOSE_AT.isoformat(), "closes_at": CLOSES_AT.isoformat()}
    hillingdon.sends(f"{here}/set-timeline/", {**dates, **moments})
    for title in TITLES:
        _fills_in_a_lot(hillingdon, hillingdon.makes(f"{here}/add-lot/", {"title": title, "estimated_value": "60000.00"}))
    hillingdon.hands_over(f"{here}/attach-document/", "terms.pdf", pdf("Terms of the contract"))
    for stranger in (Caller(), Caller(bids_of("bupa")), Caller("curator@doh.example")):
        stranger.reads(f"{here}/", status=404)


def _fills_in_a_lot(hillingdon: Caller, lot: Any) -> None:
    here = f"lots/{lot['id']}"
    quality = {"kind": "quality", "title": "Method", "weight": "60", "least_score": 1}
    price = {"kind": "price", "title": "Price", "weight": "41", "formula": "relative"}
    assert "100" in hillingdon.is_refused(f"{here}/set-criteria/", {"criteria": [quality, price]}, status=400)
    hillingdon.sends(f"{here}/set-criteria/", {"criteria": [quality, {**price, "weight": "40"}]})
    hillingdon.sends(f"{here}/set-questions/", {"questions": [{"kind": "text", "prompt": "How will you do it?", "word_limit": 200}]})
    lines = [{"description": "Days of analysis", "unit": "day", "quantity": "100"}]
    assert len(hillingdon.sends(f"{here}/set-price-schedule/", {"lines": lines})["price_lines"]) == 1


def a_second_person_approves_and_it_is_issued() -> None:
    """To those whom the early release names, and to nobody else on the list."""
    hillingdon, approver = lead(), Caller("approver@hillingdon.example")
    here = f"tenders/{hillingdon.finds_one('tenders')['id']}"
    hillingdon.sends(f"{here}/propose-tender/")
    hillingdon.is_refused(f"{here}/approve-tender/", status=403)
    assert "Open the page anew" in approver.is_refused(f"{here}/approve-tender/", {"proposal_hash": "0" * 64})
    approver.sends(f"{here}/approve-tender/", {"proposal_hash": approver.reads(f"{here}/")["proposal_hash"]})
    issued = hillingdon.sends(f"{here}/issue-tender/")
    assert (issued["phase"], len(issued["notice_hash"])) == ("Open for bids", 64)
    invited = {invitation["supplier_name"] for invitation in hillingdon.finds("invitations")}
    assert invited == {"BUPA Membership Commissioning Ltd", "Dr Foster Intelligence", "Partners In Commissioning"}
    assert [letter["title"] for letter in Caller(bids_of("bupa")).finds("letters") if "tender" in letter["title"].lower()]
    assert Caller(bids_of("tribal")).finds("invitations") == []
    assert Caller().downloads(f"{here}/documents/{Caller().reads(f'{here}/documents/')[0]['id']}/").startswith(b"%PDF")


def suppliers_say_what_they_mean_to_do_and_ask() -> None:
    """The buyer sees neither who means to bid nor who asks; everybody invited gets the answer; a rival's invitation is not there."""
    bupa, drfoster = Caller(bids_of("bupa")), Caller(bids_of("drfoster"))
    own = bupa.finds_one("invitations")
    assert bupa.sends(f"invitations/{own['id']}/say-intention/", {"intention": "bids"})["intention"] == "bids"
    assert {invitation["intention"] for invitation in lead().finds("invitations")} == {None}
    drfoster.reads(f"invitations/{own['id']}/", status=404)
    drfoster.is_refused(f"invitations/{own['id']}/ask-clarification/", {"question": "May I?"}, status=404)
    asked = drfoster.makes(f"invitations/{drfoster.finds_one('invitations')['id']}/ask-clarification/", {"question": "Which year?"})
    assert "Dr Foster" not in str(lead().reads(f"clarifications/{asked['id']}/"))
    lead().sends(f"clarifications/{asked['id']}/answer-clarification/", {"answer": "2039."})
    assert bupa.finds_one("clarifications")["answer"] == "2039."
    it_is(QUESTIONS_CLOSE_AT)
    assert "Questions closed" in bupa.is_refused(f"invitations/{own['id']}/ask-clarification/", {"question": "And 2038?"})


def suppliers_bid() -> None:
    """A draft that lacks something is not received; a key sent twice makes one bid; nobody else finds the bid or its receipt."""
    for short_name, prices in PRICES.items():
        bidder = Caller(bids_of(short_name))
        invitation = bidder.finds_one("invitations")
        for lot, price in zip(sorted(bidder.finds("lots"), key=lambda lot: int(lot["number"])), prices, strict=True):
            _submits(bidder, invitation, lot, price)
    bupa = Caller(bids_of("bupa"))
    receipt = bupa.finds("receipts")[0]
    assert proof.examine(bupa.downloads(f"receipts/{receipt['id']}/file/")).holds
    for stranger in (Caller(bids_of("drfoster")), lead(), Caller("opener1@hillingdon.example"), Caller("curator@doh.example"), Caller()):
        stranger.reads(f"receipts/{receipt['id']}/", status=404)
        stranger.reads(f"bids/{receipt['bid']}/", status=404)
        stranger.reads(f"bids/{receipt['bid']}/files/", status=404)


def _submits(bidder: Caller, invitation: Any, lot: Any, price: str) -> None:
    bid = bidder.makes(f"invitations/{invitation['id']}/draft-bid/", {"lot": lot["id"]})
    here, key = f"bids/{bid['id']}", f"submit-{bid['id']}"
    assert bidder.is_refused(f"{here}/submit-bid/", key=key, status=400)
    answers = {question["id"]: "With care, and on time." for question in lot["questions"]}
    prices = {line["id"]: price for line in lot["price_lines"]}
    saved = bidder.sends(f"{here}/save-bid/", {"revision": bid["revision"], "answers": answers, "prices": prices})
    assert saved["faults"] == []
    bidder.is_refused(f"{here}/save-bid/", {"revision": bid["revision"], "answers": {}}, status=412)
    bidder.hands_over(f"{here}/attach-to-bid/", "method.pdf", pdf("Method statement"))
    assert "Idempotency-Key" in bidder.is_refused(f"{here}/submit-bid/", status=400)
    first = bidder.sends(f"{here}/submit-bid/", key=key)
    assert bidder.sends(f"{here}/submit-bid/", key=key) == first
    assert (first["status"], len(first["submissions"])) == ("submitted", 1)


def a_bid_is_replaced_and_one_is_withdrawn() -> None:
    """The later version counts; what is withdrawn keeps its hash and loses its content."""
    bupa, partners = Caller(bids_of("bupa")), Caller(bids_of("partners"))
    bid = bupa.reads(f"bids/{_bid_for(bupa, 1)['id']}/")
    bupa.sends(f"bids/{bid['id']}/save-bid/", {"revision": bid["revision"], "prices": dict.fromkeys(bid["prices"], "490.00")})
    replaced = bupa.sends(f"bids/{bid['id']}/submit-bid/", key="bupa-replaces-its-bid")
    assert [version["total_price"] for version in replaced["submissions"] if not version["superseded_at"]] == ["49000.00"]
    withdrawn = partners.sends(f"bids/{_bid_for(partners, 2)['id']}/withdraw-bid/", key="partners-withdraw-lot-2")
    assert (withdrawn["status"], withdrawn["answers"]) == ("withdrawn", {})


def _bid_for(bidder: Caller, number: int) -> Any:
    lot = next(lot for lot in bidder.finds("lots") if lot["number"] == number)
    return bidder.finds_one("bids", lot=lot["id"])


def the_deadline_parts_early_from_late() -> None:
    """Before it nothing is opened; from it on nothing is received, however often it is sent; a key of weeks ago is forgotten, and is late too."""
    bupa, opener = Caller(bids_of("bupa")), Caller("opener1@hillingdon.example")
    here = f"tenders/{bupa.finds_one('tenders')['id']}"
    it_is(CLOSES_AT - SHORTLY)
    assert "Bids stay sealed until the deadline" in opener.is_refused(f"{here}/confirm-opening/")
    bid = bupa.reads(f"bids/{_bid_for(bupa, 1)['id']}/")
    it_is(CLOSES_AT)
    late = bupa.is_refused(f"bids/{bid['id']}/submit-bid/", key="bupa-comes-too-late")
    assert "The deadline was Monday 26 March 2040, 12:00:00" in late
    bupa.is_refused(f"bids/{bid['id']}/withdraw-bid/", key="bupa-goes-too-late")
    bupa.is_refused(f"bids/{bid['id']}/save-bid/", {"revision": bid["revision"], "answers": {}})
    bupa.is_refused(f"bids/{bid['id']}/submit-bid/", key="bupa-replaces-its-bid")
    refusals = [event for event in bupa.finds("events", outcome="refused", subject_id=bid["id"]) if event["verb"] == "submit_bid"]
    assert max(datetime.fromisoformat(event["at"]) for event in refusals) >= CLOSES_AT
