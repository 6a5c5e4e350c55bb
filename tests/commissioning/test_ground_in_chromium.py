"""Every page of the ground in a real browser, at three widths: nothing that axe objects to, nothing that runs out of the window."""

from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from commissioning import calendars, clock, registry
from commissioning.actions.organisations import describe_organisation, register_organisation
from commissioning.actions.people import end_membership, invite_person
from commissioning.invitations import link_of
from commissioning.models import ClockJob, Letter, Organisation, Role
from tests.chromium import take_picture
from tests.factories import people as cast
from tests.look.conftest import chromium, page  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.first_home, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("world")]
PICTURES = Path(__file__).resolve().parents[2] / "artefacts" / "ground"
WIDTHS = [320, 768, 1280]
JOB = ClockJob("test")


@pytest.fixture
def world(settings, monkeypatch):
    """The demo's routes, a deadline, and something to do on a desk."""
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.commissioning.demo_urls"
    soon = clock.now() + timedelta(days=2)
    ahead = [registry.Deadline(soon + timedelta(days=day), f"The tender for service {day} closes", "/", f"closes-{day}") for day in range(0, 60, 20)]
    monkeypatch.setattr(registry, "deadlines", [lambda user, at: ahead])
    monkeypatch.setattr(registry, "desk", [lambda user, at: [registry.DeskItem("Score the bids", "/", "Two are not scored yet.", soon)]])


@pytest.fixture
def hillingdon():
    given = [{"scheme": "GB-NHS", "value": "5AT"}]
    made = register_organisation(kind="commissioner", name="Hillingdon PCT", address="Kirk House\nYiewsley", identifiers=given, by=JOB)
    for number in range(60):
        describe_organisation(made.pk, name="Hillingdon PCT", address=f"{number} High Street", by=JOB)
    return made


@pytest.fixture
def lead(hillingdon):
    lead = cast.person(hillingdon, Role.PROCUREMENT_LEAD, "lead@hillingdon.example")
    gone = cast.person(hillingdon, Role.OPENER)
    second = cast.person(hillingdon, Role.EVALUATOR, "lead@hillingdon.example").memberships.get(role=Role.EVALUATOR)
    end_membership(second.pk, reason="The panel is complete", by=lead)
    assert gone
    return lead


@pytest.fixture
def invitation(hillingdon, lead):
    return invite_person(hillingdon.pk, email="approver@hillingdon.example", name="Approver, Hillingdon", role=Role.APPROVER, by=lead)


def sign_in(client, page, live_server, user):  # noqa: F811
    client.force_login(user)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


def look_at(page, name):  # noqa: F811
    width = page.viewport_size["width"]
    take_picture(page, PICTURES / f"{name}-{width}.png")
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than the window"


@pytest.mark.parametrize("width", WIDTHS)
def test_what_everybody_reads(live_server, page, width, hillingdon, invitation):  # noqa: F811
    page.set_viewport_size({"width": width, "height": 900})
    places = {name: reverse(name) for name in ("home", "accessibility", "privacy", "safety", "organisation:directory", "account_login")}
    places |= {"search-found": f"{reverse('search')}?q=hillingdon", "search-nothing": f"{reverse('search')}?q=nothing", "search": reverse("search")}
    places |= {
        "organisation": hillingdon.get_absolute_url(),
        "accept": link_of(invitation).removeprefix("http://127.0.0.1:8000"),
        "missing": "/nothing/",
    }
    for name, place in places.items():
        page.goto(f"{live_server.url}{place}")
        look_at(page, name.replace(":", "-"))


@pytest.mark.parametrize("width", WIDTHS)
def test_what_a_lead_reads(live_server, client, page, width, hillingdon, lead, invitation):  # noqa: F811
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(client, page, live_server, lead)
    letter = Letter.objects.filter(recipient=lead).latest("created_at")
    places = {name: reverse(name) for name in ("desk", "letters", "calendar", "account", "new_token", "demo_clock", "demo_hats")}
    places |= {"letter": letter.get_absolute_url(), "person": lead.get_absolute_url(), "own-organisation": hillingdon.get_absolute_url()}
    places |= {"people": reverse("organisation:people", args=[hillingdon.pk]), "trail": reverse("trail", args=[hillingdon.docket_id])}
    places |= {"invite": reverse("organisation:invite_person", args=[hillingdon.pk])}
    places |= {"end-membership": reverse("membership:end_membership", args=[lead.memberships.get(ended_at=None).pk])}
    for name, place in places.items():
        page.goto(f"{live_server.url}{place}")
        look_at(page, name)


@pytest.mark.parametrize("width", WIDTHS)
def test_what_a_curator_reads(live_server, client, page, width, curator, hillingdon):  # noqa: F811
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(client, page, live_server, curator)
    places = {
        "desk-of-a-curator": reverse("desk"),
        "register": reverse("organisation:register_organisation"),
        "directory": reverse("organisation:directory"),
    }
    places |= {name: reverse(f"organisation:{name}_organisation", args=[hillingdon.pk]) for name in ("describe", "succeed")}
    for name, place in places.items():
        page.goto(f"{live_server.url}{place}")
        look_at(page, name)


def test_a_mistake_is_named_at_the_top_and_at_its_field(live_server, client, page, curator):  # noqa: F811
    sign_in(client, page, live_server, curator)
    page.goto(f"{live_server.url}{reverse('organisation:register_organisation')}")
    page.get_by_label("Name", exact=True).fill("Ealing PCT")
    page.get_by_label("Commissioner").check()
    page.get_by_label("ODS code").fill("5")
    page.get_by_role("button", name="Register an organisation").click()
    assert "is not of the form of an ODS code" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Name", exact=True).input_value() == "Ealing PCT"
    look_at(page, "register-with-a-mistake")


def test_a_player_moves_the_clock_and_changes_hats(live_server, client, page, lead, curator):  # noqa: F811
    sign_in(client, page, live_server, lead)
    page.goto(f"{live_server.url}{reverse('demo_clock')}")
    page.get_by_role("button", name="Go to The tender for service 20 closes").click()
    assert "It is now" in page.get_by_role("alert").inner_text()
    look_at(page, "clock-moved")
    page.get_by_role("link", name="Change hats").click()
    page.get_by_role("button", name=curator.name).click()
    assert "You are now" in page.get_by_role("alert").inner_text()
    look_at(page, "hats-changed")


def test_a_new_person_comes_in_by_the_link(live_server, page, invitation):  # noqa: F811
    page.goto(f"{live_server.url}{link_of(invitation).removeprefix('http://127.0.0.1:8000')}")
    page.get_by_label("Choose a password").fill("short")
    page.get_by_role("button", name="Accept").click()
    look_at(page, "accept-with-a-mistake")
    page.get_by_label("Choose a password").fill("three calm otters")
    page.get_by_role("button", name="Accept").click()
    page.get_by_label("Email").fill("approver@hillingdon.example")
    page.get_by_label("Password").fill("three calm otters")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("heading", name="Your desk").is_visible()
    assert "Approver" in page.get_by_role("main").inner_text()


def test_the_feeds_address_works_as_it_is_shown(live_server, client, page, lead):  # noqa: F811
    sign_in(client, page, live_server, lead)
    page.goto(f"{live_server.url}{reverse('calendar')}")
    shown = page.locator("code").inner_text()
    assert shown == calendars.link_of(lead)
    assert client.get(shown.removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert Organisation.objects.exists()
