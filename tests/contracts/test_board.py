"""A board secretary reads what the board answers for: how functions are arranged, tenders and awards, contracts, dates; and changes nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from commissioning import clock
from commissioning.models import Role
from contracts import providers
from tests.factories.evaluations import tender_in_standstill
from tests.factories.people import NOON, commissioner, person
from tests.factories.tenders import hillingdon

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary():
    return person(hillingdon(), Role.BOARD_SECRETARY, "board@hillingdon.example")


def browse(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_desk_says_how_the_trusts_functions_are_arranged(secretary):
    (item,) = providers.board_desk(secretary, NOON)
    assert item.title == "For the board: the functions of Hillingdon PCT"
    assert item.what == "No contract is in force: the trust carries out all of its functions itself."
    assert browse(secretary).get(item.href).status_code == 200
    assert item.title in browse(secretary).get(reverse("desk")).content.decode()


def test_an_intended_award_is_on_the_boards_desk_until_the_standstill_ends(secretary, monkeypatch):
    tender = tender_in_standstill()
    assert tender.award_announced_at
    item = next(item for item in providers.board_desk(secretary, tender.award_announced_at) if str(tender) in item.title)
    assert item.due_at == tender.standstill_ends_at
    assert browse(secretary).get(item.href).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: tender.award_announced_at)
    shown = browse(secretary).get(reverse("desk")).content.decode()
    assert "(by <time" in shown
    assert "(by at " not in shown


def test_another_trusts_secretary_hears_of_neither(secretary):
    tender_in_standstill()
    other = person(commissioner("Northamptonshire PCT"), Role.BOARD_SECRETARY, "board@northamptonshire.example")
    assert [item.title for item in providers.board_desk(other, NOON)] == ["For the board: the functions of Northamptonshire PCT"]


def test_nobody_else_has_the_boards_items():
    lead = person(commissioner("Northamptonshire PCT"), Role.PROCUREMENT_LEAD, "lead@northamptonshire.example")
    assert list(providers.board_desk(lead, NOON)) == []


def test_a_secretary_reaches_everything_and_is_offered_no_act(secretary):
    tender = tender_in_standstill()
    client = browse(secretary)
    for place in (reverse("contract:index"), reverse("tender:yours"), reverse("calendar"), reverse("desk"), tender.get_absolute_url()):
        assert client.get(place).status_code == 200, place
    assert str(tender) in client.get(reverse("tender:yours")).content.decode()
    assert client.get(reverse("own_arrangements")).url == reverse("contract:arrangements", args=[tender.buyer_id])
    # That somebody left a panel has no door of its own: it follows from the end of a role.
    offered = tender.MOVES.keys() - {"note_departure"}
    assert [verb for verb in offered if secretary.has_perm(f"procurement.{verb}", tender)] == []


def test_whoever_acts_for_no_trust_is_led_to_the_register(secretary):
    stranger = person(commissioner("Elsewhere"), Role.OPENER, "x@elsewhere.example")
    stranger.memberships.update(ended_at=NOON)
    assert browse(stranger).get(reverse("own_arrangements")).url == reverse("contract:index")
    assert Client().get(reverse("own_arrangements")).url.startswith(reverse("account_login"))


def test_the_boards_desk_costs_the_same_for_one_trust_and_for_many(secretary, django_assert_num_queries):
    for number in range(5):
        person(commissioner(f"Trust {number}"), Role.BOARD_SECRETARY, secretary.email)
    many = type(secretary).objects.get(pk=secretary.pk)
    assert many.roles
    with django_assert_num_queries(3):
        assert len(list(providers.board_desk(many, NOON))) == 6
