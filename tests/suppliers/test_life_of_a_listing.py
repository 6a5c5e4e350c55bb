"""A supplier leaves of its own accord; how a listing ended is known; and what follows is written down once."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from commissioning.models import Letter, Membership, Role, User
from commissioning.refusals import Refused
from suppliers.actions.listings import end_listing, leave_list, reinstate_listing, suspend_listing
from suppliers.consequences import CONSEQUENCES, Event
from suppliers.models import Listing, ListPublication
from tests.factories import admissions
from tests.factories.admissions import PUBLISHED_AT, bids, published_round, round_with_decisions
from tests.factories.frameworks import supplier
from tests.factories.people import person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).resolve().parent.parent.parent / "docs" / "listings.md"


@pytest.fixture
def listing():
    published_round(supplier("BUPA", "bupa"))
    return Listing.objects.get()


def test_a_supplier_leaves_a_list_and_the_authority_reads_why(listing, told, last_entry):
    leave_list(listing.pk, reason="We left the market.", by=bids(listing.supplier), at=PUBLISHED_AT + A_MOMENT)
    listing.refresh_from_db()
    assert (listing.end_cause, listing.ended_at, listing.end_reason) == ("left", PUBLISHED_AT + A_MOMENT, "We left the market.")
    assert told("listing_left") == ["bids@bupa.example", "curator@doh.example"]
    assert ListPublication.objects.first().entries == []
    entry = last_entry(listing)
    assert (entry.verb, entry.facts["cause"], entry.facts["version"]) == ("leave_list", "left", 2)


def test_only_the_bid_managers_of_the_supplier_leave_for_it(listing, curator, officer):
    writer = person(listing.supplier.organisation, Role.CONTRIBUTOR, "writer@bupa.example")
    for stranger in (curator, officer, writer, bids(supplier("Rival", "rival"))):
        with pytest.raises(PermissionDenied):
            leave_list(listing.pk, reason="No.", by=stranger, at=PUBLISHED_AT)


def suspended(listing, by):
    return suspend_listing(listing.pk, ends_at=PUBLISHED_AT.replace(year=2027), reason="Looked into.", by=by, at=PUBLISHED_AT)


@pytest.mark.parametrize("act", [suspend_listing, reinstate_listing, end_listing])
def test_no_curator_who_acts_for_the_supplier_suspends_its_listing_lifts_that_or_ends_it(act, listing, curator, browse, at):
    both = person(listing.supplier.organisation, Role.CONTRIBUTOR, "both@bupa.example")
    Membership.objects.create(user=both, organisation_id=listing.authority_id, role=Role.CURATOR)
    if act is reinstate_listing:
        suspended(listing, curator)
    given = {"ends_at": PUBLISHED_AT.replace(year=2027)} if act is suspend_listing else {}
    with pytest.raises(PermissionDenied):
        act(listing.pk, reason="As it suits us.", by=User.objects.get(pk=both.pk), at=PUBLISHED_AT, **given)
    at(PUBLISHED_AT)
    offered = [each["verb"] for each in browse(both).get(listing.get_absolute_url()).context_data["acts"]]
    assert offered == ["propose_offer"]
    act(listing.pk, reason="As we found.", by=curator, at=PUBLISHED_AT, **given)


def test_leaving_takes_a_reason_and_is_done_once(listing, curator):
    with pytest.raises(ValidationError, match="Say why: the authority will read it"):
        leave_list(listing.pk, reason=" ", by=bids(listing.supplier), at=PUBLISHED_AT)
    end_listing(listing.pk, reason="It misled us.", by=curator, at=PUBLISHED_AT)
    listing.refresh_from_db()
    assert listing.end_cause == "removed"
    with pytest.raises(Refused, match="cannot be changed any more"):
        leave_list(listing.pk, reason="We go.", by=bids(listing.supplier), at=PUBLISHED_AT)


def test_a_suspended_supplier_may_leave_and_one_that_waits_for_publication_as_well(listing, curator):
    suspend_listing(listing.pk, ends_at=PUBLISHED_AT.replace(year=2027), reason="Looked into.", by=curator, at=PUBLISHED_AT)
    leave_list(listing.pk, reason="We go.", by=bids(listing.supplier), at=PUBLISHED_AT)
    tribal = supplier("Tribal", "tribal")
    round_with_decisions([tribal])
    versions = ListPublication.objects.count()
    leave_list(Listing.objects.get(supplier=tribal).pk, reason="We go.", by=bids(tribal), at=PUBLISHED_AT)
    assert ListPublication.objects.count() == versions


def test_the_page_offers_it_to_the_supplier_and_says_how_a_listing_ended(listing, browse, at):
    at(PUBLISHED_AT)
    mine = browse(bids(listing.supplier))
    assert [act["verb"] for act in mine.get(listing.get_absolute_url()).context_data["acts"]] == ["propose_offer", "leave_list"]
    assert mine.post(reverse("listing:leave_list", args=[listing.pk]), {"reason": ""}).status_code == 400
    assert mine.post(reverse("listing:leave_list", args=[listing.pk]), {"reason": "We go."}).status_code == 302
    shown = browse(None).get(listing.get_absolute_url()).content.decode()
    assert "Left of its own accord" in shown
    assert "We go." not in shown


def test_a_listing_that_has_ended_says_how_in_the_database_too(listing):
    for wrong in ({"ended_at": PUBLISHED_AT}, {"end_cause": "left"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Listing.objects.filter(pk=listing.pk).update(**wrong)


@pytest.mark.parametrize("event", Event)
def test_the_table_in_the_docs_says_what_the_letters_say(event):
    row = next(line for line in TABLE.read_text().splitlines() if line.startswith(f"| {event.label} |"))
    assert [cell.strip() for cell in row.strip("|").split("|")][1:] == list(CONSEQUENCES[event].sentences())


def test_the_supplier_is_told_what_follows(listing, curator):
    suspend_listing(listing.pk, ends_at=PUBLISHED_AT.replace(year=2027), reason="Looked into.", by=curator, at=PUBLISHED_AT)
    body = Letter.objects.get(template="listing_suspended").body
    assert all(sentence in body for sentence in CONSEQUENCES[Event.SUSPENDED].sentences())
    assert admissions.framework().title
