"""A list is published for an area when nothing about that list and area holds it up, whatever becomes of the others."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from commissioning.refusals import Refused
from suppliers import providers
from suppliers.actions.admissions import send_decisions
from suppliers.actions.appeal_decisions import list_appellant
from suppliers.actions.appeals import withdraw_appeal
from suppliers.actions.listings import end_listing
from suppliers.actions.publications import publish_lists, publish_some_lists
from suppliers.holding_up import held_up, parts_left, publishable
from suppliers.models import AdmissionRound, Listing, ListPublication, Place, PublishedPart
from tests.factories import admissions
from tests.factories.admissions import (
    APPEALS_END_AT,
    DECIDED_AT,
    LODGED_AT,
    PUBLISHED_AT,
    announced_round,
    bids,
    decided,
    published_round,
    round_with_decisions,
    submitted_application,
    wanted,
)
from tests.factories.appeals import (
    NEW_WINDOW_ENDS_AT,
    dismiss,
    drafted_appeal,
    heard_appeal,
    lodged_appeal,
    upheld_appeal,
    with_reasons_anew,
)
from tests.factories.frameworks import supplier
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
MICRO, MACRO = ("micro", "performance"), ("macro", "assessment")


@pytest.fixture
def bupa():
    return supplier("BUPA", "bupa")


@pytest.fixture
def tribal():
    return supplier("Tribal", "tribal")


@pytest.fixture
def round_(bupa, tribal, curator):
    """BUPA was accepted for both places, Tribal refused for the micro list."""
    made = announced_round()
    for place in submitted_application(made, bupa, MICRO, MACRO).places.all():
        decided(place)
    decided(submitted_application(made, tribal, MICRO).places.get(), Place.Outcome.REFUSED)
    return send_decisions(made.pk, by=curator, at=DECIDED_AT)


def publish(round_, *places, at=PUBLISHED_AT):
    publish_some_lists(round_.pk, places=wanted(*places), by=admissions.curator(), at=at)
    round_.refresh_from_db()
    return round_


def shown(version):
    entries = ListPublication.objects.get(version=version).entries
    return sorted((entry["list"], entry["short_name"]) for entry in entries)


def test_a_list_is_published_while_an_appeal_holds_up_another(round_, tribal, told, last_entry):
    lodged_appeal(tribal)
    publish(round_, MACRO)
    assert (round_.status, round_.published_at) == (AdmissionRound.Status.DECIDED, None)
    assert shown(1) == [("macro", "bupa")]
    entry = last_entry(round_)
    assert (entry.verb, entry.facts["version"], entry.facts["lists"]) == ("publish_some_lists", 1, [list(MACRO)])
    assert told("lists_published") == ["bids@bupa.example"]
    with pytest.raises(Refused, match="Micro, Performance management, settlement and review: 1 appeal is open"):
        publish(round_, MICRO)
    with pytest.raises(Refused, match="1 appeal is open"):
        publish_lists(round_.pk, by=admissions.curator(), at=PUBLISHED_AT)


def test_with_the_last_of_them_the_round_is_published_and_each_version_stays(round_, bupa, tribal, officer):
    appeal = heard_appeal(tribal)
    publish(round_, MACRO)
    dismiss(appeal, at=PUBLISHED_AT)
    publish(round_, MICRO, at=PUBLISHED_AT + A_MOMENT)
    assert (round_.status, round_.published_at) == (AdmissionRound.Status.PUBLISHED, PUBLISHED_AT + A_MOMENT)
    assert (shown(1), shown(2)) == ([("macro", "bupa")], [("macro", "bupa"), ("micro", "bupa")])
    assert [str(part) for part in PublishedPart.objects.order_by("publication__version")] == [
        "Macro, Assessment and planning",
        "Micro, Performance management, settlement and review",
    ]
    assert parts_left(round_) == []


def test_an_upheld_appellant_waits_for_its_own_list_only(round_, tribal, curator):
    appeal = upheld_appeal(tribal)
    publish(round_, MACRO)
    with pytest.raises(Refused, match="not carried out yet"):
        publish(round_, MICRO)
    list_appellant(appeal.pk, by=curator, at=PUBLISHED_AT)
    publish_lists(round_.pk, by=curator, at=PUBLISHED_AT + A_MOMENT)
    assert shown(2) == [("macro", "bupa"), ("micro", "bupa"), ("micro", "tribal")]


def test_a_list_waits_for_the_decisions_and_the_window_of_the_whole_round(round_):
    with pytest.raises(Refused, match="midnight at the end of Thursday 9 April 2026"):
        publish(round_, MACRO, at=APPEALS_END_AT - A_MOMENT)
    publish(round_, MACRO, at=APPEALS_END_AT)
    assert shown(1) == [("macro", "bupa")]


def test_a_refusal_made_anew_holds_up_its_own_list_until_its_window_ends(round_, tribal):
    with_reasons_anew(tribal)
    publish(round_, MACRO, at=NEW_WINDOW_ENDS_AT - A_MOMENT)
    with pytest.raises(Refused, match="made anew can be appealed against until midnight"):
        publish(round_, MICRO, at=NEW_WINDOW_ENDS_AT - A_MOMENT)
    publish(round_, MICRO, at=NEW_WINDOW_ENDS_AT)
    assert round_.status == AdmissionRound.Status.PUBLISHED


def test_a_draft_of_an_appeal_that_was_never_lodged_holds_nothing_up(round_, tribal):
    drafted_appeal(tribal)
    publish(round_, MICRO)
    assert shown(1) == [("micro", "bupa")]


def test_an_appeal_in_one_round_holds_the_same_list_up_in_another(bupa, tribal, curator):
    first = round_with_decisions([bupa])
    round_with_decisions([], [tribal])
    appeal = lodged_appeal(tribal)
    with pytest.raises(Refused, match="1 appeal is open"):
        publish_lists(first.pk, by=curator, at=PUBLISHED_AT)
    withdraw_appeal(appeal.pk, by=bids(tribal), at=PUBLISHED_AT)
    publish_lists(first.pk, by=curator, at=PUBLISHED_AT)
    assert shown(1) == [("micro", "bupa")]


@pytest.mark.parametrize("places", [[], [("end-to-end", "engagement")], [MACRO, ("end-to-end", "engagement")]])
def test_only_what_was_applied_for_and_is_not_published_can_be_chosen(round_, places):
    with pytest.raises(ValidationError, match="Choose lists and areas that were applied for"):
        publish(round_, *places)
    publish(round_, MACRO)
    with pytest.raises(ValidationError, match="Choose lists and areas"):
        publish(round_, MACRO)


def test_nobody_is_refused_a_place_on_which_it_stands(bupa, curator):
    published_round(bupa)
    again = announced_round()
    place = submitted_application(again, bupa).places.get()
    with pytest.raises(ValidationError, match=r"stands on this list for this area\. To take it off, end its listing"):
        decided(place, Place.Outcome.REFUSED)
    decided(place)
    Place.objects.filter(pk=place.pk).update(outcome=Place.Outcome.REFUSED)
    with pytest.raises(Refused, match="BUPA has been listed meanwhile"):
        send_decisions(again.pk, by=curator, at=DECIDED_AT)
    end_listing(Listing.objects.get().pk, reason="It left.", by=curator, at=PUBLISHED_AT)
    assert send_decisions(again.pk, by=curator, at=PUBLISHED_AT).status == AdmissionRound.Status.DECIDED


@pytest.mark.parametrize("at", [APPEALS_END_AT - A_MOMENT, APPEALS_END_AT, NEW_WINDOW_ENDS_AT - A_MOMENT, NEW_WINDOW_ENDS_AT])
@pytest.mark.parametrize("state", [None, drafted_appeal, lodged_appeal, upheld_appeal, with_reasons_anew])
def test_what_holds_a_list_up_is_the_same_by_its_rows_and_by_query(round_, tribal, curator, state, at):
    """With the macro list published, only the micro list is left to ask about."""
    publish(round_, MACRO)
    if state is not None:
        state(tribal)
    ((micro, area),) = parts_left(round_)
    rounds = AdmissionRound.objects.past_appeals(at)
    assert publishable(rounds, at).exists() == (round_.is_past_appeals(at) and (micro, area) not in held_up(round_.framework, at))


def test_the_desk_says_what_can_be_published_and_nothing_while_all_is_held_up(round_, tribal, curator):
    def says(at):
        return [item.what for item in providers.desk(curator, at) if item.title == str(round_)]

    lodged_appeal(tribal, at=LODGED_AT)
    assert says(APPEALS_END_AT - A_MOMENT) == []
    assert says(APPEALS_END_AT) == ["Some of its lists can be published; appeals hold up the others."]
    publish(round_, MACRO)
    assert says(PUBLISHED_AT) == []


def test_the_page_offers_what_can_be_published_and_says_what_the_others_wait_for(round_, tribal, curator, browse, at):
    lodged_appeal(tribal)
    at(PUBLISHED_AT)
    address = reverse("admissionround:publish_some_lists", args=[round_.pk])
    page = browse(curator).get(address)
    ((value, name),) = page.context_data["form"].fields["places"].choices
    assert name == "Macro: Assessment and planning"
    assert "Micro: Performance management, settlement and review waits. 1 appeal is open." in page.content.decode()
    assert browse(curator).post(address, {}).status_code == 400
    assert browse(curator).post(address, {"places": [value]}).status_code == 302
    workspace = browse(curator).get(round_.get_absolute_url())
    assert dict(workspace.context_data["parts"])["Micro: Performance management, settlement and review"].startswith("1 appeal is open.")
    assert "Published in version 1" in workspace.content.decode()
    assert "1 appeal is open" not in browse(None).get(round_.get_absolute_url()).content.decode()


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_what_a_version_published(bupa, statement):
    published_round(bupa)
    with pytest.raises(DatabaseError, match="A published version of the lists does not change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(PublishedPart._meta.db_table))
    assert PublishedPart.objects.count() == 1
