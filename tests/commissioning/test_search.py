"""Search finds what the viewer may see, and nothing else."""

import pytest
from django.urls import reverse

from commissioning import registry
from commissioning.actions.organisations import register_organisation
from commissioning.actions.people import end_membership
from commissioning.models import ClockJob, Identifier, Organisation, Role
from tests.factories import people as cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hillingdon():
    given = [{"scheme": Identifier.Scheme.ODS, "value": "5AT"}]
    return register_organisation(kind=Organisation.Kind.COMMISSIONER, name="Hillingdon PCT", identifiers=given, by=ClockJob("test"))


def found(client, text):
    return {answer.title for answers in client.get(reverse("search"), {"q": text}).context_data["found"].values() for answer in answers}


@pytest.mark.parametrize("text", ["hilling", "HILLINGDON  pct", "5at"])
def test_an_organisation_is_found_by_part_of_its_name_or_by_its_identifier(client, text):
    assert found(client, text) == {"Hillingdon PCT"}


@pytest.mark.parametrize("text", ["", "h", "  ", "5A", "%", "_", "'", '"><script>alert(1)</script>', "\x00\x00", "h" * 5000])
def test_what_finds_nothing_is_answered_with_a_sentence(client, text):
    answer = client.get(reverse("search"), {"q": text})
    assert answer.status_code == 200
    assert answer.context_data["found"] == {}
    assert "<script>alert" not in answer.content.decode()


def test_ones_own_letters_are_found_and_anothers_are_not(client, hillingdon):
    opener, evaluator = (cast.person(hillingdon, role) for role in (Role.OPENER, Role.EVALUATOR))
    end_membership(opener.memberships.get().pk, by=opener)
    title = "You no longer act for Hillingdon PCT as its opener"
    for person, sees in ((opener, {title}), (evaluator, set())):
        client.force_login(person)
        assert found(client, "no longer") == sees


def test_no_floor_fills_the_page(client, monkeypatch):
    endless = (registry.Found(f"Answer {number}", "/", "Answers") for number in iter(int, 1))
    monkeypatch.setattr(registry, "searches", [lambda user, text: endless])
    assert len(client.get(reverse("search"), {"q": "answer"}).context_data["found"]["Answers"]) == 20
