"""The services of an area: asked for with each place, listed for, published, and found by."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from openpyxl import load_workbook
from rest_framework.test import APIClient

from commissioning.canon import digest
from commissioning.models import Letter
from commissioning.refusals import Refused
from suppliers import publishing
from suppliers.actions.admissions import announce_round, decide_place, open_round, send_decisions
from suppliers.actions.appeal_decisions import list_appellant
from suppliers.actions.appeals import draft_appeal
from suppliers.actions.applications import apply, save_application, submit_application
from suppliers.actions.listings import end_listing
from suppliers.actions.publications import publish_lists
from suppliers.appeal_providers import to_appeal_against
from suppliers.applying import faults_of, has_unsent_changes
from suppliers.models import Application, Listing, ListPublication, Service
from tests.factories import admissions
from tests.factories.admissions import (
    A_PLACE,
    APPEALS_END_AT,
    CLOSES_AT,
    DECIDED_AT,
    LODGED_AT,
    PUBLISHED_AT,
    announced_round,
    bids,
    curator,
    decided,
    wanted,
)
from tests.factories.appeals import CARRIED_OUT_AT, heard_appeal, uphold
from tests.factories.frameworks import live_framework, supplier
from tests.factories.people import NOON
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
REVIEW = "Performance management, settlement and review: review"
BARE = f"Micro: {REVIEW.partition(':')[0]} is asked for without a service. Choose at least one of its menu, or leave it out."


@pytest.fixture
def bupa():
    return supplier()


@pytest.fixture
def audit():
    """A second service of the area."""
    area = admissions.framework().areas.get(code="performance")
    return Service.objects.create(area=area, code="audit", name="Audit of invoices", order=1, created_at=NOON)


@pytest.fixture
def review(audit):
    return audit.area.services.get(code="performance-review")


@pytest.fixture
def draft(bupa):
    return admissions.drafted_application(announced_round(), bupa)


def of(*services):
    """The place, with these services."""
    return [{**wanted(A_PLACE)[0], "services": [service.pk for service in services]}]


def save(draft, *services):
    return save_application(draft.pk, statement="We can.", places=of(*services), by=bids(draft.supplier), at=NOON)


def submit(draft):
    return submit_application(draft.pk, by=bids(draft.supplier), at=NOON)


def lists(round_, *, at=PUBLISHED_AT):
    """The entries of the version that publishes the round, whose places are all accepted."""
    for place in round_.applications.get().places.all():
        decided(place)
    send_decisions(round_.pk, by=curator(), at=DECIDED_AT)
    publish_lists(round_.pk, by=curator(), at=at)
    return ListPublication.objects.order_by("-version").first().entries


def applied(round_, firm, *services):
    return submit(save(apply(round_.pk, supplier=firm.pk, by=bids(firm), at=NOON), *services))


@pytest.fixture
def listed(bupa, audit):
    """BUPA's listing for the audit alone, in the first version."""
    lists_ = lists(applied(announced_round(), bupa, audit).round)
    assert [entry["services"] for entry in lists_] == [[{"code": "audit", "name": "Audit of invoices"}]]
    return Listing.objects.get()


def test_a_place_without_a_service_of_its_menu_stays_a_draft(draft):
    bare = save(draft)
    assert bare.wanted[0]["services"] == []
    assert faults_of(bare) == [BARE]
    with pytest.raises(ValidationError) as refused:
        submit(draft)
    assert refused.value.messages == [BARE]


def test_an_area_without_a_menu_is_asked_for_as_a_whole(draft):
    Service.objects.filter(area__code="performance").delete()
    assert faults_of(save(draft)) == []
    assert not submit(draft).places.get().services.exists()


def test_a_service_of_another_area_is_no_service_of_this_one(draft):
    other = Service.objects.get(code="engagement-review")
    with pytest.raises(ValidationError) as refused:
        save(draft, other)
    assert refused.value.message_dict["places"][0].startswith("The menu of the area Performance management, settlement and review has no such")


