"""The same acts through pages: forms that call them, refusals that keep what was typed, workspaces that offer what can be done."""

from datetime import timedelta

import pytest
from django.urls import reverse

from commissioning.models import Role
from suppliers.models import AdmissionRound, Appeal, Application, EarlyRelease, Framework, Listing, Place, Supplier
from tests.factories import admissions
from tests.factories.admissions import (
    APPEALS_END_AT,
    CLOSES_AT,
    DECIDED_AT,
    PUBLISHED_AT,
    announced_round,
    bids,
    draft_round,
    drafted_application,
    published_round,
    round_with_decisions,
    submitted_application,
)
from tests.factories.appeals import lodged_appeal
from tests.factories.frameworks import supplier
from tests.factories.people import NOON, commissioner, person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def bupa():
    return supplier()


def typed_moment(name, moment):
    return {f"{name}_day": moment.day, f"{name}_month": moment.month, f"{name}_year": moment.year, f"{name}_time": f"{moment:%H:%M}"}


def typed_day(name, day):
    return {f"{name}_{part}": getattr(day, part) for part in ("day", "month", "year")}


def offered(browse, who, record):
    return [act["verb"] for act in browse(who).get(record.get_absolute_url()).context_data["acts"]]


def act(browse, who, record, verb, **typed):
    return browse(who).post(reverse(f"{record._meta.model_name}:{verb}", args=[record.pk]), typed)


# What is offered, to whom, when.


def test_the_round_offers_each_what_they_can_do_at_that_moment(browse, bupa, curator, at):
    round_ = announced_round()
    at(CLOSES_AT - A_MOMENT)
    assert offered(browse, curator, round_) == ["amend_round", "extend_round", "withdraw_round"]
    assert offered(browse, bids(bupa), round_) == ["apply", "enquire"]
    assert offered(browse, None, round_) == []
    application = submitted_application(round_, bupa)
    assert offered(browse, bids(bupa), round_) == ["enquire"]
    assert offered(browse, bids(bupa), application) == ["save_application", "submit_application", "withdraw_application", "attach_to_application"]
    at(CLOSES_AT)
    assert offered(browse, curator, round_) == ["send_decisions", "withdraw_round"]
    assert offered(browse, bids(bupa), application) == ["withdraw_application"]


def test_publication_is_offered_from_the_instant_the_window_ends(browse, bupa, curator, at):
    round_ = round_with_decisions([bupa])
    at(APPEALS_END_AT - A_MOMENT)
    assert offered(browse, curator, round_) == []
    at(APPEALS_END_AT)
    assert offered(browse, curator, round_) == ["publish_lists"]


# Each act through its form.


def rows(names, *lines):
    """Rows of a table of forms, as a browser sends them."""
    typed = {"rows-TOTAL_FORMS": len(lines), "rows-INITIAL_FORMS": 0}
    for number, line in enumerate(lines):
        typed |= {f"rows-{number}-{name}": word for name, word in zip(names.split(), line.split(), strict=False)}
    return typed


