"""Whom a buyer may ask to tender: the published list, or before it those that an early release names."""

from datetime import date, timedelta

import pytest

from commissioning import clock
from commissioning.models import Role
from suppliers.actions.listings import suppliers_to_ask
from suppliers.models import EarlyRelease
from tests.factories.frameworks import listed, live_framework, supplier
from tests.factories.people import NOON, commissioner, person

pytestmark = pytest.mark.django_db
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def framework():
    return live_framework()


@pytest.fixture
def where(framework):
    return framework.lists.get(code="micro"), framework.areas.get(code="performance")


def released(framework, where, buyer, *firms):
    release = EarlyRelease.objects.create(
        framework=framework,
        buyer=buyer,
        framework_list=where[0],
        area=where[1],
        reason="The list is a week away.",
        granted_at=NOON,
        granted_by=person(framework.authority, Role.CURATOR),
        expires_at=NOON + timedelta(days=7),
    )
    release.suppliers.set(firms)
    return release


def names(buyer, where, at=NOON):
    return sorted(firm.short_name for firm in suppliers_to_ask(buyer, where[0], where[1], at))


def test_every_supplier_on_the_published_list_for_the_area_is_asked_and_nobody_else(framework, where):
    listed(supplier("BUPA", "bupa"), *where)
    listed(supplier("Tribal", "tribal"), *where)
    listed(supplier("Humana", "humana"), framework.lists.get(code="macro"), where[1])
    listed(supplier("KPMG", "kpmg"), where[0], framework.areas.get(code="engagement"))
    assert names(commissioner(), where) == ["bupa", "tribal"]


def test_an_unpublished_place_is_asked_only_for_the_buyer_that_the_release_names(framework, where):
    hillingdon, northamptonshire = commissioner(), commissioner("Northamptonshire PCT")
    bupa = supplier("BUPA", "bupa")
    listed(bupa, *where, published=False)
    listed(supplier("Tribal", "tribal"), *where, published=False)
    released(framework, where, hillingdon, bupa)
    assert names(hillingdon, where) == ["bupa"]
    assert names(northamptonshire, where) == []


def test_a_release_ends_at_its_instant_and_holds_until_the_microsecond_before(framework, where):
    hillingdon, bupa = commissioner(), supplier()
    listed(bupa, *where, published=False)
    release = released(framework, where, hillingdon, bupa)
    assert names(hillingdon, where, release.expires_at - A_MOMENT) == ["bupa"]
    assert names(hillingdon, where, release.expires_at) == []
    assert names(hillingdon, where, release.granted_at - A_MOMENT) == []


def test_a_release_lets_in_nobody_whose_place_was_not_accepted(framework, where):
    hillingdon, bupa = commissioner(), supplier()
    released(framework, where, hillingdon, bupa)
    assert names(hillingdon, where) == []


def test_a_supplier_is_not_asked_while_its_listing_is_suspended(framework, where):
    buyer, listing = commissioner(), listed(supplier(), *where)
    listing.suspensions.create(began_at=NOON, ends_at=NOON + timedelta(days=1), reason="It is being looked into.", created_at=NOON)
    assert names(buyer, where, NOON) == []
    assert names(buyer, where, NOON + timedelta(days=1) - A_MOMENT) == []
    assert names(buyer, where, NOON + timedelta(days=1)) == ["bupa"]


def test_a_supplier_is_not_asked_once_its_listing_has_ended(framework, where):
    buyer, listing = commissioner(), listed(supplier(), *where)
    listing.ended_at, listing.end_cause = NOON + timedelta(days=1), "left"
    listing.save()
    assert names(buyer, where, listing.ended_at - A_MOMENT) == ["bupa"]
    assert names(buyer, where, listing.ended_at) == []


def test_nobody_is_asked_after_the_last_day_of_the_framework(framework, where):
    buyer = commissioner()
    listed(supplier(), *where)
    assert framework.ends_on == date(2028, 12, 31)
    after = clock.london(2029, 1, 1)
    assert names(buyer, where, after - A_MOMENT) == ["bupa"]
    assert names(buyer, where, after) == []
