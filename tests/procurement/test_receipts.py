"""A receipt proves, to anybody and offline, what was received and when; a changed receipt or trail is noticed."""

import base64
import hashlib
import json
import shutil
import subprocess
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from commissioning import proof, signing, triggers
from commissioning.canon import canonical, digest
from commissioning.models import TrailEntry
from procurement.models import Receipt
from procurement.proof import KIND, receipt_file
from tests.factories.bids import THE_DAY_BEFORE, submitted_bid
from tests.factories.tenders import CLOSES_AT, bidder, issued_tender

pytestmark = pytest.mark.django_db


@pytest.fixture
def receipt():
    tender = issued_tender(suppliers=2)
    return submitted_bid(tender.invitations.get(supplier__short_name="bupa"), tender.lots.get(number=1)).receipt


@pytest.fixture
def file(receipt):
    return json.loads(json.dumps(receipt_file(receipt)))


def as_bytes(file):
    return json.dumps(file).encode()


def test_it_says_what_was_received_when_and_by_which_deadline(receipt):
    submission, content = receipt.submission, receipt.content
    tender = submission.bid.lot.tender
    assert content["tender"] == {"id": str(tender.pk), "reference": tender.reference, "title": tender.title, "notice_hash": tender.notice_hash}
    assert (content["lot"]["number"], content["supplier"]["name"], content["version"]) == (1, "BUPA Membership Commissioning Ltd", 1)
    assert (content["content_hash"], content["files"]) == (submission.content_hash, [])
    assert (content["received_at"], content["deadline"]) == ("2026-03-26T15:00:00.000000Z", "2026-03-27T12:00:00.000000Z")
    assert (submission.received_at, tender.closes_at) == (THE_DAY_BEFORE, CLOSES_AT)


def test_receipt_and_trail_hold_each_other(receipt):
    place = receipt.content["trail"]
    entry = TrailEntry.objects.get(docket_id=place["docket"], number=place["entry"])
    assert (entry.verb, entry.previous_hash) == ("submit_bid", place["follows"])
    assert entry.facts["receipt"] == digest(receipt.content)


def test_what_we_signed_is_found_to_hold(file):
    verdict = proof.examine(as_bytes(file))
    assert (verdict.is_signed, verdict.trail_agrees, verdict.holds) == (True, True, True)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(received_at="2026-03-26T14:59:59.999999Z"),
        lambda content: content.update(version=2),
        lambda content: content["lot"].update(title="Another"),
        lambda content: content.update(more="words"),
        lambda content: content.pop("deadline"),
        lambda content: content.clear(),
    ],
)
def test_one_that_was_changed_is_found_out(file, change):
    change(file["receipt"])
    verdict = proof.examine(as_bytes(file))
    assert (verdict.is_signed, verdict.holds) == (False, False)


def test_another_key_did_not_sign_it(file, settings):
    pem = signing.public_key_pem()
    settings.SIGNING_KEY = "another"
    assert not proof.examine(as_bytes(file)).is_signed
    assert proof.examine(as_bytes(file), public_pem=pem).is_signed


def test_a_trail_that_was_rewritten_disagrees_with_a_receipt_that_was_kept(file):
    triggers.remove(connection)
    TrailEntry.objects.filter(verb="submit_bid").update(facts={"receipt": "0" * 64})
    triggers.install(connection)
    verdict = proof.examine(as_bytes(file))
    assert (verdict.is_signed, verdict.trail_agrees, verdict.holds) == (True, False, False)


def test_a_receipt_that_our_trail_does_not_hold_is_not_ours(file):
    forged = {**file["receipt"], "trail": {**file["receipt"]["trail"], "entry": 99}}
    verdict = proof.examine(as_bytes({"receipt": forged, "signature": signing.sign(forged)}))
    assert (verdict.is_signed, verdict.trail_agrees) == (True, False)


