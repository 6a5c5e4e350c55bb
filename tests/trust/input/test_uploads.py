"""Files that a supplier attaches to a bid, over the page and the API alike: what is not what it says is refused, and nothing of it stays."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from commissioning.models import Document
from procurement.models import Bid
from tests.factories import files, tenders
from tests.trust.input.conftest import undone
from tests.trust.input.stage import MOMENTS, Scene

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


def bomb(kind):
    """An Office file of a few kilobytes that would unpack to hundreds of megabytes."""
    file = BytesIO(files.office(kind))
    with ZipFile(file, "a", ZIP_DEFLATED) as package:
        package.writestr("zeros.bin", bytes(300 * 1024 * 1024))
    return file.getvalue()


WRONG = {
    "an svg picture": ("picture.svg", SVG),
    "an svg called png": ("picture.png", SVG),
    "a page": ("method.html", HTML),
    "a page called pdf": ("method.pdf", HTML),
    "a pdf called docx": ("method.docx", files.pdf()),
    "a docx called xlsx": ("method.xlsx", files.office("docx")),
    "a double extension": ("method.pdf.exe", files.pdf()),
    "a program called pdf": ("method.pdf", b"MZ\x90\x00" + bytes(200)),
    "a right-to-left name": ("method\u202efdp.exe", b"MZ"),
    "a truncated docx": ("method.docx", files.office("docx")[:200]),
    "no extension": ("method", files.pdf()),
}


@pytest.fixture(params=["page", "api"])
def attach(request, stage, browser, program):
    """Attaches a file to a draft and gives the answer; and what is kept of it."""
    scene = Scene(MOMENTS[0], tenders.bidder("bupa"), None)
    bid = Bid.objects.get(invitation__tender__title="Issued", status=Bid.Status.DRAFT)
    address = f"/bids/{bid.pk}/attach-to-bid/" if request.param == "page" else f"/api/v1/bids/{bid.pk}/attach-to-bid/"

    def send(name, content):
        client = browser(scene) if request.param == "page" else program(scene)
        more = {} if request.param == "page" else {"format": "multipart"}
        before = set(Document.objects.values_list("pk", flat=True))
        with undone():
            response = client.post(address, {"file": SimpleUploadedFile(name, content)}, **more)
            return response, list(Document.objects.exclude(pk__in=before))

    return send


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_what_it_says_is_a_415(attach, what):
    response, kept = attach(*WRONG[what])
    assert (response.status_code, kept) == (415, []), response.content[:300]


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_file_that_would_unpack_to_hundreds_of_megabytes_is_refused(attach, kind):
    response, kept = attach(f"method.{kind}", bomb(kind))
    assert (response.status_code, kept) == (415, [])


def test_an_empty_file_is_a_400(attach):
    response, kept = attach("method.txt", b"")
    assert (response.status_code, kept) == (400, [])


def test_a_file_above_the_limit_is_a_413(attach):
    with override_settings(DOCUMENT_MAX_BYTES=10):
        response, kept = attach("method.txt", b"more than ten bytes")
    assert (response.status_code, kept) == (413, [])


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.txt", "..\\..\\boot.txt", "a" * 300 + ".txt", "a\x00b.txt", "a\r\nX-Evil: 1.txt", "<script>.txt", "CON.txt", ".txt"]
)
def test_a_name_that_means_harm_is_made_harmless_or_refused(attach, name):
    response, kept = attach(name, b"How we do it.")
    assert response.status_code in (200, 302, 400, 415)
    for document in kept:
        assert not set(document.name) & set('/\\\x00\r\n<>"')
        assert len(document.name) <= 200


def test_an_upload_that_breaks_off_keeps_nothing(stage, browser, program):
    scene = Scene(MOMENTS[0], tenders.bidder("bupa"), None)
    bid = Bid.objects.get(invitation__tender__title="Issued", status=Bid.Status.DRAFT)
    whole = b'--x\r\nContent-Disposition: form-data; name="file"; filename="method.txt"\r\nContent-Type: text/plain\r\n\r\nHow we'
    before = Document.objects.count()
    for client, address in ((browser(scene), f"/bids/{bid.pk}/attach-to-bid/"), (program(scene), f"/api/v1/bids/{bid.pk}/attach-to-bid/")):
        for sent in (whole[:30], whole[:100], b"", b"--x--", b"--y\r\n\r\n"):
            response = client.post(address, sent, content_type="multipart/form-data; boundary=x")
            assert response.status_code == 400, (address, sent, response.status_code)
    assert Document.objects.count() == before
