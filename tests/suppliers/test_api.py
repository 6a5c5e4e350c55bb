"""The same acts and views over the API: the whole admission, and nothing of it to a rival."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from commissioning.canon import digest
from commissioning.models import Role
from suppliers.models import AdmissionRound, Appeal, Application, Framework, Listing, ListPublication
from tests.factories import admissions
from tests.factories.admissions import (
    APPEALS_END_AT,
    CLOSES_AT,
    DECIDED_AT,
    LODGED_AT,
    PUBLISHED_AT,
    announced_round,
    bids,
    drafted_application,
    published_round,
    round_with_decisions,
    submitted_application,
)
from tests.factories.appeals import drafted_appeal, lodged_appeal
from tests.factories.frameworks import CRITERIA, draft_framework, live_framework, supplier
from tests.factories.people import NOON, commissioner, person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
API = "/api/v1"


@pytest.fixture
def bupa():
    return supplier()


def caller(who):
    client = APIClient()
    if who is not None:
        client.force_authenticate(who)
    return client


def post(who, path, expected=200, /, **body):
    answer = caller(who).post(f"{API}/{path}", body)
    assert answer.status_code == expected, answer.content
    return answer.json()


def get(who, path, expected=200, /, **query):
    answer = caller(who).get(f"{API}/{path}", query)
    assert answer.status_code == expected, answer.content
    return answer.json()


def terms_are_stated(curator, framework):
    """What the Procurement Act 2023 demands beyond lists, areas and services."""
    post(curator, f"frameworks/{framework}/set-buyers/", classes=["PCT"])
    post(curator, f"frameworks/{framework}/set-award-criteria/", criteria=CRITERIA)
    post(curator, f"frameworks/{framework}/set-price-and-fee/", price_mechanism="Day rates.", estimated_value="1000000.00", fee_percent="0.50")
    post(curator, f"frameworks/{framework}/describe-selection/", selection_process="A mini-competition.", asks_at_most=5)
    post(curator, f"frameworks/{framework}/set-reopening/", reopens=False)


def test_what_a_framework_lacks_is_read_before_it_is_published_and_what_changes_before_the_next_version(curator, bupa, at):
    at(NOON)
    framework = draft_framework("second", regime="PA2023").pk
    refused = post(curator, f"frameworks/{framework}/publish-framework/", 409)
    assert "State the estimated value" in refused["errors"][0]["detail"]
    lacking = {each["code"] for each in get(curator, f"frameworks/{framework}/check/")["demands"] if each["missing"]}
    assert lacking == {"lists", "areas", "services", "price", "value", "selection", "openness"}
    terms_are_stated(curator, framework)
    lacking = {each["code"] for each in get(curator, f"frameworks/{framework}/check/")["demands"] if each["missing"]}
    assert lacking == {"lists", "areas", "services"}
    get(bids(bupa), f"frameworks/{framework}/check/", 404)


def test_a_version_is_public_and_what_waits_for_the_next_is_its_authoritys_alone(curator, bupa, at):
    at(NOON)
    framework = admissions.framework()
    here = f"frameworks/{framework.pk}"
    (version,) = get(None, "framework-versions/", framework=str(framework.pk))["results"]
    whole = get(None, f"framework-versions/{version['id']}/")
    assert digest(whole["content"]) == whole["content_hash"] == version["content_hash"]
    post(curator, f"{here}/describe-framework/", title="A better title", description="Support.", regime="PCR2006")
    assert (get(bids(bupa), f"{here}/")["title"], get(bids(bupa), f"{here}/")["changes"]) == (framework.title, None)
    assert get(curator, f"{here}/")["changes"] == {"title": "A better title", "description": "Support."}
    changes = get(curator, f"{here}/check/")["changes"]
    assert changes[0] == {"what": "Title", "before": framework.title, "after": "A better title"}
    get(None, f"{here}/check/", 401)
    get(bids(bupa), f"{here}/check/", 403)
    at(NOON + A_MOMENT)
    assert post(curator, f"{here}/publish-framework/")["title"] == "A better title"
    assert {each["number"] for each in get(None, "framework-versions/", framework=str(framework.pk))["results"]} == {1, 2}


def test_the_frameworks_whose_lists_are_published_are_found_with_the_version_and_its_moment(bupa):
    published_round(bupa)
    framework = admissions.framework()
    live_framework("without", of=framework.authority)
    (found,) = get(None, "frameworks/", lists="true")["results"]
    moment = "2026-04-13T12:00:00+01:00"
    assert (found["reference"], found["lists"]) == ("fesc", {"version": 1, "published_at": moment, "first_published_at": moment})
    (other,) = get(None, "frameworks/", lists="false")["results"]
    assert (other["reference"], other["lists"]) == ("without", None)
    assert get(None, f"frameworks/{framework.pk}/")["lists"] == found["lists"]


def test_a_framework_runs_from_its_draft_to_published_lists_over_the_api(curator, officer, bupa, at):
    at(NOON)
    doh = admissions.framework().authority_id
    terms = {"title": "A second framework", "description": "Support.", "regime": "PA2023", "starts_on": "2026-01-01", "ends_on": "2029-12-31"}
    rules = {"appeal_rule": "FESC_APPEAL", "standstill_rule": "PA_STANDSTILL"}
    framework = post(curator, "frameworks/", 201, authority=str(doh), reference="second", **terms, **rules)["id"]
    micro = post(curator, f"frameworks/{framework}/add-list/", 201, code="micro", name="Micro", scope_kind="micro")["id"]
    area = post(curator, f"frameworks/{framework}/add-area/", 201, code="review", name="Review")["id"]
    checks = post(curator, f"frameworks/{framework}/add-service/", 201, area=area, code="checks", name="Checks")["id"]
    terms_are_stated(curator, framework)
    assert post(curator, f"frameworks/{framework}/publish-framework/")["status"] == "live"
    assert [each["code"] for each in get(None, "areas/", framework=framework)["results"][0]["services"]] == ["checks"]

    opened = post(curator, f"frameworks/{framework}/open-round/", 201, title="Round", notice="Apply.", closes_at=CLOSES_AT.isoformat())
    round_ = post(curator, f"rounds/{opened['id']}/announce-round/")["id"]
    application = post(bids(bupa), f"rounds/{round_}/apply/", 201, supplier=str(bupa.pk))["id"]
    wanted = [{"framework_list": micro, "area": area, "services": [checks]}]
    draft = post(bids(bupa), f"applications/{application}/save-application/", statement="We can.", places=wanted)["draft"]
    assert (draft["revision"], draft["places"]) == (1, wanted)
    received = post(bids(bupa), f"applications/{application}/submit-application/")
    assert received["versions"][0]["receipt"]["received_at"] == "2026-03-02T12:00:00.000000Z"

    at(DECIDED_AT)
    (place,) = received["places"]
    post(curator, f"rounds/{round_}/decide-place/", place=place["id"], outcome="refused", reasons="Too thin.")
    assert get(bids(bupa), f"places/{place['id']}/")["outcome"] is None
    post(curator, f"rounds/{round_}/send-decisions/")
    shown = get(bids(bupa), f"places/{place['id']}/")
    assert (shown["outcome"], shown["reasons"]) == ("refused", "Too thin.")

    at(APPEALS_END_AT - A_MOMENT)
    ground = get(None, "appeal-grounds/", framework=framework)["results"][0]["id"]
    appeal = post(bids(bupa), f"places/{place['id']}/draft-appeal/", 201)["id"]
    post(bids(bupa), f"appeals/{appeal}/save-appeal/", points=[{"ground": ground, "argument": "It was not read.", "remedy": "listed"}])
    point = post(bids(bupa), f"appeals/{appeal}/lodge-appeal/")["points"][0]["id"]
    post(officer, f"appeals/{appeal}/acknowledge-appeal/")
    sitting = {"form": "oral", "starts_at": APPEALS_END_AT.isoformat(), "where": "By telephone."}
    post(officer, f"appeals/{appeal}/arrange-hearing/", **sitting)
    at(APPEALS_END_AT)
    post(officer, f"appeals/{appeal}/hear-appeal/", attended="The bid manager.", minutes="It was on page four.")
    post(bids(bupa), f"appeals/{appeal}/comment-on-minutes/", comments="Nothing.")
    findings = [{"point": point, "finding": "made_out", "reasons": "It is on page four."}]
    ruled = post(officer, f"appeals/{appeal}/uphold-appeal/", findings=findings, reasons="It was not read.", remedy="listed")
    assert (ruled["status"], ruled["waits_for"]["who"]) == ("upheld", "The curators")
    assert post(curator, f"appeals/{appeal}/list-appellant/")["listing"]
    at(PUBLISHED_AT)
    assert post(curator, f"rounds/{round_}/publish-lists/")["status"] == "published"
    (version,) = get(None, "publications/", framework=framework)["results"]
    assert "entries" not in version
    assert [entry["short_name"] for entry in get(None, f"publications/{version['id']}/")["entries"]] == ["bupa"]


def test_a_late_submission_is_409_with_the_reason(bupa, at):
    application = drafted_application(announced_round(), bupa)
    at(CLOSES_AT)
    told = post(bids(bupa), f"applications/{application.pk}/submit-application/", 409)
    assert "It is too late." in told["errors"][0]["detail"]


def test_a_stale_draft_is_412(bupa, at):
    at(NOON)
    application = drafted_application(announced_round(), bupa)
    post(bids(bupa), f"applications/{application.pk}/save-application/", 412, statement="Mine.", places=[], revision=0)


def test_a_late_appeal_is_409_with_both_moments(bupa, at):
    draft = drafted_appeal(bupa)
    at(APPEALS_END_AT)
    told = post(bids(bupa), f"appeals/{draft.pk}/lodge-appeal/", 409)
    assert "came at Friday 10 April 2026, 00:00:00.000000 BST" in told["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"place": "not-an-id", "outcome": "accepted", "reasons": "x"}, "place"),
        ({"outcome": "accepted", "reasons": "x"}, "place"),
        ({"outcome": "perhaps", "reasons": "x"}, "outcome"),
        ({"outcome": "accepted"}, "reasons"),
        ({"outcome": "accepted", "reasons": "\x00"}, "reasons"),
    ],
)
def test_a_wrong_body_is_400_and_names_the_field(curator, bupa, at, body, field):
    at(DECIDED_AT)
    place = submitted_application(announced_round(), bupa).places.get()
    given = {"place": str(place.pk), **body} if field != "place" else body
    told = post(curator, f"rounds/{place.application.round_id}/decide-place/", 400, **given)
    assert field in [error["attr"] for error in told["errors"]]


def test_who_acts_when_and_every_field_that_is_no_argument_are_not_the_callers_to_say(curator, bupa, at):
    at(NOON)
    round_ = admissions.draft_round()
    body = {"at": "2020-01-01T00:00:00Z", "by": str(bids(bupa).pk), "status": "published"}
    refused = caller(curator).post(f"{API}/rounds/{round_.pk}/announce-round/", body, format="json")
    assert (refused.status_code, {error["attr"] for error in refused.json()["errors"]}) == (400, {"at", "by", "status"})
    round_.refresh_from_db()
    assert (round_.status, round_.announced_at) == (AdmissionRound.Status.DRAFT, None)


def test_the_api_does_not_change_records_but_by_acts(curator):
    framework = admissions.framework()
    for method in ("put", "patch", "delete"):
        assert getattr(caller(curator), method)(f"{API}/frameworks/{framework.pk}/", {"title": "Mine"}).status_code == 405
    framework.refresh_from_db()
    assert framework.title != "Mine"


def test_a_rival_and_the_public_get_404_for_what_is_not_theirs(bupa, officer, at):
    at(LODGED_AT)
    appeal = lodged_appeal(bupa)
    place, application = appeal.place, appeal.place.application
    rival = bids(supplier("Rival", "rival"))
    for kind, record, acts in (
        ("applications", application, ["save-application", "submit-application", "withdraw-application"]),
        ("places", place, ["draft-appeal"]),
        ("appeals", appeal, [verb.replace("_", "-") for verb in Appeal.MOVES if not verb.startswith("announce")]),
    ):
        for who in (rival, None):
            get(who, f"{kind}/{record.pk}/", 404)
            assert get(who, f"{kind}/")["results"] == []
        for act in acts:
            post(rival, f"{kind}/{record.pk}/{act}/", 404)
            assert caller(None).post(f"{API}/{kind}/{record.pk}/{act}/").status_code == 401


def test_what_one_may_see_and_may_not_do_is_403(bupa, curator, officer, at):
    at(LODGED_AT)
    appeal = lodged_appeal(bupa)
    post(curator, f"appeals/{appeal.pk}/acknowledge-appeal/", 403)
    post(officer, f"rounds/{appeal.round.pk}/publish-lists/", 403)


def test_the_draft_is_for_its_own_people_and_the_received_version_for_the_authority(bupa, curator, at):
    at(NOON)
    application = submitted_application(announced_round(), bupa)
    get(curator, f"applications/{application.pk}/", 404)
    at(CLOSES_AT)
    assert get(curator, f"applications/{application.pk}/")["draft"] is None
    assert get(curator, f"applications/{application.pk}/")["versions"][0]["content"]["statement"] == "We settle payments."
    assert get(bids(bupa), f"applications/{application.pk}/")["draft"]["statement"] == "We settle payments."


def test_places_are_not_found_out_by_filtering_on_a_draft_outcome(bupa, at):
    place = submitted_application(announced_round(), bupa).places.get()
    admissions.decided(place)
    for outcome in ("accepted", "refused"):
        assert get(bids(bupa), "places/", 400, outcome=outcome)["errors"][0]["attr"] == "outcome"


def test_listings_are_filtered_and_their_reasons_kept_between_those_concerned(bupa, curator, at):
    published_round(bupa, supplier("Tribal", "tribal"))
    at(PUBLISHED_AT)
    listing = Listing.objects.get(supplier=bupa)
    until = (PUBLISHED_AT + timedelta(days=7)).isoformat()
    post(curator, f"listings/{listing.pk}/suspend-listing/", ends_at=until, reason="A complaint.")
    assert [each["id"] for each in get(None, "listings/", supplier=str(bupa.pk))["results"]] == [str(listing.pk)]
    assert get(None, f"listings/{listing.pk}/")["suspensions"][0]["reason"] is None
    assert get(bids(bupa), f"listings/{listing.pk}/")["suspensions"][0]["reason"] == "A complaint."
    assert ListPublication.objects.count() == 2


def test_an_early_release_is_granted_and_seen_by_its_buyer(bupa, curator, at):
    at(DECIDED_AT)
    round_with_decisions([bupa])
    trust = commissioner()
    lead = person(trust, Role.PROCUREMENT_LEAD)
    framework = Framework.objects.get()
    terms = {
        "buyer": str(trust.pk),
        "framework_list": str(framework.lists.get(code="micro").pk),
        "area": str(framework.areas.get(code="performance").pk),
        "suppliers": [str(bupa.pk)],
        "expires_at": (DECIDED_AT + timedelta(days=7)).isoformat(),
        "reason": "A week early.",
    }
    granted = post(curator, f"frameworks/{framework.pk}/grant-early-release/", 201, **terms)
    assert get(lead, f"early-releases/{granted['id']}/")["suppliers"] == [str(bupa.pk)]
    get(bids(bupa), f"early-releases/{granted['id']}/", 404)
    wrong = post(curator, f"frameworks/{framework.pk}/grant-early-release/", 400, **{**terms, "buyer": str(bupa.organisation_id)})
    assert wrong["errors"][0]["attr"] == "buyer"


def test_companies_and_consortia_are_registered(curator, bupa):
    tribal = post(curator, "suppliers/", 201, name="Tribal", short_name="tribal", identifiers=[{"scheme": "GB-COH", "value": "1234567"}])
    members = [
        {"company": str(bupa.organisation_id), "leads": True, "liability_share": "60.00"},
        {"company": tribal["organisation"], "leads": False, "liability_share": "40.00"},
    ]
    made = post(curator, "suppliers/register-consortium/", 201, name="Partners", short_name="partners", members=members)
    assert [member["liability_share"] for member in made["members"]] == ["60.00", "40.00"]
    members[1]["liability_share"] = "NaN"
    post(curator, "suppliers/register-consortium/", 400, name="Again", short_name="again", members=members)
    post(bids(bupa), "suppliers/", 403, name="Mine", short_name="mine")


def test_rounds_are_public_once_announced_and_filtered_by_framework_and_status(bupa, curator):
    admissions.draft_round()
    assert get(None, "rounds/")["results"] == []
    announced = announced_round()
    assert [each["id"] for each in get(None, "rounds/", status="open", framework=str(announced.framework_id))["results"]] == [str(announced.pk)]
    assert get(None, "rounds/", status="withdrawn")["results"] == []
    assert not Application.objects.exists()