def test_a_framework_is_drafted_filled_and_published_through_pages(browse, curator, at):
    at(NOON)
    terms = {
        "authority": admissions.framework().authority_id,
        "reference": "fesc-2027",
        "title": "A second framework",
        "description": "Support.",
        "regime": "PA2023",
        "appeal_rule": "FESC_APPEAL",
        "standstill_rule": "PA_STANDSTILL",
        **typed_day("starts_on", NOON),
        **typed_day("ends_on", NOON + timedelta(days=1000)),
    }
    answer = browse(curator).post(reverse("framework:draft_framework"), terms)
    framework = Framework.objects.get(reference="fesc-2027")
    assert answer.url == framework.get_absolute_url()
    refused = act(browse, curator, framework, "publish_framework")
    assert refused.status_code == 409
    assert "at least one list" in refused.content.decode()
    assert "State the estimated value" in browse(curator).get(reverse("framework:check", args=[framework.pk])).content.decode()
    act(browse, curator, framework, "add_list", code="micro", name="Micro", scope_kind="micro")
    act(browse, curator, framework, "add_area", code="review", name="Review")
    act(browse, curator, framework, "add_service", area=framework.areas.get().pk, code="checks", name="Checks")
    act(browse, curator, framework, "set_buyers", classes=["ICB", "PCT"])
    act(
        browse,
        curator,
        framework,
        "set_award_criteria",
        **rows("title code weight within", "Quality quality 60", "Price price 40", "Team team 100 quality"),
    )
    act(browse, curator, framework, "set_price_and_fee", price_mechanism="Day rates.", estimated_value="£1,000,000", fee_percent="0.5")
    act(browse, curator, framework, "describe_selection", selection_process="A mini-competition.", asks_at_most="5")
    act(browse, curator, framework, "set_reopening", reopens="no")
    act(browse, curator, framework, "set_letters", invitation_to_tender="{supplier}, welcome.")
    act(browse, curator, framework, "set_term", **typed_day("starts_on", NOON), **typed_day("ends_on", NOON + timedelta(days=900)))
    periods = {"appeal_rule": "ADMISSION_APPEAL", "standstill_rule": "PA_STANDSTILL", "tender_rule": "CALL_OFF_LEAST_TIME"}
    act(browse, curator, framework, "set_periods", **periods)
    check = browse(curator).get(reverse("framework:check", args=[framework.pk])).content.decode()
    assert "Nothing is missing." in check
    assert act(browse, curator, framework, "publish_framework").status_code == 302
    framework.refresh_from_db()
    assert framework.status == Framework.Status.LIVE
    assert framework.versions.get().content["asks_at_most"] == 5
    assert "A call-off invites at most 5 suppliers" in browse(None).get(framework.versions.get().get_absolute_url()).text


def test_a_wrong_form_names_the_field_and_keeps_what_was_typed(browse, curator):
    answer = browse(curator).post(reverse("framework:draft_framework"), {"title": "Kept as typed", "reference": "not a slug", "ends_on_day": "31"})
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="Kept as typed"' in shown
    assert 'href="#id_reference"' in shown
    assert not Framework.objects.filter(title="Kept as typed").exists()


def test_an_application_is_begun_written_and_submitted_through_pages(browse, bupa, at):
    at(NOON)
    round_ = announced_round()
    begun = act(browse, bids(bupa), round_, "apply", supplier=bupa.pk)
    application = Application.objects.get()
    assert begun.url == application.get_absolute_url()
    (place,) = admissions.wanted(admissions.A_PLACE)
    chosen = {f"{place['framework_list']}_{place['area']}": place["services"]}
    saved = act(browse, bids(bupa), application, "save_application", statement="We can.", revision=0, **chosen)
    assert saved.status_code == 302
    page = browse(bids(bupa)).get(application.get_absolute_url()).content.decode()
    assert "Micro: Performance management, settlement and review" in page
    assert "This application is a draft" in page
    assert act(browse, bids(bupa), application, "submit_application", revision=1).status_code == 302
    receipt = browse(bids(bupa)).get(reverse("application:receipt", args=[application.pk, 1]))
    assert receipt.json()["receipt"]["received_at"] == "2026-03-02T12:00:00.000000Z"


def test_a_late_submission_shows_the_reason_and_the_page_stays(browse, bupa, at):
    application = drafted_application(announced_round(), bupa)
    at(CLOSES_AT)
    answer = act(browse, bids(bupa), application, "submit_application", revision=1)
    assert answer.status_code == 409
    assert "It is too late." in answer.content.decode()


def test_a_stale_draft_is_refused_and_nothing_typed_is_lost(browse, bupa, at):
    at(NOON)
    application = drafted_application(announced_round(), bupa)
    answer = act(browse, bids(bupa), application, "save_application", statement="My better words", revision=0)
    assert answer.status_code == 412
    assert "My better words" in answer.content.decode()
    assert "A colleague has changed this application" in answer.content.decode()


