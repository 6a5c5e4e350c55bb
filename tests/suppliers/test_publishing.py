"""The lists are published in numbered versions, once no appeal can come and none is open."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from commissioning.canon import digest
from commissioning.refusals import Refused
from suppliers import publishing
from suppliers.actions.admissions import announce_round, open_round, send_decisions
from suppliers.actions.appeal_decisions import list_appellant
from suppliers.actions.appeals import withdraw_appeal
from suppliers.actions.listings import end_listing, reinstate_listing, suspend_listing
from suppliers.actions.publications import publish_lists
from suppliers.models import AdmissionRound, Listing, ListPublication, Place
from tests.factories import admissions
from tests.factories.admissions import (
    APPEALS_END_AT,
    CLOSES_AT,
    DECIDED_AT,
    LODGED_AT,
    PUBLISHED_AT,
    bids,
    decided,
    published_round,
    round_with_decisions,
    submitted_application,
)
from tests.factories.appeals import dismiss, heard_appeal, uphold
from tests.factories.frameworks import supplier
from tests.factories.people import NOON
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def bupa():
    return supplier("BUPA", "bupa")


@pytest.fixture
def tribal():
    return supplier("Tribal", "tribal")


def names(publication):
    return sorted(entry["short_name"] for entry in publication.entries)


def test_the_lists_are_published_at_the_instant_the_window_ends_and_not_a_microsecond_before(bupa, curator, told):
    round_ = round_with_decisions([bupa])
    with pytest.raises(Refused, match="midnight at the end of Thursday 9 April 2026"):
        publish_lists(round_.pk, by=curator, at=APPEALS_END_AT - A_MOMENT)
    assert not ListPublication.objects.exists()
    published = publish_lists(round_.pk, by=curator, at=APPEALS_END_AT)
    assert (published.status, published.published_at) == (AdmissionRound.Status.PUBLISHED, APPEALS_END_AT)
    assert list(Listing.objects.standing(APPEALS_END_AT)) == list(Listing.objects.all())
    assert not Listing.objects.standing(APPEALS_END_AT - A_MOMENT).exists()
    assert told("lists_published") == ["bids@bupa.example"]


def test_an_open_appeal_blocks_publication_until_it_is_decided(bupa, tribal, curator, officer):
    round_ = round_with_decisions([bupa], [tribal])
    appeal = heard_appeal(tribal)
    with pytest.raises(Refused, match="1 appeal is open"):
        publish_lists(round_.pk, by=curator, at=PUBLISHED_AT)
    dismiss(appeal, at=PUBLISHED_AT)
    publish_lists(round_.pk, by=curator, at=PUBLISHED_AT)
    assert names(ListPublication.objects.get()) == ["bupa"]


def test_an_upheld_appellant_appears_in_the_version(bupa, tribal, curator, officer):
    round_ = round_with_decisions([bupa], [tribal])
    list_appellant(uphold(heard_appeal(tribal), at=PUBLISHED_AT).pk, by=curator, at=PUBLISHED_AT)
    publish_lists(round_.pk, by=curator, at=PUBLISHED_AT)
    assert names(ListPublication.objects.get()) == ["bupa", "tribal"]


def test_a_withdrawn_appeal_blocks_nothing(bupa, tribal, curator):
    round_ = round_with_decisions([bupa], [tribal])
    withdraw_appeal(heard_appeal(tribal).pk, by=bids(tribal), at=LODGED_AT)
    publish_lists(round_.pk, by=curator, at=PUBLISHED_AT)
    assert names(ListPublication.objects.get()) == ["bupa"]


def test_a_version_says_who_stands_where_since_when_and_its_hash_is_on_the_trail(bupa, last_entry):
    round_ = published_round(bupa)
    publication = ListPublication.objects.get()
    (entry,) = publication.entries
    listing = Listing.objects.get()
    assert entry == {
        "listing": str(listing.pk),
        "list": "micro",
        "area": "performance",
        "supplier": str(bupa.pk),
        "short_name": "bupa",
        "name": "BUPA",
        "listed_at": "2026-03-30T11:00:00.000000Z",
        "suspended_until": None,
        "awaits_agreement": False,
        "is_illustrative": False,
        "took_over_from": None,
        "services": [{"code": "performance-review", "name": "Performance management, settlement and review: review"}],
    }
    assert publication.entries_hash == digest(publication.entries) == last_entry(round_).facts["entries_hash"]


def test_suspending_ending_and_lifting_each_make_a_new_version_and_leave_the_old_ones(bupa, curator):
    published_round(bupa)
    listing = Listing.objects.get()
    week = timedelta(days=7)
    suspend_listing(listing.pk, ends_at=PUBLISHED_AT + week, reason="Looked into.", by=curator, at=PUBLISHED_AT + A_MOMENT)
    reinstate_listing(listing.pk, reason="Cleared.", by=curator, at=PUBLISHED_AT + 2 * A_MOMENT)
    end_listing(listing.pk, reason="It left the market.", by=curator, at=PUBLISHED_AT + 3 * A_MOMENT)
    marks = [[entry["suspended_until"] for entry in version.entries] for version in ListPublication.objects.order_by("version")]
    assert marks == [[None], ["2026-04-20T11:00:00.000000Z"], [None], []]
    assert [version.version for version in ListPublication.objects.order_by("version")] == [1, 2, 3, 4]


def test_a_later_round_adds_to_the_lists_and_leaves_those_who_stand_on_them(bupa, tribal, curator):
    published_round(bupa)
    later = open_round(admissions.framework().pk, title="Second", closes_at=CLOSES_AT, notice="Apply.", by=curator, at=NOON)
    announce_round(later.pk, by=curator, at=NOON)
    decided(submitted_application(later, tribal).places.get(), Place.Outcome.ACCEPTED)
    send_decisions(later.pk, by=curator, at=DECIDED_AT)
    publish_lists(later.pk, by=curator, at=PUBLISHED_AT + A_MOMENT)
    assert [names(version) for version in ListPublication.objects.order_by("version")] == [["bupa"], ["bupa", "tribal"]]


def test_the_last_version_and_the_standing_listings_say_the_same_at_every_moment(bupa, tribal, curator):
    published_round(bupa, tribal)
    listing = Listing.objects.get(supplier=bupa)
    ends_at = PUBLISHED_AT + timedelta(days=7)
    suspend_listing(listing.pk, ends_at=ends_at, reason="Looked into.", by=curator, at=PUBLISHED_AT + A_MOMENT)
    for at in (PUBLISHED_AT, PUBLISHED_AT + A_MOMENT, ends_at - A_MOMENT, ends_at):
        version = ListPublication.objects.as_at(at).first()
        by_version = {entry["listing"] for entry in version.entries if not publishing.is_suspended(entry, at)}
        assert by_version == {str(each.pk) for each in Listing.objects.standing(at)}, at


def test_a_version_is_found_by_the_moment_at_which_it_was_the_latest(bupa, curator):
    published_round(bupa)
    end_listing(Listing.objects.get().pk, reason="It left.", by=curator, at=PUBLISHED_AT + timedelta(days=1))
    versions = ListPublication.objects
    assert versions.as_at(PUBLISHED_AT - A_MOMENT).first() is None
    assert versions.as_at(PUBLISHED_AT).first().version == 1
    assert versions.as_at(PUBLISHED_AT + timedelta(days=1) - A_MOMENT).first().version == 1
    assert versions.as_at(PUBLISHED_AT + timedelta(days=1)).first().version == 2


@pytest.mark.parametrize("statement", ["UPDATE {} SET entries = '[]'", "UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_remove_a_published_version(bupa, statement):
    published_round(bupa)
    with pytest.raises(DatabaseError, match="A published version of the lists does not change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(ListPublication._meta.db_table))
    assert names(ListPublication.objects.get()) == ["bupa"]


@pytest.mark.postgres
def test_the_database_refuses_to_empty_the_published_versions_at_one_stroke(bupa):
    published_round(bupa)
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {ListPublication._meta.db_table} CASCADE")
