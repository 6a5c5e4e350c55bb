"""Who may act is asked before what they sent is read: a refusal tells nothing of the body, and stands on the trail as at the door."""

import pytest
from django.core.exceptions import PermissionDenied
from rest_framework.test import APIClient

from commissioning import clock
from commissioning.actions.organisations import describe_organisation
from commissioning.actions.people import invite_person
from commissioning.models import Role, TrailEntry
from procurement.actions import bids
from tests.factories import people as cast
from tests.factories.bids import THE_DAY_BEFORE, drafted_bid
from tests.factories.tenders import bidder, draft_tender, issued_tender, who

pytestmark = pytest.mark.django_db
DENIED = {"code": "permission_denied", "detail": "You do not have permission to perform this action.", "attr": None}
REFUSED = TrailEntry.Outcome.REFUSED


def caller(person):
    api = APIClient()
    api.force_authenticate(person)
    return api


def last(docket_id):
    entry = TrailEntry.objects.filter(docket=docket_id).latest("number")
    return entry.verb, entry.outcome, entry.actor, entry.subject_type, entry.subject_id, entry.facts


def contributor_of(invitation):
    return cast.person(invitation.supplier.organisation, Role.CONTRIBUTOR, "contributor@bupa.example")


@pytest.fixture
def invitation(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: THE_DAY_BEFORE)
    return issued_tender().invitations.get(supplier__short_name="bupa")


@pytest.mark.parametrize("body", ["{}", '{"title": ["not a text"]}', "no JSON at all"])
def test_whoever_may_not_act_learns_nothing_of_the_body_and_whoever_may_is_told_what_is_wrong_with_it(body):
    tender = draft_tender()
    place = f"/api/v1/tenders/{tender.pk}/describe-tender/"
    refused = caller(who("opener1")).post(place, body, content_type="application/json")
    assert (refused.status_code, refused.json()["errors"]) == (403, [DENIED])
    assert caller(who("lead")).post(place, body, content_type="application/json").status_code == 400


def test_a_contributor_who_may_write_but_not_submit_is_refused_before_the_key_is_asked_for(invitation):
    bid = drafted_bid(invitation, invitation.tender.lots.first())
    place = f"/api/v1/bids/{bid.pk}/submit-bid/"
    assert caller(contributor_of(invitation)).post(place, {}).status_code == 403
    assert caller(bidder("bupa")).post(place, {}).json()["errors"][0]["attr"] == "Idempotency-Key"
    assert caller(bidder("tribal")).post(place, {}).status_code == 404


def test_what_the_api_refuses_stands_on_the_trail_as_what_the_door_refuses(invitation):
    bid, contributor = drafted_bid(invitation, invitation.tender.lots.first()), contributor_of(invitation)
    with pytest.raises(PermissionDenied):
        bids.submit_bid(bid.pk, by=contributor)
    at_the_door = last(invitation.docket_id)
    assert at_the_door[:2] == ("submit_bid", REFUSED)
    assert caller(contributor).post(f"/api/v1/bids/{bid.pk}/submit-bid/", {}).status_code == 403
    assert last(invitation.docket_id) == at_the_door
    assert TrailEntry.objects.filter(docket=invitation.docket_id, verb="submit_bid", outcome=REFUSED).count() == 2


def test_an_act_on_a_part_is_refused_on_the_trail_of_the_whole_that_it_would_have_moved():
    tender = draft_tender()
    lot = tender.lots.first()
    assert caller(who("opener1")).post(f"/api/v1/lots/{lot.pk}/remove-lot/", {}).status_code == 403
    assert last(tender.docket_id)[:5] == ("remove_lot", REFUSED, who("opener1"), "procurement.tender", tender.pk)


def test_that_somebody_may_not_begin_a_record_stands_on_the_trail_of_what_it_was_to_be_within():
    hillingdon = cast.commissioner()
    opener = cast.person(hillingdon, Role.OPENER)
    with pytest.raises(PermissionDenied):
        invite_person(hillingdon.pk, email="new@hillingdon.example", name="New", role=Role.OPENER, by=opener)
    at_the_door = last(hillingdon.docket_id)
    assert at_the_door[:5] == ("invite_person", REFUSED, opener, "commissioning.organisation", hillingdon.pk)
    assert caller(opener).post(f"/api/v1/organisations/{hillingdon.pk}/invite-person/", {}).status_code == 403
    assert last(hillingdon.docket_id) == at_the_door


def test_whoever_may_begin_no_record_of_a_kind_is_refused_before_the_body_is_read():
    hillingdon = cast.commissioner()
    opener, lead = (cast.person(hillingdon, role) for role in (Role.OPENER, Role.PROCUREMENT_LEAD))
    for noun in ("organisations", "frameworks", "suppliers", "suppliers/register-consortium", "tenders"):
        assert caller(opener).post(f"/api/v1/{noun}/", {}).status_code == 403, noun
    assert caller(lead).post("/api/v1/tenders/", {}).status_code == 400


def test_a_good_act_is_asked_about_and_leaves_one_entry():
    hillingdon = cast.commissioner()
    lead = cast.person(hillingdon, Role.PROCUREMENT_LEAD)
    before = TrailEntry.objects.filter(docket=hillingdon.docket_id).count()
    assert caller(lead).post(f"/api/v1/organisations/{hillingdon.pk}/describe-organisation/", {"name": "Hillingdon"}).status_code == 200
    describe_organisation(hillingdon.pk, name="Hillingdon PCT", by=lead)
    assert TrailEntry.objects.filter(docket=hillingdon.docket_id).count() == before + 2


def test_a_form_that_somebody_sends_who_may_not_is_on_the_trail_and_one_that_they_only_open_is_not(client):
    tender = draft_tender()
    client.force_login(who("opener1"))
    place, entries = f"/tenders/{tender.pk}/propose-tender/", TrailEntry.objects.filter(docket=tender.docket_id)
    before = entries.count()
    assert client.get(place).status_code == 403
    assert entries.count() == before
    assert client.post(place).status_code == 403
    assert last(tender.docket_id)[:3] == ("propose_tender", REFUSED, who("opener1"))
