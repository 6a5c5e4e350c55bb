"""Whoever keeps the servers reads the log; it does not tell them who bids, how often, or what for."""

import io
import json
import logging
import re

import pytest
import structlog
from django.conf import settings
from django.test import Client

from tests.factories.bids import bid_manager, drafted_bid
from tests.factories.people import NOON
from tests.factories.tenders import issued_tender, who

pytestmark = pytest.mark.django_db
AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture
def log():
    """What a production server writes: each reading gives the lines since the last one."""
    said = settings.LOGGING["formatters"]["json"]
    processors = [*said["processors"][:-1], structlog.processors.JSONRenderer()]
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(said["()"](foreign_pre_chain=said["foreign_pre_chain"], processors=processors))
    root = logging.getLogger()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.INFO)

    def since_last_time():
        lines = [json.loads(line) for line in written.getvalue().splitlines()]
        written.seek(0)
        written.truncate()
        return lines

    yield since_last_time
    root.removeHandler(handler)
    root.setLevel(level)


def signed_in(user):
    client = Client(headers={"User-Agent": f"The browser of {user.email}"})
    client.force_login(user)
    return client


def requests(lines):
    return [(line["event"], line.get("request"), line.get("code")) for line in lines if "request" in line]


def test_reading_saving_and_submitting_a_bid_look_alike_and_name_nobody(log):
    invitation = issued_tender(suppliers=3).invitations.get(supplier__short_name="bupa")
    bid = drafted_bid(invitation, invitation.tender.lots.first(), at=NOON)
    client = signed_in(bid_manager(invitation))
    log()
    for place in (f"/invitations/{invitation.pk}/", f"/bids/{bid.pk}/", f"/bids/{bid.pk}/submit-bid/?x={bid.pk}", f"/api/v1/bids/{bid.pk}/"):
        client.get(place)
    written = log()
    assert requests(written) == [("request_started", "GET [sealed]", None), ("request_finished", "GET [sealed]", 200)] * 4
    told = json.dumps([{key: value for key, value in line.items() if key != "request_id"} for line in written])
    assert not AN_ID.search(told)
    for word in ("bupa", "BUPA", "submit", "browser", str(client.session["_auth_user_id"])):
        assert word not in told


def test_what_goes_wrong_with_a_bid_is_logged_without_saying_whose(log):
    invitation = issued_tender(suppliers=3).invitations.get(supplier__short_name="bupa")
    bid = drafted_bid(invitation, invitation.tender.lots.first(), at=NOON)
    log()
    signed_in(who("lead")).get(f"/bids/{bid.pk}/")
    logging.getLogger("django.request").error("Internal Server Error: /api/v1/bids/%s/submit-bid/", bid.pk)
    told = json.dumps(log())
    assert "[sealed]" in told
    assert str(bid.pk) not in told


def test_other_requests_are_logged_by_their_kind_of_address(log):
    tender = issued_tender(suppliers=3)
    client = signed_in(who("lead"))
    log()
    client.get(f"/tenders/{tender.pk}/?q=BUPA")
    assert requests(log()) == [("request_started", "GET /tenders/[id]/", None), ("request_finished", "GET /tenders/[id]/", 200)]
