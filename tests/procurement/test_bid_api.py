"""Bids over the API: sent twice makes one, two colleagues do not overwrite each other, and a key is used for one request."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from rest_framework.request import Request
from rest_framework.test import APIClient

from commissioning import clock, proof
from commissioning.models import ApiCall, TrailEntry
from procurement.models import Bid, Submission
from tests.factories.bids import THE_DAY_BEFORE, answers_for, drafted_bid, prices_for
from tests.factories.tenders import CLOSES_AT, bidder, issued_tender

pytestmark = pytest.mark.django_db
KEY = "one-request-0001"


@pytest.fixture
def now(monkeypatch):
    moment = [THE_DAY_BEFORE]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


@pytest.fixture
def bid(now):
    tender = issued_tender(suppliers=2)
    return drafted_bid(tender.invitations.get(supplier__short_name="bupa"), tender.lots.get(number=1))


@pytest.fixture
def api():
    client = APIClient()
    client.force_authenticate(bidder("bupa"))
    return client


def send(api, bid, verb, body=None, **headers):
    return api.post(f"/api/v1/bids/{bid.pk}/{verb}/", body or {}, format="json", headers=headers)


def test_a_bid_goes_from_nothing_to_its_receipt_over_the_api_alone(now):
    tender = issued_tender(suppliers=1)
    invitation, lot = tender.invitations.get(), tender.lots.get(number=1)
    api = APIClient()
    api.force_authenticate(bidder("bupa"))
    begun = api.post(f"/api/v1/invitations/{invitation.pk}/draft-bid/", {"lot": lot.pk}, format="json")
    assert begun.status_code == 201
    bid = Bid.objects.get(pk=begun.json()["id"])
    saved = send(api, bid, "save-bid", {"revision": 0, "answers": answers_for(lot)})
    assert (saved.status_code, saved["ETag"], len(saved.json()["faults"])) == (200, '"1-0-draft"', 2)
    saved = send(api, bid, "save-bid", {"prices": prices_for(lot)}, **{"If-Match": '"1-0-draft"'})
    assert (saved.json()["faults"], saved.json()["revision"]) == ([], 2)
    file = SimpleUploadedFile("method.txt", b"hello")
    attached = api.post(f"/api/v1/bids/{bid.pk}/attach-to-bid/", {"file": file}, format="multipart")
    assert [each["name"] for each in attached.json()["files"]] == ["method.txt"]
    submitted = send(api, bid, "submit-bid", {"revision": 3}, **{"Idempotency-Key": KEY})
    assert (submitted.status_code, submitted.json()["status"]) == (200, "submitted")
    (version,) = submitted.json()["submissions"]
    receipt = api.get(f"/api/v1/receipts/{version['receipt']}/file/")
    assert proof.examine(receipt.content).holds
    down = api.get(f"/api/v1/bids/{bid.pk}/files/{attached.json()['files'][0]['id']}/")
    assert b"".join(down.streaming_content) == b"hello"


def test_the_same_key_gets_the_same_answer_and_makes_one_bid(bid, api):
    first = send(api, bid, "submit-bid", **{"Idempotency-Key": KEY})
    again = send(api, bid, "submit-bid", **{"Idempotency-Key": KEY})
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert Submission.objects.count() == 1
    assert TrailEntry.objects.filter(verb="submit_bid").count() == 1


def test_a_repeated_key_after_the_deadline_still_gets_the_answer_of_the_bid_that_was_received(bid, api, now):
    first = send(api, bid, "submit-bid", **{"Idempotency-Key": KEY})
    now[0] = CLOSES_AT + timedelta(days=1)
    again = send(api, bid, "submit-bid", **{"Idempotency-Key": KEY})
    assert (again.status_code, again.json()) == (200, first.json())


def test_another_key_with_the_same_content_makes_no_second_bid(bid, api):
    send(api, bid, "submit-bid", **{"Idempotency-Key": KEY})
    send(api, bid, "submit-bid", **{"Idempotency-Key": KEY + "b"})
    assert Submission.objects.count() == 1


def test_a_key_is_needed_and_is_used_for_one_request(bid, api):
    assert send(api, bid, "submit-bid").status_code == 400
    send(api, bid, "submit-bid", **{"Idempotency-Key": KEY})
    assert send(api, bid, "submit-bid", {"revision": 1}, **{"Idempotency-Key": KEY}).status_code == 422
    assert send(api, bid, "withdraw-bid", **{"Idempotency-Key": KEY}).status_code == 422


def test_a_refusal_uses_up_no_key_and_is_recorded(bid, api, now):
    now[0] = CLOSES_AT
    late = send(api, bid, "submit-bid", **{"Idempotency-Key": KEY})
    assert late.status_code == 409
    assert "The deadline was Friday 27 March 2026, 12:00:00.000000 GMT" in late.json()["errors"][0]["detail"]
    assert not ApiCall.objects.exists()
    assert TrailEntry.objects.get(outcome=TrailEntry.Outcome.REFUSED).verb == "submit_bid"
    now[0] = CLOSES_AT - timedelta(microseconds=1)
    assert send(api, bid, "submit-bid", **{"Idempotency-Key": KEY}).status_code == 200


def test_an_incomplete_bid_is_a_400_that_says_everything(bid, api):
    send(api, bid, "save-bid", {"revision": 1, "answers": dict.fromkeys(bid.answers), "prices": dict.fromkeys(bid.prices, "ten")})
    wrong = send(api, bid, "submit-bid", **{"Idempotency-Key": KEY})
    assert (wrong.status_code, len(wrong.json()["errors"])) == (400, 4)


def test_a_stale_copy_is_a_412_by_body_and_by_header(bid, api):
    assert send(api, bid, "save-bid", {"revision": 0, "answers": {}}).status_code == 412
    assert send(api, bid, "save-bid", {"answers": {}}, **{"If-Match": '"7-0-draft"'}).status_code == 412
    assert send(api, bid, "submit-bid", {"revision": 0}, **{"Idempotency-Key": KEY}).status_code == 412
    assert send(api, bid, "save-bid", {"answers": {}}).status_code == 400
    for tag in ("*", "3", '"1"', 'W/"1-0-draft"', '"x"', '"١-0-draft"'):
        assert send(api, bid, "save-bid", {"answers": {}}, **{"If-Match": tag.encode().decode("latin-1")}).status_code == 400
    assert send(api, bid, "save-bid", {"revision": 2, "answers": {}}, **{"If-Match": '"1-0-draft"'}).status_code == 400
    assert send(api, bid, "save-bid", {"answers": {}}, **{"If-Match": '"1-0-draft"'}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"revision": 1, "answers": []},
        {"revision": 1, "answers": {"x": "y"}},
        {"revision": "NaN"},
        {"revision": 1e308},
        {"revision": -1},
        [],
        "text",
    ],
)
def test_a_body_that_makes_no_sense_is_a_4xx_and_changes_nothing(bid, api, body):
    answer = api.post(f"/api/v1/bids/{bid.pk}/save-bid/", body, format="json")
    assert answer.status_code in {400, 412}
    assert Bid.objects.get(pk=bid.pk).revision == 1


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800", "x" * 100_001])
def test_text_that_cannot_be_kept_is_a_400(bid, api, text):
    for answers in (f'{{"{next(iter(bid.answers))}": "{text}"}}', f'{{"{text}": "An answer."}}'):
        body = f'{{"revision": 1, "answers": {answers}}}'
        answer = api.post(f"/api/v1/bids/{bid.pk}/save-bid/", body, content_type="application/json")
        assert answer.status_code == 400
        assert Bid.objects.get(pk=bid.pk).revision == 1


def test_a_bid_is_withdrawn_with_a_key(bid, api):
    send(api, bid, "submit-bid", **{"Idempotency-Key": KEY})
    withdrawn = send(api, bid, "withdraw-bid", **{"Idempotency-Key": KEY + "w"})
    assert (withdrawn.json()["status"], withdrawn.json()["answers"]) == ("withdrawn", {})
    assert send(api, bid, "withdraw-bid", **{"Idempotency-Key": KEY + "w"}).json() == withdrawn.json()


def test_nobody_signed_out_writes_or_reads_a_bid(bid):
    anonymous = APIClient()
    assert anonymous.get("/api/v1/bids/").json()["results"] == []
    assert anonymous.get(f"/api/v1/bids/{bid.pk}/").status_code == 404
    assert send(anonymous, bid, "submit-bid", **{"Idempotency-Key": KEY}).status_code == 401


def test_lists_of_bids_cost_the_same_for_one_and_for_many(bid, api, django_assert_max_num_queries):
    def counted(path):
        with django_assert_max_num_queries(50) as queries:
            assert api.get(path).status_code == 200
        return len(queries)

    send(api, bid, "submit-bid", **{"Idempotency-Key": KEY})
    before = [counted("/api/v1/bids/"), counted("/api/v1/receipts/")]
    for number in range(3):
        tender = issued_tender(suppliers=1, title=f"Tender {number}")
        for lot in tender.lots.all():
            other = drafted_bid(tender.invitations.get(supplier__short_name="bupa"), lot)
            send(api, other, "submit-bid", **{"Idempotency-Key": f"{KEY}{other.pk}"})
    assert [counted("/api/v1/bids/"), counted("/api/v1/receipts/")] == before


def test_the_tag_of_a_bid_changes_when_it_is_submitted_and_a_draft_read_before_is_then_stale(bid, api):
    before = api.get(f"/api/v1/bids/{bid.pk}/")["ETag"]
    submitted = send(api, bid, "submit-bid", **{"Idempotency-Key": KEY})
    assert (before, submitted["ETag"]) == ('"1-0-draft"', '"1-1-submitted"')
    assert send(api, bid, "save-bid", {"answers": {}}, **{"If-Match": before}).status_code == 412
    assert send(api, bid, "withdraw-bid", **{"Idempotency-Key": KEY + "w", "If-Match": before}).status_code == 412
    assert send(api, bid, "save-bid", {"answers": {}}, **{"If-Match": submitted["ETag"]}).status_code == 200


def test_after_a_bid_is_withdrawn_no_table_holds_what_was_typed(bid, api):
    """Every column of every table is read: the words of an answer, a unit price, the total and the salt are in none."""
    words, price = "Zanzibar validates every spell.", "7319.57"
    answers, prices = {next(iter(bid.answers)): words}, dict.fromkeys(bid.prices, price)
    assert send(api, bid, "save-bid", {"revision": 1, "answers": answers, "prices": prices}).status_code == 200
    submitted = send(api, bid, "submit-bid", **{"Idempotency-Key": KEY})
    assert submitted.json()["answers"] == {**bid.answers, **answers}
    content = Submission.objects.get().content
    typed = [words, price, content["total"], content["salt"]]
    assert all(held_somewhere(text) for text in typed)
    assert send(api, bid, "withdraw-bid", **{"Idempotency-Key": KEY + "w"}).status_code == 200
    assert [found for text in typed for found in held_somewhere(text)] == []


def held_somewhere(text):
    """The tables that hold this text, in whatever column."""
    tables = {model._meta.db_table: model._base_manager.values_list() for model in apps.get_models()}
    return [table for table, rows in tables.items() if any(text in str(value) for row in rows for value in row)]


def test_a_key_is_forgotten_after_48_hours(bid, api, now):
    send(api, bid, "submit-bid", **{"Idempotency-Key": KEY})
    now[0] += timedelta(hours=48)
    send(api, bid, "submit-bid", {"revision": 1}, **{"Idempotency-Key": KEY + "b"})
    assert not ApiCall.objects.filter(key=KEY).exists()


def test_the_bid_as_it_was_received_is_the_bytes_that_the_receipt_names(bid, api):
    submitted = send(api, bid, "submit-bid", **{"Idempotency-Key": KEY}).json()
    (version,) = submitted["submissions"]
    received = api.get(f"/api/v1/receipts/{version['receipt']}/bid/")
    assert sha256(received.content).hexdigest() == version["content_hash"]
    send(api, bid, "withdraw-bid", **{"Idempotency-Key": KEY + "w"})
    assert api.get(f"/api/v1/receipts/{version['receipt']}/bid/").status_code == 404


def test_the_description_of_saving_says_that_the_revision_may_be_left_out_beside_if_match(client):
    schema = client.get("/api/v1/schema/?format=json").json()["components"]["schemas"]["SaveBidBodyRequest"]
    assert "revision" not in schema.get("required", [])
    assert "If-Match" in schema["properties"]["revision"]["description"]


@pytest.fixture
def bodies_read(monkeypatch):
    """How many transactions were open whenever a body was read."""
    read, opened, parse = [], len(connection.savepoint_ids), Request._parse

    def parse_and_note(request):
        read.append(len(connection.savepoint_ids) - opened)
        return parse(request)

    monkeypatch.setattr(Request, "_parse", parse_and_note)
    return read


@pytest.mark.parametrize(
    ("verb", "headers"),
    [
        ("save-bid", {"If-Match": '"0-0-draft"'}),
        ("submit-bid", {"Idempotency-Key": KEY}),
        ("withdraw-bid", {"Idempotency-Key": KEY, "If-Match": "a"}),
    ],
)
def test_a_body_is_read_before_anything_is_locked(bid, api, bodies_read, verb, headers):
    """Whoever sends a body slowly would otherwise hold up every other bidder until the deadline is over."""
    send(api, bid, verb, **headers)
    assert bodies_read == [0]


def test_a_body_is_read_before_the_tender_is_locked_for_an_act_on_the_invitation(bid, api, bodies_read):
    address = f"/api/v1/invitations/{bid.invitation_id}/"
    tag = api.get(address)["ETag"]
    answer = api.post(f"{address}say-intention/", {"intention": "bids"}, format="json", headers={"If-Match": tag})
    assert (answer.status_code, bodies_read) == (200, [0])
