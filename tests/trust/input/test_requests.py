"""Requests that are wrong as requests: each gets its own answer, in the one shape, and what was stored stays as it was."""

import json
import re

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse
from rest_framework.throttling import SimpleRateThrottle

from commissioning.models import TrailEntry
from procurement.models import Bid, Tender
from tests.factories import tenders
from tests.trust.input.conftest import undone
from tests.trust.input.doors import API, routes
from tests.trust.input.stage import MOMENTS, Scene

pytestmark = [pytest.mark.django_db, pytest.mark.first_home]
LISTS = sorted(name for name, route in routes() if getattr(route.callback, "actions", {}).get("get") == "list")
UNKNOWN = "00000000-0000-4000-8000-00000000dead"
JSON = "application/json"


def without_token(html):
    """A page but for the token of its forms, which is new on each."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)


def errors(response, status):
    """The errors of an answer of this status, in the one shape."""
    assert response.status_code == status, response.content[:500]
    answer = response.json()
    assert answer.keys() == {"type", "errors"}
    assert all(error.keys() == {"code", "detail", "attr"} and error["detail"] for error in answer["errors"])
    return answer["errors"]


@pytest.fixture
def draft(stage):
    return Tender.objects.get(title="A draft")


@pytest.fixture
def lead(stage, program):
    return program(Scene(MOMENTS[0], tenders.who("lead"), None))


@pytest.fixture
def describe(lead, draft):
    """Posts to a draft's `describe-tender`, as text of this type."""

    def post(body, content_type=JSON, **headers):
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        with undone():
            return lead.post(f"/api/v1/tenders/{draft.pk}/describe-tender/", text, content_type=content_type, headers=headers)

    return post


GOOD = {"title": "Acute care", "description": "Help.", "is_public": True}


def test_a_good_body_is_taken(describe):
    assert describe(GOOD).status_code == 200


@pytest.mark.parametrize(
    "text", ["", "{", '{"title": "x",}', "{'title': 'x'}", "title=x", "[1", "\ufeff{", "<a/>", "nul", '"\t"', b"\xff\xfe{", b'{"title": "\xe9"}']
)
def test_what_is_no_json_is_a_400(describe, text):
    assert errors(describe(text), 400)


@pytest.mark.parametrize("text", ["[]", "[{}]", "1", '"title"', "true", "0", "false", '""'])
def test_json_that_is_no_object_is_a_400(describe, text):
    assert errors(describe(text), 400)


def test_a_name_twice_is_a_400_for_nobody_could_say_which_is_meant(describe):
    (error,) = errors(describe('{"title": "One", "title": "Two", "description": "Help.", "is_public": true}'), 400)
    assert "title is there twice" in error["detail"]


def test_json_nested_too_deep_is_a_400(describe):
    assert errors(describe("[" * 100_000), 400)
    assert errors(describe({**GOOD, "title": json.loads("[" * 500 + "]" * 500)}), 400)


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/json; charset=rot13",
        "x",
    ],
)
def test_another_type_or_charset_is_a_415(describe, kind):
    assert errors(describe(GOOD, content_type=kind), 415)


