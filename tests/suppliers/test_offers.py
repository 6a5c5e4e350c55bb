"""What a supplier offers with a listing: proposed, approved or returned, shown once approved, and put back to what it said before."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from rest_framework.test import APIClient

from commissioning import moves
from commissioning.models import Membership, Role
from commissioning.refusals import Refused
from suppliers.actions.listings import end_listing
from suppliers.actions.offers import approve_offer, propose_offer, restore_offer, return_offer
from suppliers.models import Listing, Offer
from suppliers.offer_providers import to_approve
from suppliers.text_differences import MOST_WORDS, Piece, differences
from tests.factories import admissions
from tests.factories.admissions import PUBLISHED_AT, bids, curator, published_round
from tests.factories.frameworks import supplier
from tests.factories.offers import TEXT, approved, proposed
from tests.factories.people import person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
AT = PUBLISHED_AT + timedelta(days=1)
LATER = AT + timedelta(days=1)


@pytest.fixture
def listing(at):
    published_round(supplier("BUPA", "bupa"))
    at(LATER)
    return Listing.objects.get()


def pages(browse, listing, by=None):
    """What everybody, or this person, reads on the listing's page, the supplier's and the list's."""
    where = reverse("framework:list_and_area", args=[admissions.framework().pk, "micro", "performance"])
    return [browse(by).get(page).text for page in (listing.get_absolute_url(), listing.supplier.get_absolute_url(), where)]


def test_what_is_proposed_is_read_by_everybody_once_it_is_approved(listing, browse, told):
    offer = proposed(listing, at=AT)
    assert (offer.number, offer.status, told("offer_proposed")) == (1, Offer.Status.PROPOSED, ["curator@doh.example"])
    assert not any(TEXT in page for page in pages(browse, listing))
    assert [item.title for item in to_approve(curator(), AT)] == [str(listing)]
    approve_offer(offer.pk, by=curator(), at=AT)
    assert all(TEXT in page for page in pages(browse, listing))
    assert list(to_approve(curator(), AT)) == []
    assert told("offer_decided") == ["bids@bupa.example"]


def test_what_is_proposed_anew_is_read_by_its_people_and_the_authority_alone(listing, browse):
    approved(listing, at=AT)
    second = proposed(listing, "And every day.", at=AT)
    assert all(TEXT in page and "And every day." not in page for page in pages(browse, listing))
    rival = bids(supplier("Tribal", "tribal"))
    for reader, status in ((bids(listing.supplier), 200), (curator(), 200), (rival, 404), (None, 404)):
        assert browse(reader).get(second.get_absolute_url()).status_code == status
    shown = browse(curator()).get(second.get_absolute_url()).text
    assert "<ins>" in shown
    assert "<del>" in shown


def test_what_is_returned_says_why_and_what_was_approved_stays(listing, browse):
    approved(listing, at=AT)
    second = proposed(listing, "The best there is.", at=AT)
    with pytest.raises(ValidationError, match="Give the reason"):
        return_offer(second.pk, reason=" ", by=curator(), at=AT)
    return_offer(second.pk, reason="It praises.", by=curator(), at=AT)
    assert all(TEXT in page and "The best" not in page for page in pages(browse, listing))
    assert "It praises." in browse(bids(listing.supplier)).get(listing.get_absolute_url()).text
    with pytest.raises(Refused):
        approve_offer(second.pk, by=curator(), at=AT)


def test_one_revision_waits_at_a_time_and_says_something_new(listing):
    for text in ("", "  "):
        with pytest.raises(ValidationError, match="Say what you offer"):
            proposed(listing, text, at=AT)
    approved(listing, at=AT)
    with pytest.raises(Refused, match="reads already"):
        proposed(listing, f" {TEXT} ", at=AT)
    proposed(listing, "More.", at=AT)
    with pytest.raises(Refused, match="Revision 2 waits"):
        proposed(listing, "Still more.", at=AT)


def test_nothing_is_offered_with_a_listing_that_has_ended(listing):
    end_listing(listing.pk, reason="It left.", by=curator(), at=AT)
    with pytest.raises(Refused, match="The listing has ended"):
        proposed(listing, at=AT)


