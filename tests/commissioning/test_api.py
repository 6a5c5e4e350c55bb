"""The ground over the API: the same acts, the same eyes, errors in one shape."""

from unittest import mock
from uuid import uuid4

import pytest
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from rest_framework.test import APIClient

from commissioning import api_reference
from commissioning.actions.people import invite_person
from commissioning.models import ClockJob, Letter, Organisation, Role
from tests.factories import people as cast

pytestmark = pytest.mark.django_db
JOB = ClockJob("test")


def api(user=None):
    client = APIClient()
    if user:
        client.force_authenticate(user)
    return client


@pytest.fixture
def hillingdon():
    return cast.commissioner()


@pytest.fixture
def lead(hillingdon):
    return cast.person(hillingdon, Role.PROCUREMENT_LEAD)


def test_a_curator_registers_and_describes_an_organisation(curator):
    told = {"kind": "supplier", "name": "Tribal", "identifiers": [{"scheme": "GB-COH", "value": "1234567"}]}
    made = api(curator).post("/api/v1/organisations/", told)
    assert made.status_code == 201
    assert made.data["identifiers"] == [{"scheme": "GB-COH", "value": "01234567"}]
    place = f"/api/v1/organisations/{made.data['id']}/describe-organisation/"
    assert api(curator).post(place, {"name": "Tribal Consulting Ltd"}).data["name"] == "Tribal Consulting Ltd"
    assert api().get(f"/api/v1/organisations/{made.data['id']}/").data["name"] == "Tribal Consulting Ltd"


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"kind": "supplier"}, "name"),
        ({"kind": "charity", "name": "X"}, "kind"),
        ({"kind": "supplier", "name": "X" * 201}, "name"),
        ({"kind": "supplier", "name": "X\x00Y"}, "name"),
        ({"kind": "supplier", "name": "X", "valid_from": "2026-02-30"}, "valid_from"),
        ({"kind": "supplier", "name": "X", "identifiers": [{"scheme": "GB-COH", "value": "1"}, {"scheme": "GB-COH", "value": "x"}]}, "identifiers"),
        ({"kind": "supplier", "name": "X", "identifiers": [{"scheme": "NO", "value": "1"}]}, "identifiers.0.scheme"),
        ({"kind": "supplier", "name": "X", "identifiers": "GB-COH"}, "identifiers"),
    ],
)
def test_a_wrong_value_is_400_and_names_its_field(curator, told, field):
    answer = api(curator).post("/api/v1/organisations/", told)
    assert answer.status_code == 400
    assert answer.data["type"] == "validation_error"
    assert [error["attr"] for error in answer.data["errors"]] == [field]
    assert not Organisation.objects.filter(kind="supplier").exists()


def test_who_may_not_is_403_and_who_is_nobody_401(lead):
    told = {"kind": "supplier", "name": "Tribal"}
    assert api(lead).post("/api/v1/organisations/", told).status_code == 403
    assert api().post("/api/v1/organisations/", told).status_code == 401


def test_a_lead_invites_ends_and_withdraws_for_their_own_organisation(hillingdon, lead):
    told = {"email": "opener1@hillingdon.example", "name": "Opener", "role": "opener"}
    assert api(lead).post(f"/api/v1/organisations/{hillingdon.pk}/invite-person/", told).status_code == 200
    (waiting,) = api(lead).get("/api/v1/personal-invitations/").data["results"]
    assert waiting["email"] == "opener1@hillingdon.example"
    assert "link" not in waiting
    withdrawn = api(lead).post(f"/api/v1/personal-invitations/{waiting['id']}/withdraw-invitation/")
    assert withdrawn.data["withdrawn_at"]
    assert api(lead).post(f"/api/v1/personal-invitations/{waiting['id']}/withdraw-invitation/").status_code == 409
    evaluator = cast.person(hillingdon, Role.EVALUATOR).memberships.get()
    assert api(lead).post(f"/api/v1/memberships/{evaluator.pk}/end-membership/").data["ended_at"]
    last = api(lead).post(f"/api/v1/memberships/{lead.memberships.get().pk}/end-membership/")
    assert (last.status_code, last.data["errors"][0]["code"]) == (409, "refused")
    assert "last procurement lead" in last.data["errors"][0]["detail"]


