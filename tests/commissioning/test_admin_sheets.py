"""Records go out as sheets, and come in through acts, all rows or none."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from commissioning.models import ClockJob, ClosedDay, Organisation, PeriodRule, TrailEntry, User
from tests.commissioning.administration import last_entry, place

pytestmark = pytest.mark.django_db
JOB = ClockJob("test")
CSV, XLSX = "0", "1"


def bring_in(desk, model, data, kind=CSV):
    name = "sheet.csv" if kind == CSV else "sheet.xlsx"
    raw = data.encode() if isinstance(data, str) else data
    tried = desk.post(place(model, "import"), {"import_file": SimpleUploadedFile(name, raw), "format": kind, "resource": ""})
    confirm = tried.context_data.get("confirm_form")
    if confirm is None:
        return tried
    return desk.post(place(model, "process_import"), confirm.initial)


def taken_out(desk, model, kind=CSV):
    return desk.post(place(model, "export"), {"format": kind, "resource": "0"})


def test_organisations_go_out_and_come_in_again_unchanged(desk, hillingdon):
    sheet = taken_out(desk, "organisation")
    before = TrailEntry.objects.count()
    assert "GB-NHS:5AT" in sheet.content.decode()
    assert bring_in(desk, "organisation", sheet.content).status_code == 302
    assert TrailEntry.objects.count() == before


def test_a_sheet_registers_and_describes_through_the_acts(desk, hillingdon, curator):
    sheet = (
        "id,kind,name,body_class,address,valid_from,valid_to,identifiers\n"
        f"{hillingdon.pk},commissioner,Hillingdon Primary Care Trust,PCT,Uxbridge,,,GB-NHS:5AT\n"
        ",supplier,Tribal Consulting Ltd,,,,,GB-COH:1234567; GB-PPON:PMZV-7732-XXTT\n"
    )
    assert bring_in(desk, "organisation", sheet).status_code == 302
    tribal = Organisation.objects.get(name="Tribal Consulting Ltd")
    assert [str(identifier) for identifier in tribal.identifiers.all()] == ["GB-COH:01234567", "GB-PPON:PMZV-7732-XXTT"]
    assert [last_entry(one).verb for one in (tribal, hillingdon)] == ["register_organisation", "describe_organisation"]
    assert last_entry(tribal).actor == curator
    hillingdon.refresh_from_db()
    assert hillingdon.body_class_id == "PCT"


def test_a_sheet_comes_in_as_xlsx_too(desk):
    book = Workbook()
    book.active.append(["on", "calendar", "reason"])
    book.active.append([date(2026, 6, 15), "ENG", "A royal occasion"])
    file = BytesIO()
    book.save(file)
    assert bring_in(desk, "closedday", file.getvalue(), XLSX).status_code == 302
    assert ClosedDay.objects.get().on == date(2026, 6, 15)


def test_empty_cells_of_an_xlsx_are_empty_and_blank_lines_are_none(desk, hillingdon):
    book = Workbook()
    book.active.append(["id", "kind", "name", "address", "valid_from", "valid_to", "identifiers"])
    book.active.append([None, "supplier", "Tribal Consulting Ltd", None, None, None, None])
    book.active.append([str(hillingdon.pk), "commissioner", "Hillingdon Primary Care Trust", None, None, None, "GB-NHS:5AT"])
    book.active.append([None] * 7)
    file = BytesIO()
    book.save(file)
    answer = bring_in(desk, "organisation", file.getvalue(), XLSX)
    assert answer.status_code == 302, answer.context_data["result"].row_errors()
    hillingdon.refresh_from_db()
    for one in (Organisation.objects.get(kind="supplier"), hillingdon):
        assert (one.address, one.valid_from, one.valid_to) == ("", None, None)
    assert not Organisation.objects.get(kind="supplier").identifiers.exists()


def test_empty_cells_of_reference_data_are_empty_in_xlsx_as_in_csv(desk):
    sheets = {kind: taken_out(desk, "periodrule", kind).content for kind in (CSV, XLSX)}
    blanks = [cell.value for row in load_workbook(BytesIO(sheets[XLSX])).active.iter_rows() for cell in row if cell.value in {None, "None"}]
    assert None in blanks
    assert "None" not in blanks
    before = list(PeriodRule.objects.order_by("pk").values())
    for kind, sheet in sheets.items():
        assert bring_in(desk, "periodrule", sheet, kind).status_code == 302
        assert list(PeriodRule.objects.order_by("pk").values()) == before


def test_a_sheet_goes_out_with_one_choice_and_no_script(desk, hillingdon):
    """Every column, in one of two forms: a page that offers more needs a script of its own, which no page may have."""
    page = desk.get(place("organisation", "export"))
    assert set(page.context_data["form"].fields) == {"resource", "format", "export_items"}
    assert "onchange" not in page.content.decode()
    answer = desk.post(place("organisation", "export"), {"format": CSV, "resource": "0"})
    assert answer.content.decode().splitlines()[0] == "id,kind,name,body_class,address,valid_from,valid_to,identifiers"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",commissioner,Ealing PCT,,,,GB-NHS:5", "is not of the form of an ODS code"),
        (",commissioner,Ealing PCT,,,,GB-NHS:5AT", "belongs to another organisation"),
        (",commissioner,Ealing PCT,,,,5HX", "names no scheme"),
        (",commissioner,,,,,", "name"),
        (",commissioner,Ealing PCT,,31/02/2002,,", "“31/02/2002” is no day of the calendar. Write it like 2012-06-05."),
    ],
)
def test_a_sheet_with_a_bad_row_changes_nothing_and_says_which(desk, hillingdon, row, says):
    before = TrailEntry.objects.count()
    sheet = f"id,kind,name,address,valid_from,valid_to,identifiers\n,supplier,Good Ltd,,,,\n{row}\n"
    answer = bring_in(desk, "organisation", sheet)
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert TrailEntry.objects.count() == before
    assert not Organisation.objects.filter(name="Good Ltd").exists()


def test_a_day_that_is_none_is_named_in_a_sheet_of_closed_days_too(desk):
    answer = bring_in(desk, "closedday", "on,calendar,reason\n2012-06-04,ENG,Jubilee\n31/02/2012,ENG,Jubilee\n")
    assert "Line number: 2 - “31/02/2012” is no day of the calendar. Write it like 2012-06-05." in " ".join(answer.text.split())
    assert not ClosedDay.objects.exists()


@pytest.mark.parametrize("junk", [b"", b"\x00\xff\xfe", b"PK\x03\x04junk", b"a,b\n1,2\n"])
@pytest.mark.parametrize("kind", [CSV, XLSX])
def test_a_file_that_is_no_sheet_is_refused(desk, junk, kind):
    answer = bring_in(desk, "organisation", junk, kind)
    assert answer.status_code == 200


def test_a_sheet_is_brought_in_once(desk):
    sheet = SimpleUploadedFile("sheet.csv", b"on,calendar,reason\n2026-06-15,ENG,Occasion\n")
    tried = desk.post(place("closedday", "import"), {"import_file": sheet, "format": CSV, "resource": ""})
    confirm = tried.context_data["confirm_form"].initial
    assert desk.post(place("closedday", "process_import"), confirm).status_code == 302
    again = desk.post(place("closedday", "process_import"), confirm)
    assert again.status_code == 409
    assert "brought in already" in again.content.decode()


@pytest.mark.parametrize("kind", [CSV, XLSX])
@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1"])
def test_no_cell_of_an_export_is_a_formula(desk, kind, formula):
    User.objects.create_user("formula@hillingdon.example", formula)
    answer = taken_out(desk, "user", kind)
    if kind == CSV:
        assert f"'{formula.strip()}" in answer.content.decode().replace("\t", "")
        return
    cells = [cell for row in load_workbook(BytesIO(answer.content)).active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(str(cell.value).endswith(formula.strip()) and str(cell.value).startswith("'") for cell in cells)


def test_people_are_not_brought_in_by_sheets(desk):
    assert desk.get(place("user", "import")).status_code == 403
    assert desk.get(place("trailentry", "export")).status_code == 403