def test_a_body_larger_than_anybody_means_is_a_413(describe):
    assert errors(describe({**GOOD, "description": "a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}), 413)


def test_a_form_larger_than_anybody_means_is_a_413_on_a_page_of_its_own(stage, browser, draft):
    client = browser(Scene(MOMENTS[0], tenders.who("lead"), None))
    response = client.post(f"/tenders/{draft.pk}/describe-tender/", {"title": "a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert response.status_code in (400, 413)
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=1000):
        text = f"title={'a' * 2000}"
        response = client.post(f"/tenders/{draft.pk}/describe-tender/", text, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert "What you sent is too big" in response.content.decode()
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=5):
        text = "&".join(f"x{number}=1" for number in range(9))
        response = client.post(f"/tenders/{draft.pk}/describe-tender/", text, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413


def test_a_field_that_the_act_does_not_take_is_named(describe):
    (error,) = errors(describe({**GOOD, "status": "awarded"}), 400)
    assert error["attr"] == "status"


def test_every_wrong_field_is_named_at_once(describe):
    found = errors(describe({"title": [], "is_public": "perhaps", "colour": "red"}), 400)
    assert {error["attr"] for error in found} == {"title", "is_public", "colour"}


def test_a_stranger_gets_the_answer_that_nothing_gets(stage, program, draft):
    rival = program(Scene(MOMENTS[0], tenders.bidder("bupa"), None))
    answers = [rival.post(f"/api/v1/tenders/{pk}/describe-tender/", GOOD, format="json") for pk in (draft.pk, UNKNOWN)]
    answers += [rival.get(f"/api/v1/tenders/{pk}/") for pk in (draft.pk, UNKNOWN)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    page = Client()
    page.force_login(tenders.bidder("bupa"))
    bodies = [page.get(f"/tenders/{pk}/").content.decode() for pk in (draft.pk, UNKNOWN)]
    assert without_token(bodies[0]) == without_token(bodies[1])


def test_the_wrong_moment_is_a_409_with_its_sentence(lead, stage):
    closed = Tender.objects.filter(status=Tender.Status.AWARDED).first()
    (error,) = errors(lead.post(f"/api/v1/tenders/{closed.pk}/issue-tender/", {}, format="json"), 409)
    assert error["code"] == "refused"
    assert error["detail"].endswith(".")


def test_whoever_read_an_older_state_changes_nothing(lead, draft):
    address = f"/api/v1/tenders/{draft.pk}/"
    read = lead.get(address)
    assert lead.get(address)["ETag"] == read["ETag"]
    first = lead.post(f"{address}describe-tender/", {**GOOD, "title": "First"}, format="json", headers={"If-Match": read["ETag"]})
    assert (first.status_code, first["ETag"] != read["ETag"], first["ETag"]) == (200, True, lead.get(address)["ETag"])
    second = lead.post(f"{address}describe-tender/", {**GOOD, "title": "Second"}, format="json", headers={"If-Match": read["ETag"]})
    (error,) = errors(second, 412)
    assert error["code"] == "changed_meanwhile"
    draft.refresh_from_db()
    assert draft.title == "First"
    again = lead.post(f"{address}describe-tender/", {**GOOD, "title": "Second"}, format="json", headers={"If-Match": first["ETag"]})
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("tag", "status"), [("*", 200), ('"other", {}', 200), ('"other"', 412), ("", 412), ("W/{}", 412), ('"' + "x" * 5000 + '"', 412)]
)
def test_an_if_match_may_name_any_state_or_several(describe, lead, draft, tag, status):
    now = lead.get(f"/api/v1/tenders/{draft.pk}/")["ETag"]
    assert describe(GOOD, **{"If-Match": tag.replace("{}", now)}).status_code == status


def test_a_refusal_after_a_right_tag_is_still_on_the_trail(lead, stage):
    awarded = Tender.objects.filter(status=Tender.Status.AWARDED).first()
    tag = lead.get(f"/api/v1/tenders/{awarded.pk}/")["ETag"]
    refused = TrailEntry.objects.filter(docket=awarded.docket, outcome=TrailEntry.Outcome.REFUSED).count()
    assert errors(lead.post(f"/api/v1/tenders/{awarded.pk}/issue-tender/", {}, format="json", headers={"If-Match": tag}), 409)
    assert TrailEntry.objects.filter(docket=awarded.docket, outcome=TrailEntry.Outcome.REFUSED).count() == refused + 1


def test_an_act_that_is_done_once_is_not_done_to_another_state(stage, program):
    bid = Bid.objects.get(invitation__tender__title="Issued", status=Bid.Status.SUBMITTED)
    client = program(Scene(MOMENTS[0], bid.invitation.people()[0], None))
    headers = {"If-Match": '"7777"', "Idempotency-Key": "one-request-0001"}
    assert errors(client.post(f"/api/v1/bids/{bid.pk}/withdraw-bid/", {}, format="json", headers=headers), 412)
    headers["If-Match"] = client.get(f"/api/v1/bids/{bid.pk}/")["ETag"]
    assert client.post(f"/api/v1/bids/{bid.pk}/withdraw-bid/", {}, format="json", headers=headers).status_code == 200


def test_one_key_for_two_bodies_is_a_422_and_no_key_is_a_400(stage, program):
    bid = Bid.objects.get(invitation__tender__title="Issued", status=Bid.Status.SUBMITTED)
    client = program(Scene(MOMENTS[0], bid.invitation.people()[0], None))
    address, headers = f"/api/v1/bids/{bid.pk}/submit-bid/", {"Idempotency-Key": "one-request-0001"}
    assert client.post(address, {}, format="json", headers=headers).status_code == 200
    assert errors(client.post(address, {"revision": 1}, format="json", headers=headers), 422)
    for key in ("", "short", "x" * 101):
        (error,) = errors(client.post(address, {}, format="json", headers={"Idempotency-Key": key} if key else {}), 400)
        assert error["attr"] == "Idempotency-Key"


def test_too_many_calls_are_told_when_to_come_back(lead, monkeypatch):
    cache.clear()
    monkeypatch.setattr(SimpleRateThrottle, "get_rate", lambda throttle: "2/min")
    answers = [lead.get("/api/v1/tenders/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert errors(answers[2], 429)
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    cache.clear()


BROKEN = ("?cursor=x", "?cursor=%00", "?cursor=cD0x", "?cursor=" + "A" * 5000, "?cursor=%ff%fe", "?cursor=bz0tMQ==", "?cursor=bz0xJnA9eA==")
NO_SIZES = ("-1", "0", "abc", "", "１０", "1001", "99999999999999999999")
UNKNOWN_NAMES = (
    "?docket__head_hash__startswith=a",
    "?pk__in=1",
    "?password__startswith=a",
    "?created_at__year=2026",
    "?ordering=password",
    "?search=%00",
    "?unknown=1&unknown=2",
    "?" + "&".join(f"a{number}=1" for number in range(500)),
    "?=",
    "?%00=%00",
)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asked_in_a_broken_way_answers_or_refuses_in_the_one_shape(lead, name):
    address = reverse(name)
    for query in BROKEN:
        response = lead.get(address + query)
        assert response.status_code == 200 or errors(response, response.status_code), query
        assert response.status_code in (200, 400, 404), query
    assert lead.get(f"{address}?format=api").status_code in (200, 404)
    for size in NO_SIZES:
        (error,) = errors(lead.get(address, {"page_size": size}), 400)
        assert error["attr"] == "page_size", size
        assert error["detail"].startswith("Give a whole number from 1 to 100"), size
    for query in UNKNOWN_NAMES:
        found = errors(lead.get(address + query), 400)
        assert all("This list takes no such parameter" in error["detail"] and "cursor, " in error["detail"] for error in found), query
        assert len(found) <= 20


def test_a_misspelt_filter_is_named_with_those_that_there_are(lead):
    (error,) = errors(lead.get("/api/v1/tenders/?stauts=issued"), 400)
    assert error["attr"] == "stauts"
    assert error["detail"].endswith("use one of these: buyer, cursor, format, framework, page_size, q, status.")
    assert lead.get("/api/v1/tenders/?status=issued&page_size=5&format=json").status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_every_filter_takes_nonsense_with_a_sentence(lead, name):
    view = next(route.callback.cls for found, route in routes() if found == name)
    for field in getattr(getattr(view, "filterset_class", None), "base_filters", {}):
        for value in ("\x00", "x" * 5000, "' OR 1=1 --", "-1", "1" * 5000, "\ud83d", "2026-02-30", "[]", UNKNOWN):
            response = lead.get(reverse(name), {field: value.encode("utf-8", "surrogatepass").decode("latin-1")})
            assert response.status_code in (200, 400), (field, value[:20])
            if response.status_code == 400:
                assert {error["attr"] for error in errors(response, 400)} == {field}


@pytest.mark.parametrize("pk", ["1", "x", "%00", "../", "null", "0" * 32, UNKNOWN.upper(), "a" * 5000])
def test_what_is_no_identifier_finds_nothing(lead, pk):
    assert lead.get(f"/api/v1/tenders/{pk}/").status_code == 404


def test_head_and_options_tell_no_more_than_get(stage, program, draft):
    rival = program(Scene(MOMENTS[0], tenders.bidder("bupa"), None))
    for method in ("head", "options", "get"):
        assert getattr(rival, method)(f"/api/v1/tenders/{draft.pk}/").status_code in (404, 405, 200 if method == "options" else 404)
    assert draft.title not in rival.options(f"/api/v1/tenders/{draft.pk}/").content.decode()
    lead = program(Scene(MOMENTS[0], tenders.who("lead"), None))
    head, get = (getattr(lead, method)(f"/api/v1/tenders/{draft.pk}/") for method in ("head", "get"))
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", get["ETag"])


def test_every_act_answers_only_to_post(lead, stage):
    for door in API:
        if door.begins:
            continue
        address = door.address(Scene(MOMENTS[0], tenders.who("lead"), Tender(pk=UNKNOWN)))
        for method in ("put", "patch", "delete", "get"):
            assert getattr(lead, method)(address).status_code == 405, (method, address)
