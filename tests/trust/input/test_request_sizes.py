"""How much anybody may send at once: a stranger little, and who is signed in one file and the form around it."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile

from commissioning.models import Organisation, Role
from tests.factories.people import organisation, person

pytestmark = pytest.mark.django_db
MOST = settings.DOCUMENT_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
FORM = "multipart/form-data; boundary=x"
PLACES = ("/account/login/", "/receipts/check/", "/account/tokens/new/", "/api/v1/tenders/")


@pytest.fixture(autouse=True)
def nothing_is_spooled(monkeypatch):
    def spooled(*_, **__):
        raise AssertionError("it went to a disk")

    monkeypatch.setattr(TemporaryUploadedFile, "__init__", spooled)


@pytest.mark.parametrize("place", PLACES)
def test_a_stranger_sends_no_more_than_a_form(client, place):
    refused = client.generic("POST", place, b"x" * (settings.STRANGERS_MAX_BYTES + 1), FORM)
    assert refused.status_code == 413
    assert "larger than 1 MB" in refused.content.decode()
    assert client.generic("POST", place, b"x" * settings.STRANGERS_MAX_BYTES, FORM).status_code != 413


@pytest.mark.parametrize("place", PLACES)
def test_who_is_signed_in_sends_one_file_at_most(client, place):
    client.force_login(person(organisation(Organisation.Kind.SUPPLIER, "BUPA"), Role.BID_MANAGER))
    refused = client.generic("POST", place, b"", FORM, CONTENT_LENGTH=str(MOST + 1))
    assert refused.status_code == 413
    assert "larger than 105 MB" in refused.content.decode()
    assert "no-store" in refused["Cache-Control"]
    assert client.generic("POST", place, b"", FORM, CONTENT_LENGTH=str(MOST)).status_code != 413


def test_a_token_counts_at_the_api_alone(client):
    token = {"Authorization": "Token made-up"}
    assert client.generic("POST", "/api/v1/tenders/", b"", FORM, CONTENT_LENGTH=str(MOST), headers=token).status_code == 401
    assert client.generic("POST", "/account/login/", b"", FORM, CONTENT_LENGTH=str(MOST), headers=token).status_code == 413


@pytest.mark.parametrize(("place", "words"), [("/account/login/", "The length of what you sent is missing"), ("/api/v1/me/", "length_required")])
def test_a_body_in_pieces_of_unknown_number_is_refused(client, place, words):
    refused = client.generic("POST", place, b"", FORM, headers={"Transfer-Encoding": "chunked"})
    assert refused.status_code == 411
    assert words in refused.content.decode()
