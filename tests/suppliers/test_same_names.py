"""No supplier is called like another organisation that exists, however the name is written."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from commissioning import clock
from commissioning.actions.organisations import describe_organisation, register_organisation, succeed_organisation
from commissioning.models import Organisation
from commissioning.same_names import LONGEST_KEY, key_of
from suppliers.actions.changes import record_new_name
from suppliers.actions.firms import register_supplier
from suppliers.actions.imports import apply_import, preview_import
from tests.factories.admissions import PUBLISHED_AT, curator, published_round
from tests.factories.frameworks import supplier
from tests.factories.people import NOON
from tests.factories.supplier_changes import NAME, told

LIKE_TRIBAL = [
    "Tribal Ltd",
    "TRIBAL LTD",
    " Tribal  Ltd.",
    "Tribal\u00a0Ltd",
    "Tri-bal, Ltd",
    "Ｔribal Ltd",
    "Тribal Ltd",
    "Tribаl Ltd",
    "Τribal Ltd",
]
OTHERS = ["Tribal Group Ltd", "Tribal 2 Ltd", "Tribe Ltd", "Société Tribal Ltd"]


@pytest.mark.parametrize("name", LIKE_TRIBAL)
def test_names_that_read_the_same_have_one_key(name):
    assert key_of(name) == key_of("Tribal Ltd")


@pytest.mark.parametrize("name", OTHERS)
def test_names_that_read_otherwise_have_others(name):
    assert key_of(name) != key_of("Tribal Ltd")


def test_every_name_has_a_key_that_fits():
    assert key_of("!!!") != key_of("???")
    assert 0 < len(key_of("\ufdfa" * 200)) <= LONGEST_KEY


@pytest.fixture
def tribal(db):
    return supplier("Tribal Ltd", "tribal")


@pytest.mark.parametrize("name", LIKE_TRIBAL)
def test_no_supplier_is_registered_with_the_name_of_another(tribal, name):
    with pytest.raises(ValidationError, match="another organisation here, Tribal Ltd"):
        register_supplier(name=name, short_name="rival", by=curator(), at=NOON)
    assert Organisation.objects.filter(kind="supplier").count() == 1


def test_no_supplier_is_registered_with_the_name_of_a_buyer(tribal):
    register_organisation(kind=Organisation.Kind.COMMISSIONER, name="Hillingdon PCT", by=curator(), at=NOON)
    with pytest.raises(ValidationError, match="Hillingdon PCT"):
        register_organisation(kind=Organisation.Kind.SUPPLIER, name="hillingdon p.c.t.", by=curator(), at=NOON)


def test_a_name_is_free_once_the_last_day_of_its_organisation_is_over(tribal):
    Organisation.objects.filter(pk=tribal.organisation_id).update(valid_to=date(2026, 3, 1))
    with pytest.raises(ValidationError):
        register_supplier(name="Tribal Ltd", short_name="rival", by=curator(), at=clock.london(2026, 3, 1, 23, 59))
    register_supplier(name="Tribal Ltd", short_name="rival", by=curator(), at=clock.london(2026, 3, 2))


def test_a_supplier_tells_of_no_name_that_is_another_s(tribal):
    firm = supplier()
    published_round(firm)
    with pytest.raises(ValidationError) as refused:
        told(firm, NAME, new_name="TRIBAL Ltd.", at=PUBLISHED_AT)
    assert list(refused.value.error_dict) == ["new_name"]
    assert told(firm, NAME, new_name=f"{firm}.", at=PUBLISHED_AT).new_name == f"{firm}."


def test_a_new_name_that_another_has_taken_since_is_not_recorded(db):
    firm = supplier()
    published_round(firm)
    change = told(firm, NAME, new_name="Tribal Ltd", at=PUBLISHED_AT)
    supplier("tribal ltd", "tribal")
    with pytest.raises(ValidationError, match="tribal ltd"):
        record_new_name(change.pk, by=curator(), at=PUBLISHED_AT)


def test_a_successor_may_take_the_name(tribal):
    heir = register_supplier(name="New Tribal", short_name="heir", by=curator(), at=NOON)
    said = {"name": "Tribal Ltd", "by": curator(), "at": NOON}
    with pytest.raises(ValidationError):
        describe_organisation(heir.organisation_id, **said)
    succeed_organisation(tribal.organisation_id, successors=[heir.organisation_id], last_day=date(2026, 12, 31), by=curator(), at=NOON)
    assert describe_organisation(heir.organisation_id, **said).name == "Tribal Ltd"
    assert describe_organisation(heir.organisation_id, address="1 High Street", **said).address == "1 High Street"


def test_whether_a_name_is_taken_costs_one_query_however_many_there_are(tribal, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert Organisation.objects.called(["TRIBAL ltd"], NOON.date()).get() == tribal.organisation


def sheet(*rows):
    lines = ["company_number,name,valid_to", *rows]
    return SimpleUploadedFile("suppliers.csv", "\n".join(lines).encode())


@pytest.mark.parametrize(
    "rows",
    [["01234567,TRIBAL LTD,"], ["01234567,One Ltd,", "01234568,ONE Ltd.,"], ["01234567,\u200b,"], ["01234567,Tri\u200bbal,"]],
    ids=ascii,
)
def test_a_sheet_that_calls_one_like_another_is_refused_by_row(tribal, rows):
    with pytest.raises(ValidationError, match=f"Row {len(rows) + 1}, name: "):
        preview_import(kind=Organisation.Kind.SUPPLIER, file=sheet(*rows), by=curator(), at=NOON)


def test_a_sheet_closes_one_and_gives_its_name_to_another(db):
    preview_and_apply(sheet("01234567,Tribal Ltd,"))
    preview_and_apply(sheet("01234567,Tribal Ltd,2026-03-01", "01234568,Tribal Limited,"))
    assert Organisation.objects.filter(kind="supplier").count() == 2


def preview_and_apply(file):
    record = preview_import(kind=Organisation.Kind.SUPPLIER, file=file, by=curator(), at=NOON)
    return apply_import(record.pk, preview=record.preview_hash, by=curator(), at=NOON)