def ended_meanwhile(monkeypatch, listing):
    """Let the listing end between an act's look at it and its lock."""
    locked = moves._locked

    def end_and_lock(model, pk):
        Listing.objects.filter(pk=listing.pk).update(ended_at=AT, end_cause="removed")
        return locked(model, pk)

    monkeypatch.setattr(moves, "_locked", end_and_lock)


@pytest.mark.parametrize("who", ["proposes", "takes up", "puts back"])
def test_a_listing_that_ends_while_an_offer_waits_for_the_lock_has_ended(who, listing, monkeypatch):
    first = approved(listing, at=AT)
    approved(listing, "And every day.", at=AT)
    ended_meanwhile(monkeypatch, listing)
    acts = {
        "proposes": lambda: proposed(listing, "More.", at=AT),
        "takes up": lambda: restore_offer(first.pk, by=bids(listing.supplier), at=AT),
        "puts back": lambda: restore_offer(first.pk, reason="It no longer does so.", by=curator(), at=AT),
    }
    with pytest.raises(Refused, match="The listing has ended"):
        acts[who]()
    assert Offer.objects.count() == 2


def test_what_waits_when_its_listing_ends_is_not_decided_on_and_leaves_the_desk(listing, browse):
    approved(listing, at=AT)
    second = proposed(listing, "And every day.", at=AT)
    end_listing(listing.pk, reason="It left.", by=curator(), at=AT + A_MOMENT)
    assert [len(list(to_approve(curator(), moment))) for moment in (AT, AT + A_MOMENT)] == [1, 0]
    for act in (approve_offer, lambda pk, **who: return_offer(pk, reason="No.", **who)):
        with pytest.raises(Refused, match="The listing has ended"):
            act(second.pk, by=curator(), at=AT + A_MOMENT)
    shown = browse(curator()).get(second.get_absolute_url())
    assert "Not decided on" in shown.text
    assert shown.context_data["acts"] == []


def test_what_an_ended_listing_offered_stands_on_its_page_as_it_was_and_nowhere_else(listing, browse):
    approved(listing, at=AT)
    end_listing(listing.pk, reason="It left.", by=curator(), at=AT + A_MOMENT)
    its_own, *others = pages(browse, listing)
    assert TEXT in its_own
    assert "What it offered, until the listing ended" in its_own
    assert not any(TEXT in page for page in others)


def test_the_supplier_takes_an_earlier_text_up_as_a_proposal(listing, browse):
    first = approved(listing, at=AT)
    approved(listing, "And every day.", at=AT)
    third = restore_offer(first.pk, by=bids(listing.supplier), at=AT)
    assert (third.number, third.status, third.text, third.restores) == (3, Offer.Status.PROPOSED, TEXT, first)
    assert all("And every day." in page for page in pages(browse, listing))


def test_a_curator_puts_an_approved_text_back_with_a_reason(listing, browse, told, last_entry):
    first = approved(listing, at=AT)
    second = approved(listing, "And every day.", at=AT)
    with pytest.raises(ValidationError, match="Give the reason"):
        restore_offer(first.pk, by=curator(), at=AT)
    third = restore_offer(first.pk, reason="It no longer does so.", by=curator(), at=AT)
    assert (third.number, third.status, third.reason) == (3, Offer.Status.APPROVED, "It no longer does so.")
    assert all(TEXT in page and "And every day." not in page for page in pages(browse, listing))
    assert last_entry(third).facts["restores"] == 1
    with pytest.raises(Refused, match="reads already"):
        restore_offer(first.pk, reason="Again.", by=curator(), at=AT)
    assert second.status == Offer.Status.APPROVED


def test_a_curator_puts_nothing_back_that_was_never_approved(listing):
    first = return_offer(proposed(listing, at=AT).pk, reason="Too long.", by=curator(), at=AT)
    with pytest.raises(Refused, match="never approved"):
        restore_offer(first.pk, reason="After all.", by=curator(), at=AT)
    assert restore_offer(first.pk, by=bids(listing.supplier), at=AT).status == Offer.Status.PROPOSED


def test_nobody_who_acts_for_the_supplier_decides_on_its_offer(listing):
    offer, both = proposed(listing, at=AT), person(listing.supplier.organisation, Role.CONTRIBUTOR, "both@bupa.example")
    Membership.objects.create(user=both, organisation_id=listing.authority_id, role=Role.CURATOR)
    both = type(both).objects.get(pk=both.pk)
    for act in (approve_offer, lambda pk, **who: return_offer(pk, reason="No.", **who)):
        with pytest.raises(PermissionDenied):
            act(offer.pk, by=both, at=AT)
    assert list(to_approve(both, AT)) == []


