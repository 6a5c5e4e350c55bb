"""People's own accounts: tokens, the calendar's link, passwords, names; and closing an account."""

import re
from io import StringIO

import pytest
from allauth.mfa.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse
from knox.models import AuthToken

from commissioning.actions import accounts
from commissioning.models import Role, TrailEntry, User
from commissioning.refusals import Refused
from tests.factories import people as cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return cast.person(cast.commissioner(), Role.PROCUREMENT_LEAD)


def me(client, token):
    return client.get("/api/v1/me/", headers={"Authorization": f"Token {token}"})


def test_a_token_signs_its_maker_in_until_it_is_ended(client, lead):
    token = accounts.create_api_token(lead.pk, by=lead)
    assert me(client, token).json()["email"] == lead.email
    accounts.revoke_api_token(lead.pk, token=token[:15], by=lead)
    assert me(client, token).status_code == 401
    assert [entry.verb for entry in TrailEntry.objects.filter(docket=lead.docket).order_by("number")] == ["create_api_token", "revoke_api_token"]


@pytest.mark.parametrize("token", ["\xff", "\xc3\x28", "\xc3\xa9" * 20, "\x00" * 20, "made-up"], ids=ascii)
def test_what_can_be_no_token_signs_nobody_in(client, token):
    answer = me(client, token)
    assert (answer.status_code, answer.json()["type"]) == (401, "client_error")
    assert [error["code"] for error in answer.json()["errors"]] == ["authentication_failed"]


def test_a_new_password_ends_the_tokens(client, lead):
    token = accounts.create_api_token(lead.pk, by=lead)
    accounts.set_password(lead.pk, password="three calm otters", by=lead)
    assert me(client, token).status_code == 401


def test_a_token_has_a_last_day_which_the_account_page_names(client, lead):
    token = accounts.create_api_token(lead.pk, by=lead)
    kept = AuthToken.objects.get(user=lead)
    assert (kept.expiry - kept.created).days in {179, 180}
    client.force_login(lead)
    assert ", ends " in client.get("/account/").content.decode()
    client.logout()
    AuthToken.objects.update(expiry=kept.created)
    assert me(client, token).status_code == 401


def test_only_a_hash_of_a_token_is_kept(lead):
    token = accounts.create_api_token(lead.pk, by=lead)
    kept = AuthToken.objects.get()
    assert token not in {kept.digest, kept.token_key}
    entry = TrailEntry.objects.get(docket=lead.docket)
    assert token not in str(entry.facts)


def test_nobody_makes_a_token_for_another(lead, curator):
    with pytest.raises(PermissionDenied):
        accounts.create_api_token(lead.pk, by=curator)
    assert not AuthToken.objects.exists()


def test_a_token_is_ended_once_and_by_its_owner_or_a_curator(lead, curator):
    token = accounts.create_api_token(lead.pk, by=lead)[:15]
    with pytest.raises(Refused):
        accounts.revoke_api_token(curator.pk, token=token, by=curator)
    accounts.revoke_api_token(lead.pk, token=token, by=curator)
    with pytest.raises(Refused, match="no such token"):
        accounts.revoke_api_token(lead.pk, token=token, by=lead)


def test_the_command_prints_a_token_and_nothing_else(client, lead):
    said = StringIO()
    call_command("api_token", lead.email.upper(), stdout=said)
    assert re.fullmatch(r"[0-9a-f]{64}\n", said.getvalue())
    assert me(client, said.getvalue().strip()).status_code == 200
    assert TrailEntry.objects.get(docket=lead.docket).job == "api_token"


@pytest.mark.parametrize("whose", ["nobody@hillingdon.example", "closed"])
def test_the_command_makes_no_token_for_somebody_who_cannot_sign_in(lead, whose):
    if whose == "closed":
        User.objects.filter(pk=lead.pk).update(is_active=False)
        whose = lead.email
    with pytest.raises(CommandError, match="Nobody here signs in as"):
        call_command("api_token", whose)


def test_a_closed_account_signs_nobody_in_and_its_tokens_and_sessions_end(client, lead, curator):
    token = accounts.create_api_token(lead.pk, by=lead)
    client.force_login(lead)
    accounts.deactivate_person(lead.pk, reason="Left", by=curator)
    assert me(client, token).status_code == 401
    assert client.get(reverse("desk")).status_code == 302
    assert not User.objects.get(pk=lead.pk).has_perm("commissioning.create_api_token", lead)
    accounts.reactivate_person(lead.pk, reason="Came back", by=curator)
    assert User.objects.get(pk=lead.pk).is_active


def test_no_curator_closes_their_own_account(curator):
    with pytest.raises(PermissionDenied):
        accounts.deactivate_person(curator.pk, reason="Tired", by=curator)


def test_a_changed_password_is_on_the_trail_and_keeps_the_session(client, lead):
    client.post(reverse("account_login"), {"login": lead.email, "password": "correct horse battery"})
    answer = client.post(
        reverse("account_change_password"),
        {"oldpassword": "correct horse battery", "password1": "three calm otters", "password2": "three calm otters"},
    )
    assert answer.status_code == 302
    assert User.objects.get(pk=lead.pk).check_password("three calm otters")
    assert client.get(reverse("desk")).status_code == 200
    entry = TrailEntry.objects.get(docket=lead.docket)
    assert (entry.verb, entry.facts) == ("set_password", {})


def test_the_account_page_makes_a_token_after_the_password_and_shows_it_once(client, lead):
    client.force_login(lead)
    asked = client.post(reverse("new_token"))
    assert asked.url.startswith(reverse("account_reauthenticate"))
    assert not AuthToken.objects.exists()
    session = client.session.session_key
    page = client.post(asked.url, {"password": "correct horse battery"})
    assert client.session.session_key != session, "whoever proves again who they are gets a new session"
    token = re.search(r"[0-9a-f]{64}", page.content.decode()).group()
    assert me(client, token).status_code == 200
    assert "no-store" in page["Cache-Control"]
    account = client.get(reverse("account")).content.decode()
    assert token not in account
    assert token[:15] in account
    assert client.post(reverse("end_token"), {"token": token[:15]}).status_code == 302
    assert not AuthToken.objects.exists()


def test_a_name_is_corrected_by_oneself_or_a_curator(lead, curator):
    accounts.rename_person(lead.pk, name="Procurement lead", by=lead)
    accounts.rename_person(lead.pk, name="Lead", by=curator)
    with pytest.raises(PermissionDenied):
        accounts.rename_person(curator.pk, name="Nobody", by=lead)
    facts = TrailEntry.objects.filter(docket=lead.docket).latest("number").facts
    assert facts == {"before": "Procurement lead", "after": "Lead"}


def test_the_secret_of_a_second_factor_is_not_readable_in_the_database():
    kept = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in kept
    assert get_adapter().decrypt(kept) == "JBSWY3DPEHPK3PXP"
