"""Tenders over the API: the same acts and the same refusals as on the pages."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from commissioning import clock
from commissioning.models import CriteriaSet, Questionnaire, TrailEntry
from procurement.actions import invitations, tenders
from procurement.models import Invitation, Lot, Tender
from procurement.views.drafting import CANCEL
from tests.factories import people
from tests.factories.bids import THE_DAY_BEFORE
from tests.factories.people import NOON
from tests.factories.tenders import CLOSES_AT, bidder, draft_tender, hillingdon, issued_tender, listed_suppliers, place_on_the_list, who

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


def client(user=None):
    made = APIClient()
    if user:
        made.force_authenticate(user)
    return made


def post(user, path, body=None, status=200, **headers):
    answer = client(user).post(f"/api/v1/{path}", body or {}, format="json", headers=headers)
    assert answer.status_code == status, answer.content
    return answer.json()


def test_a_tender_goes_from_draft_to_issue_over_the_api_alone():
    framework_list, area = place_on_the_list()
    listed_suppliers(2)
    hillingdon()
    lead, approver = who("lead"), who("approver")
    tender = post(lead, "tenders/", {"framework_list": framework_list.pk, "area": area.pk, "title": "Acute", "description": "Help."}, 201)
    at = f"tenders/{tender['id']}"
    dates = {"questions_close_at": "2026-03-16T12:00:00Z", "closes_at": "2026-03-27T12:00:00Z"}
    post(lead, f"{at}/set-timeline/", {**dates, "contract_starts_on": "2026-06-01", "contract_ends_on": "2029-05-31"})
    lot = post(lead, f"{at}/add-lot/", {"title": "All of it", "estimated_value": "250000.00"}, 201)
    criteria = [
        {"kind": "quality", "title": "Method", "weight": "60", "least_score": 2},
        {"kind": "price", "title": "Price", "weight": "40", "formula": "relative"},
    ]
    post(lead, f"lots/{lot['id']}/set-criteria/", {"criteria": criteria})
    post(lead, f"lots/{lot['id']}/set-questions/", {"questions": [{"kind": "text", "prompt": "How?", "word_limit": 300}]})
    lines = [{"description": "Days", "unit": "day", "quantity": "100"}]
    shown = post(lead, f"lots/{lot['id']}/set-price-schedule/", {"lines": lines})
    assert [criterion["weight"] for criterion in shown["criteria"]] == ["60.00", "40.00"]
    proposed = post(lead, f"{at}/propose-tender/")
    refused = post(lead, f"{at}/approve-tender/", status=403)
    assert refused["errors"][0]["code"] == "permission_denied"
    assert post(approver, f"{at}/approve-tender/", status=400)["errors"][0]["attr"] == "proposal_hash"
    assert "Open the page anew" in post(approver, f"{at}/approve-tender/", {"proposal_hash": "0" * 64}, 409)["errors"][0]["detail"]
    post(approver, f"{at}/approve-tender/", {"proposal_hash": proposed["proposal_hash"]})
    issued = post(lead, f"{at}/issue-tender/")
    assert (issued["status"], issued["phase"], issued["issued_at"]) == ("issued", "Open for bids", "2026-03-02T12:00:00Z")
    assert Invitation.objects.filter(tender=tender["id"]).count() == 2
    verbs = list(TrailEntry.objects.filter(docket=Tender.objects.get().docket).values_list("verb", flat=True))
    assert verbs[0] == "draft_tender"
    assert verbs[-1] == "issue_tender"


def test_wrong_values_are_named_and_wrong_moments_refused():
    draft = draft_tender()
    lot = draft.lots.first()
    wrong = post(who("lead"), f"lots/{lot.pk}/set-criteria/", {"criteria": [{"kind": "quality", "title": "x", "weight": "99"}]}, 400)
    assert "sum to 99" in wrong["errors"][0]["detail"]
    nested = post(who("lead"), f"lots/{lot.pk}/set-criteria/", {"criteria": [{"kind": "taste", "title": "x", "weight": "NaN"}]}, 400)
    assert {error["attr"] for error in nested["errors"]} == {"criteria.0.kind", "criteria.0.weight"}
    refused = post(who("lead"), f"tenders/{draft.pk}/issue-tender/", status=409)
    assert refused["errors"][0]["detail"] == "You cannot issue tender while it is draft."


@pytest.mark.parametrize("weight", ["NaN", "Infinity", "-Infinity", "-0", "1e308", "", None, [], {}, "0x10"])
def test_a_weight_that_is_no_number_is_a_400(weight):
    lot = draft_tender().lots.first()
    post(who("lead"), f"lots/{lot.pk}/set-criteria/", {"criteria": [{"kind": "quality", "title": "x", "weight": weight}]}, 400)


@pytest.mark.parametrize(
    "moment",
    ["2026-03-29T01:30:00", "2026-10-25T01:30:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T12:00:00Z", "soon", 7],
)
def test_a_moment_that_does_not_exist_or_is_absurd_is_a_400(moment):
    dates = {"questions_close_at": "2026-03-16T12:00:00Z", "contract_starts_on": "2027-06-01", "contract_ends_on": "2029-05-31"}
    draft = draft_tender()
    wrong = post(who("lead"), f"tenders/{draft.pk}/set-timeline/", {**dates, "closes_at": moment}, 400)
    assert [error["attr"] for error in wrong["errors"]] == ["closes_at"]


def test_documents_go_up_and_come_down_over_the_api():
    draft = draft_tender()
    file = SimpleUploadedFile("specification.txt", b"hello")
    answer = client(who("lead")).post(f"/api/v1/tenders/{draft.pk}/attach-document/", {"file": file}, format="multipart")
    assert answer.status_code == 200
    (document,) = client(who("lead")).get(f"/api/v1/tenders/{draft.pk}/documents/").json()
    down = client(who("lead")).get(f"/api/v1/tenders/{draft.pk}/documents/{document['id']}/")
    assert b"".join(down.streaming_content) == b"hello"
    assert down["Content-Disposition"].startswith("attachment")
    assert client(who("lead")).post(f"/api/v1/tenders/{draft.pk}/attach-document/", {}, format="multipart").status_code == 400
    assert client(who("lead")).post(f"/api/v1/tenders/{draft.pk}/attach-document/", {}, format="json").status_code == 415
    bad = SimpleUploadedFile("virus.exe", b"MZ")
    assert client(who("lead")).post(f"/api/v1/tenders/{draft.pk}/attach-document/", {"file": bad}, format="multipart").status_code == 415


def test_the_public_reads_issued_tenders_and_no_drafts():
    draft, issued = draft_tender(), issued_tender()
    hidden = issued_tender(title="Hidden")
    Tender.objects.filter(pk=hidden.pk).update(is_public=False)
    listed = client().get("/api/v1/tenders/").json()["results"]
    assert [tender["id"] for tender in listed] == [str(issued.pk)]
    assert client().get(f"/api/v1/tenders/{draft.pk}/").status_code == 404
    assert client().get(f"/api/v1/tenders/{hidden.pk}/").status_code == 404
    assert client(bidder("bupa")).get(f"/api/v1/tenders/{hidden.pk}/").status_code == 200
    assert client().post(f"/api/v1/tenders/{issued.pk}/cancel-tender/", {"reason": "x"}, format="json").status_code == 401


def test_tenders_are_narrowed_by_buyer_in_the_api_and_on_the_page():
    tender = issued_tender()
    Tender.objects.filter(pk=tender.pk).update(is_public=True)
    other = people.organisation("commissioner", "Harrow")
    for buyer, found in ((tender.buyer, [str(tender.pk)]), (other, [])):
        assert [row["id"] for row in client().get(f"/api/v1/tenders/?buyer={buyer.pk}").json()["results"]] == found
        assert (tender.title in Client().get(reverse("tender:index"), {"buyer": buyer.pk}).content.decode()) == bool(found)


def test_lots_come_in_the_order_of_their_numbers_whenever_they_were_added():
    tender = issued_tender()
    for number in (4, 3):
        named = {"title": f"Number {number}", "created_at": NOON}
        parts = {"criteria_set": CriteriaSet.objects.create(**named), "questionnaire": Questionnaire.objects.create(**named)}
        Lot.objects.create(tender=tender, number=number, **parts, **named)
    pages = [client(who("lead")).get(f"/api/v1/lots/?tender={tender.pk}&page_size=2").json()]
    pages.append(client(who("lead")).get(pages[0]["next"]).json())
    assert [lot["number"] for page in pages for lot in page["results"]] == [1, 2, 3, 4]


def test_a_clarification_is_asked_and_answered_over_the_api():
    invitation = issued_tender(suppliers=2).invitations.get(supplier__short_name="bupa")
    asked = post(bidder("bupa"), f"invitations/{invitation.pk}/ask-clarification/", {"question": "When?"}, 201)
    assert set(asked) == {"id", "tender", "number", "question", "answer", "answered_at", "created_at"}
    answered = post(who("lead"), f"clarifications/{asked['id']}/answer-clarification/", {"answer": "Soon."})
    assert answered["answer"] == "Soon."
    rival = client(bidder("drfoster")).get(f"/api/v1/clarifications/?tender={invitation.tender_id}&unanswered=false").json()["results"]
    assert [clarification["id"] for clarification in rival] == [asked["id"]]


def test_an_extension_is_shown_once_it_is_made():
    tender = issued_tender()
    later = "2026-04-01T11:00:00Z"
    waiting = post(who("lead"), f"tenders/{tender.pk}/propose-extension/", {"closes_at": later, "reason": "Late data."})["waiting_extension"]
    shown = client().get(f"/api/v1/tenders/{tender.pk}/").json()
    assert (shown["extensions"], shown["waiting_extension"], shown["proposal_hash"]) == ([], None, None)
    assert post(who("approver"), f"tenders/{tender.pk}/extend-deadline/", status=400)["errors"][0]["attr"] == "extension"
    extended = post(who("approver"), f"tenders/{tender.pk}/extend-deadline/", {"extension": waiting["id"]})
    assert (extended["closes_at"], extended["extensions"][0]["reason"]) == ("2026-04-01T12:00:00+01:00", "Late data.")


def test_an_extension_past_the_first_day_of_the_contract_names_another():
    tender = issued_tender()
    body = {"closes_at": "2026-06-12T11:00:00Z", "reason": "Late data."}
    refused = post(who("lead"), f"tenders/{tender.pk}/propose-extension/", body, 400)
    assert [error["attr"] for error in refused["errors"]] == ["contract_starts_on"]
    proposed = post(who("lead"), f"tenders/{tender.pk}/propose-extension/", {**body, "contract_starts_on": "2026-07-01"})
    extended = post(who("approver"), f"tenders/{tender.pk}/extend-deadline/", {"extension": proposed["waiting_extension"]["id"]})
    assert (extended["contract_starts_on"], extended["contract_ends_on"]) == ("2026-07-01", "2029-05-31")
    assert extended["extensions"][0]["replaced_contract_starts_on"] == "2026-06-01"


def test_the_intention_is_null_to_the_buyer_until_bids_are_opened():
    tender = issued_tender(suppliers=1)
    invitation = tender.invitations.get()
    invitations.say_intention(invitation.pk, intention=Invitation.Intention.BIDS, by=bidder("bupa"), at=NOON)
    path = f"/api/v1/invitations/{invitation.pk}/"
    assert client(bidder("bupa")).get(path).json()["intention"] == "bids"
    assert client(who("lead")).get(path).json()["intention"] is None
    Tender.objects.filter(pk=tender.pk).update(status=Tender.Status.OPENED, bids_opened_at=CLOSES_AT)
    assert client(who("lead")).get(path).json()["intention"] == "bids"


def test_lists_cost_the_same_for_one_row_and_for_many(django_assert_max_num_queries):
    issued_tender(suppliers=3)
    for path in ("tenders", "lots", "invitations", "clarifications"):
        few = queries(path, django_assert_max_num_queries)
        assert few < 12
    before = {path: queries(path, django_assert_max_num_queries) for path in ("tenders", "lots", "invitations")}
    for number in range(4):
        issued_tender(suppliers=3, title=f"Tender {number}")
    assert {path: queries(path, django_assert_max_num_queries) for path in before} == before


def queries(path, counting):
    with counting(100) as counted:
        assert client(who("lead")).get(f"/api/v1/{path}/").status_code == 200
    return len(counted)


def test_cancelling_needs_a_reason_in_the_body():
    tender = issued_tender()
    missing = post(who("lead"), f"tenders/{tender.pk}/cancel-tender/", status=400)
    assert missing["errors"][0]["attr"] == "reason"
    assert CANCEL.action is tenders.cancel_tender
    assert post(who("lead"), f"tenders/{tender.pk}/cancel-tender/", {"reason": "No money."})["status"] == "cancelled"


def test_money_is_text_with_two_decimals():
    draft = draft_tender()
    lot = draft.lots.first()
    shown = post(who("lead"), f"lots/{lot.pk}/change-lot/", {"title": "A", "estimated_value": 1000.5})
    lot.refresh_from_db()
    assert (shown["estimated_value"], lot.estimated_value) == ("1000.50", Decimal("1000.50"))
    assert THE_DAY_BEFORE < CLOSES_AT


def test_a_buyer_narrows_its_own_tenders_by_status_on_the_page():
    draft, issued = draft_tender(title="Still a draft"), issued_tender(title="Gone out")
    browser = Client()
    browser.force_login(who("lead"), backend="commissioning.accounts.ByEmail")
    for status, shown in (("draft", draft), ("issued", issued)):
        page = browser.get(reverse("tender:yours"), {"status": status}).text
        assert [one.title in page for one in (draft, issued)] == [one == shown for one in (draft, issued)]
