"""No line of the log lets its reader in."""

import logging
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.http import Http404, HttpResponse
from django.test import Client
from structlog.testing import capture_logs

from commissioning.logs import without_secrets
from commissioning.middleware import RefusalsAsPages
from commissioning.models import Organisation

SECRET = "eyJzZWNyZXQi:1abc:xyz"


@pytest.mark.parametrize("address", [f"/accept/{SECRET}/", f"/calendar/{SECRET}.ics", f"/account/password/reset/key/{SECRET}/"])
def test_the_secret_of_an_address_is_hidden(address):
    line = without_secrets(None, "info", {"event": f"Not Found: {address}", "request": f"POST {address}", "code": 404})
    assert SECRET not in str(line)
    assert line["code"] == 404


def test_an_address_without_a_secret_stays_whole():
    line = {"event": "Not Found: /tenders/1/", "request": "GET /tenders/1/", "request_id": "8a4b1f5e-7f43-4a52-8d07-3c1f3f0e9f11"}
    assert without_secrets(None, "info", dict(line)) == line


@pytest.mark.django_db
def test_a_refused_invitation_leaves_no_secret_in_what_is_written(capsys):
    dictConfig(settings.LOGGING)
    Client().get(f"/accept/{SECRET}/")
    logging.getLogger("django.request").warning("Not Found: /accept/%s/", SECRET)
    written = capsys.readouterr().err
    assert "/accept/[hidden]" in written
    assert SECRET not in written


def test_a_row_that_is_missing_answers_404_and_is_told_in_the_log_with_its_place_and_no_id(rf):
    gone = "8a4b1f5e-7f43-4a52-8d07-3c1f3f0e9f11"
    try:
        look_for(gone)
    except Organisation.DoesNotExist as missing:
        with capture_logs() as logs, pytest.raises(Http404):
            RefusalsAsPages(lambda request: HttpResponse()).process_exception(rf.get("/"), missing)
    (line,) = logs
    assert (line["log_level"], line["missing"]) == ("warning", "Organisation.DoesNotExist")
    assert line["where"].startswith("tests/commissioning/test_logs.py:")
    assert gone not in str(line)


def look_for(gone):
    raise Organisation.DoesNotExist(gone)
