"""Files go with a tender or a bid: checked, hashed, stored before anything is locked, and kept only if the act is done."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from commissioning import answering, intake
from commissioning.models import Document, Letter, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import bids, documents
from procurement.models import Submission
from procurement.notice import documents_of, notice_hash
from tests.factories.bids import THE_DAY_BEFORE, drafted_bid
from tests.factories.people import NOON
from tests.factories.tenders import CLOSES_AT, bidder, draft_tender, issued_tender, who

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
HELLO_SHA256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


@pytest.fixture
def bid():
    tender = issued_tender(suppliers=2)
    return drafted_bid(tender.invitations.get(supplier__short_name="bupa"), tender.lots.get(number=1))


def attach(bid, name="method.txt", content=b"hello", *, by=None, at=THE_DAY_BEFORE):
    return documents.attach_to_bid(bid.pk, file=SimpleUploadedFile(name, content), by=by or bidder("bupa"), at=at)


def submit(bid, *, at=THE_DAY_BEFORE):
    return bids.submit_bid(bid.pk, by=bidder("bupa"), at=at)


def stored():
    return [document for document in Document.objects.all() if document.file and document.file.storage.exists(document.file.name)]


def test_a_file_is_submitted_with_its_hash_and_stands_on_the_receipt(bid):
    attach(bid)
    submission = submit(bid).submissions.get()
    (file,) = submission.content["files"]
    assert (file["name"], file["bytes"], file["sha256"]) == ("method.txt", 5, HELLO_SHA256)
    assert submission.receipt.content["files"] == [file]


@pytest.mark.parametrize(("size", "fits"), [(5, True), (6, False)])
def test_a_bid_keeps_so_many_bytes_of_files_with_those_of_earlier_versions(bid, settings, size, fits):
    """A bidder who attaches, submits and removes again and again would otherwise fill the disk."""
    settings.FILES_MAX_BYTES = 10
    attach(bid)
    submit(bid)
    documents.remove_from_bid(bid.pk, document=Document.objects.get().pk, by=bidder("bupa"), at=THE_DAY_BEFORE)
    if fits:
        attach(bid, "more.txt", b"x" * size)
    else:
        with pytest.raises(ValidationError, match=r"5 bytes of files are kept here already, .* and 10 bytes may be"):
            attach(bid, "more.txt", b"x" * size)
    assert len(stored()) == 1 + fits


def test_it_counts_with_the_next_submission_and_not_before(bid):
    submit(bid)
    attach(bid)
    assert Submission.objects.counting().get().content["files"] == []


def test_a_file_that_was_submitted_is_kept_for_that_version(bid):
    attach(bid)
    submit(bid)
    document = Document.objects.get()
    documents.remove_from_bid(bid.pk, document=document.pk, by=bidder("bupa"), at=THE_DAY_BEFORE)
    assert list(bid.attached()) == []
    assert stored() == [document]


def test_a_file_of_a_draft_alone_is_destroyed(bid, django_capture_on_commit_callbacks):
    attach(bid)
    with django_capture_on_commit_callbacks(execute=True):
        documents.remove_from_bid(bid.pk, document=Document.objects.get().pk, by=bidder("bupa"), at=THE_DAY_BEFORE)
    assert stored() == []
    assert Document.objects.get().sha256 == HELLO_SHA256


@pytest.mark.parametrize(("age", "is_left"), [(timedelta(hours=23), True), (timedelta(hours=25), False)])
def test_what_a_process_that_died_left_of_an_arrival_is_destroyed_after_a_day(bid, monkeypatch, age, is_left):
    intake.receive(SimpleUploadedFile("half.txt", b"hello"), subject=bid, purpose=answering.ARRIVING, by=bidder("bupa"), at=THE_DAY_BEFORE)
    (left,) = stored()
    monkeypatch.setattr("commissioning.clock.now", lambda: THE_DAY_BEFORE + age)
    answering.tidy_files()
    assert Document.objects.filter(pk=left.pk).exists() == is_left
    assert left.file.storage.exists(left.file.name) == is_left


def test_a_removed_file_whose_destruction_was_cut_off_is_destroyed_by_the_next_tidying(bid):
    attach(bid)
    documents.remove_from_bid(bid.pk, document=Document.objects.get().pk, by=bidder("bupa"), at=THE_DAY_BEFORE)
    assert len(stored()) == 1
    answering.tidy_files()
    assert stored() == []


def test_a_file_on_the_last_microsecond_is_taken_and_at_the_deadline_nothing_of_it_stays(bid):
    attach(bid, at=CLOSES_AT - timedelta(microseconds=1))
    with pytest.raises(Refused, match="too late"):
        attach(bid, "late.txt", at=CLOSES_AT)
    assert [document.name for document in stored()] == ["method.txt"]
    assert Document.objects.count() == 1
    assert TrailEntry.objects.get(outcome=TrailEntry.Outcome.REFUSED).verb == "attach_to_bid"


def test_a_strangers_file_is_not_even_stored(bid):
    with pytest.raises(ObjectDoesNotExist):
        attach(bid, by=bidder("drfoster"))
    with pytest.raises(ObjectDoesNotExist):
        attach(bid, by=who("lead"))
    assert not Document.objects.exists()


def test_a_rivals_file_cannot_be_taken_out(bid):
    attach(bid)
    document = Document.objects.get()
    rival = drafted_bid(bid.invitation.tender.invitations.get(supplier__short_name="drfoster"), bid.lot)
    with pytest.raises(Document.DoesNotExist):
        documents.remove_from_bid(rival.pk, document=document.pk, by=bidder("drfoster"), at=THE_DAY_BEFORE)


def test_more_files_than_a_panel_can_read_are_refused(bid, monkeypatch):
    monkeypatch.setattr(documents, "MOST_FILES", 1)
    attach(bid)
    with pytest.raises(Refused, match="at most 1 files"):
        attach(bid, "second.txt")
    assert len(stored()) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.txt", b""),
        ("method.exe", b"MZ\x90\x00"),
        ("method.pdf", b"MZ\x90\x00"),
        ("method.pdf", b"<html><script>alert(1)</script></html>"),
        ("method.pdf", PDF[:20]),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("page.html", b"<!doctype html>"),
        ("method.php.pdf", PDF),
        ("all.zip", b"PK\x05\x06" + b"\0" * 18),
        ("method.docx", b"PK\x05\x06" + b"\0" * 18),
        ("noextension", b"hello"),
        ("control.txt", b"a\0b"),
        ("\u202etxt.exe", b"MZ\x90\x00"),
    ],
)
def test_what_no_panel_should_open_is_refused_and_nothing_of_it_stays(bid, name, content):
    with pytest.raises(ValidationError):
        attach(bid, name, content)
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\bids\\method.txt", "method.txt"),
        ("a\r\nSet-Cookie: x.txt", "a Set-Cookie- x.txt"),
        ("n" * 300 + ".txt", "n" * 146 + ".txt"),
        ("文書.txt", "文書.txt"),
    ],
)
def test_names_are_made_safe(bid, name, kept):
    upload = SimpleUploadedFile("x.txt", b"hello")
    upload._name = name
    documents.attach_to_bid(bid.pk, file=upload, by=bidder("bupa"), at=THE_DAY_BEFORE)
    assert Document.objects.get().name == kept


def test_the_tenders_documents_are_frozen_with_it_and_later_ones_go_to_everybody():
    tender = draft_tender()
    for name in ("specification.txt", "withdrawn.txt"):
        documents.attach_document(tender.pk, file=SimpleUploadedFile(name, b"hello"), by=who("lead"), at=NOON)
    documents.remove_document(tender.pk, document=documents_of(tender).get(name="withdrawn.txt").pk, by=who("lead"), at=NOON)
    assert [document.name for document in documents_of(tender)] == ["specification.txt"]


def test_a_document_added_after_issue_is_told_to_every_supplier_and_leaves_the_notice_as_it_was():
    tender = issued_tender(suppliers=2)
    documents.attach_document(tender.pk, file=SimpleUploadedFile("data.csv", b"a,b\n1,2\n"), by=who("lead"), at=THE_DAY_BEFORE)
    assert {letter.recipient for letter in Letter.objects.filter(template="document_added")} == {bidder("bupa"), bidder("drfoster")}
    assert notice_hash(tender) == tender.notice_hash
    with pytest.raises(Refused):
        documents.remove_document(tender.pk, document=documents_of(tender).get().pk, by=who("lead"), at=THE_DAY_BEFORE)
    with pytest.raises(Refused, match="too late"):
        documents.attach_document(tender.pk, file=SimpleUploadedFile("late.txt", b"late"), by=who("lead"), at=CLOSES_AT)
    with pytest.raises(PermissionDenied):
        documents.attach_document(tender.pk, file=SimpleUploadedFile("mine.txt", b"mine"), by=bidder("bupa"), at=THE_DAY_BEFORE)
