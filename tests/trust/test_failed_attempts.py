"""Who guesses passwords or codes is slowed, and nobody shuts another out."""

import random

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from commissioning.models import Organisation, Role
from tests.factories.people import organisation, person
from tests.operations.test_production import shown

pytestmark = pytest.mark.django_db
EMAIL, PASSWORD = "bids@bupa.example", "correct horse battery"
HERE, ELSEWHERE = "203.0.113.9", "198.51.100.7"


@pytest.fixture(autouse=True)
def now(settings, monkeypatch):
    """The clock stands at the beginning of five minutes of this test's own, for what is counted outlives a test."""
    settings.FAILED_ATTEMPTS = {"address": (12, 60), "account": (5, 300)}
    start = 300 * random.randrange(10**6, 10**8)
    monkeypatch.setattr("commissioning.attempts.time.time", lambda: float(start))
    return start


@pytest.fixture
def supplier():
    return person(organisation(Organisation.Kind.SUPPLIER, "BUPA"), Role.BID_MANAGER, EMAIL)


def sign_in(password=PASSWORD, email=EMAIL, client=None, address=HERE):
    return (client or Client()).post("/account/login/", {"login": email, "password": password}, REMOTE_ADDR=address)


def statuses(number, **how):
    return [sign_in(**how).status_code for _ in range(number)]


def test_production_counts_by_address_and_by_address_and_account():
    assert shown("FAILED_ATTEMPTS") == "{'address': (30, 60), 'account': (5, 300)}"


def test_a_guesser_has_five_tries_in_five_minutes_and_is_told_when_to_come_back(supplier, monkeypatch, now):
    assert statuses(6, password="a guess") == [200] * 5 + [429]
    refused = sign_in()
    assert (refused.status_code, refused["Retry-After"]) == (429, "300"), "the right password is not looked at either"
    page = refused.content.decode()
    assert "Wait 5 minutes and try again" in page
    assert "The account itself is not locked." in page
    monkeypatch.setattr("commissioning.attempts.time.time", lambda: float(now + 300))
    assert sign_in().status_code == 302


def test_a_rival_who_fails_a_suppliers_password_all_day_shuts_out_nobody_but_themselves(supplier):
    assert statuses(40, password="a guess")[-1] == 429
    assert sign_in(address=ELSEWHERE).status_code == 302
    assert sign_in(email="BIDS@bupa.example ", address=HERE).status_code == 429, "however the address is written"


def test_a_colleague_behind_the_same_address_still_comes_in(supplier):
    colleague = person(supplier.memberships.get().organisation, Role.BID_MANAGER, "second@bupa.example")
    assert statuses(6, password="a guess")[-1] == 429
    assert sign_in(email=colleague.email).status_code == 302


def test_one_address_does_not_try_one_password_on_everybody(supplier):
    tried = [sign_in("a guess", f"somebody{number}@bupa.example").status_code for number in range(13)]
    assert tried == [200] * 12 + [429]


def test_an_unknown_account_is_counted_as_a_known_one(supplier):
    assert statuses(6, password="a guess", email="nobody@bupa.example") == statuses(6, password="a guess")


def test_signing_in_does_not_count_and_forgives_nothing(supplier):
    assert statuses(9) == [302] * 9
    assert statuses(4, password="a guess") == [200] * 4
    assert sign_in().status_code == 302
    assert statuses(2, password="a guess") == [200, 429]


def before_the_code(address):
    client = Client(REMOTE_ADDR=address)
    assert sign_in(client=client, address=address).url.startswith("/account/2fa/authenticate/")
    return client


def test_a_guesser_of_codes_is_slowed_and_shuts_out_nobody_else(supplier):
    TOTP.activate(supplier, generate_totp_secret())
    code = RecoveryCodes.activate(supplier).get_unused_codes()[0]
    guesser, themselves = before_the_code(HERE), before_the_code(ELSEWHERE)
    answers = [guesser.post("/account/2fa/authenticate/", {"code": f"{number:06}"}) for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1]["Retry-After"] == "300"
    assert sign_in().status_code == 429, "nor does beginning again help"
    assert themselves.post("/account/2fa/authenticate/", {"code": code}).url == "/desk/"


def test_the_password_asked_for_once_more_is_counted_too(supplier):
    client = Client(REMOTE_ADDR=HERE)
    client.force_login(supplier)
    answers = [client.post("/account/reauthenticate/", {"password": "a guess"}).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
