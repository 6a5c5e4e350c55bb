"""A buyer asks central support about a tender: advisers read it as suppliers would, comment, and never see a bid."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from rest_framework.test import APIClient

from commissioning.models import Letter, Role, TrailEntry
from commissioning.refusals import Refused
from procurement import before_the_deadline
from procurement.actions import advice
from procurement.actions.tenders import cancel_tender
from procurement.models import Advice, Bid, Invitation, Submission, Tender
from tests.factories import admissions, evaluations, tenders
from tests.factories.people import NOON, authority, person
from tests.factories.tenders import who

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser():
    return person(admissions.framework().authority, Role.CENTRAL_SUPPORT_ADVISER, "adviser@doh.example")


def asked(tender, **more):
    return advice.ask_for_advice(tender.pk, question="Are the lots right?", by=who("lead"), **{"at": NOON, **more})


def told(template):
    return sorted(Letter.objects.filter(template__startswith=template).values_list("recipient__email", flat=True))


def verbs(tender):
    return list(TrailEntry.objects.filter(docket=tender.docket, verb__contains="advice").order_by("number").values_list("verb", "outcome"))


def test_an_adviser_reads_a_draft_from_when_the_buyer_asks_until_the_buyer_ends_it(adviser, client):
    tender = tenders.draft_tender()
    client.force_login(adviser)
    assert client.get(tender.get_absolute_url()).status_code == 404
    record = asked(tender)
    shown = client.get(tender.get_absolute_url())
    assert (shown.status_code, tender.title in shown.content.decode()) == (200, True)
    assert client.get(record.get_absolute_url()).status_code == 200
    advice.end_advice(record.pk, by=who("lead"), at=NOON)
    assert client.get(tender.get_absolute_url()).status_code == 404
    assert client.get(record.get_absolute_url()).status_code == 404
    assert verbs(tender) == [("ask_for_advice", "done"), ("end_advice", "done")]
    assert (told("advice_asked"), told("advice_ended")) == (["adviser@doh.example"], ["adviser@doh.example"])


def test_a_comment_is_on_the_buyers_page_on_the_trail_and_in_letters(adviser, client):
    tender = tenders.draft_tender()
    record = asked(tender)
    advice.comment_on_tender(record.pk, text="Let the second lot apart.", by=adviser, at=NOON)
    for name in ("lead", "approver", "chair"):
        client.force_login(who(name))
        assert "Let the second lot apart." in client.get(tender.get_absolute_url()).content.decode(), name
    entry = TrailEntry.objects.get(docket=tender.docket, verb="comment_on_tender")
    assert (entry.actor, entry.facts) == (adviser, {"comment": "Let the second lot apart."})
    assert told("advice_given") == ["approver@hillingdon.example", "lead@hillingdon.example"]


def test_what_was_said_stays_after_the_end_and_nothing_is_added(adviser, client):
    tender = tenders.draft_tender()
    record = asked(tender)
    advice.comment_on_tender(record.pk, text="Let the second lot apart.", by=adviser, at=NOON)
    advice.end_advice(record.pk, by=who("lead"), at=NOON)
    with pytest.raises(Refused, match="has ended"):
        advice.comment_on_tender(record.pk, text="More.", by=adviser, at=NOON)
    with pytest.raises(Refused, match="ended already"):
        advice.end_advice(record.pk, by=who("lead"), at=NOON)
    client.force_login(who("lead"))
    assert "Let the second lot apart." in client.get(tender.get_absolute_url()).content.decode()


def test_advice_is_asked_for_once_at_a_time_and_only_of_those_who_are_there(adviser):
    tender = tenders.draft_tender()
    record = asked(tender)
    with pytest.raises(Refused, match="are asked about this tender already"):
        asked(tender)
    advice.end_advice(record.pk, by=who("lead"), at=NOON)
    assert asked(tender).ended_at is None


def test_without_an_adviser_or_for_a_tender_that_is_over_it_is_refused_with_a_sentence():
    tender = tenders.draft_tender()
    with pytest.raises(Refused, match="has no central support adviser now"):
        asked(tender)
    person(admissions.framework().authority, Role.CENTRAL_SUPPORT_ADVISER, "adviser@doh.example")
    cancel_tender(tender.pk, reason="Not needed.", by=who("lead"), at=NOON)
    with pytest.raises(Refused, match="this tender is cancelled"):
        asked(tender)


def test_only_the_lead_asks_and_ends_and_only_the_authoritys_advisers_comment(adviser):
    tender = tenders.draft_tender()
    with pytest.raises(PermissionDenied):
        advice.ask_for_advice(tender.pk, question="Well?", by=who("approver"), at=NOON)
    record = asked(tender)
    another = person(authority("Another authority"), Role.CENTRAL_SUPPORT_ADVISER, "adviser@other.example")
    for stranger in (another, admissions.curator(), who("lead")):
        with pytest.raises(PermissionDenied):
            advice.comment_on_tender(record.pk, text="Hm.", by=stranger, at=NOON)
    with pytest.raises(PermissionDenied):
        advice.end_advice(record.pk, by=adviser, at=NOON)
    assert not Advice.objects.visible_to(another).exists()
    assert not Tender.objects.visible_to(another).filter(pk=tender.pk).exists()


def test_an_adviser_sees_no_bid_no_invitation_and_no_evaluation_before_or_after_the_opening(adviser, client):
    sealed, opened = tenders.issued_tender(title="Sealed"), evaluations.scored_tender()
    client.force_login(adviser)
    for tender in (sealed, opened):
        asked(tender)
        assert client.get(tender.get_absolute_url()).status_code == 200
        assert client.get(reverse("tender:opening", args=[tender.pk])).status_code == 404
        shown = client.get(tender.get_absolute_url()).content.decode()
        for invitation in tender.invitations.select_related("supplier__organisation"):
            assert str(invitation.supplier) not in shown
    for model in (Bid, Invitation, Submission):
        assert not model.objects.visible_to(adviser).exists(), model
    api = APIClient()
    api.force_authenticate(adviser)
    assert api.get(f"/api/v1/tenders/{opened.pk}/evaluation-progress/").status_code == 404
    assert api.get("/api/v1/bids/").json()["results"] == []


def test_what_waits_for_an_adviser_is_on_their_desk_until_they_have_said_something(adviser):
    tender = tenders.draft_tender()
    record = asked(tender)
    assert [item.what for item in before_the_deadline.desk(adviser, NOON)] == ["Hillingdon PCT asks for your advice."]
    advice.comment_on_tender(record.pk, text="It is right.", by=adviser, at=NOON)
    assert list(before_the_deadline.desk(adviser, NOON)) == []


def test_the_pages_ask_comment_and_end(adviser, client):
    tender = tenders.draft_tender()
    client.force_login(who("lead"))
    place = reverse("tender:ask_for_advice", args=[tender.pk])
    assert "Ask central support for advice" in client.get(tender.get_absolute_url()).content.decode()
    assert client.post(place, {"question": ""}).status_code == 400
    record_page = client.post(place, {"question": "Are the lots right?"})["Location"]
    record = Advice.objects.get()
    assert record_page == record.get_absolute_url()
    client.force_login(adviser)
    assert "Are the lots right?" in client.get(record_page).content.decode()
    assert client.post(reverse("advice:comment_on_tender", args=[record.pk]), {"text": "They are."}).status_code == 302
    client.force_login(who("lead"))
    assert "They are." in client.get(record_page).content.decode()
    assert client.post(reverse("advice:end_advice", args=[record.pk])).status_code == 302
    assert tender.title in client.get(reverse("advice:index")).content.decode()


def test_the_api_asks_comments_and_ends(adviser):
    tender = tenders.draft_tender()
    lead, other = APIClient(), APIClient()
    lead.force_authenticate(who("lead"))
    other.force_authenticate(adviser)
    made = lead.post(f"/api/v1/tenders/{tender.pk}/ask-for-advice/", {"question": "Are the lots right?"}, format="json")
    assert made.status_code == 201, made.content
    place = f"/api/v1/advice/{made.json()['id']}/"
    said = other.post(f"{place}comment-on-tender/", {"text": "They are."}, format="json").json()
    assert [comment["text"] for comment in said["comments"]] == ["They are."]
    assert lead.post(f"{place}end-advice/", {}, format="json").status_code == 200
    assert other.get(place).status_code == 404


def test_a_page_of_advice_costs_the_same_for_one_comment_and_for_many(adviser, client, django_assert_max_num_queries):
    tender = tenders.draft_tender()
    record = asked(tender)
    advice.comment_on_tender(record.pk, text="First.", by=adviser, at=NOON)
    client.force_login(who("lead"))
    client.get(record.get_absolute_url())
    for place in (record.get_absolute_url(), tender.get_absolute_url(), reverse("advice:index")):
        with django_assert_max_num_queries(60) as before:
            client.get(place)
        for number in range(3):
            advice.comment_on_tender(record.pk, text=f"More {number}.", by=adviser, at=NOON)
        with django_assert_max_num_queries(len(before)):
            client.get(place)
