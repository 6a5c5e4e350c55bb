"""The embedded demo has a clock that its players move and hats that they change; no other home has either."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import NoReverseMatch, reverse

from commissioning import clock, registry
from commissioning.actions.demo import move_demo_clock
from commissioning.models import DemoClock, Organisation, Role, TrailEntry
from commissioning.refusals import Refused
from tests.factories import people as cast

ROOT = Path(__file__).resolve().parents[2]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def demo(settings, db):
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.commissioning.demo_urls"


@pytest.fixture
def lead(db):
    return cast.person(cast.commissioner(), Role.PROCUREMENT_LEAD)


def test_the_clock_goes_to_a_later_moment_and_runs_on_from_there(demo, lead):
    to = clock.now() + timedelta(days=3)
    move_demo_clock(to=to, by=lead)
    assert to <= clock.now() < to + MINUTE
    further = to + timedelta(days=400)
    move_demo_clock(to=further, by=lead)
    assert further <= clock.now() < further + MINUTE
    assert DemoClock.objects.count() == 1


def test_the_clock_never_goes_back_nor_past_its_end(demo, lead):
    move_demo_clock(to=clock.now() + timedelta(days=3), by=lead)
    with pytest.raises(Refused, match="only goes forward"):
        move_demo_clock(to=clock.now() - MINUTE, by=lead)
    with pytest.raises(Refused, match="ends with the year 2099"):
        move_demo_clock(to=clock.london(2100, 1, 1, 1), by=lead)


def test_every_jump_is_on_the_clocks_trail(demo, lead):
    to = clock.now() + timedelta(days=3)
    move_demo_clock(to=to, by=lead)
    move_demo_clock(to=to + MINUTE * 5, by=lead)
    first, second = TrailEntry.objects.filter(docket=DemoClock.objects.get().docket).order_by("number")
    assert (first.verb, first.actor, first.facts["after"]) == ("move_demo_clock", lead, to.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    assert second.number == 2


def test_what_falls_due_on_the_way_is_announced_at_once(demo, lead, monkeypatch):
    to = clock.now() + timedelta(days=3)
    seen = []

    def provide(at):
        seen.append(at)
        return []

    monkeypatch.setattr(registry, "due", [provide])
    move_demo_clock(to=to, by=lead)
    assert len(seen) == 1
    assert seen[0] >= to


def test_outside_the_demo_nobody_moves_the_clock_and_a_moved_one_counts_for_nothing(settings, demo, lead):
    move_demo_clock(to=clock.now() + timedelta(days=3), by=lead)
    in_the_demo = clock.now()
    settings.DEMO = False
    with pytest.raises(PermissionDenied):
        move_demo_clock(to=clock.now() + timedelta(days=9), by=lead)
    assert in_the_demo - clock.now() > timedelta(days=2)


def test_a_player_goes_to_their_next_deadline_from_the_page(demo, client, lead, monkeypatch):
    closes = clock.now() + timedelta(days=2, microseconds=7)
    monkeypatch.setattr(registry, "deadlines", [lambda user, at: [registry.Deadline(closes, "The tender closes", "/", "tender-closes")]])
    client.force_login(lead)
    page = client.get(reverse("demo_clock")).content.decode()
    assert "Go to The tender closes" in page
    answer = client.post(reverse("demo_clock"), {"deadline": closes.isoformat()}, follow=True).content.decode()
    assert "It is now" in answer
    assert "1 day 23 hours ahead" in answer
    assert clock.now() >= closes


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"to_day": "1", "to_month": "3", "to_year": "2007", "to_time": "12:00"}, 409),
        ({"to_day": "30", "to_month": "2", "to_year": "2090", "to_time": "12:00"}, 400),
        ({"deadline": "nonsense"}, 400),
        ({"deadline": "2090-99-99T00:00:00Z"}, 400),
        ({}, 400),
    ],
)
def test_a_moment_that_cannot_be_is_refused_with_what_was_typed(demo, client, lead, typed, status):
    client.force_login(lead)
    answer = client.post(reverse("demo_clock"), typed)
    assert answer.status_code == status
    assert typed.get("to_year", "") in answer.content.decode()
    assert not DemoClock.objects.exists()


def test_a_player_changes_hats_in_a_new_session(demo, client, lead):
    bupa = cast.person(cast.organisation(Organisation.Kind.SUPPLIER, "BUPA"), Role.BID_MANAGER)
    client.force_login(lead)
    before = client.session.session_key
    page = client.get(reverse("demo_hats")).content.decode()
    assert page.index("Hillingdon PCT</h2>") < page.index("BUPA</h2>")
    client.post(reverse("demo_hats"), {"person": str(bupa.pk)})
    assert client.session.session_key != before
    assert client.get("/desk/").context_data["view"].request.user == bupa


@pytest.mark.parametrize("whom", ["", "nonsense", "00000000-0000-4000-8000-000000000000"])
def test_nobody_becomes_somebody_who_is_not_there(demo, client, lead, whom):
    client.force_login(lead)
    client.post(reverse("demo_hats"), {"person": whom})
    assert client.get("/desk/").context_data["view"].request.user == lead


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ["demo_clock", "demo_hats"])
def test_a_stranger_plays_no_part(demo, client, name, method):
    assert getattr(client, method)(reverse(name)).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["demo_clock", "demo_hats"])
def test_outside_the_demo_there_is_no_such_route(client, lead, name):
    with pytest.raises(NoReverseMatch):
        reverse(name)
    client.force_login(lead)
    for method in (client.get, client.post):
        assert method(f"/demo/{name.removeprefix('demo_')}/").status_code == 404


def test_in_production_no_variable_turns_the_demo_on():
    asks = (
        "import django; django.setup()\n"
        "from django.conf import settings; from django.urls import Resolver404, resolve\n"
        "assert settings.PRODUCTION and not settings.DEMO\n"
        "for place in ('/demo/clock/', '/demo/hats/'):\n"
        "    try: resolve(place)\n"
        "    except Resolver404: continue\n"
        "    raise SystemExit(place)\n"
        "resolve('/desk/'); print('no such route')"
    )
    production = {
        "DJANGO_SETTINGS_MODULE": "commissioning.settings",
        "RUN_MODE": "production",
        "DEMO": "1",
        "SECRET_KEY": "x" * 60,
        "SIGNING_KEY": "y" * 60,
        "ALLOWED_HOSTS": "procurement.example",
        "DATABASE_URL": "postgres://nobody@127.0.0.1/nothing",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "TRUSTED_PROXIES": "1",
        "PATH": os.environ["PATH"],
    }
    ran = subprocess.run([sys.executable, "-c", asks], cwd=ROOT, env=production, capture_output=True, text=True, timeout=120, check=False)
    assert (ran.stdout, ran.returncode) == ("no such route\n", 0), ran.stderr