def test_the_curator_is_led_from_place_to_place_and_then_back_to_the_round(browse, bupa, curator, at):
    round_ = announced_round()
    submitted_application(round_, bupa, ("micro", "performance"), ("macro", "engagement"))
    at(DECIDED_AT)
    href = browse(curator).get(round_.get_absolute_url()).context_data["next_place"]
    page = browse(curator).get(href)
    assert "We settle payments." in page.content.decode()
    services = page.context_data["form"].initial["services"]
    second = browse(curator).post(href, {"outcome": "accepted", "reasons": "Good.", "services": services}).url
    assert second != href
    assert browse(curator).post(second, {"outcome": "refused", "reasons": "Not good."}).url == round_.get_absolute_url()
    assert set(Place.objects.values_list("outcome", flat=True)) == {"accepted", "refused"}
    assert act(browse, curator, round_, "send_decisions").status_code == 302


def test_a_draft_decision_is_not_shown_to_the_applicant_and_a_sent_one_is(browse, bupa, curator, at):
    round_ = announced_round()
    application = submitted_application(round_, bupa)
    admissions.decided(application.places.get(), Place.Outcome.REFUSED)
    at(DECIDED_AT)
    assert "It met each criterion." in browse(curator).get(application.get_absolute_url()).content.decode()
    before = browse(bids(bupa)).get(application.get_absolute_url()).content.decode()
    assert "It met each criterion." not in before
    assert "Not accepted" not in before
    admissions.send_decisions(round_.pk, by=curator, at=DECIDED_AT)
    after = browse(bids(bupa)).get(application.get_absolute_url()).content.decode()
    assert "It met each criterion." in after
    assert reverse("place:draft_appeal", args=[application.places.get().pk]) in after


def test_the_authority_reads_what_was_received_and_not_what_is_being_drafted(browse, bupa, curator, at):
    at(NOON)
    application = submitted_application(announced_round(), bupa)
    act(browse, bids(bupa), application, "save_application", statement="A secret second thought", revision=1)
    at(CLOSES_AT)
    shown = browse(curator).get(application.get_absolute_url()).content.decode()
    assert "We settle payments." in shown
    assert "A secret second thought" not in shown


def test_an_early_release_is_granted_through_its_form(browse, bupa, curator, at):
    at(DECIDED_AT)
    round_with_decisions([bupa])
    trust = commissioner()
    lead = person(trust, Role.PROCUREMENT_LEAD)
    framework = admissions.framework()
    typed = {
        "buyer": trust.pk,
        "framework_list": framework.lists.get(code="micro").pk,
        "area": framework.areas.get(code="performance").pk,
        "suppliers": [bupa.pk],
        "reason": "A week early.",
        **typed_moment("expires_at", DECIDED_AT + timedelta(days=7)),
    }
    answer = act(browse, curator, framework, "grant_early_release", **typed)
    release = EarlyRelease.objects.get()
    assert answer.url == release.get_absolute_url()
    assert "BUPA Membership Commissioning Ltd" in browse(lead).get(answer.url).content.decode()


def test_a_listing_is_suspended_and_brought_back_through_pages(browse, bupa, curator, at):
    published_round(bupa)
    at(PUBLISHED_AT)
    listing = Listing.objects.get()
    act(browse, curator, listing, "suspend_listing", reason="Looked into.", **typed_moment("ends_at", PUBLISHED_AT + timedelta(days=7)))
    assert offered(browse, curator, listing) == ["reinstate_listing", "end_listing"]
    act(browse, curator, listing, "reinstate_listing", reason="Cleared.")
    assert offered(browse, curator, listing) == ["suspend_listing", "end_listing"]


def test_a_company_and_a_consortium_are_registered_through_forms(browse, curator):
    typed = {"name": "Tribal Consulting Ltd", "short_name": "tribal", "scheme": "GB-COH", "value": "1234567"}
    browse(curator).post(reverse("supplier:register_supplier"), typed)
    tribal = Supplier.objects.get(short_name="tribal")
    assert str(tribal.organisation.identifiers.get()) == "GB-COH:01234567"
    members = {"company_1": tribal.organisation_id, "share_1": "60.00", "company_2": supplier().organisation_id, "share_2": "39.99"}
    wrong = browse(curator).post(reverse("supplier:register_consortium"), {"name": "Partners", "short_name": "partners", **members})
    assert wrong.status_code == 400
    assert "The shares of liability add up to 99.99 percent" in wrong.content.decode()
    browse(curator).post(reverse("supplier:register_consortium"), {"name": "Partners", "short_name": "partners", **members, "share_2": "40.00"})
    assert Supplier.objects.get(short_name="partners").all_members.count() == 2


