"""The receipt of an application proves what a bid's does: anybody checks it, online and offline; a changed one, or a changed trail, is noticed."""

import base64
import json
import shutil
import subprocess
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from commissioning import proof, signing, triggers
from commissioning.canon import canonical, digest
from commissioning.models import TrailEntry
from suppliers.actions.applications import save_application, submit_application, withdraw_application
from suppliers.proof import KIND
from tests.factories.admissions import CLOSES_AT, announced_round, bids, drafted_application
from tests.factories.frameworks import supplier
from tests.factories.people import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    draft = drafted_application(announced_round(), supplier())
    return submit_application(draft.pk, by=bids(draft.supplier), at=NOON)


@pytest.fixture
def version(application):
    return application.versions.get()


@pytest.fixture
def raw(application, client):
    """The file as its supplier downloads it."""
    client.force_login(bids(application.supplier), backend="commissioning.accounts.ByEmail")
    answer = client.get(reverse("application:receipt", args=[application.pk, 1]))
    client.logout()
    return answer.content


@pytest.fixture
def file(raw):
    return json.loads(raw)


@pytest.fixture
def check(client):
    """What anybody reads who pastes a text into the page."""

    def checked(file, status=200):
        answer = client.post(reverse("check_receipt"), {"text": json.dumps(file)})
        assert answer.status_code == status
        return answer.content.decode()

    return checked


def rewrite_the_trail(facts):
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE commissioning_trailentry SET facts = %s WHERE verb = 'submit_application'", [json.dumps(facts)])
    triggers.install(connection)


def test_it_names_what_was_received_from_whom_for_what_and_when(application, version):
    round_, content = application.round, version.receipt
    framework = round_.framework
    assert content["kind"] == KIND == "receipt for an application"
    assert content["framework"] == {"id": str(framework.pk), "reference": framework.reference, "title": framework.title}
    assert content["round"] == {"id": str(round_.pk), "title": round_.title}
    assert content["supplier"] == {"id": str(application.supplier_id), "name": str(application.supplier)}
    assert (content["application"], content["version"], content["content_hash"]) == (str(application.pk), 1, version.content_hash)
    assert (content["received_at"], content["deadline"]) == ("2026-03-02T12:00:00.000000Z", "2026-03-27T12:00:00.000000Z")


def test_receipt_and_trail_hold_each_other_in_every_version(application):
    by = bids(application.supplier)
    save_application(application.pk, statement="Better.", places=application.wanted, by=by, at=NOON)
    submit_application(application.pk, by=by, at=NOON)
    withdraw_application(application.pk, by=by, at=NOON)
    for version in application.versions.all():
        place = version.receipt["trail"]
        entry = TrailEntry.objects.get(docket_id=place["docket"], number=place["entry"])
        assert (entry.verb, entry.subject_id, entry.previous_hash) == ("submit_application", application.pk, place["follows"])
        assert entry.facts["receipt"] == digest(version.receipt)
        assert proof.examine(json.dumps(proof.receipt_file(version.receipt, version.signature)).encode()).holds
    assert application.versions.count() == 2


def test_the_download_says_how_it_is_checked_and_the_page_finds_that_it_holds(file, check, application):
    assert file["key"].endswith("/keys/receipts.pem")
    assert "Ed25519" in file["how_to_check"]
    page = check(file)
    for said in ("The receipt holds.", str(application.supplier), application.round.title, application.round.framework.title, "Entry 3 of"):
        assert said in page


def test_the_file_as_it_was_downloaded_is_taken_too(raw, client, tmp_path):
    place = tmp_path / "receipt.json"
    place.write_bytes(raw)
    with place.open("rb") as opened:
        assert "The receipt holds." in client.post(reverse("check_receipt"), {"file": opened}).content.decode()


def test_what_the_api_gives_of_a_version_holds_as_it_is(application, client):
    client.force_login(bids(application.supplier), backend="commissioning.accounts.ByEmail")
    (version,) = client.get(f"/api/v1/applications/{application.pk}/").json()["versions"]
    assert proof.examine(json.dumps(version).encode()).holds


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(received_at="2026-03-02T11:59:59.999999Z"),
        lambda content: content.update(version=2),
        lambda content: content["supplier"].update(name="Somebody Else Ltd"),
        lambda content: content["trail"].update(entry=1),
        lambda content: content.update(kind="receipt for a bid"),
        lambda content: content.pop("deadline"),
    ],
)
def test_one_that_was_changed_is_found_out(file, check, change):
    change(file["receipt"])
    page = check(file)
    assert "This is not our receipt" in page
    assert "The receipt holds." not in page