def test_the_services_of_a_place_that_is_named_twice_are_put_together(draft, audit, review):
    save_application(draft.pk, statement="We can.", places=[*of(audit), *of(review)], by=bids(draft.supplier), at=NOON)
    draft.refresh_from_db()
    assert [set(place["services"]) for place in draft.wanted] == [{str(audit.pk), str(review.pk)}]


def test_what_is_received_holds_the_services_and_another_choice_is_another_version(draft, audit, review):
    first = submit(save(draft, audit))
    assert first.received().content["places"][0]["services"] == [str(audit.pk)]
    assert first.received_hash == digest(first.received().content)
    assert list(first.places.get().services.all()) == [audit]
    place, changed = first.places.get(), save(draft, review)
    assert has_unsent_changes(changed)
    assert list(place.services.all()) == [audit]
    second = submit(draft)
    assert (second.versions.count(), second.places.get()) == (2, place)
    assert list(place.services.all()) == [review]
    assert second.received_hash != first.received_hash


def test_the_form_offers_each_menu_and_keeps_what_is_chosen(draft, audit, review, browse, at):
    at(NOON)
    client, here = browse(bids(draft.supplier)), reverse("application:save_application", args=[draft.pk])
    (place,) = of(audit)
    name = f"{place['framework_list']}_{place['area']}"
    form = client.get(here).context_data["form"]
    assert form.fields[name].choices == [(str(review.pk), review.name), (str(audit.pk), audit.name)]
    assert form.initial[name] == [str(review.pk)]
    client.post(here, {"revision": 1, "statement": "We can.", name: [audit.pk]})
    draft.refresh_from_db()
    assert [each["services"] for each in draft.wanted] == [[str(audit.pk)]]
    check = client.get(reverse("application:submit_application", args=[draft.pk])).text
    assert "Audit of invoices" in check
    assert REVIEW not in check


def test_of_an_area_without_a_menu_the_form_offers_the_whole(draft, browse, at):
    at(NOON)
    (place,) = of()
    Service.objects.filter(area=place["area"]).delete()
    name = f"{place['framework_list']}_{place['area']}"
    here = reverse("application:save_application", args=[draft.pk])
    browse(bids(draft.supplier)).post(here, {"revision": 1, "statement": "We can.", name: ["whole"]})
    draft.refresh_from_db()
    assert draft.wanted == [{"framework_list": str(place["framework_list"]), "area": str(place["area"]), "services": []}]


def test_a_listing_is_for_the_services_that_were_asked_for(listed, audit, browse, at):
    at(PUBLISHED_AT)
    assert list(listed.services.all()) == [audit]
    for page in (listed.get_absolute_url(), listed.supplier.get_absolute_url()):
        assert "Audit of invoices" in browse(None).get(page).text
    assert APIClient().get(f"/api/v1/listings/{listed.pk}/").json()["services"] == [str(audit.pk)]


def test_who_is_listed_already_is_listed_for_more_once_the_round_that_adds_it_is_published(listed, audit, review, bupa):
    framework = listed.framework_list.framework
    framework.reopens = True
    framework.save()
    at = PUBLISHED_AT
    closes_at = at.replace(month=5)
    round_ = open_round(framework.pk, title="Second", notice="More.", closes_at=closes_at, by=curator(), at=at)
    announce_round(round_.pk, by=curator(), at=at)
    draft = apply(round_.pk, supplier=bupa.pk, by=bids(bupa), at=at)
    assert draft.wanted == []
    save_application(draft.pk, statement="More.", places=of(review), by=bids(bupa), at=at)
    place = submit_application(draft.pk, by=bids(bupa), at=at).places.get()
    decided(place, at=closes_at)
    sent = send_decisions(round_.pk, by=curator(), at=closes_at)
    assert list(listed.services.all()) == [audit]
    publish_lists(round_.pk, by=curator(), at=sent.appeals_end_at)
    assert list(listed.services.all()) == [review, audit]
    first, second = (publication.entries for publication in ListPublication.objects.order_by("version"))
    assert [change.words for change in publishing.changes(first, second)] == [f"Also listed for: {REVIEW}"]
    assert [change.words for change in publishing.changes(second, first)] == [f"No longer listed for: {REVIEW}"]


