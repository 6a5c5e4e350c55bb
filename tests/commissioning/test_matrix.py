"""Who gets what at every address of the ground; an address without a row fails."""

import pytest
from django.urls import URLPattern, URLResolver, reverse
from rest_framework.test import APIClient

from commissioning import calendars
from commissioning.actions.people import invite_person
from commissioning.api_urls import urlpatterns as api_routes
from commissioning.invitations import link_of
from commissioning.models import ClockJob, Letter, Organisation, Role
from commissioning.views.urls import urlpatterns as page_routes
from tests.factories import people as cast

pytestmark = pytest.mark.django_db
ACTORS = ("nobody", "rival", "opener", "lead", "curator")
ALL = (200, 200, 200, 200, 200)
OWN = (302, 200, 200, 200, 200)  # nobody is asked to sign in
POSTED = (405, 405, 405, 405, 405)
# What a GET of each page answers to each actor; the records are Hillingdon's.
PAGES = {
    "home": ALL,
    "desk": OWN,
    "letters": OWN,
    "letter": (302, 404, 404, 404, 404),  # somebody else's
    "search": ALL,
    "calendar": OWN,
    "calendar_feed": ALL,  # its address is the secret
    "organisation:directory": ALL,
    "organisation:register_organisation": (302, 403, 403, 403, 200),
    "organisation:workspace": ALL,
    "organisation:people": (302, 404, 200, 200, 200),
    "organisation:invite_person": (302, 403, 403, 200, 200),
    "organisation:describe_organisation": (302, 403, 403, 200, 200),
    "organisation:succeed_organisation": (302, 403, 403, 403, 200),
    "membership:end_membership": (302, 404, 403, 200, 200),
    "personalinvitation:withdraw_invitation": (302, 404, 403, 200, 200),
    "accept_invitation": ALL,  # its address is the secret
    "trail": (302, 404, 200, 200, 200),
    "trail_download": (302, 404, 200, 200, 200),
    "user:workspace": (404, 404, 200, 200, 200),
    "user:rename_person": (302, 404, 403, 200, 200),
    "user:deactivate_person": (302, 404, 403, 403, 200),
    "user:reactivate_person": (302, 404, 403, 403, 200),
    "account": OWN,
    "new_token": (302, 302, 302, 302, 302),  # the password once more
    "end_token": POSTED,
    "renew_calendar_link": POSTED,
    "accessibility": ALL,
    "privacy": ALL,
    "safety": ALL,
    "api_docs": ALL,
    "public_key": ALL,
    "healthz": ALL,
    "readyz": ALL,
}
# What a GET of each route of the API answers; and for acts what an empty POST does.
API = {
    "api-schema": ALL,
    "api-me": (401, 200, 200, 200, 200),
    "api-organisation-list": ALL,
    "api-organisation-detail": ALL,
    "api-membership-list": ALL,
    "api-membership-detail": (404, 404, 200, 200, 200),
    "api-personal-invitation-list": ALL,
    "api-personal-invitation-detail": (404, 404, 200, 200, 200),
    "api-letter-list": ALL,
    "api-letter-detail": (404, 404, 404, 404, 404),
    "api-event-list": (401, 200, 200, 200, 200),
    "POST api-organisation-list": (401, 400, 400, 400, 400),
    "POST api-organisation-describe-organisation": (401, 400, 400, 400, 400),
    "POST api-organisation-succeed-organisation": (401, 400, 400, 400, 400),
    "POST api-organisation-invite-person": (401, 400, 400, 400, 400),
    "POST api-membership-end-membership": (401, 404, 403, 409, 409),
    "POST api-personal-invitation-withdraw-invitation": (401, 404, 403, 200, 409),
    "POST api-letter-mark-read": (401, 404, 404, 404, 404),
}


def names(routes, prefix=""):
    for route in routes:
        if isinstance(route, URLResolver):
            yield from names(route.url_patterns, f"{prefix}{route.namespace}:" if route.namespace else prefix)
        elif isinstance(route, URLPattern):
            yield f"{prefix}{route.name}"


@pytest.fixture
def world():
    hillingdon = cast.commissioner()
    lead = cast.person(hillingdon, Role.PROCUREMENT_LEAD)
    invitation = invite_person(hillingdon.pk, email="new@hillingdon.example", name="New", role=Role.APPROVER, by=ClockJob("test"))
    return {
        "nobody": None,
        "rival": cast.person(cast.organisation(Organisation.Kind.SUPPLIER, "Tribal"), Role.BID_MANAGER),
        "opener": cast.person(hillingdon, Role.OPENER),
        "lead": lead,
        "curator": cast.person(cast.authority(), Role.CURATOR),
        "organisation": hillingdon.pk,
        "membership": lead.memberships.get().pk,
        "personalinvitation": invitation.pk,
        "user": lead.pk,
        "letter": Letter.objects.get().pk,
        "docket": hillingdon.docket_id,
        "accept_invitation": link_of(invitation).rstrip("/").rsplit("/", 1)[1],
        "calendar_feed": calendars.link_of(lead).rsplit("/", 1)[1].removesuffix(".ics"),
    }


def arguments(name, world):
    noun = {"trail": "docket", "trail_download": "docket"}.get(name, name.split(":")[0])
    needs_none = name in {"organisation:directory", "organisation:register_organisation"} or noun not in world
    return [] if needs_none else [world[noun]]


def test_every_page_has_a_row():
    assert set(names(page_routes)) == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_for_whom_it_is_for(client, world, name):
    place, answers = reverse(name, args=arguments(name, world)), []
    for actor in ACTORS:
        client.logout()
        if world[actor]:
            client.force_login(world[actor])
        answers.append(client.get(place).status_code)
    assert dict(zip(ACTORS, answers, strict=True)) == dict(zip(ACTORS, PAGES[name], strict=True))


def test_every_route_of_the_api_has_a_row():
    routes = {route.name for route in api_routes}
    assert {row.removeprefix("POST ") for row in API} == routes


def api_place(name, world):
    noun = name.removeprefix("api-")
    for record in ("organisation", "personal-invitation", "membership", "letter"):
        if noun.startswith(f"{record}-") and noun != f"{record}-list":
            return reverse(name, args=[world[record.replace("-", "")]])
    return reverse(name)


@pytest.mark.parametrize("row", API)
def test_the_api_answers_whom_it_is_for(world, row):
    method, name = row.split() if " " in row else ("GET", row)
    place, answers = api_place(name, world), []
    for actor in ACTORS:
        api = APIClient()
        if world[actor]:
            api.force_authenticate(world[actor])
        answers.append(api.get(place).status_code if method == "GET" else api.post(place, {}).status_code)
    assert dict(zip(ACTORS, answers, strict=True)) == dict(zip(ACTORS, API[row], strict=True))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_page_answers_a_method_it_does_not_know(client, world, name):
    client.force_login(world["curator"])
    place = reverse(name, args=arguments(name, world))
    for method in ("put", "patch", "delete"):
        # A token is made after the password once more, whatever is asked.
        known = {302} if name == "new_token" else {403, 404, 405}
        assert getattr(client, method)(place).status_code in known, method
