"""An application is received if and only if it comes before the deadline; until then it can be replaced and withdrawn."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from commissioning import signing
from commissioning.canon import digest
from commissioning.models import Identifier, Organisation, Role
from commissioning.refusals import Gone, Refused
from suppliers.actions.admissions import extend_round, withdraw_round
from suppliers.actions.applications import apply, save_application, submit_application, withdraw_application
from suppliers.applying import has_unsent_changes
from suppliers.models import Application, Place
from tests.factories import admissions
from tests.factories.admissions import A_PLACE, CLOSES_AT, announced_round, bids, drafted_application, submitted_application, wanted
from tests.factories.frameworks import draft_framework, supplier
from tests.factories.people import NOON, person

pytestmark = pytest.mark.django_db
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def bupa():
    return supplier()


@pytest.fixture
def draft(bupa):
    return drafted_application(announced_round(), bupa)


def test_an_application_in_the_last_microsecond_is_received(draft, bupa):
    received = submit_application(draft.pk, by=bids(bupa), at=CLOSES_AT - A_MOMENT)
    assert (received.status, received.submitted_at) == (Application.Status.SUBMITTED, CLOSES_AT - A_MOMENT)
    assert [str(place) for place in received.places.all()] == ["Micro, Performance management, settlement and review"]


@pytest.mark.parametrize("late_by", [timedelta(), A_MOMENT])
def test_an_application_at_the_deadline_or_later_is_refused_and_the_attempt_stands_on_the_trail(draft, bupa, late_by, last_entry):
    with pytest.raises(Refused, match="The deadline was Friday 27 March 2026 at 12 noon"):
        submit_application(draft.pk, by=bids(bupa), at=CLOSES_AT + late_by)
    draft.refresh_from_db()
    assert (draft.status, draft.versions.count(), Place.objects.count()) == (Application.Status.DRAFT, 0, 0)
    entry = last_entry(draft)
    assert (entry.verb, entry.outcome, entry.at) == ("submit_application", "refused", CLOSES_AT + late_by)


def test_the_receipt_says_what_was_received_and_when_and_can_be_checked_offline(draft, bupa, told):
    submit_application(draft.pk, by=bids(bupa), at=NOON)
    version = draft.versions.get()
    assert version.receipt["received_at"] == "2026-03-02T12:00:00.000000Z"
    assert version.receipt["content_hash"] == version.content_hash == digest(version.content)
    assert signing.is_signed(version.receipt, version.signature)
    assert not signing.is_signed({**version.receipt, "received_at": "2026-03-02T11:00:00.000000Z"}, version.signature)
    assert told("application_received") == ["bids@bupa.example"]


def test_a_later_version_replaces_the_earlier_one_and_its_places(draft, bupa):
    submit_application(draft.pk, by=bids(bupa), at=NOON)
    kept = draft.places.get()
    save_application(draft.pk, statement="Better.", places=wanted(("micro", "performance"), ("macro", "engagement")), by=bids(bupa), at=NOON)
    submit_application(draft.pk, by=bids(bupa), at=CLOSES_AT - A_MOMENT)
    assert draft.versions.count() == 2
    assert kept in draft.places.all()
    assert {place.framework_list.code for place in draft.places.all()} == {"micro", "macro"}
    save_application(draft.pk, statement="Better.", places=wanted(("macro", "engagement")), by=bids(bupa), at=NOON)
    submit_application(draft.pk, by=bids(bupa), at=CLOSES_AT - A_MOMENT)
    assert [place.framework_list.code for place in draft.places.all()] == ["macro"]


def test_what_was_received_stands_while_a_better_draft_is_written(draft, bupa):
    submit_application(draft.pk, by=bids(bupa), at=NOON)
    saved = save_application(draft.pk, statement="Half a sent", places=[], by=bids(bupa), at=NOON)
    assert has_unsent_changes(saved)
    assert saved.status == Application.Status.SUBMITTED
    assert draft.places.count() == 1
    assert draft.versions.get().content["statement"] == "We settle payments."


def test_an_application_without_a_place_or_a_statement_is_refused_with_the_reason(draft, bupa):
    save_application(draft.pk, statement="We can.", places=[], by=bids(bupa), at=NOON)
    with pytest.raises(ValidationError, match="Choose at least one list and area"):
        submit_application(draft.pk, by=bids(bupa), at=NOON)
    save_application(draft.pk, statement=" ", places=wanted(("micro", "performance")), by=bids(bupa), at=NOON)
    with pytest.raises(ValidationError, match="no statement"):
        submit_application(draft.pk, by=bids(bupa), at=NOON)


def test_a_place_of_another_framework_cannot_be_asked_for(draft, bupa):
    other = draft_framework("other")
    foreign = other.lists.create(code="micro", name="Micro", scope_kind="micro", created_at=NOON)
    with pytest.raises(ValidationError, match="no such list or area"):
        save_application(
            draft.pk, statement="We can.", places=[{**wanted(("micro", "performance"))[0], "framework_list": foreign.pk}], by=bids(bupa), at=NOON
        )


def test_two_writers_do_not_overwrite_each_other(draft, bupa):
    save_application(draft.pk, statement="Mine.", places=[], revision=draft.revision, by=bids(bupa), at=NOON)
    with pytest.raises(Gone, match="A colleague has changed"):
        save_application(draft.pk, statement="Also mine.", places=[], revision=draft.revision, by=bids(bupa), at=NOON)
    draft.refresh_from_db()
    assert draft.statement == "Mine."


def test_an_application_withdrawn_before_the_deadline_can_be_submitted_again(draft, bupa):
    submit_application(draft.pk, by=bids(bupa), at=NOON)
    withdraw_application(draft.pk, reason="Not yet.", by=bids(bupa), at=NOON)
    assert not Place.objects.to_decide().exists()
    save_application(draft.pk, statement="Better.", places=wanted(A_PLACE), by=bids(bupa), at=NOON)
    again = submit_application(draft.pk, by=bids(bupa), at=CLOSES_AT - A_MOMENT)
    assert (again.status, again.versions.count()) == (Application.Status.SUBMITTED, 2)


def test_an_application_can_be_withdrawn_until_decisions_are_sent_and_not_after(bupa):
    late = supplier("Tribal", "tribal")
    round_ = announced_round()
    for firm in (bupa, late):
        submitted_application(round_, firm)
    withdraw_application(round_.applications.get(supplier=late).pk, by=bids(late), at=CLOSES_AT + A_MOMENT)
    admissions.decided(admissions.place_of(bupa))
    admissions.send_decisions(round_.pk, by=admissions.curator(), at=admissions.DECIDED_AT)
    with pytest.raises(Refused, match="decisions have been sent"):
        withdraw_application(round_.applications.get(supplier=bupa).pk, by=bids(bupa), at=admissions.DECIDED_AT)


def test_a_supplier_applies_once_to_a_round(draft, bupa):
    with pytest.raises(Refused, match="One application per supplier and round"):
        apply(draft.round_id, supplier=bupa.pk, by=bids(bupa), at=NOON)


def test_nobody_applies_for_another_supplier(draft):
    tribal = supplier("Tribal", "tribal")
    with pytest.raises(PermissionDenied):
        apply(draft.round_id, supplier=supplier("Humana", "humana").pk, by=bids(tribal), at=NOON)
    for act, more in ((submit_application, {}), (withdraw_application, {}), (save_application, {"statement": "", "places": []})):
        with pytest.raises(PermissionDenied):
            act(draft.pk, by=bids(tribal), at=NOON, **more)


def test_a_contributor_writes_and_only_a_bid_manager_submits(draft, bupa):
    writer = person(bupa.organisation, Role.CONTRIBUTOR)
    save_application(draft.pk, statement="We can.", places=wanted(("micro", "performance")), by=writer, at=NOON)
    with pytest.raises(PermissionDenied):
        submit_application(draft.pk, by=writer, at=NOON)


def test_nobody_applies_before_the_announcement_or_after_a_withdrawal(bupa):
    round_ = admissions.draft_round()
    round_.announced_at = NOON
    round_.save()
    with pytest.raises(Refused, match="has not been announced"):
        apply(round_.pk, supplier=bupa.pk, by=bids(bupa), at=NOON)
    withdraw_round(round_.pk, reason="A drafting error.", by=admissions.curator(), at=NOON)
    with pytest.raises(Refused, match="was withdrawn"):
        apply(round_.pk, supplier=bupa.pk, by=bids(bupa), at=NOON)


def test_a_later_deadline_lets_an_application_in_that_would_have_been_late(draft, bupa):
    extend_round(draft.round_id, closes_at=CLOSES_AT + timedelta(days=7), reason="A question was answered late.", by=admissions.curator(), at=NOON)
    assert submit_application(draft.pk, by=bids(bupa), at=CLOSES_AT).status == Application.Status.SUBMITTED


def test_the_authority_sees_an_application_once_it_is_received_and_a_rival_never(draft, bupa, curator):
    rival = bids(supplier("Tribal", "tribal"))
    seen = Application.objects.visible_to
    assert draft in seen(bids(bupa))
    assert draft not in seen(curator)
    submit_application(draft.pk, by=bids(bupa), at=NOON)
    assert draft in seen(curator)
    assert draft not in seen(rival)
    assert not Place.objects.visible_to(rival).exists()


def test_what_the_company_is_registered_with_is_shown_before_it_submits_and_kept_with_what_was_received(draft, bupa, browse, at):
    company = bupa.organisation
    Identifier.objects.create(organisation=company, scheme=Identifier.Scheme.COMPANIES_HOUSE, value="01234567")
    Organisation.objects.filter(pk=company.pk).update(address="1 High Street, London")
    at(NOON)
    shown = browse(bids(bupa)).get(reverse("application:submit_application", args=[draft.pk])).text
    for words in ("you confirm that the details of the company are right", "Companies House number", "01234567", "1 High Street, London"):
        assert words in shown
    received = submit_application(draft.pk, by=bids(bupa), at=NOON).received()
    identifiers = [{"scheme": "GB-COH", "value": "01234567"}]
    assert received.content["company"] == {"name": company.name, "address": "1 High Street, London", "identifiers": identifiers}
    Organisation.objects.filter(pk=company.pk).update(address="2 Low Road, Leeds")
    at(CLOSES_AT)
    read = browse(admissions.curator()).get(draft.get_absolute_url()).text
    assert "1 High Street, London" in read
    assert "2 Low Road, Leeds" not in read
    assert has_unsent_changes(Application.objects.get(pk=draft.pk))