def test_a_round_is_drafted_announced_extended_and_withdrawn_through_pages(browse, curator, at):
    at(NOON)
    framework = admissions.framework()
    answer = act(browse, curator, framework, "open_round", title="Admission", notice="Apply.", **typed_moment("closes_at", CLOSES_AT))
    round_ = AdmissionRound.objects.get()
    assert answer.url == round_.get_absolute_url()
    act(browse, curator, round_, "announce_round")
    act(browse, curator, round_, "extend_round", reason="More time.", **typed_moment("closes_at", CLOSES_AT + timedelta(days=1)))
    act(browse, curator, round_, "withdraw_round", reason="A drafting error.")
    shown = browse(None).get(round_.get_absolute_url()).content.decode()
    assert "More time." in shown
    assert "The reason: A drafting error." in shown


# Strangers.


@pytest.fixture
def secrets(bupa, officer, curator):
    """What belongs to BUPA, or to Hillingdon, and to nobody else."""
    appeal = lodged_appeal(bupa)
    framework = admissions.framework()
    release = EarlyRelease.objects.create(
        framework=framework,
        buyer=commissioner(),
        framework_list=framework.lists.first(),
        area=framework.areas.first(),
        reason="Early.",
        granted_at=NOON,
        granted_by=curator,
        expires_at=PUBLISHED_AT,
    )
    return [appeal.place.application, appeal.place, appeal, release]


ROUTES = {
    "application": ["workspace", *Application.MOVES],
    "place": ["decide_place", "draft_appeal"],
    "appeal": ["workspace", *(verb for verb in Appeal.MOVES if not verb.startswith("announce"))],
    "earlyrelease": ["workspace"],
}


def test_a_rival_and_another_trust_get_404_for_every_route_of_what_is_not_theirs(browse, secrets):
    strangers = [bids(supplier("Rival", "rival")), person(commissioner("Northamptonshire PCT"), Role.PROCUREMENT_LEAD)]
    for record in secrets:
        kind = record._meta.model_name
        for route in ROUTES[kind]:
            address = reverse(f"{kind}:{route}", args=[record.pk])
            for stranger in strangers:
                assert browse(stranger).get(address).status_code == 404, address
                assert browse(stranger).post(address, {}).status_code in {404, 405}, address
    receipt = reverse("application:receipt", args=[secrets[0].pk, 1])
    assert browse(strangers[0]).get(receipt).status_code == 404


def test_lists_of_a_stranger_do_not_name_what_is_not_theirs(browse, secrets):
    rival = bids(supplier("Rival", "rival"))
    for name in ("application:index", "appeal:index", "earlyrelease:index"):
        assert browse(rival).get(reverse(name)).context_data["records"] == []


def test_nobody_gets_in_without_signing_in(browse, secrets):
    for record in secrets:
        kind = record._meta.model_name
        for route in ROUTES[kind]:
            answer = browse(None).get(reverse(f"{kind}:{route}", args=[record.pk]))
            assert answer.status_code in {302, 404}
            assert answer.status_code == 404 or answer.url.startswith(reverse("account_login"))


def test_a_page_of_an_act_that_one_may_not_do_is_forbidden(browse, bupa, officer):
    round_ = draft_round()
    framework = admissions.framework()
    assert browse(officer).get(reverse("admissionround:announce_round", args=[round_.pk])).status_code == 403
    assert browse(bids(bupa)).get(reverse("framework:end_framework", args=[framework.pk])).status_code == 403
    assert browse(bids(bupa)).get(reverse("framework:draft_framework")).status_code == 403
