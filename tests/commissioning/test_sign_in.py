"""Signing in tells a stranger nothing, locks nobody out, leads nowhere else, and asks staff for a second factor."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from commissioning.actions.accounts import create_api_token
from commissioning.models import Organisation, Role, User
from tests.factories import people as cast

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"
PASSWORD = "correct horse battery"
HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def lead():
    return cast.person(cast.commissioner(), Role.PROCUREMENT_LEAD)


@pytest.fixture
def bidder():
    return cast.person(cast.organisation(Organisation.Kind.SUPPLIER, "BUPA"), Role.BID_MANAGER)


def sign_in(client, user, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": getattr(user, "email", user), "password": password, **more})


def test_a_new_session_begins_with_the_sign_in(client, lead):
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    assert sign_in(client, lead).url == "/desk/"
    assert client.session.session_key != planted


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"])
def test_the_sign_in_leads_to_no_other_site(client, lead, place):
    assert sign_in(client, lead, next=place).url == "/desk/"


def test_the_sign_in_leads_back_to_where_one_came_from(client, lead):
    assert sign_in(client, lead, next="/calendar/?x=1").url == "/calendar/?x=1"


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(client, lead):
    closed = cast.person(Organisation.objects.get(), Role.OPENER)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    invited = User.objects.create_user("invited@hillingdon.example", "Invited")
    shown = set()
    for who in (lead, closed, invited, "nobody@nowhere.example"):
        answer = sign_in(client, who, "wrong")
        page = answer.content.decode().replace(getattr(who, "email", who), "")
        shown.add((answer.status_code, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)))
    assert len(shown) == 1


def test_a_wrong_password_and_an_unknown_person_take_as_long(client, lead, settings):
    settings.PASSWORD_HASHERS = HASHERS
    lead.set_password(PASSWORD)
    lead.save()
    invited = User.objects.create_user("invited@hillingdon.example", "Invited")

    def fastest(who):
        spans = []
        for _ in range(4):
            begun = time.perf_counter()
            sign_in(client, who, "wrong")
            spans.append(time.perf_counter() - begun)
        return min(spans)

    known, without_password, unknown = (fastest(who) for who in (lead, invited, "nobody@nowhere.example"))
    assert 0.5 < known / unknown < 2
    assert 0.5 < without_password / unknown < 2


def test_a_forgotten_password_is_answered_alike_for_everybody(client, lead):
    shown = {client.post(reverse("account_reset_password"), {"email": email}).url for email in (lead.email, "nobody@nowhere.example")}
    assert len(shown) == 1


def test_nobody_signs_up(client):
    answer = client.post("/account/signup/", {"email": "new@nowhere.example", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(email="new@nowhere.example").exists()
    assert answer.status_code == 200


def test_an_address_behind_our_proxy_is_told_from_the_proxys(client, lead, settings):
    settings.FAILED_ATTEMPTS = {"address": (1, 300)}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def attempt(*forwarded):
        return client.post(LOGIN, {"login": lead.email, "password": "wrong"}, headers={"X-Forwarded-For": ", ".join(forwarded)}).status_code

    assert [attempt("10.2.2.2"), attempt("10.2.2.2"), attempt("10.2.2.3")] == [200, 429, 200]
    assert attempt("9.9.9.9", "10.2.2.2") == 429, "what the visitor says of themselves is not believed"


def test_too_many_requests_are_told_when_to_come_back(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "2/m/ip"}
    answers = [client.post(reverse("account_reset_password"), {"email": "x@nowhere.example"}, REMOTE_ADDR="10.1.1.1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert "<h1" in answers[-1].content.decode()


# The second factor.


@pytest.fixture
def enforced(settings):
    settings.SECOND_FACTOR_ENFORCED = True


def test_staff_without_a_second_factor_come_no_further_than_setting_one_up(client, lead, enforced):
    client.force_login(lead)
    for place in ("/desk/", "/account/", "/account/tokens/new/", "/admin/", f"/organisations/{Organisation.objects.get().pk}/"):
        assert client.get(place).url == reverse("mfa_activate_totp"), place
    assert client.post("/account/tokens/new/").url == reverse("mfa_activate_totp")
    told = client.get("/api/v1/me/")
    assert (told.status_code, told.json()["errors"][0]["code"]) == (403, "second_factor_required")
    assert client.get(reverse("mfa_activate_totp")).status_code in {200, 302}
    assert client.post(reverse("account_logout")).status_code == 302


def test_staff_with_a_second_factor_and_suppliers_without_one_go_on(client, lead, bidder, enforced):
    TOTP.activate(lead, generate_totp_secret())
    for person in (lead, bidder):
        client.force_login(person)
        assert client.get("/desk/").status_code == 200


def test_a_token_that_is_older_than_the_role_asks_for_the_second_factor_too(client, bidder, enforced):
    token = {"Authorization": f"Token {create_api_token(bidder.pk, by=bidder)}"}
    assert client.get("/api/v1/me/", headers=token).status_code == 200
    bidder.memberships.update(organisation=cast.commissioner(), role=Role.PROCUREMENT_LEAD)
    told = client.get("/api/v1/me/", headers=token)
    assert (told.status_code, told.json()["errors"][0]["code"]) == (403, "second_factor_required")
    TOTP.activate(bidder, generate_totp_secret())
    assert client.get("/api/v1/me/", headers=token).status_code == 200


def test_a_sign_in_with_a_second_factor_is_not_one_before_the_code(client, lead):
    TOTP.activate(lead, generate_totp_secret())
    answer = sign_in(client, lead)
    assert answer.url.startswith(reverse("mfa_authenticate"))
    assert client.get("/desk/").status_code == 302


# What every answer carries.


def test_pages_of_people_are_kept_by_no_cache_and_public_ones_may_be(client, lead):
    assert "Cache-Control" not in client.get("/organisations/")
    client.force_login(lead)
    for place in ("/", "/desk/", "/organisations/", "/api/v1/me/", "/nothing-here/"):
        assert "no-store" in client.get(place)["Cache-Control"], place
    token = create_api_token(lead.pk, by=lead)
    client.logout()
    assert "no-store" in client.get("/api/v1/letters/", headers={"Authorization": f"Token {token}"})["Cache-Control"]


@pytest.mark.parametrize("place", ["/", "/account/login/", "/api/", "/nothing-here/", "/admin/"])
def test_no_page_lets_a_script_or_style_of_its_own_run(client, place):
    policy = client.get(place)["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy


def test_a_page_that_breaks_says_so_without_asking_the_database(client, monkeypatch, lead):
    client.raise_request_exception = False
    client.force_login(lead)
    monkeypatch.setattr("commissioning.views.home.Home.get_context_data", lambda *args, **kwargs: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "<h1" in answer.content.decode()
