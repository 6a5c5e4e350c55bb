"""Files come in whole and honest or not at all, and go out as downloads that no browser opens as a page."""

import hashlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile, UploadedFile
from django.db import DatabaseError

from commissioning.intake import receive, serve
from commissioning.models import Document, Organisation, User
from commissioning.refusals import Refused
from tests.factories import files, people

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def trust() -> Organisation:
    return people.commissioner()


@pytest.fixture
def lead(trust: Organisation) -> User:
    return people.person(trust, "procurement_lead")


def upload(name: str, content: bytes) -> UploadedFile:
    return SimpleUploadedFile(name, content, "text/html")


def called(name: str | None, content: bytes) -> UploadedFile:
    """An upload with this very name, which Django's own class would have tidied."""
    named = upload("bid.pdf", content)
    named._name = name  # type: ignore[attr-defined]
    return named


def stored_files() -> list[Path]:
    folder = Path(default_storage.path("documents"))
    return [place for place in folder.rglob("*") if place.is_file()]


@pytest.fixture
def nothing_stored(trust, lead):
    """What the storage holds before, which is all that it must hold after."""
    before = stored_files()
    yield
    assert stored_files() == before
    assert not Document.objects.exists()


@pytest.mark.parametrize("ending", files.whole())
def test_a_file_is_kept_with_what_it_is_how_long_it_is_and_its_hash(ending, trust, lead):
    content, media_type = files.whole()[ending]
    document = receive(upload(f"Method statement.{ending}", content), subject=trust, purpose="method statement", by=lead, at=AT)
    document.refresh_from_db()
    assert (document.name, document.media_type, document.size) == (f"Method statement.{ending}", media_type, len(content))
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert (document.subject_type, document.subject_id, document.purpose) == ("commissioning.organisation", trust.pk, "method statement")
    assert (document.given_by, document.created_at, document.withdrawn_at) == (lead, AT, None)
    with document.file.open("rb") as kept:
        assert kept.read() == content


def test_a_file_too_long_for_memory_is_hashed_on_its_way_from_the_disk(trust, lead):
    content = files.pdf() + b"\n" * 900 + b"%" + b"x" * 3_000_000 + b"\n%%EOF\n"
    spooled = TemporaryUploadedFile("bid.pdf", "application/pdf", len(content), None)
    spooled.write(content)
    document = receive(spooled, subject=trust, purpose="bid", by=lead, at=AT)
    assert (document.size, document.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert Path(spooled.temporary_file_path()).exists()
    spooled.close()


def test_a_file_is_kept_under_its_own_id_and_not_under_the_name_that_somebody_gave_it(trust, lead):
    document = receive(upload("bid.pdf", files.pdf()), subject=trust, purpose="bid", by=lead, at=AT)
    assert document.file.name == f"documents/{document.pk.hex[:2]}/{document.pk.hex}"
    assert Path(document.file.path).stat().st_mode & 0o777 == 0o600


def test_the_size_is_counted_and_not_believed(trust, lead):
    liar = UploadedFile(BytesIO(files.pdf()), "bid.pdf", "application/pdf", size=1)
    assert receive(liar, subject=trust, purpose="bid", by=lead, at=AT).size == len(files.pdf())


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("price\u202efdp.pdf", "pricefdp.pdf"),
        ("a\x00b\r\n.pdf", "ab .pdf"),
        ("..\\..\\bid.pdf", "bid.pdf"),
        ("x" * 296 + ".pdf", "x" * 146 + ".pdf"),
        ("é" * 100 + ".pdf", "é" * 100 + ".pdf"),
        ('a"b<c>.pdf', "a-b-c-.pdf"),
    ],
    ids=ascii,
)
def test_a_name_is_made_safe_and_the_file_is_kept(given_name, kept, trust, lead):
    named = called(given_name, files.pdf())
    assert receive(named, subject=trust, purpose="bid", by=lead, at=AT).name == kept


@pytest.mark.parametrize("given_name", ["../../etc/passwd", "bid.pdf\x00.exe", "bid\u202efdp.exe", "bid.exe", "bid", "..", "", None])
def test_a_name_that_hides_another_kind_is_refused(given_name, trust, lead, nothing_stored):
    named = called(given_name, files.pdf())
    with pytest.raises(ValidationError, match="is not of a kind that is taken"):
        receive(named, subject=trust, purpose="bid", by=lead, at=AT)