def test_a_rival_gets_the_same_404_as_for_nothing(hillingdon, lead):
    rival = cast.person(cast.organisation(Organisation.Kind.SUPPLIER, "Tribal"), Role.BID_MANAGER)
    invitation = invite_person(hillingdon.pk, email="x@hillingdon.example", name="X", role=Role.OPENER, by=JOB)
    records = {
        "memberships": (lead.memberships.get().pk, "end-membership"),
        "personal-invitations": (invitation.pk, "withdraw-invitation"),
        "letters": (Letter.objects.get().pk, "mark-read"),
    }
    for plural, (pk, act) in records.items():
        answers = []
        for which in (pk, uuid4()):
            shown, done = api(rival).get(f"/api/v1/{plural}/{which}/"), api(rival).post(f"/api/v1/{plural}/{which}/{act}/")
            answers.append((shown.status_code, shown.content, done.status_code, done.content))
        assert answers[0] == answers[1]
        assert answers[0][0] == answers[0][2] == 404
        assert str(pk) not in api(rival).get(f"/api/v1/{plural}/").content.decode()


def test_letters_are_read_by_their_recipient(hillingdon):
    invitation = invite_person(hillingdon.pk, email="x@hillingdon.example", name="X", role=Role.OPENER, by=JOB)
    (letter,) = api(invitation.user).get("/api/v1/letters/", {"read": "false"}).data["results"]
    assert "Hillingdon PCT" in letter["title"]
    assert api(invitation.user).post(f"/api/v1/letters/{letter['id']}/mark-read/").data["read_at"]
    assert api(invitation.user).get("/api/v1/letters/", {"read": "false"}).data["results"] == []
    assert api(invitation.user).get("/api/v1/letters/", {"read": "true"}).data["results"] != []


def test_me_says_who_i_am_and_for_whom(lead, hillingdon):
    assert api(lead).get("/api/v1/me/").data == {
        "id": str(lead.pk),
        "email": lead.email,
        "name": lead.name,
        "memberships": [{"organisation": hillingdon.pk, "organisation_name": "Hillingdon PCT", "role": "procurement_lead"}],
    }
    assert api().get("/api/v1/me/").status_code == 401


def test_the_description_of_the_api_is_valid_and_makes_no_warning(capsys):
    schema = SchemaGenerator().get_schema(request=None, public=True)
    validate_schema(schema)
    assert capsys.readouterr().err == ""


def test_the_description_is_the_same_for_everybody_and_made_once(client, lead, monkeypatch):
    """It takes seconds to make; whoever asked for it often could keep a server busy."""
    for kept in (api_reference.description, api_reference.operations, api_reference._written):
        kept.cache_clear()
    make = mock.Mock(side_effect=SchemaGenerator().get_schema)
    monkeypatch.setattr(SchemaGenerator, "get_schema", make)
    first = client.get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    client.force_login(lead)
    again = client.get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert first.content == again.content
    assert first.json()["paths"]["/api/v1/me/"]
    yaml = client.get("/api/v1/schema/")
    assert (yaml["Content-Type"], yaml.content[:8]) == ("application/vnd.oai.openapi", b"openapi:")
    assert client.get(reverse("api_docs")).status_code == 200
    assert make.call_count == 1


def test_an_unknown_address_is_404_in_the_apis_own_shape(client):
    answer = client.get("/api/v1/nothing/")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "not_found")


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"null", b"\xff", b"[" * 100000], ids=["cut", "list", "text", "null", "not UTF-8", "deep"])
def test_a_body_that_is_not_an_object_is_400(curator, body):
    answer = api(curator).post("/api/v1/organisations/", body, content_type="application/json")
    assert answer.status_code == 400


def test_a_body_of_another_type_is_415(curator):
    assert api(curator).post("/api/v1/organisations/", "name=x", content_type="application/x-www-form-urlencoded").status_code == 415


def test_a_program_that_asks_too_much_is_told_when_to_come_back(lead, monkeypatch):
    monkeypatch.setattr("rest_framework.throttling.UserRateThrottle.THROTTLE_RATES", {"user": "2/min", "anon": None})
    monkeypatch.setattr("rest_framework.throttling.UserRateThrottle.rate", "2/min", raising=False)
    answers = [api(lead).get("/api/v1/me/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1].data["errors"][0]["code"] == "throttled"