def test_every_download_has_the_services(listed, browse, at):
    at(PUBLISHED_AT)
    address = reverse("framework:download", args=[listed.framework_list.framework_id, "csv"])
    (row,) = csv.DictReader(StringIO(browse(None).get(address).getvalue().decode("utf-8-sig")))
    assert row["Services"] == "Audit of invoices"
    sheet = load_workbook(BytesIO(browse(None).get(address.replace("csv", "xlsx")).getvalue())).active
    assert [row[-1].value for row in sheet.rows] == ["Services", "Audit of invoices"]
    (entry,) = browse(None).get(address.replace("csv", "json")).json()["entries"]
    assert entry["services"] == [{"code": "audit", "name": "Audit of invoices"}]


def test_a_list_is_narrowed_to_a_service(listed, audit, review, browse, at):
    at(PUBLISHED_AT)
    here = reverse("framework:list_and_area", args=[listed.framework_list.framework_id, "micro", "performance"])
    found = {code: browse(None).get(here, {"service": code}) for code in ("", "audit", "performance-review", "none")}
    assert {code: (answer.status_code, len(answer.context_data["entries"])) for code, answer in found.items()} == {
        "": (200, 1),
        "audit": (200, 1),
        "performance-review": (200, 0),
        "none": (400, 1),
    }
    of_the_version = browse(None).get(here, {"service": "audit", "version": "1"})
    assert '<input type="hidden" name="version" value="1">' in of_the_version.text
    in_api = [len(APIClient().get("/api/v1/listings/", {"service": service.pk}).json()["results"]) for service in (audit, review)]
    assert in_api == [1, 0]


def test_a_version_keeps_the_name_that_a_service_had(listed, audit):
    Service.objects.filter(pk=audit.pk).update(name="Another name")
    assert ListPublication.objects.get().entries[0]["services"] == [{"code": "audit", "name": "Audit of invoices"}]


def test_a_new_draft_asks_for_what_the_last_one_did_where_the_framework_has_it(bupa, audit):
    applied(announced_round(), bupa, audit)
    second = live_framework("second", of=admissions.framework().authority)
    area = second.areas.get(code="performance")
    theirs = Service.objects.create(area=area, code="audit", name="Audit", created_at=NOON)
    second.lists.exclude(code="micro").delete()
    round_ = open_round(second.pk, title="Second", notice="Apply.", closes_at=CLOSES_AT, by=curator(), at=NOON)
    announce_round(round_.pk, by=curator(), at=NOON)
    draft = apply(round_.pk, supplier=bupa.pk, by=bids(bupa), at=NOON)
    assert draft.wanted == [{"framework_list": str(second.lists.get().pk), "area": str(area.pk), "services": [str(theirs.pk)]}]
    assert Application.objects.get(pk=draft.pk).to_confirm == []


# A place that is accepted for some of its services.


def decide(place, *left_out, outcome="accepted", at=DECIDED_AT):
    words = {"outcome": outcome, "reasons": "Nobody there audits.", "left_out": [service.pk for service in left_out]}
    decide_place(place.application.round_id, place=place.pk, **words, by=curator(), at=at)
    place.refresh_from_db()
    return place


@pytest.fixture
def place(bupa, audit, review):
    """BUPA's place, for which it asks for both services."""
    return applied(announced_round(), bupa, audit, review).places.get()


@pytest.fixture
def accepted_in_part(place, audit):
    """The place, accepted without the audit, in decisions that went out."""
    send_decisions(decide(place, audit).application.round_id, by=curator(), at=DECIDED_AT)
    place.refresh_from_db()
    return place


def test_who_is_accepted_in_part_is_listed_for_that_part(accepted_in_part, audit, review):
    assert list(accepted_in_part.listing.services.all()) == [review]
    letter = Letter.objects.get(template="admission_decided").body
    assert f"You are accepted for: {review}." in letter
    assert f"You are not accepted for: {audit}." in letter
    assert "If you think that a refusal is wrong" in letter


