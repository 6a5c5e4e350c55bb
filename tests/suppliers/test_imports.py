"""Organisations come in from a sheet: previewed row by row, and carried out exactly as previewed, all of it or nothing."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import Workbook
from rest_framework.test import APIClient

from commissioning.actions.organisations import describe_organisation
from commissioning.models import Document, Organisation, TrailEntry
from commissioning.refusals import Refused
from commissioning.trail import breaks
from contracts.models import Contract
from suppliers.actions.imports import apply_import, discard_import, preview_again, preview_import
from suppliers.models import OrganisationImport, Supplier
from tests.factories import frameworks
from tests.factories.contracts import offered_contract
from tests.factories.people import NOON

pytestmark = pytest.mark.django_db
COMMISSIONER, SUPPLIER = Organisation.Kind.COMMISSIONER, Organisation.Kind.SUPPLIER
HEADINGS = "code,name,role,valid_from,valid_to,successors,predecessors\n"
THREE = "5A1,Alder PCT,RO179,2001-04-01,,,\n5A2,Birch PCT,PCT,20010401,30/09/2006,5A3,\n5A3,Cedar and Birch PCT,Primary care trust,2006-10-01,,,\n"


def sheet(text, name="organisations.csv", encoding="utf-8"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode(encoding))


def previewed(curator, text, *, kind=COMMISSIONER, name="organisations.csv", **more):
    return preview_import(kind=kind, file=sheet(text, name), by=curator, **more)


def brought_in(curator, text, **more):
    record = previewed(curator, text, **more)
    return apply_import(record.pk, preview=record.preview_hash, by=curator)


def called(code):
    return Organisation.objects.get(identifiers__value=code)


def wrong(curator, text, **more):
    with pytest.raises(ValidationError) as problem:
        previewed(curator, text, **more)
    assert not OrganisationImport.objects.exists()
    assert not Document.objects.exists()
    return problem.value.message_dict["file"]


def test_a_preview_changes_nothing_and_its_confirmation_everything(curator, last_entry):
    before = Organisation.objects.count()
    record = previewed(curator, HEADINGS + THREE)
    assert (record.counts(), Organisation.objects.count()) == ({"new": 3, "changed": 0, "closed": 0, "unchanged": 0}, before)
    apply_import(record.pk, preview=record.preview_hash, by=curator)
    birch, cedar = called("5A2"), called("5A3")
    assert (birch.name, birch.body_class_id, birch.valid_from, birch.valid_to) == ("Birch PCT", "PCT", date(2001, 4, 1), date(2006, 9, 30))
    assert (list(birch.successors.all()), list(cedar.predecessors.all())) == ([cedar], [birch])
    assert [row.organisation for row in record.rows.all()] == [called("5A1"), birch, cedar]
    entry = last_entry(record)
    assert (entry.verb, entry.actor, entry.facts["new"], entry.facts["sha256"]) == ("apply_import", curator, 3, record.sha256)


def test_what_comes_in_has_a_trail_of_its_own_that_holds(curator):
    brought_in(curator, HEADINGS + THREE)
    told = {code: list(TrailEntry.objects.filter(docket=called(code).docket).values_list("verb", "number", "actor")) for code in ("5A1", "5A2")}
    assert told["5A1"] == [("register_organisation", 1, curator.pk)]
    assert told["5A2"] == [("register_organisation", 1, curator.pk), ("succeed_organisation", 2, curator.pk)]
    assert TrailEntry.objects.get(docket=called("5A1").docket).facts["identifiers"] == ["GB-NHS:5A1"]
    assert list(breaks()) == []


def test_the_same_sheet_sent_twice_changes_nothing_the_second_time(curator):
    brought_in(curator, HEADINGS + THREE)
    entries = TrailEntry.objects.filter(docket=called("5A2").docket).count()
    again = brought_in(curator, HEADINGS + THREE)
    assert again.counts() == {"new": 0, "changed": 0, "closed": 0, "unchanged": 3}
    assert TrailEntry.objects.filter(docket=called("5A2").docket).count() == entries


def test_what_has_been_carried_out_or_discarded_is_not_carried_out_again(curator):
    done = brought_in(curator, HEADINGS + THREE)
    away = previewed(curator, HEADINGS + THREE.replace("Alder", "Elder"))
    discard_import(away.pk, by=curator)
    for record in (done, away):
        with pytest.raises(Refused):
            apply_import(record.pk, preview=record.preview_hash, by=curator)
    assert called("5A1").name == "Alder PCT"


def test_changes_are_told_field_by_field_with_what_was_before(curator):
    brought_in(curator, HEADINGS + THREE)
    record = previewed(curator, "code;name;valid_to;GB-PPON\n5A1;Elder PCT;31/03/2013;PMZV-7732-XXTT\n5A3;Cedar and Birch PCT;;\n")
    assert record.counts() == {"new": 0, "changed": 0, "closed": 1, "unchanged": 1}
    (row,) = record.rows.all()
    fields = [["Name", "Alder PCT", "Elder PCT"], ["Last day", "", "2013-03-31"], ["Identifier", "", "GB-PPON:PMZV-7732-XXTT"]]
    assert (row.what, row.number, row.organisation, row.changes) == ("closed", 2, called("5A1"), fields)
    apply_import(record.pk, preview=record.preview_hash, by=curator)
    elder = called("5A1")
    assert (elder.name, elder.valid_from, elder.body_class_id) == ("Elder PCT", date(2001, 4, 1), "PCT")
    assert {str(one) for one in elder.identifiers.all()} == {"GB-NHS:5A1", "GB-PPON:PMZV-7732-XXTT"}


def test_a_column_that_is_not_there_changes_nothing_and_an_empty_cell_empties(curator):
    brought_in(curator, HEADINGS + THREE)
    assert previewed(curator, "code,name\n5A1,Alder PCT\n").counts()["unchanged"] == 1
    (row,) = previewed(curator, "code,name,valid_from\n5A1,Alder PCT,\n").rows.all()
    assert row.changes == [["First day", "2001-04-01", ""]]


def test_a_predecessor_that_is_in_no_row_is_found_in_the_register(curator):
    brought_in(curator, HEADINGS + THREE)
    closing = "5A1,Alder PCT,PCT,2001-04-01,2013-03-31,,\n"
    brought_in(curator, HEADINGS + closing)
    record = brought_in(curator, "code,name,role,predecessors\n10A,Ash CCG,RO98,5A1\n")
    assert record.counts() == {"new": 1, "changed": 0, "closed": 1, "unchanged": 0}
    assert list(called("5A1").successors.all()) == [called("10A")]


def test_a_contract_keeps_the_party_of_its_day(curator):
    contract = offered_contract()
    buyer = contract.buyer
    describe_organisation(buyer.pk, name=buyer.name, identifiers=[{"scheme": "GB-NHS", "value": "5AT"}], by=curator)
    brought_in(curator, f"code,name,role,valid_to,successors\n5AT,{buyer.name},PCT,2036-03-31,07G\n07G,Hillingdon CCG,CCG,,\n")
    kept = Contract.objects.get(pk=contract.pk).buyer
    assert (kept, kept.name, kept.valid_to) == (buyer, buyer.name, date(2036, 3, 31))
    assert [one.name for one in kept.successors.all()] == ["Hillingdon CCG"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("5B,Short PCT,PCT,,,,\n", "Row 2, code: “5B” is not of the form of an ODS code"),
        ("5.00E+03,Excel PCT,PCT,,,,\n", "Row 2, code: A spreadsheet has taken this code for the number 5.00E+03."),
        (",No code,PCT,,,,\n", "Row 2, code: Nothing says which organisation it is."),
        ("5B1,,PCT,,,,\n", "Row 2, name: It has no name."),
        (f"5B1,{'x' * 201},PCT,,,,\n", "Row 2, name: Ensure this value has at most 200 characters"),
        ("5B1,Beech PCT,RO999,,,,\n", "Row 2, role: No class of public bodies is called “RO999”."),
        ("5B1,Beech PCT,PCT,31.02.2006,,,\n", "Row 2, valid_from: “31.02.2006” is not a day. Write it like 2007-03-31"),
        ("5B1,Beech PCT,PCT,２００６-01-01,,,\n", "Row 2, valid_from: “２００６-01-01” is not a day."),
        ("5B1,Beech PCT,PCT,2006-02-30,,,\n", "Row 2, valid_from: “2006-02-30” is not a day."),
        ("5B1,Beech PCT,PCT,2006-01-02,2006-01-01,,\n", "Row 2, valid_to: The last day is before the first, 02 January 2006."),
        ("5B1,Beech PCT,PCT,,2006-01-01,5B2,\n", "Row 2, successors: 5B2 is in no row, and not registered here."),
        ("5B1,Beech PCT,PCT,,,5B2,\n5B2,Box PCT,PCT,,,,\n", "Row 2, valid_to: Beech PCT (5B1) has a successor and no last day."),
        ("5B1,Beech PCT,PCT,,2006-01-01,5B1,\n", "Row 2, successors: An organisation does not take its own place."),
        ("5B1,Beech PCT,PCT,,2006-01-01,5B2,\n5B2,Box PCT,PCT,,2006-01-01,,\n", "Row 2, successors: Box PCT (5B2) ends no later than it."),
        ("5B1,Beech PCT,PCT,,2006-01-01,5B2,5B2\n5B2,Box PCT,PCT,,2006-01-02,,\n", "came before it."),
        ("5B1,Beech PCT,PCT,,,,\n5B1,Box PCT,PCT,,,,\n", "Row 3, code: 5B1 stands in row 2 as well."),
        ("5B1,Beech, or Box,PCT,,,,,,\n", "Row 2, role: No class"),
        ("5B1,Beech PCT,PCT,,,,,one too many\n", "Row 2, last column: It has more cells"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_column_and_nothing_is_kept(curator, rows, said):
    told = wrong(curator, HEADINGS + rows)
    assert any(said in sentence for sentence in told), told


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("", "a.csv", "is empty"),
        ("name\nAlder\n", "a.csv", "no heading “code”"),
        ("code,name,ods_code\n", "a.csv", "Two columns of the first row mean “code”"),
        (HEADINGS, "a.csv", "no row below the headings"),
        (b"code,name\n5A1,\x81\x8d\n", "a.csv", "neither UTF-8 nor Windows-1252"),
        ('code,name\n5A1,"Alder" PCT\n', "a.csv", "quotation marks"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_with_a_sentence(curator, text, name, said):
    with pytest.raises(ValidationError) as problem:
        previewed(curator, text, name=name)
    assert any(said in sentence for sentence in problem.value.messages), problem.value.messages
    assert not OrganisationImport.objects.exists()


def test_every_problem_is_told_at_once_up_to_fifty(curator):
    assert len(wrong(curator, HEADINGS + "5B,Bad,PCT,,,,\n" * 3)) == 3
    told = wrong(curator, HEADINGS + "5B,Bad,PCT,,,,\n" * 80)
    assert (len(told), told[-1]) == (51, "There may be more. Mend these first.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_encodings_that_people_have_are_read(curator, encoding):
    preview_import(kind=COMMISSIONER, file=sheet("code\tname\n5A1\tÉlan – “Ash” PCT\n", encoding=encoding), by=curator)
    assert OrganisationImport.objects.get().rows.get().changes[0] == ["Name", "", "Élan – “Ash” PCT"]


def test_a_workbook_is_read_with_its_days_and_numbers(curator):
    book = Workbook()
    book.active.append(["Organisation Code", "Name", "Open Date", "GB-CHC", "Basis"])
    book.active.append(["5A1", "'=Alder PCT", date(2001, 4, 1), 123456, "source"])
    kept = BytesIO()
    book.save(kept)
    record = previewed(curator, kept.getvalue(), name="organisations.xlsx")
    told = [["Name", "", "=Alder PCT"], ["First day", "", "2001-04-01"], ["Identifier", "", "GB-NHS:5A1"], ["Identifier", "", "GB-CHC:123456"]]
    assert (record.rows.get().changes, record.unused_columns) == (told, ["Basis"])


def test_new_commissioners_without_a_role_get_the_class_that_was_chosen(curator):
    brought_in(curator, "ods_code,ons_code,name,basis\n5A1,E16000001,Alder,source\n", body_class="PCT")
    assert called("5A1").body_class_id == "PCT"
    with pytest.raises(ValidationError, match="There is no class"):
        previewed(curator, "code,name\n5A9,Ash\n", body_class="NONE")


def test_suppliers_come_in_with_their_identifiers_by_scheme(curator):
    bupa = frameworks.supplier("BUPA", "bupa")
    describe_organisation(bupa.organisation_id, name="BUPA", identifiers=[{"scheme": "GB-COH", "value": "01234567"}], by=curator)
    text = "GB-COH,identifiers,name,short_name,website\n1234567,,BUPA,bupa,https://bupa.example\n,OTHER:X-1; GB-PPON:PMZV-7732-XXTT,Ash & Co,,\n"
    record = brought_in(curator, text, kind=SUPPLIER)
    assert record.counts() == {"new": 1, "changed": 1, "closed": 0, "unchanged": 0}
    bupa.refresh_from_db()
    ash = Supplier.objects.get(short_name="ash-co")
    assert (bupa.website, [str(one) for one in ash.organisation.identifiers.all()]) == (
        "https://bupa.example",
        ["GB-PPON:PMZV-7732-XXTT", "OTHER:X-1"],
    )
    assert brought_in(curator, text, kind=SUPPLIER).counts()["unchanged"] == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("7654321,Another,bupa,", "“bupa” is the short name of another supplier"),
        ("1234567,BUPA,other,", "It is known as “bupa”, and stays so."),
        ("1234567,BUPA,bupa,not an address", "Row 2, website: Enter a valid URL."),
        ("1234567,BUPA,b u p a,", "Row 2, short_name:"),
    ],
)
def test_what_is_wrong_with_a_supplier_is_named(curator, row, said):
    bupa = frameworks.supplier("BUPA", "bupa")
    describe_organisation(bupa.organisation_id, name="BUPA", identifiers=[{"scheme": "GB-COH", "value": "01234567"}], by=curator)
    assert said in " ".join(wrong(curator, f"GB-COH,name,short_name,website\n{row}\n", kind=SUPPLIER))


def test_an_organisation_of_another_kind_is_not_changed_by_the_sheet(curator):
    brought_in(curator, "GB-COH,name\n1234567,Ash Ltd\n", kind=SUPPLIER)
    with pytest.raises(ValidationError, match="Ash Ltd is here as a supplier"):
        previewed(curator, "GB-COH,name\n1234567,Ash PCT\n")


def test_a_register_that_has_changed_since_the_preview_stops_the_import(curator):
    brought_in(curator, HEADINGS + THREE)
    record = previewed(curator, HEADINGS + THREE.replace("Alder", "Elder"))
    describe_organisation(called("5A1").pk, name="Willow PCT", by=curator)
    with pytest.raises(Refused, match="has changed since this preview"):
        apply_import(record.pk, preview=record.preview_hash, by=curator)
    assert called("5A1").name == "Willow PCT"
    seen = record.preview_hash
    record = preview_again(record.pk, by=curator)
    assert record.rows.get().changes == [["Name", "Willow PCT", "Elder PCT"], ["First day", "", "2001-04-01"]]
    with pytest.raises(Refused, match="previewed again since you looked"):
        apply_import(record.pk, preview=seen, by=curator)
    apply_import(record.pk, preview=record.preview_hash, by=curator)
    assert called("5A1").name == "Elder PCT"


def test_a_code_that_was_taken_since_the_preview_stops_the_import(curator):
    record = previewed(curator, HEADINGS + THREE)
    brought_in(curator, HEADINGS + THREE)
    count = Organisation.objects.count()
    with pytest.raises(Refused, match="has changed since"):
        apply_import(record.pk, preview=record.preview_hash, by=curator)
    assert Organisation.objects.count() == count


def test_a_file_that_is_not_the_one_that_was_previewed_stops_the_import(curator):
    record = previewed(curator, HEADINGS + THREE)
    with Path(record.document().file.path).open("ab") as file:
        file.write(b"5A4,Added PCT,PCT,,,,\n")
    with pytest.raises(Refused, match="not the one that was previewed"):
        apply_import(record.pk, preview=record.preview_hash, by=curator)
    assert not Organisation.objects.filter(name="Alder PCT").exists()


def test_all_or_nothing_when_one_of_the_acts_is_refused(curator, monkeypatch):
    record = previewed(curator, HEADINGS + THREE)

    def refuse(*args, **kwargs):
        raise Refused("Not this one.")

    monkeypatch.setattr("suppliers.actions.imports.succeed_organisation", refuse)
    with pytest.raises(Refused, match="Not this one"):
        apply_import(record.pk, preview=record.preview_hash, by=curator)
    assert not Organisation.objects.filter(name="Alder PCT").exists()
    record.refresh_from_db()
    assert record.status == OrganisationImport.Status.PREVIEWED


def test_only_a_curator_imports_and_nobody_else_finds_it(curator, officer, browse):
    with pytest.raises(PermissionDenied):
        previewed(officer, HEADINGS + THREE)
    assert not Document.objects.exists()
    record = previewed(curator, HEADINGS + THREE)
    assert browse(officer).get(record.get_absolute_url()).status_code == 404
    assert browse(officer).get(reverse("organisationimport:preview_import")).status_code == 403
    assert browse(curator).get(record.get_absolute_url()).status_code == 200


def test_the_pages_preview_page_by_page_and_confirm(curator, browse):
    rows = "".join(f"Z{number:03},Trust {number},PCT,,,,\n" for number in range(120))
    desk = browse(curator)
    asked = desk.post(reverse("organisationimport:preview_import"), {"kind": "commissioner", "file": sheet(HEADINGS + "5B,Bad,PCT,,,,\n")})
    assert asked.status_code == 400
    assert "Row 2, code: “5B” is not of the form" in asked.content.decode()
    asked = desk.post(reverse("organisationimport:preview_import"), {"kind": "commissioner", "file": sheet(HEADINGS + rows)})
    record = OrganisationImport.objects.get()
    assert asked["Location"] == record.get_absolute_url()
    first = desk.get(f"{record.get_absolute_url()}?what=new").content.decode()
    assert ("Trust 99 (Z099)" in first, "Trust 100 (Z100)" in first, "?what=new&amp;after=100" in first) == (True, False, True)
    assert "Trust 100 (Z100)" in desk.get(f"{record.get_absolute_url()}?what=new&after=100").content.decode()
    for nowhere in ("?after=x", "?what=other", "?after=-1", "?after=²"):
        assert desk.get(f"{record.get_absolute_url()}{nowhere}").status_code == 200
    place = reverse("organisationimport:apply_import", args=[record.pk])
    assert desk.post(place, {"preview": "0" * 64}).status_code == 409
    assert desk.post(place, {"preview": record.preview_hash}).status_code == 302
    assert called("Z100").name == "Trust 100"


def test_a_page_of_the_preview_costs_the_same_for_many_rows(curator, browse, django_assert_max_num_queries):
    brought_in(curator, HEADINGS + "".join(f"Z{number:03},Trust {number},PCT,,,,\n" for number in range(300)))
    desk = browse(curator)
    record = OrganisationImport.objects.get()
    for place in (record.get_absolute_url(), reverse("organisationimport:index")):
        with django_assert_max_num_queries(12):
            assert desk.get(place).status_code == 200


def test_the_api_previews_and_confirms(curator, officer):
    api = APIClient()
    api.force_authenticate(officer)
    place = reverse("api-organisation-import-list")
    assert api.post(place, {"kind": "commissioner", "file": sheet(HEADINGS + THREE)}, format="multipart").status_code == 403
    api.force_authenticate(curator)
    wrong_one = api.post(place, {"kind": "commissioner", "file": sheet(HEADINGS + "5B,Bad,PCT,,,,\n")}, format="multipart")
    assert (wrong_one.status_code, wrong_one.json()["errors"][0]["attr"]) == (400, "file")
    assert api.post(place, {"kind": "authority", "file": sheet(HEADINGS)}, format="multipart").status_code == 400
    made = api.post(place, {"kind": "commissioner", "file": sheet(HEADINGS + THREE)}, format="multipart").json()
    rows = api.get(f"{place}{made['id']}/rows/").json()["results"]
    assert (rows[0]["number"], rows[0]["what"], rows[0]["known_as"]) == (2, "new", "Alder PCT (5A1)")
    done = api.post(f"{place}{made['id']}/apply-import/", {"preview": made["preview_hash"]}, format="json")
    assert (done.status_code, done.json()["status"], called("5A1").name) == (200, "applied", "Alder PCT")


def test_the_command_previews_and_with_apply_carries_out(curator, officer, tmp_path, capsys):
    file = tmp_path / "organisations.csv"
    file.write_text(HEADINGS + THREE)
    call_command("import_organisations", file, by=curator.email)
    assert "3 new, 0 changed, 0 closed, 0 unchanged" in capsys.readouterr().out
    assert not Organisation.objects.filter(name="Alder PCT").exists()
    call_command("import_organisations", file, by=curator.email, apply=True)
    assert called("5A1").name == "Alder PCT"
    file.write_text(HEADINGS + "5B,Bad,PCT,,,,\n")
    for by, said in ((curator.email, "Row 2, code"), (officer.email, "no curator"), ("nobody@doh.example", "nobody here")):
        with pytest.raises(CommandError, match=said):
            call_command("import_organisations", file, by=by)


def test_more_rows_than_a_file_may_have_are_refused(curator, monkeypatch):
    monkeypatch.setattr("suppliers.organisation_rows.MOST_ROWS", 2)
    assert "more than 2 rows" in wrong(curator, HEADINGS + THREE)[0]


def test_more_changes_than_are_done_at_once_are_refused(curator, monkeypatch):
    brought_in(curator, HEADINGS + THREE)
    monkeypatch.setattr("suppliers.import_plans.MOST_ONE_BY_ONE", 1)
    with pytest.raises(ValidationError, match="More than 1 records change"):
        previewed(curator, HEADINGS + THREE.replace("Alder", "Elder").replace("Cedar", "Pine"))


@pytest.mark.first_home
def test_the_moment_of_the_act_is_on_everything(curator):
    record = preview_import(kind=COMMISSIONER, file=sheet(HEADINGS + THREE), by=curator, at=NOON)
    apply_import(record.pk, preview=record.preview_hash, by=curator, at=NOON)
    assert {called("5A1").created_at, OrganisationImport.objects.get().applied_at} == {NOON}
