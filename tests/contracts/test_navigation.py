"""Everybody's menu fits into one line and holds what they work with; whatever else they may read is at the foot of the page."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from commissioning import registry
from commissioning.models import Organisation, Role
from commissioning.models.people import ROLES_OF
from tests.factories import people as cast
from tests.look.conftest import chromium, page  # noqa: F401

ROLES = [(kind, role) for kind, roles in ROLES_OF.items() for role in sorted(roles)]
HREF = re.compile(r'href="([^"]+)"')


def somebody(kind, role):
    return cast.person(cast.organisation(Organisation.Kind(kind), f"The {kind}"), role)


def menu_and_foot(user):
    client = Client()
    if user:
        client.force_login(user)
    shown = client.get(reverse("organisation:directory")).content.decode()
    menu = shown[shown.index('aria-label="Menu"') :]
    return HREF.findall(menu[: menu.index("</nav>")]), HREF.findall(shown[shown.index("<footer") :])


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "role"), [(None, None), *ROLES])
def test_a_menu_has_seven_places_at_most_and_none_is_lost(kind, role):
    user = somebody(kind, role) if kind else None
    menu, foot = menu_and_foot(user)
    assert 5 <= len(menu) <= 7
    public = {reverse(link.url_name) for link in registry.navigation if link.may is None}
    assert public <= {*menu, *foot}
    assert not {*menu} & {*foot}


@pytest.mark.django_db
def test_somebody_with_every_role_still_has_one_line():
    curator = somebody("authority", Role.CURATOR)
    for kind, role in (("commissioner", Role.PROCUREMENT_LEAD), ("supplier", Role.BID_MANAGER)):
        cast.person(cast.organisation(Organisation.Kind(kind), f"The {kind}"), role, curator.email)
    menu, foot = menu_and_foot(type(curator).objects.get(pk=curator.pk))
    assert len(menu) == 7
    assert reverse("admin:index") in foot


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "role", "places"),
    [
        ("authority", Role.CURATOR, ["framework:index", "admissionround:index", "appeal:index", "contract:index", "admin:index"]),
        ("commissioner", Role.PROCUREMENT_LEAD, ["tender:yours", "contract:index", "supplier:index"]),
        ("commissioner", Role.BOARD_SECRETARY, ["tender:yours", "contract:index", "own_arrangements", "calendar"]),
        ("commissioner", Role.CONTRACT_MANAGER, ["tender:yours", "contract:index", "own_arrangements"]),
        ("supplier", Role.BID_MANAGER, ["application:index", "invitation:index", "tender:index", "contract:index"]),
    ],
)
def test_a_menu_holds_what_its_owner_works_with(kind, role, places):
    menu, _ = menu_and_foot(somebody(kind, role))
    assert {reverse("desk"), *map(reverse, places)} <= {*menu}


@pytest.mark.first_home
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_every_menu_stands_on_one_line_of_a_wide_window(live_server, page):  # noqa: F811
    page.set_viewport_size({"width": 1280, "height": 900})
    for kind, role in ROLES:
        client = Client()
        client.force_login(somebody(kind, role))
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page.goto(f"{live_server.url}{reverse('organisation:directory')}")
        lines = {round(place.bounding_box()["y"]) for place in page.locator(".nhsuk-header__navigation-link").all()}
        assert len(lines) == 1, role