def test_a_decision_leaves_out_what_is_asked_for_and_not_all_of_it(place, audit, review):
    foreign = Service.objects.get(code="engagement-review")
    for left_out, outcome, words in (
        ([foreign], "accepted", "does not ask for such a service"),
        ([audit, review], "accepted", "Every service is left out"),
        ([audit], "refused", "leaves no service out"),
    ):
        with pytest.raises(ValidationError, match=words):
            decide(place, *left_out, outcome=outcome)
    assert decide(place, audit).left_out == [str(audit.pk)]
    assert decide(place).left_out == []


def test_what_is_left_out_is_a_secret_until_it_is_sent(place, audit):
    decide(place, audit)
    client = APIClient()
    client.force_authenticate(bids(place.application.supplier))
    assert client.get(f"/api/v1/places/{place.pk}/").json()["left_out"] is None
    send_decisions(place.application.round_id, by=curator(), at=DECIDED_AT)
    assert client.get(f"/api/v1/places/{place.pk}/").json()["left_out"] == [str(audit.pk)]


def test_the_page_of_a_decision_has_a_box_for_each_service(place, audit, review, browse, at):
    at(DECIDED_AT)
    here = reverse("place:decide_place", args=[place.pk])
    assert set(browse(curator()).get(here).context_data["form"].initial["services"]) == {str(audit.pk), str(review.pk)}
    typed = {"outcome": "accepted", "reasons": "Nobody there audits.", "services": [review.pk]}
    assert browse(curator()).post(here, {**typed, "services": []}).status_code == 400
    assert browse(curator()).post(here, typed).status_code == 302
    place.refresh_from_db()
    assert place.left_out == [str(audit.pk)]
    shown = browse(curator()).get(place.application.get_absolute_url()).text
    assert f"Not accepted for: {audit}" in shown


def test_what_was_left_out_is_appealed_against_within_the_window_and_an_appeal_that_is_upheld_adds_it(accepted_in_part, audit, review, browse, at):
    at(LODGED_AT)
    assert "The appeal is about the services that were left out: Audit of invoices" in appeal_page(browse, accepted_in_part)
    assert [item.what for item in to_appeal_against(bids(accepted_in_part.application.supplier), LODGED_AT)] == [
        "You were accepted for some services alone. You can appeal."
    ]
    appeal = uphold(heard_appeal(accepted_in_part))
    with pytest.raises(Refused, match="not carried out"):
        publish_lists(accepted_in_part.application.round_id, by=curator(), at=PUBLISHED_AT)
    list_appellant(appeal.pk, by=curator(), at=PUBLISHED_AT)
    assert list(accepted_in_part.listing.services.all()) == [review, audit]
    publish_lists(accepted_in_part.application.round_id, by=curator(), at=PUBLISHED_AT)
    assert len(ListPublication.objects.get().entries[0]["services"]) == 2


def appeal_page(browse, place):
    return browse(bids(place.application.supplier)).get(reverse("place:draft_appeal", args=[place.pk])).text


def test_a_listing_that_ended_meanwhile_stays_ended_when_its_appeal_is_carried_out(accepted_in_part):
    appeal = uphold(heard_appeal(accepted_in_part))
    end_listing(accepted_in_part.listing.pk, reason="It left.", by=curator(), at=CARRIED_OUT_AT)
    list_appellant(appeal.pk, by=curator(), at=CARRIED_OUT_AT)
    assert Listing.objects.get().ended_at == CARRIED_OUT_AT


@pytest.mark.parametrize("late_by", [timedelta(), A_MOMENT])
def test_what_was_left_out_is_not_appealed_against_after_the_window(accepted_in_part, late_by):
    with pytest.raises(Refused, match="It was due before"):
        draft_appeal(accepted_in_part.pk, by=bids(accepted_in_part.application.supplier), at=APPEALS_END_AT + late_by)


def test_who_is_accepted_for_everything_appeals_against_nothing(place):
    send_decisions(decide(place).application.round_id, by=curator(), at=DECIDED_AT)
    with pytest.raises(Refused, match="This place was accepted"):
        draft_appeal(place.pk, by=bids(place.application.supplier), at=LODGED_AT)
