"""What those who keep a framework see of its work and its use; gathered from every floor."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from commissioning import clock, registry
from commissioning.models import Role
from commissioning.views.oversight import uses_of
from contracts.models import Contract
from suppliers.actions.listings import suspend_listing
from suppliers.models import Listing
from tests.factories import admissions, appeals, contracts, evaluations, frameworks, tenders
from tests.factories.people import NOON, authority, commissioner, person

pytestmark = pytest.mark.django_db
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def curator():
    return admissions.curator()


@pytest.fixture
def at(monkeypatch):
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


def waits(user, at):
    return {queue.title: [(item.title, item.what) for item in queue.items] for provider in registry.queues for queue in provider(user, at)}


def paces(user, at):
    return {pace.step: (list(pace.days), pace.late) for provider in registry.paces for pace in provider(user, at)}


def test_a_round_waits_to_be_decided_from_its_deadline_and_to_be_published_from_the_end_of_appeals(curator):
    round_ = admissions.announced_round()
    admissions.decided(admissions.submitted_application(round_, frameworks.supplier("BUPA", "bupa")).places.get())
    assert waits(curator, admissions.CLOSES_AT - A_MOMENT)["To decide"] == []
    for moment in (admissions.CLOSES_AT, admissions.CLOSES_AT + A_MOMENT):
        assert waits(curator, moment)["To decide"] == [("Admission 2026", "Everything is decided: send the decisions.")]
    sent = admissions.round_with_decisions([frameworks.supplier("Ash", "ash")], [])
    assert waits(curator, admissions.APPEALS_END_AT - A_MOMENT)["To publish"] == []
    for moment in (admissions.APPEALS_END_AT, admissions.APPEALS_END_AT + A_MOMENT):
        assert waits(curator, moment)["To publish"] == [(str(sent), "The time for appeals is over: publish the lists.")]


def test_an_appeal_waits_to_be_heard_and_then_to_be_decided(curator):
    appeals.lodged_appeal(frameworks.supplier("BUPA", "bupa"))
    assert [what for _, what in waits(curator, admissions.LODGED_AT)["To hear"]] == ["An appeal was lodged: acknowledge it."]
    appeals.heard_appeal(frameworks.supplier("Ash", "ash"))
    told = waits(curator, clock.london(2026, 6, 1))
    assert [what for _, what in told["To decide"]] == ["The appeal was heard: decide it."]


def test_what_expires_is_listed_until_it_has(curator):
    admissions.published_round(frameworks.supplier("BUPA", "bupa"))
    ends_at = NOON + timedelta(days=60)
    suspend_listing(Listing.objects.get().pk, ends_at=ends_at, reason="Accounts are late.", by=curator, at=admissions.PUBLISHED_AT)
    assert any("suspension ends" in what for _, what in waits(curator, ends_at - A_MOMENT)["Expiring"])
    for moment in (ends_at, ends_at + A_MOMENT):
        assert not any("suspension ends" in what for _, what in waits(curator, moment)["Expiring"])


def test_the_pace_of_appeals_is_told_against_the_window(curator):
    appeals.acknowledged_appeal(frameworks.supplier("BUPA", "bupa"))
    told = paces(curator, clock.london(2026, 6, 1))
    assert told["Round: from its deadline to its decisions"] == ([1], None)
    assert told["Appeal: from the refusal to its lodging"] == ([2], 0)
    assert told["Call-off: from its issue to its deadline"] == ([], None)


def test_the_use_of_the_framework_counts_what_is_public_alone(curator):
    tenders.issued_tender(title="Open")
    tenders.draft_tender(title="A draft")
    contract = contracts.signed_contract()
    (use,) = uses_of(curator, contracts.SIGNED_AT)
    signed = Contract.objects.public()
    assert use.place[1:] == ("Hillingdon PCT", *map(str, tenders.place_on_the_list()))
    assert (use.tenders, use.awards, use.contracts) == (2, contract.award.lot.tender.lots.count(), signed.count())
    assert use.value == sum((one.value for one in signed), Decimal(0))


def test_another_authority_sees_nothing_of_it(curator):
    contracts.signed_contract()
    appeals.lodged_appeal(frameworks.supplier("Ash", "ash"))
    other = person(authority("Another authority"), Role.CURATOR, "curator@other.example")
    assert uses_of(other, contracts.SIGNED_AT) == []
    assert not any(items for items in waits(other, contracts.SIGNED_AT).values())
    assert not any(days for days, _ in paces(other, contracts.SIGNED_AT).values())


def test_the_page_tells_all_of_it_and_its_downloads_the_rows(client, curator, at):
    contract = contracts.signed_contract()
    at(contracts.SIGNED_AT)
    client.force_login(curator)
    shown = client.get(reverse("oversight")).content.decode()
    assert "Value of signed contracts by commissioner" in shown
    assert "Hillingdon PCT" in shown
    assert "Contract: from the confirmed award to the last signature" in shown
    rows = json.loads(b"".join(client.get(reverse("oversight_download", args=["json"])).streaming_content))["use-of-the-framework"]
    assert [row["commissioner"] for row in rows] == ["Hillingdon PCT"]
    assert Decimal(rows[0]["value of contracts in pounds"]) >= contract.value
    assert b"Hillingdon PCT" in b"".join(client.get(reverse("oversight_download", args=["csv"])).streaming_content)
    assert client.get(reverse("oversight_download", args=["xlsx"])).status_code == 200
    assert client.get(reverse("oversight_download", args=["pdf"])).status_code == 404


def test_an_empty_page_says_what_will_be_there(client, curator):
    client.force_login(curator)
    shown = client.get(reverse("oversight")).content.decode()
    assert "Nobody has called off from the framework yet." in shown
    assert "No appeal waits to be heard." in shown


def test_only_those_who_keep_a_framework_see_it(client):
    for stranger in (person(commissioner(), Role.PROCUREMENT_LEAD), admissions.officer()):
        client.force_login(stranger)
        assert client.get(reverse("oversight")).status_code == 403
        assert client.get(reverse("oversight_download", args=["csv"])).status_code == 403


def test_the_page_costs_the_same_for_one_tender_and_for_many(client, curator, at, django_assert_max_num_queries):
    evaluations.awarded_tender(suppliers=2, bids=2)
    at(contracts.SIGNED_AT)
    client.force_login(curator)
    client.get(reverse("oversight"))
    with django_assert_max_num_queries(45) as before:
        client.get(reverse("oversight"))
    evaluations.awarded_tender(suppliers=2, bids=2)
    tenders.issued_tender(title="Another")
    with django_assert_max_num_queries(len(before)):
        client.get(reverse("oversight"))
