"""A supplier was succeeded by another: its place on a list passes to the successor, in the next version with the mark."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from commissioning import clock
from commissioning.actions.organisations import succeed_organisation
from commissioning.models import Letter, Membership, Role
from commissioning.refusals import Refused
from suppliers.actions.listings import suspend_listing
from suppliers.actions.successions import pass_to_successor
from suppliers.consequences import CONSEQUENCES, Event
from suppliers.models import Listing, ListPublication
from suppliers.publishing import changes
from tests.factories import admissions
from tests.factories.admissions import PUBLISHED_AT, bids, published_round, round_with_decisions
from tests.factories.frameworks import listed, supplier
from tests.factories.people import person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
LAST = date(2026, 4, 30)
# The first moment after its last day.
THEN = clock.london(2026, 5, 1)


@pytest.fixture
def bupa():
    return supplier("BUPA Ltd", "bupa")


@pytest.fixture
def heir():
    return supplier("The Heir Ltd", "heir")


@pytest.fixture
def listing(bupa, heir, curator):
    published_round(bupa)
    succeed_organisation(bupa.organisation_id, successors=[heir.organisation_id], last_day=LAST, by=curator, at=PUBLISHED_AT)
    return Listing.objects.get(supplier=bupa)


def passed(listing, heir, at=THEN, by=None, reason="They merged."):
    return pass_to_successor(listing.pk, successor=heir.pk, reason=reason, by=by or admissions.curator(), at=at)


def test_the_listing_ends_with_its_cause_and_one_of_the_successor_begins(listing, heir, last_entry):
    passed(listing, heir)
    listing.refresh_from_db()
    assert (listing.end_cause, listing.ended_at, listing.end_reason) == ("succeeded", THEN, "They merged.")
    begun = Listing.objects.get(supplier=heir)
    assert (begun.succeeds, begun.place, begun.listed_at, begun.published_at) == (listing, None, THEN, THEN)
    assert (begun.framework_list, begun.area) == (listing.framework_list, listing.area)
    entry = last_entry(listing)
    assert (entry.verb, entry.facts["successor"], entry.facts["version"]) == ("pass_to_successor", str(heir.pk), 2)


def test_the_next_version_says_from_whom_it_took_over_and_the_one_before_stays(listing, heir):
    passed(listing, heir)
    after, before = ListPublication.objects.order_by("-version")
    assert [(entry["name"], entry["took_over_from"]) for entry in before.entries] == [("BUPA Ltd", None)]
    assert [(entry["name"], entry["took_over_from"]) for entry in after.entries] == [("The Heir Ltd", "BUPA Ltd")]
    assert {change.words for change in changes(before.entries, after.entries)} == {"No longer listed", "Took over from BUPA Ltd"}


def test_both_are_told_and_what_follows(listing, heir, told):
    passed(listing, heir)
    assert (told("listing_passed"), told("listing_taken_over")) == (["bids@bupa.example"], ["bids@heir.example"])
    body = Letter.objects.get(template="listing_passed").body
    assert all(sentence in body for sentence in CONSEQUENCES[Event.SUCCEEDED].sentences())
    assert "BUPA Ltd" in Letter.objects.get(template="listing_taken_over").body


def test_a_place_passes_once_the_last_day_is_over(listing, heir):
    with pytest.raises(Refused, match="The last day of BUPA Ltd is 30 April 2026"):
        passed(listing, heir, at=THEN - A_MOMENT)
    assert passed(listing, heir, at=THEN).ended_at == THEN


def test_only_a_successor_takes_over(listing):
    with pytest.raises(ValidationError, match="was not succeeded by it"):
        passed(listing, supplier("Another Ltd", "another"))


def test_a_successor_that_stands_there_already_takes_over_nothing(listing, heir):
    listed(heir, listing.framework_list, listing.area)
    with pytest.raises(Refused, match="stands on this list for this area already"):
        passed(listing, heir)
    listing.refresh_from_db()
    assert listing.ended_at is None


def test_neither_a_suspended_place_nor_one_that_waits_for_publication_passes(listing, heir, bupa, curator):
    suspend_listing(listing.pk, ends_at=THEN + timedelta(days=1), reason="Looked into.", by=curator, at=PUBLISHED_AT)
    with pytest.raises(Refused, match="suspended"):
        passed(listing, heir)
    tribal = supplier("Tribal", "tribal")
    round_with_decisions([tribal])
    succeed_organisation(tribal.organisation_id, successors=[heir.organisation_id], last_day=LAST, by=curator, at=PUBLISHED_AT)
    with pytest.raises(Refused, match="not published yet"):
        passed(Listing.objects.get(supplier=tribal), heir)


def test_it_takes_a_reason_and_is_done_once(listing, heir):
    with pytest.raises(ValidationError, match="Say why: both suppliers will read it"):
        passed(listing, heir, reason=" ")
    passed(listing, heir)
    with pytest.raises(Refused, match="cannot be changed any more"):
        passed(listing, heir)


def test_only_a_curator_who_acts_for_neither_passes_it(listing, heir, officer):
    both = person(listing.supplier.organisation, Role.CONTRIBUTOR, "both@bupa.example")
    Membership.objects.create(user=both, organisation_id=listing.authority_id, role=Role.CURATOR)
    for other in (bids(listing.supplier), bids(heir), officer, type(both).objects.get(pk=both.pk)):
        with pytest.raises(PermissionDenied):
            passed(listing, heir, by=other)


def test_a_listing_comes_of_a_place_or_of_another_listing_in_the_database_too(listing):
    with pytest.raises(IntegrityError), transaction.atomic():
        Listing.objects.filter(pk=listing.pk).update(place=None)


def test_it_goes_through_pages_and_the_public_reads_both_ends(listing, heir, browse, curator, at):
    at(THEN)
    assert "pass_to_successor" in [act["verb"] for act in browse(curator).get(listing.get_absolute_url()).context_data["acts"]]
    answer = browse(curator).post(reverse("listing:pass_to_successor", args=[listing.pk]), {"successor": heir.pk, "reason": "They merged."})
    assert answer.status_code == 302
    begun = Listing.objects.get(supplier=heir)
    assert "Passed to its successor" in browse(None).get(listing.get_absolute_url()).content.decode()
    assert "They merged." not in browse(None).get(listing.get_absolute_url()).content.decode()
    assert listing.get_absolute_url() in browse(None).get(begun.get_absolute_url()).content.decode()
    framework = admissions.framework()
    there = reverse("framework:list_and_area", args=[framework.pk, listing.framework_list.code, listing.area.code])
    assert "Took over from BUPA Ltd" in browse(None).get(there).content.decode()