def test_the_sentence_names_the_file(trust, lead, nothing_stored):
    with pytest.raises(ValidationError) as refusal:
        receive(upload("bid.pdf", files.image("PNG")), subject=trust, purpose="bid", by=lead, at=AT)
    assert refusal.value.messages == ["“bid.pdf” is named as PDF, but its content is that of a PNG file. Save it as what it is, and send it again."]


def test_an_empty_file_is_refused(trust, lead, nothing_stored):
    with pytest.raises(ValidationError, match=r"“bid\.pdf” is empty\. Choose the file again\."):
        receive(upload("bid.pdf", b""), subject=trust, purpose="bid", by=lead, at=AT)


@pytest.mark.parametrize(("more", "fits"), [(-1, True), (0, True), (1, False)])
def test_a_file_may_be_as_long_as_the_limit_and_not_a_byte_longer(more, fits, trust, lead, settings):
    settings.DOCUMENT_MAX_BYTES = 2 * 1024 * 1024
    sent = upload("notes.txt", b"x" * (settings.DOCUMENT_MAX_BYTES + more))
    if fits:
        assert receive(sent, subject=trust, purpose="bid", by=lead, at=AT).size == settings.DOCUMENT_MAX_BYTES + more
    else:
        with pytest.raises(ValidationError, match=r"“notes\.txt” is larger than 2 MB\. Make it smaller, or send it in parts\."):
            receive(sent, subject=trust, purpose="bid", by=lead, at=AT)


def test_a_full_disk_is_told_and_leaves_no_half_of_a_file(trust, lead, nothing_stored, monkeypatch):
    def full_after_the_first_block(self, *_):
        yield b"%PDF-"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("commissioning.intake._Passing.chunks", full_after_the_first_block)
    with pytest.raises(Refused, match=r"“bid\.pdf” could not be stored just now, and nothing of it was kept\."):
        receive(upload("bid.pdf", files.pdf()), subject=trust, purpose="bid", by=lead, at=AT)


def test_a_storage_that_took_less_than_the_whole_file_keeps_nothing_of_it(trust, lead, nothing_stored, monkeypatch):
    monkeypatch.setattr("commissioning.intake._Passing.chunks", lambda self, *_: iter([self.read(10)]))
    with pytest.raises(Refused, match="nothing of it was kept"):
        receive(upload("bid.pdf", files.pdf()), subject=trust, purpose="bid", by=lead, at=AT)


def test_a_file_whose_row_cannot_be_written_is_not_kept(trust, lead, nothing_stored, monkeypatch):
    def fail(*_, **__):
        raise DatabaseError("gone")

    monkeypatch.setattr(Document, "save", fail)
    with pytest.raises(DatabaseError):
        receive(upload("bid.pdf", files.pdf()), subject=trust, purpose="bid", by=lead, at=AT)


def test_a_storage_that_begins_again_still_gets_the_hash_of_the_whole(trust, lead, monkeypatch):
    def twice(self, *_):
        self.seek(0)
        self.read(100)
        self.seek(0, 2)
        self.seek(0)
        yield self.read(100)
        self.seek(10)
        self.read(50)
        self.seek(100)
        while block := self.read(64):
            yield block

    monkeypatch.setattr("commissioning.intake._Passing.chunks", twice)
    document = receive(upload("bid.pdf", files.pdf()), subject=trust, purpose="bid", by=lead, at=AT)
    assert document.sha256 == hashlib.sha256(files.pdf()).hexdigest()


def test_a_file_is_handed_out_as_a_download_that_no_browser_runs(trust, lead):
    document = receive(upload("Método £.pdf", files.pdf()), subject=trust, purpose="bid", by=lead, at=AT)
    response = serve(Document.objects.get(pk=document.pk))
    assert b"".join(response) == files.pdf()
    response.close()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(document.size)
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''M%C3%A9todo%20%C2%A3.pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox"


def test_a_file_that_the_storage_lost_is_told_in_a_sentence(trust, lead):
    document = receive(upload("bid.pdf", files.pdf()), subject=trust, purpose="bid", by=lead, at=AT)
    Path(document.file.path).unlink()
    with pytest.raises(Refused, match=r"“bid\.pdf” cannot be read just now\."):
        serve(Document.objects.get(pk=document.pk))