@pytest.mark.parametrize("place", [None, [], {"docket": "x", "entry": 1}, {"docket": 1, "entry": "one"}, {"entry": None}])
def test_a_signed_content_without_a_place_on_the_trail_is_no_proof(place):
    content = {"kind": KIND, "trail": place}
    assert not proof.examine(as_bytes({"receipt": content, "signature": signing.sign(content)})).holds


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00",
        b"[]",
        b"{}",
        b"nothing",
        b'{"receipt": 1, "signature": "x"}',
        b'{"receipt": {}, "signature": 1}',
        b'{"receipt": {"a": NaN}, "signature": "x"}',
        b'{"receipt": {"a": 1.0}, "signature": "x"}',
        b'{"receipt": {"a": 1, "a": 2}, "signature": "x"}',
        b'{"receipt": {"a": "\\ud800"}, "signature": "x"}',
        b"\xff\xfe",
        b"[" * 100_000,
        b"{" * (proof.LONGEST_FILE + 1),
        b'{"receipt": {"a": ' + b"9" * 5000 + b'}, "signature": "x"}',
    ],
)
def test_what_is_no_receipt_is_said_to_be_none(raw):
    with pytest.raises(proof.NotAReceipt):
        proof.examine(raw)


def test_what_else_we_sign_is_no_receipt():
    heads = {"heads": []}
    assert not proof.examine(as_bytes({"receipt": heads, "signature": signing.sign(heads)}), public_pem=signing.public_key_pem()).holds


@pytest.mark.parametrize("signature", ["", "x", "é", "AAAA", "=" * 88])
def test_a_signature_that_is_none_is_no_proof(file, signature):
    assert not proof.examine(as_bytes({**file, "signature": signature})).holds


def test_the_database_refuses_to_rewrite_a_receipt(receipt):
    with pytest.raises(DatabaseError, match="What was submitted does not change"), transaction.atomic():
        Receipt.objects.update(signature="x")


def test_the_command_checks_a_file_and_its_exit_says_so(file, tmp_path):
    place = tmp_path / "receipt.json"
    place.write_bytes(as_bytes(file))
    out = StringIO()
    call_command("verify_receipt", str(place), stdout=out)
    assert "2026-03-26T15:00:00.000000Z" in out.getvalue()
    file["receipt"]["version"] = 3
    place.write_bytes(as_bytes(file))
    with pytest.raises(CommandError, match="not signed"):
        call_command("verify_receipt", str(place), stdout=out)


def test_with_a_key_the_command_asks_no_database(file, tmp_path, django_assert_num_queries):
    place, key = tmp_path / "receipt.json", tmp_path / "receipts.pem"
    place.write_bytes(as_bytes(file))
    key.write_text(signing.public_key_pem())
    with django_assert_num_queries(0):
        call_command("verify_receipt", str(place), key=str(key), stdout=StringIO())


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not on this machine")
def test_openssl_alone_can_check_it(file, tmp_path):
    """No software of ours takes part but for writing sorted JSON, which is a line of any language."""
    (tmp_path / "content").write_bytes(json.dumps(file["receipt"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
    (tmp_path / "signature").write_bytes(base64.b64decode(file["signature"]))
    (tmp_path / "key.pem").write_text(signing.public_key_pem())
    command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in content -sigfile signature"
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "content").write_bytes(canonical({**file["receipt"], "version": 2}))
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_the_bidder_alone_gets_the_salt_and_can_check_the_hash_with_any_tool(receipt, client):
    """The receipt itself, which is shown to others as proof, has neither the salt nor a price."""
    salt = receipt.submission.content["salt"]
    client.force_login(bidder("bupa"), backend="commissioning.accounts.ByEmail")
    page = client.get(receipt.get_absolute_url()).content.decode()
    assert salt in page
    received = client.get(f"{receipt.get_absolute_url()}bid/")
    assert hashlib.sha256(received.content).hexdigest() == receipt.content["content_hash"]
    assert salt not in client.get(f"{receipt.get_absolute_url()}download/").content.decode()
    client.force_login(bidder("drfoster"), backend="commissioning.accounts.ByEmail")
    assert client.get(f"{receipt.get_absolute_url()}bid/").status_code == 404