@pytest.mark.parametrize("who", ["rival", "curator", "appeals"])
def test_only_the_suppliers_own_people_propose(listing, who):
    people = {"rival": lambda: bids(supplier("Tribal", "tribal")), "curator": curator, "appeals": admissions.officer}
    with pytest.raises(PermissionDenied):
        propose_offer(listing.pk, text=TEXT, by=people[who](), at=AT)
    contributor = person(listing.supplier.organisation, Role.CONTRIBUTOR)
    assert propose_offer(listing.pk, text=TEXT, by=contributor, at=AT).proposed_by == contributor


def test_a_list_of_a_day_has_the_offers_of_that_day(listing, browse):
    approved(listing, at=AT)
    where = reverse("framework:list_and_area", args=[admissions.framework().pk, "micro", "performance"])
    assert TEXT not in browse(None).get(where, {"as_at": PUBLISHED_AT.date().isoformat()}).text
    assert TEXT in browse(None).get(where, {"as_at": AT.date().isoformat()}).text
    assert [Offer.objects.shown(moment).count() for moment in (AT - A_MOMENT, AT)] == [0, 1]


def test_over_the_api_an_offer_is_proposed_returned_and_taken_up_again(listing, at):
    theirs, ours = APIClient(), APIClient()
    theirs.force_authenticate(bids(listing.supplier))
    ours.force_authenticate(curator())
    here = f"/api/v1/listings/{listing.pk}/propose-offer/"
    assert "4,000 characters" in theirs.post(here, {"text": "x" * 4001}, format="json").text
    made = theirs.post(here, {"text": TEXT}, format="json")
    assert (made.status_code, made.json()["status"]) == (201, "proposed")
    where = f"/api/v1/offers/{made.json()['id']}/"
    assert APIClient().get(where).status_code == 404
    assert theirs.post(f"{where}approve-offer/", {}, format="json").status_code == 403
    assert ours.post(f"{where}approve-offer/", {}, format="json").json()["status"] == "approved"
    assert APIClient().get(where).json()["reason"] is None
    second = theirs.post(here, {"text": "More."}, format="json").json()["id"]
    assert ours.post(f"/api/v1/offers/{second}/return-offer/", {"reason": "Of what?"}, format="json").json()["reason"] == "Of what?"
    third = theirs.post(f"/api/v1/offers/{second}/restore-offer/", {}, format="json")
    assert (third.status_code, third.json()["number"], third.json()["restores"]) == (201, 3, second)
    assert [each["number"] for each in ours.get("/api/v1/offers/", {"listing": listing.pk, "status": "proposed"}).json()["results"]] == [3]


def test_the_pages_of_an_offer(listing, browse):
    writer = bids(listing.supplier)
    browse(writer).post(reverse("listing:propose_offer", args=[listing.pk]), {"text": TEXT})
    offer = Offer.objects.get()
    assert "Approve it" in browse(curator()).get(offer.get_absolute_url()).text
    assert browse(curator()).post(reverse("offer:approve_offer", args=[offer.pk])).status_code == 302
    browse(writer).post(reverse("listing:propose_offer", args=[listing.pk]), {"text": "More."})
    second = Offer.objects.first()
    browse(curator()).post(reverse("offer:return_offer", args=[second.pk]), {"reason": "Of what?"})
    browse(writer).post(reverse("offer:restore_offer", args=[second.pk]), {"reason": ""})
    assert [(each.number, each.status) for each in Offer.objects.all()] == [(3, "proposed"), (2, "returned"), (1, "approved")]


def test_differences_are_told_by_words():
    assert differences("We check data.", "We check all data.") == [Piece("same", "We check "), Piece("added", "all "), Piece("same", "data.")]
    assert differences("", "New") == [Piece("added", "New")]
    assert differences("a\nb", "a\nb") == [Piece("same", "a\nb")]
    long = "a " * MOST_WORDS
    assert differences(long, "b") == [Piece("removed", long), Piece("added", "b")]
