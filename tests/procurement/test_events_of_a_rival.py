"""A supplier that polls the feed of events learns nothing of what its rivals do, nor of how much."""

from uuid import UUID

import pytest
from rest_framework.test import APIClient

from procurement.actions import bids, invitations
from procurement.models import Invitation
from tests.factories.bids import bid_manager, drafted_bid, submitted_bid
from tests.factories.people import NOON
from tests.factories.tenders import issued_tender

pytestmark = pytest.mark.django_db


def feed_of(user, place="/api/v1/events/"):
    api = APIClient()
    api.force_authenticate(user)
    return api.get(place)


def numbers_in(value):
    """Every number that an answer holds, wherever it stands."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for each in value for number in numbers_in(each)]
    return [value] if isinstance(value, int) else []


def rivals_do(tender, times):
    """So many drafts, submissions and withdrawals, on dockets that are sealed from everybody else."""
    bupa, drfoster, _ = tender.invitations.order_by("supplier__short_name")
    first, second = tender.lots.order_by("number")
    drafted_bid(bupa, first, at=NOON)
    for _ in range(times):
        submitted_bid(drfoster, second, at=NOON)
        bids.withdraw_bid(drfoster.bids.get().pk, by=bid_manager(drfoster), at=NOON)


def test_two_readings_by_a_rival_are_the_same_whatever_is_done_under_seal_between_them():
    tender = issued_tender(suppliers=3)
    tribal = tender.invitations.get(supplier__short_name="tribal")
    rival = bid_manager(tribal)
    invitations.say_intention(tribal.pk, intention=Invitation.Intention.BIDS, reason="", by=rival, at=NOON)
    before = feed_of(rival)
    waiting = before.json()["next"]
    nothing_new = feed_of(rival, waiting)
    assert before.json()["results"]
    rivals_do(tender, 3)
    assert feed_of(rival).content == before.content
    assert feed_of(rival, waiting).content == nothing_new.content


def test_the_next_event_of_a_rival_does_not_tell_how_much_was_done_under_seal():
    tender = issued_tender(suppliers=3)
    tribal = tender.invitations.get(supplier__short_name="tribal")
    rival = bid_manager(tribal)
    told = feed_of(rival).json()
    rivals_do(tender, 5)
    invitations.say_intention(tribal.pk, intention=Invitation.Intention.BIDS, reason="", by=rival, at=NOON)
    (event,) = feed_of(rival, told["next"]).json()["results"]
    own = [one["number"] for one in told["results"] if one["docket"]["id"] == event["docket"]["id"]]
    assert UUID(event["id"]).version == 4, "an id that was drawn by lot"
    assert event["number"] == max(own, default=0) + 1
    assert set(numbers_in(event)) == {event["number"]}
