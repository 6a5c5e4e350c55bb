"""What stands in place of a page that cannot be shown."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import path

from commissioning.refusals import Gone, Refused
from commissioning.views.errors import server_error
from tests.look.urls import handler400, handler403, handler404, handler500, urlpatterns

assert all((handler400, handler403, handler404, handler500))


def raising(error: Exception):
    def view(request):
        raise error

    return view


urlpatterns = [
    *urlpatterns,
    path("raise/400/", raising(SuspiciousOperation("odd"))),
    path("raise/403/", raising(PermissionDenied("no"))),
    path("raise/409/", raising(Refused("Bids stay sealed until <the deadline>."))),
    path("raise/412/", raising(Gone("Somebody has changed the tender."))),
    path("raise/500/", raising(RuntimeError("broken"))),
]
HEADINGS = {
    400: "The request could not be read",
    403: "You may not do this",
    404: "Page not found",
    409: "This was not done",
    412: "Somebody else has changed this",
    500: "Something went wrong",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "heading"), HEADINGS.items())
def test_each_status_has_a_page_that_says_what_is_wrong_and_what_to_do(client: Client, status, heading):
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF="tests.look.test_error_pages"):
        answer = client.get(f"/raise/{status}/")
    page = answer.content.decode()
    assert answer.status_code == status
    assert f"<title>{'Error: ' if status in {409, 412} else ''}{heading} – Framework procurement</title>" in page
    assert "Go to the first page" in page


@pytest.mark.django_db
def test_a_refusal_is_told_in_its_own_words_as_text(client: Client):
    with override_settings(ROOT_URLCONF="tests.look.test_error_pages"):
        page = client.get("/raise/409/").content.decode()
    assert "Bids stay sealed until &lt;the deadline&gt;." in page


@pytest.mark.parametrize("status", [400, 403, 404, 409, 411, 412, 413, 415, 429, 500])
def test_an_error_page_needs_nothing_from_the_request(status):
    assert "nhsuk-main-wrapper" in render_to_string(f"errors/{status}.html")


@pytest.mark.django_db
def test_a_fault_asks_the_database_nothing(django_assert_num_queries, lead, rf):
    request = rf.get("/")
    request.user = lead
    with django_assert_num_queries(0):
        page = server_error(request).content.decode()
    assert "Something went wrong" in page
    assert lead.name not in page


def test_too_many_tries_says_how_long_to_wait():
    assert "Wait 1 second and try again." in render_to_string("errors/429.html", {"why": "Wait 1 second and try again."})
    assert "Wait a minute and try again." in render_to_string("429.html")


@pytest.mark.django_db
def test_a_form_without_its_token_is_told_how_to_go_on():
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "a@b.example", "password": "x"})
    assert answer.status_code == 403
    assert "This form is out of date" in answer.content.decode()
