"""Organisations are registered, described and succeeded, each act on their own trail."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from commissioning.actions.organisations import describe_organisation, register_organisation, succeed_organisation
from commissioning.models import ClockJob, Identifier, Organisation, Role, TrailEntry
from commissioning.refusals import Refused
from tests.factories import people as cast

pytestmark = pytest.mark.django_db

ODS = {"scheme": Identifier.Scheme.ODS, "value": "5at"}


def trust(name, by, **said):
    return register_organisation(kind=Organisation.Kind.COMMISSIONER, name=name, by=by, at=cast.NOON, **said)


def entries(organisation):
    return list(TrailEntry.objects.filter(docket=organisation.docket).order_by("number"))


def test_a_registered_organisation_stands_in_the_directory_with_its_identifiers_as_the_register_writes_them(curator):
    hillingdon = trust("Hillingdon PCT", curator, identifiers=[ODS], valid_from=date(2002, 4, 1))
    assert [str(identifier) for identifier in hillingdon.identifiers.all()] == ["GB-NHS:5AT"]
    (entry,) = entries(hillingdon)
    assert (entry.verb, entry.actor, entry.at) == ("register_organisation", curator, cast.NOON)
    assert entry.facts == {"kind": "commissioner", "name": "Hillingdon PCT", "identifiers": ["GB-NHS:5AT"]}


def test_only_a_curator_registers_an_organisation(curator):
    lead = cast.person(cast.commissioner(), Role.PROCUREMENT_LEAD)
    with pytest.raises(PermissionDenied):
        trust("Another PCT", lead)
    assert not Organisation.objects.filter(name="Another PCT").exists()


def test_one_identifier_is_one_organisations(curator):
    trust("Hillingdon PCT", curator, identifiers=[ODS])
    with pytest.raises(ValidationError) as refusal:
        trust("Hillingdon Primary Care Trust", curator, identifiers=[{"scheme": Identifier.Scheme.ODS, "value": "5AT"}])
    assert refusal.value.message_dict == {"identifiers": ["ODS code 5AT belongs to another organisation here."]}
    assert Organisation.objects.filter(name__startswith="Hillingdon").count() == 1


def test_an_organisation_does_not_end_before_it_begins(curator):
    with pytest.raises(ValidationError) as refusal:
        trust("Hillingdon PCT", curator, valid_from=date(2013, 4, 1), valid_to=date(2013, 3, 31))
    assert refusal.value.message_dict == {"valid_to": ["The last day is before the first, 01 April 2013."]}
    assert trust("Hillingdon PCT", curator, valid_from=date(2013, 4, 1), valid_to=date(2013, 4, 1)).valid_to == date(2013, 4, 1)


def test_describing_an_organisation_keeps_what_was_said_before_on_the_trail(curator):
    hillingdon = trust("Hillingdon PCT", curator, identifiers=[ODS])
    describe_organisation(hillingdon.pk, name="Hillingdon Primary Care Trust", address="Uxbridge", by=curator)
    hillingdon.refresh_from_db()
    assert (hillingdon.name, hillingdon.address) == ("Hillingdon Primary Care Trust", "Uxbridge")
    assert hillingdon.identifiers.count() == 1, "identifiers that are left out stay"
    facts = entries(hillingdon)[-1].facts
    assert facts == {"before": {"name": "Hillingdon PCT", "address": ""}, "after": {"name": "Hillingdon Primary Care Trust", "address": "Uxbridge"}}


def test_identifiers_that_are_given_take_the_place_of_those_that_were(curator):
    hillingdon = trust("Hillingdon PCT", curator, identifiers=[ODS])
    describe_organisation(
        hillingdon.pk, name="Hillingdon PCT", identifiers=[{"scheme": Identifier.Scheme.VAT, "value": "GB 123 4567 89"}], by=curator
    )
    assert [str(identifier) for identifier in hillingdon.identifiers.all()] == ["VAT:GB123456789"]


def test_its_own_lead_may_describe_it_and_another_may_not(curator):
    hillingdon = trust("Hillingdon PCT", curator)
    lead = cast.person(hillingdon, Role.PROCUREMENT_LEAD)
    other = cast.person(trust("Northamptonshire PCT", curator), Role.PROCUREMENT_LEAD)
    describe_organisation(hillingdon.pk, name="Hillingdon PCT", address="Uxbridge", by=lead)
    with pytest.raises(PermissionDenied):
        describe_organisation(hillingdon.pk, name="Ours", by=other)
    refused = entries(hillingdon)[-1]
    assert (refused.outcome, refused.actor) == ("refused", other)


def test_a_page_asks_a_commissioner_for_its_class_and_a_supplier_for_none(curator, client):
    client.force_login(curator)
    firm = register_organisation(kind=Organisation.Kind.SUPPLIER, name="BUPA", by=curator)
    for organisation, is_asked in ((trust("Hillingdon PCT", curator), True), (firm, False)):
        page = reverse("organisation:describe_organisation", args=[organisation.pk])
        assert ("Class of public body" in client.get(page).text) == is_asked
        assert client.post(page, {"name": f"{organisation} plc"}).status_code == 302
    assert Organisation.objects.filter(name__endswith="plc").count() == 2


def test_a_trust_is_succeeded_by_two_groups_and_is_closed_on_its_last_day(curator):
    hillingdon, north, south = (trust(name, curator) for name in ("Hillingdon PCT", "North CCG", "South CCG"))
    succeed_organisation(hillingdon.pk, successors=[north.pk, south.pk], last_day=date(2013, 3, 31), by=curator)
    hillingdon.refresh_from_db()
    assert hillingdon.valid_to == date(2013, 3, 31)
    assert set(hillingdon.successors.all()) == {north, south}
    assert list(north.predecessors.all()) == [hillingdon]
    assert entries(hillingdon)[-1].facts["last_day"] == "2013-03-31"


def test_nobody_succeeds_an_organisation_that_took_its_own_place(curator):
    first, second, third = (trust(name, curator) for name in ("PCT", "CCG", "ICB"))
    succeed_organisation(first.pk, successors=[second.pk], last_day=date(2013, 3, 31), by=curator)
    succeed_organisation(second.pk, successors=[third.pk], last_day=date(2022, 6, 30), by=curator)
    for circle in ([first.pk], [third.pk]):
        with pytest.raises(ValidationError, match="cannot take the place"):
            succeed_organisation(third.pk, successors=circle, last_day=date(2026, 3, 31), by=curator)


@pytest.mark.parametrize("whom", ["nobody", "unknown", "supplier"])
def test_a_successor_is_registered_and_of_the_same_kind(curator, whom):
    hillingdon = trust("Hillingdon PCT", curator)
    supplier = cast.organisation(Organisation.Kind.SUPPLIER, "Tribal")
    successors = {"nobody": [], "unknown": [uuid4()], "supplier": [supplier.pk]}[whom]
    with pytest.raises(ValidationError):
        succeed_organisation(hillingdon.pk, successors=successors, last_day=date(2013, 3, 31), by=curator)
    hillingdon.refresh_from_db()
    assert hillingdon.valid_to is None


def test_a_name_that_is_too_long_is_refused_with_its_field(curator):
    with pytest.raises(ValidationError) as refusal:
        trust("x" * 201, curator)
    assert "name" in refusal.value.message_dict


def test_an_act_on_an_organisation_that_is_not_there_is_not_found():
    with pytest.raises(Organisation.DoesNotExist):
        describe_organisation(uuid4(), name="Nobody", by=ClockJob("test"))


def test_two_that_register_one_identifier_at_once_are_told_apart_by_the_database(curator, monkeypatch):
    trust("Hillingdon PCT", curator, identifiers=[ODS])
    monkeypatch.setattr("commissioning.actions.organisations.Identifier.objects.filter", lambda **_: Organisation.objects.none())
    with pytest.raises(Refused, match="One organisation per identifier"):
        trust("Hillingdon Primary Care Trust", curator, identifiers=[ODS])
