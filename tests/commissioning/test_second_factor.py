"""A second factor is set up in a fresh session, comes with recovery codes, and a changed password ends every other session."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value
from django.test import Client
from django.urls import reverse

from commissioning.models import Role
from tests.factories import people as cast

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "correct horse battery"


@pytest.fixture
def lead():
    return cast.person(cast.commissioner(), Role.PROCUREMENT_LEAD)


def sign_in(user):
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def code_of(secret):
    return f"{hotp_value(secret, int(time.time()) // 30):06}"


def set_up(client):
    """Set the app up as a person does; the answer, and the name that the session had just before."""
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked.url.startswith(reverse("account_reauthenticate")), "the password is asked for once more"
    client.post(asked.url, {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    before = client.session.session_key
    secret = client.session["mfa.totp.secret"]
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer.status_code == 302
    return answer, before


def test_setting_up_a_second_factor_makes_the_session_a_new_one(lead):
    client = sign_in(lead)
    _, before = set_up(client)
    assert client.session.session_key != before
    assert client.get(reverse("desk")).status_code == 200, "the person goes on"
    leaked = Client()
    leaked.cookies["sessionid"] = before
    assert leaked.get(reverse("desk")).status_code == 302, "whoever knew the old name does not"


def test_taking_a_second_factor_away_makes_the_session_a_new_one(lead):
    client = sign_in(lead)
    set_up(client)
    before = client.session.session_key
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.filter(user=lead, type="totp").exists()
    assert client.session.session_key != before


def test_recovery_codes_are_shown_at_once_and_each_signs_in_once(lead):
    client = sign_in(lead)
    answer, _ = set_up(client)
    assert answer.url == reverse("mfa_view_recovery_codes")
    codes = Authenticator.objects.get(user=lead, type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    shown = client.get(answer.url).content.decode()
    assert all(code in shown for code in codes)
    for expected in (True, False):
        another = sign_in(lead)
        assert another.get(reverse("desk")).status_code == 302, "a password alone is not enough any more"
        another.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert (another.get(reverse("desk")).status_code == 200) == expected


def test_a_sign_in_with_a_second_factor_is_a_new_session_too(lead):
    set_up(sign_in(lead))
    client = sign_in(lead)
    before = client.session.session_key
    code = Authenticator.objects.get(user=lead, type="recovery_codes").wrap().get_unused_codes()[0]
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.get(reverse("desk")).status_code == 200
    assert client.session.session_key != before


def test_a_changed_password_ends_every_other_session_of_that_person(lead):
    here, elsewhere = sign_in(lead), sign_in(lead)
    assert elsewhere.get(reverse("desk")).status_code == 200
    new = {"oldpassword": PASSWORD, "password1": "three calm otters", "password2": "three calm otters"}
    assert here.post(reverse("account_change_password"), new).status_code == 302
    assert here.get(reverse("desk")).status_code == 200
    assert elsewhere.get(reverse("desk")).url.startswith(reverse("account_login"))


def test_staff_are_offered_a_second_factor_on_their_desk_where_it_is_not_forced(lead):
    client = sign_in(lead)
    assert "Set up a second factor" in client.get(reverse("desk")).content.decode()
    set_up(client)
    assert "Set up a second factor" not in client.get(reverse("desk")).content.decode()