@pytest.mark.parametrize("facts", [{"version": 1}, {"receipt": "0" * 64}])
def test_a_trail_that_was_rewritten_disagrees_with_a_receipt_that_was_kept(file, check, facts):
    rewrite_the_trail(facts)
    assert "Our trail does not hold this receipt" in check(file)


def test_a_fact_beside_the_receipts_own_cannot_be_rewritten_either(file, check, version):
    rewrite_the_trail({"receipt": digest(version.receipt), "version": 7})
    assert "Our trail does not hold this receipt" in check(file)


@pytest.mark.parametrize("kind", ["receipt for a contract", "", None, 1, ["receipt for a bid"], {}])
def test_one_of_an_unknown_kind_is_told_which_kinds_there_are_though_we_signed_it(file, check, kind, tmp_path):
    content = {**file["receipt"], "kind": kind}
    unknown = {"receipt": content, "signature": signing.sign(content)}
    page = check(unknown)
    assert "This is none of our receipts" in page
    assert "There are these: receipt for a bid; receipt for an application." in page
    place = tmp_path / "receipt.json"
    place.write_text(json.dumps(unknown))
    with pytest.raises(CommandError, match="There are these: receipt for a bid; receipt for an application"):
        call_command("verify_receipt", str(place), stdout=StringIO())


def test_the_command_reads_it_out_and_its_exit_says_whether_it_holds(file, raw, application, tmp_path):
    place, out = tmp_path / "receipt.json", StringIO()
    place.write_bytes(raw)
    call_command("verify_receipt", str(place), stdout=out)
    for said in ("receipt for an application", str(application.supplier), "2026-03-02T12:00:00.000000Z", "Our trail holds this receipt"):
        assert said in out.getvalue()
    file["receipt"]["version"] = 3
    place.write_text(json.dumps(file))
    with pytest.raises(CommandError, match="not signed"):
        call_command("verify_receipt", str(place), stdout=out)
    place.write_bytes(raw)
    rewrite_the_trail({})
    with pytest.raises(CommandError, match="our trail does not hold it"):
        call_command("verify_receipt", str(place), stdout=out)


def test_with_a_key_the_command_asks_no_database(raw, tmp_path, django_assert_num_queries):
    place, key = tmp_path / "receipt.json", tmp_path / "receipts.pem"
    place.write_bytes(raw)
    key.write_text(signing.public_key_pem())
    with django_assert_num_queries(0):
        call_command("verify_receipt", str(place), key=str(key), stdout=StringIO())


@pytest.mark.parametrize("without", ["round", "files", "received_at", "trail"])
def test_one_signed_with_the_key_that_was_given_and_lacking_something_is_refused_with_a_sentence(file, tmp_path, without):
    content = {name: value for name, value in file["receipt"].items() if name != without}
    place, key = tmp_path / "receipt.json", tmp_path / "receipts.pem"
    place.write_text(json.dumps({"receipt": content, "signature": signing.sign(content)}))
    key.write_text(signing.public_key_pem())
    with pytest.raises(CommandError, match="does not say what such a receipt says"):
        call_command("verify_receipt", str(place), key=str(key), stdout=StringIO())


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not on this machine")
def test_openssl_alone_can_check_it(file, client, tmp_path):
    """With the key as it is published, and nothing of ours but sorted JSON."""
    (tmp_path / "content").write_bytes(json.dumps(file["receipt"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
    (tmp_path / "signature").write_bytes(base64.b64decode(file["signature"]))
    (tmp_path / "receipts.pem").write_bytes(client.get("/keys/receipts.pem").content)
    command = "openssl pkeyutl -verify -pubin -inkey receipts.pem -rawin -in content -sigfile signature"
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "content").write_bytes(canonical({**file["receipt"], "version": 2}))
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_the_deadline_on_it_is_the_one_then_in_force(version):
    assert dict(proof.in_words(version.receipt))["Deadline then in force"] == CLOSES_AT
