"""Every page of the ground opens for those it is for, and is not there for others."""

import pytest
from django.urls import reverse

from commissioning.models import Organisation, Role
from tests.factories import people as cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def hillingdon():
    return cast.commissioner()


@pytest.fixture
def lead(hillingdon):
    return cast.person(hillingdon, Role.PROCUREMENT_LEAD)


PUBLIC = ["home", "search", "organisation:directory", "accessibility", "privacy", "safety", "public_key", "api_docs", "api-schema"]
OWN = ["desk", "letters", "calendar", "account"]


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_need_no_sign_in(client, name):
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", OWN)
def test_pages_of_ones_own_ask_for_a_sign_in(client, lead, name):
    assert client.get(reverse(name)).url == f"{reverse('account_login')}?next={reverse(name)}"
    client.force_login(lead)
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_an_organisations_people_are_for_its_own_and_for_curators(client, curator, lead, hillingdon):
    page = reverse("organisation:people", args=[hillingdon.pk])
    rival = cast.person(cast.organisation(Organisation.Kind.SUPPLIER, "Tribal"), Role.BID_MANAGER)
    seen = {}
    for person in (curator, lead, rival):
        client.force_login(person)
        seen[person.pk] = client.get(page).status_code
    assert seen == {curator.pk: 200, lead.pk: 200, rival.pk: 404}


UNCOUNTABLE = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-05:00"]


@pytest.mark.parametrize("moment", UNCOUNTABLE)
def test_a_place_in_a_list_outside_our_years_is_none(client, lead, moment):
    client.force_login(lead)
    assert client.get(reverse("letters"), {"after": f"{moment}_{lead.pk}"}).status_code == 200


@pytest.mark.parametrize("moment", UNCOUNTABLE)
@pytest.mark.parametrize(("events", "asked"), [("api-event-list", "since"), ("api-publication-list", "published_by")])
def test_a_filter_by_a_moment_outside_our_years_is_refused(client, lead, events, asked, moment):
    client.force_login(lead)
    answer = client.get(reverse(events), {asked: moment})
    assert answer.status_code == 400
    assert "outside the years" in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("role", "says", "leads_to"),
    [
        (Role.CENTRAL_SUPPORT_ADVISER, "you help commissioners with their call-offs", ["published_lists", "supplier:index", "contract:index"]),
        (Role.ESCROW_HOLDER, "one share of the key that opens sealed bids", ["safety", "tender:index", "check_receipt"]),
    ],
)
def test_a_desk_that_is_mostly_empty_says_what_will_stand_there_and_where_to_look(client, doh, role, says, leads_to):
    client.force_login(cast.person(doh, role))
    page = client.get(reverse("desk")).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert says in main
    for name in leads_to:
        assert f'href="{reverse(name)}"' in main
        assert client.get(reverse(name)).status_code == 200


def test_the_check_of_a_receipt_is_at_the_foot_of_every_page_and_on_the_first(client, lead):
    link = f'href="{reverse("check_receipt")}"'
    for name in ("home", "accessibility"):
        assert link in client.get(reverse(name)).content.decode()
    client.force_login(lead)
    page = client.get(reverse("desk")).content.decode()
    assert link in page[page.index("<footer") :]
