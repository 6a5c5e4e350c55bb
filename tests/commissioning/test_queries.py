"""No page of the ground costs more queries for a thousand rows than for ten."""

import pytest
from django.db.models import Model
from django.urls import reverse
from rest_framework.test import APIClient

from commissioning.models import Docket, Identifier, Letter, Membership, Organisation, PersonalInvitation, Role, User
from tests.factories import people as cast

pytestmark = pytest.mark.django_db


def fill(doh, curator, count):
    """So many more of each kind of record, straight into the tables."""
    start = Organisation.objects.count()
    now = {"created_at": cast.NOON}
    for number in range(start, start + count):
        mine, theirs = (Docket(kind="commissioning.organisation", title=f"Trust {number}") for _ in range(2))
        Docket.objects.bulk_create([mine, theirs])
        trust = Organisation(kind="commissioner", name=f"Trust {number:05}", docket=mine, **now)
        person = User(email=f"person{number}@doh.example", name=f"Person {number}", docket=theirs, **now)
        waiting = {"email": person.email, "name": person.name, "role": Role.CURATOR, "expires_at": cast.NOON.replace(year=2090)}
        rows: list[Model] = [
            trust,
            person,
            Identifier(organisation=trust, scheme="OTHER", value=trust.name),
            Membership(user=person, organisation=doh, role=Role.ESCROW_HOLDER, **now),
            PersonalInvitation(organisation=doh, user=person, **waiting, **now),
            Letter(recipient=curator, subject_type="x", subject_id=person.pk, template="x", title="Letter", body="x", **now),
        ]
        for row in rows:
            type(row)._default_manager.bulk_create([row])


PAGES = ["desk", "letters", "calendar", "organisation:directory", "account", "search"]
ADMIN = ["organisation", "user", "personalinvitation", "trailentry", "letter"]
API = ["organisations", "memberships", "personal-invitations", "letters", "events", "me"]


def costs(client, api, doh, assert_max):
    places = [reverse(name) + ("?q=trust" if name == "search" else "") for name in PAGES]
    places += [
        reverse("organisation:people", args=[doh.pk]),
        reverse("organisation:workspace", args=[doh.pk]),
        reverse("trail", args=[doh.docket_id]),
    ]
    places += [reverse(f"admin:commissioning_{name}_changelist") for name in ADMIN]
    asked = [(client, place) for place in places] + [(api, f"/api/v1/{noun}/") for noun in API]
    cost = {}
    for who, place in asked:
        with assert_max(45) as queries:
            assert who.get(place).status_code == 200, place
        cost[place] = len(queries)
    return cost


def test_no_page_costs_more_queries_for_a_thousand_rows_than_for_ten(client, doh, curator, django_assert_max_num_queries):
    client.force_login(curator)
    api = APIClient()
    api.force_authenticate(curator)
    fill(doh, curator, 10)
    few = costs(client, api, doh, django_assert_max_num_queries)
    fill(doh, curator, 990)
    many = costs(client, api, doh, django_assert_max_num_queries)
    assert {place: cost for place, cost in many.items() if cost > few[place]} == {}


def test_the_directory_is_read_page_by_page_from_a_to_z(client, doh, curator):
    fill(doh, curator, 60)
    names, place = [], reverse("organisation:directory")
    while place:
        page = client.get(place)
        names += [record.name for record in page.context_data["records"]]
        place = page.context_data["page"]["next_href"]
    assert names == sorted(Organisation.objects.values_list("name", flat=True))
    assert len(names) == 61


@pytest.mark.parametrize("after", ["nonsense", "_", "Trust_x", "\x00_00000000-0000-4000-8000-000000000000", "x" * 5000])
def test_a_place_in_the_directory_that_is_nowhere_is_the_beginning(client, doh, after):
    assert client.get(reverse("organisation:directory"), {"after": after}).status_code == 200
