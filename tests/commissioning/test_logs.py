"""No line of the log lets its reader in."""

import logging
from logging.config import dictConfig

import pytest
from django.conf import settings
from django.test import Client

from commissioning.logs import without_secrets

SECRET = "eyJzZWNyZXQi:1abc:xyz"


@pytest.mark.parametrize("address", [f"/accept/{SECRET}/", f"/calendar/{SECRET}.ics", f"/account/password/reset/key/{SECRET}/"])
def test_the_secret_of_an_address_is_hidden(address):
    line = without_secrets(None, "info", {"event": f"Not Found: {address}", "request": f"POST {address}", "code": 404})
    assert SECRET not in str(line)
    assert line["code"] == 404


def test_an_address_without_a_secret_stays_whole():
    line = {"event": "Not Found: /tenders/1/", "request": "GET /tenders/1/"}
    assert without_secrets(None, "info", dict(line)) == line


@pytest.mark.django_db
def test_a_refused_invitation_leaves_no_secret_in_what_is_written(capsys):
    dictConfig(settings.LOGGING)
    Client().get(f"/accept/{SECRET}/")
    logging.getLogger("django.request").warning("Not Found: /accept/%s/", SECRET)
    written = capsys.readouterr().err
    assert "/accept/[hidden]" in written
    assert SECRET not in written
