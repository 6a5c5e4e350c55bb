"""Signing in tells nobody anything, leads nowhere else, and cannot be shut by a rival."""

import re

import pytest
from django.core import mail
from django.test import Client

from commissioning.models import Organisation, Role
from tests.factories.people import organisation, person

pytestmark = [pytest.mark.django_db, pytest.mark.first_home]
EMAIL, PASSWORD, NOBODY = "bids@bupa.example", "correct horse battery", "nobody@bupa.example"
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "http://testserver@evil.example/",
    "\t//evil.example",
    "https://testserver.evil.example/",
)


@pytest.fixture
def supplier():
    return person(organisation(Organisation.Kind.SUPPLIER, "BUPA"), Role.BID_MANAGER, EMAIL)


def sign_in(client, password=PASSWORD, email=EMAIL, **more):
    return client.post("/account/login/", {"login": email, "password": password, **more.pop("data", {})}, **more)


def without_token(response):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode()).replace(NOBODY, EMAIL)


def test_a_session_that_was_there_before_is_worth_nothing_after_signing_in(supplier):
    client = Client()
    client.get("/account/login/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    assert sign_in(client).status_code == 302
    assert client.session.session_key != before
    other = Client()
    other.cookies["sessionid"] = before
    assert other.get("/desk/").status_code == 302


@pytest.mark.parametrize("place", ELSEWHERE)
def test_nobody_is_led_elsewhere_after_signing_in(supplier, place):
    response = sign_in(Client(), data={"next": place})
    assert response.status_code == 302
    assert response["Location"] == "/desk/"


def test_a_page_of_ours_is_where_one_goes_on(supplier):
    assert sign_in(Client(), data={"next": "/letters/"})["Location"] == "/letters/"


def test_another_host_is_refused(supplier):
    for headers in ({"host": "evil.example"}, {"host": "testserver:80@evil.example"}, {"host": "testserver, evil.example"}):
        assert Client().get("/account/login/", headers=headers).status_code == 400


def test_the_link_of_a_new_password_leads_here_whatever_the_request_says(supplier):
    Client().post("/account/password/reset/", {"email": EMAIL}, headers={"x-forwarded-host": "evil.example", "x-forwarded-server": "evil.example"})
    (message,) = mail.outbox
    assert "evil.example" not in message.body
    assert "/account/password/reset/key/" in message.body


def test_an_unknown_address_gets_the_answers_of_a_known_one(supplier):
    wrong = [sign_in(Client(), "a wrong password", email) for email in (EMAIL, NOBODY)]
    assert (wrong[0].status_code, without_token(wrong[0])) == (wrong[1].status_code, without_token(wrong[1]))
    asked = [Client().post("/account/password/reset/", {"email": email}) for email in (EMAIL, NOBODY)]
    assert [(answer.status_code, answer["Location"]) for answer in asked] == [(302, asked[0]["Location"])] * 2
