"""Every kind of answer carries the headers that keep a browser from being turned against whoever reads it."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from commissioning.models import Document
from procurement.models import Bid, Tender
from tests.factories import admissions, tenders
from tests.operations.conftest import manage
from tests.operations.test_production import COMPLETE, shown
from tests.trust.input.doors import PAGES, named, routes
from tests.trust.input.stage import MOMENTS, Scene

pytestmark = [pytest.mark.django_db, pytest.mark.first_home]
UNKNOWN = "00000000-0000-4000-8000-00000000dead"


def policy(response):
    """The content security policy, by directive."""
    parts = [part.split() for part in response["Content-Security-Policy"].split(";") if part.strip()]
    return {name: set(sources) for name, *sources in parts}


def guarded(response, *, is_private):
    """The headers that every answer has; one that is somebody's own is kept by no cache."""
    directives = policy(response)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    if "sandbox" not in directives:
        assert directives["default-src"] == directives["base-uri"] == directives["frame-ancestors"] == {"'none'"}
        assert directives["form-action"] == directives["script-src"] == {"'self'"}
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:"} & set().union(*directives.values())
    if is_private:
        assert "no-store" in response["Cache-Control"]
    return response


def without_arguments():
    """Pages whose address asks for nothing."""
    for name, route in routes():
        if not route.pattern.converters and "<" not in str(route.pattern) and "(" not in str(route.pattern) and not name.startswith("api-"):
            yield name


OPEN = sorted(set(without_arguments()))


@pytest.mark.parametrize("name", OPEN)
def test_a_page_that_needs_no_record_is_guarded_for_the_public_and_for_people(stage, browser, name):
    guarded(Client().get(reverse(name)), is_private=False)
    guarded(browser(Scene(MOMENTS[0], tenders.who("lead"), None)).get(reverse(name)), is_private=True)


@pytest.mark.parametrize("door", PAGES, ids=named)
def test_a_page_with_a_form_is_guarded_also_when_it_refuses(visit, door):
    here = visit(door)
    guarded(here.client.get(here.address), is_private=True)
    nothing = guarded(here.client.post(here.address, {"rows-TOTAL_FORMS": "0", "rows-INITIAL_FORMS": "0"}), is_private=True)
    assert nothing.status_code in (302, 400, 409, 412)


def test_pages_that_refuse_are_guarded(stage, browser, settings):
    lead = browser(Scene(MOMENTS[0], tenders.who("lead"), None))
    draft = Tender.objects.get(title="A draft")
    assert guarded(lead.get("/nowhere/"), is_private=True).status_code == 404
    assert guarded(lead.get(f"/tenders/{UNKNOWN}/"), is_private=True).status_code == 404
    assert guarded(lead.get("/frameworks/draft/"), is_private=True).status_code == 403
    assert guarded(lead.put(f"/tenders/{draft.pk}/"), is_private=True).status_code == 405
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    too_big = lead.post(f"/tenders/{draft.pk}/describe-tender/", f"title={'a' * 200}", content_type="application/x-www-form-urlencoded")
    assert guarded(too_big, is_private=True).status_code == 413
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(tenders.who("lead"))
    assert guarded(strict.post(f"/tenders/{draft.pk}/propose-tender/"), is_private=True).status_code == 403


def test_a_fault_is_guarded(stage, browser, monkeypatch):
    lead = browser(Scene(MOMENTS[0], tenders.who("lead"), None))
    lead.raise_request_exception = False
    monkeypatch.setattr("commissioning.views.home.Desk.get_context_data", lambda *args, **kwargs: 1 / 0)
    assert guarded(lead.get("/desk/"), is_private=True).status_code == 500


def test_downloads_are_attachments_in_a_sandbox(stage, browser):
    bid = Bid.objects.filter(invitation__tender__title="Issued", status=Bid.Status.DRAFT).get()
    document = Document.objects.filter(subject_id=bid.pk).first()
    person = tenders.bidder("bupa")
    client = browser(Scene(MOMENTS[0], person, None))
    program = APIClient()
    program.force_authenticate(person)
    for response in (client.get(f"/bids/{bid.pk}/files/{document.pk}/"), program.get(f"/api/v1/bids/{bid.pk}/files/{document.pk}/")):
        guarded(response, is_private=True)
        assert response["Content-Disposition"].startswith("attachment;")
        assert "sandbox" in policy(response)


def test_the_api_is_guarded_for_the_public_and_for_people(stage, browser):
    person = APIClient()
    person.force_authenticate(tenders.who("lead"))
    session = browser(Scene(MOMENTS[0], tenders.who("lead"), None))
    for name in ("api-me", "api-tender-list", "api-event-list", "api-letter-list", "api-schema"):
        guarded(APIClient().get(reverse(name)), is_private=False)
        guarded(session.get(reverse(name)), is_private=True)
        guarded(person.get(reverse(name)), is_private=True)
    guarded(person.get(f"/api/v1/tenders/{UNKNOWN}/"), is_private=True)
    guarded(person.post("/api/v1/tenders/", "{", content_type="application/json"), is_private=True)


def test_the_administration_is_guarded(stage, browser):
    curator = browser(Scene(MOMENTS[0], admissions.curator(), None))
    for address in ("/admin/", "/admin/commissioning/organisation/", "/admin/login/", "/admin/nowhere/"):
        guarded(curator.get(address), is_private=True)


def test_cookies_go_nowhere_else():
    assert (settings.SESSION_COOKIE_HTTPONLY, settings.CSRF_COOKIE_HTTPONLY) == (True, True)
    for cookie in ("SESSION", "CSRF"):
        assert (shown(f"{cookie}_COOKIE_SECURE"), shown(f"{cookie}_COOKIE_SAMESITE")) == ("True", "Lax")
    assert int(shown("SECURE_HSTS_SECONDS")) >= 365 * 24 * 3600


def test_django_has_nothing_to_say_against_the_production_settings():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **COMPLETE, DJANGO_ALLOW_ASYNC_UNSAFE="")
    assert (done.returncode, "no issues" in done.stdout + done.stderr) == (0, True), done.stderr
