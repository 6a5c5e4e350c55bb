"""Tables become CSV and XLSX files in which text stays text, numbers stay numbers, and nothing is a formula."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import count
from uuid import UUID
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from commissioning.spreadsheets import LONGEST_CELL, csv_blocks, csv_response, neutral, write_xlsx, xlsx_response

FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://a.example","Click")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\tplain",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\u202e=1+1",
    "\x00=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "﹦1+1",
]
HARMLESS = ["", " ", "Bupa", "1+1=2", "a@b.example", "'=1", "£5", "“quoted”", "第一", "#N/A", "a\tb", "12", "(1)", "–5"]


def rows_of_csv(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text, newline="")))


def rows_of_xlsx(content: bytes, sheet: int = 0) -> list[tuple]:
    return [tuple(cell.value for cell in row) for row in load_workbook(BytesIO(content)).worksheets[sheet].iter_rows()]


def xlsx(headings, rows, **options) -> bytes:
    file = BytesIO()
    write_xlsx(file, headings, rows, **options)
    return file.getvalue()


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_text_that_could_be_read_as_a_formula_gets_an_apostrophe(text):
    assert neutral(text).startswith("'")


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text):
    assert neutral(text) == text


def test_what_cannot_be_printed_is_left_out_and_line_ends_are_of_one_kind():
    assert neutral("a\x00b\x1b[31m\x7f\x85\ud800\uffff\r\nc\rd") == "ab[31m\nc\nd"


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_no_cell_of_a_csv_or_xlsx_begins_a_formula_not_even_a_heading(text):
    for heading, cell in (rows_of_csv("".join(csv_blocks([text], [[text]]))), rows_of_xlsx(xlsx([text], [[text]]))):
        assert heading[0].startswith("'")
        assert cell[0].startswith("'")


def test_no_cell_of_an_xlsx_is_stored_as_a_formula_or_an_error():
    cells = [cell for row in load_workbook(BytesIO(xlsx(["Text"], [[text] for text in [*FORMULAS, *HARMLESS]]))).active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}


NUMBERS = [Decimal("-5.25"), Decimal("0.00"), -7, 0, 1250, Decimal("1250.50"), 0.5]


def test_numbers_stay_numbers_in_a_csv_even_negative_ones():
    text = "".join(csv_blocks(["Pounds"], [[number] for number in NUMBERS]))
    assert text == '"Pounds"\r\n-5.25\r\n0.00\r\n-7\r\n0\r\n1250\r\n1250.50\r\n0.5\r\n'


def test_numbers_stay_numbers_in_an_xlsx_and_money_shows_its_pence():
    book = load_workbook(BytesIO(xlsx(["Pounds"], [[number] for number in NUMBERS])))
    cells = [row[0] for row in book.active.iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["n"] * len(NUMBERS)
    assert [Decimal(str(cell.value)) for cell in cells] == [Decimal(str(number)) for number in NUMBERS]
    assert [cell.number_format for cell in cells[:3]] == ["#,##0.00", "#,##0.00", "General"]


@pytest.mark.parametrize("number", [10**15, 1234567890123456, Decimal("1234567890123.456"), Decimal("1E+15")])
def test_a_number_too_long_for_a_spreadsheet_is_written_as_text_so_that_no_digit_is_lost(number):
    ((_,), (value,)) = rows_of_xlsx(xlsx(["Number"], [[number]]))
    assert value == str(number)


def test_a_number_of_fifteen_digits_is_still_a_number():
    ((_,), (value,)) = rows_of_xlsx(xlsx(["Number"], [[999999999999999]]))
    assert value == 999999999999999


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("-Infinity"), float("nan"), float("-inf")])
def test_what_is_no_number_is_text(number):
    assert rows_of_csv("".join(csv_blocks(["Number"], [[number]])))[1][0].lstrip("'") == str(number)
    assert rows_of_xlsx(xlsx(["Number"], [[number]]))[1][0].lstrip("'") == str(number)


NOON = datetime(2007, 5, 21, 11, 0, tzinfo=UTC)
MIXED = [None, True, False, date(2007, 5, 21), NOON, UUID(int=1), date(1855, 1, 2)]


def test_other_values_are_written_for_people_and_moments_on_a_london_clock():
    assert rows_of_csv("".join(csv_blocks([""], [MIXED])))[1] == [
        *["", "Yes", "No", "2007-05-21", "2007-05-21T12:00:00+01:00", "00000000-0000-0000-0000-000000000001", "1855-01-02"]
    ]
    values = rows_of_xlsx(xlsx(["a"] * len(MIXED), [MIXED]))[1]
    assert values == (
        *(None, "Yes", "No", datetime(2007, 5, 21), datetime(2007, 5, 21, 12, 0)),  # noqa: DTZ001 (as a spreadsheet has them)
        *("00000000-0000-0000-0000-000000000001", "1855-01-02"),
    )


def test_quotes_commas_and_line_ends_survive_a_csv():
    row = ['He said "yes, but"', "one\ntwo", "a;b", "'"]
    assert rows_of_csv("".join(csv_blocks(["a", "b", "c", "d"], [row])))[1] == row


def test_a_csv_is_written_while_its_rows_are_read():
    taken = count()
    blocks = csv_blocks(["Number", "Text"], ([next(taken), "x" * 100] for _ in range(1_000_000)))
    first = next(blocks)
    assert 64 * 1024 <= len(first) < 65 * 1024
    assert next(taken) < 700


def test_blocks_lose_no_row_between_them():
    rows = rows_of_csv("".join(csv_blocks(["Number"], ([number] for number in range(50_000)))))
    assert [int(number) for (number,) in rows[1:]] == list(range(50_000))


def test_a_table_without_rows_has_its_headings():
    assert "".join(csv_blocks(["Supplier", "Points"], [])) == '"Supplier","Points"\r\n'
    assert rows_of_xlsx(xlsx(["Supplier", "Points"], [])) == [("Supplier", "Points")]


@pytest.mark.parametrize(("rows", "sheets"), [(2, [3]), (3, [4]), (4, [4, 2]), (7, [4, 4, 2])])
def test_rows_beyond_what_a_sheet_can_hold_go_on_in_the_next_under_the_same_headings(rows, sheets):
    content = xlsx(["Number"], ([number] for number in range(rows)), title="Bids", rows_per_sheet=3)
    book = load_workbook(BytesIO(content))
    assert [sheet.max_row for sheet in book.worksheets] == sheets
    assert {sheet.cell(1, 1).value for sheet in book.worksheets} == {"Number"}
    assert book.worksheets[0].title == "Bids"


@pytest.mark.parametrize("title", ["a/b:c*d?[e]\\f", "x" * 100, "", "'quoted'", "\x00", "=1+1", "Lots 1–2 £"])
def test_any_title_makes_a_sheet_that_opens(title):
    (sheet,) = load_workbook(BytesIO(xlsx(["a"], [], title=title))).worksheets
    assert 0 < len(sheet.title) <= 31


def test_the_headings_are_bold_and_stay_in_view():
    sheet = load_workbook(BytesIO(xlsx(["a"], [["b"]]))).active
    assert (sheet.cell(1, 1).font.bold, sheet.cell(2, 1).font.bold, sheet.freeze_panes) == (True, False, "A2")


def test_text_longer_than_a_cell_can_hold_is_cut_and_says_so():
    ((_,), (fits,), (cut,)) = rows_of_xlsx(xlsx(["Text"], [["x" * LONGEST_CELL], ["x" * (LONGEST_CELL + 1)]]))
    assert fits == "x" * LONGEST_CELL
    assert (len(cut), cut[-36:]) == (LONGEST_CELL, "x… [cut: the CSV has the whole text]")


def test_a_csv_is_sent_as_an_attachment_that_excel_reads_as_unicode():
    response = csv_response("Scores of lot 1", ["Supplier", "Points"], [["Bupa £", Decimal("75.46")]])
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="Scores of lot 1.csv"'
    assert b"".join(response).decode("utf-8-sig") == '"Supplier","Points"\r\n"Bupa £",75.46\r\n'
    assert response.streaming


@pytest.mark.django_db  # a response that is closed tidies Django's connections
def test_an_xlsx_is_sent_as_an_attachment():
    response = xlsx_response("Scores of lot 1", ["Supplier", "Points"], [["Bupa £", Decimal("75.46")]])
    content = b"".join(response)
    response.close()
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response["Content-Disposition"] == 'attachment; filename="Scores of lot 1.xlsx"'
    assert int(response["Content-Length"]) == len(content)
    assert rows_of_xlsx(content) == [("Supplier", "Points"), ("Bupa £", 75.46)]
    assert ZipFile(BytesIO(content)).testzip() is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["a\r\nX-Evil: 1", "../../scores", 'a"; filename="b.exe', "price\u202exslx", "é" * 300], ids=lambda name: ascii(name)[:20]
)
def test_a_name_cannot_change_the_header_that_carries_it(name):
    for response in (csv_response(name, ["a"], []), xlsx_response(name, ["a"], [])):
        disposition = response["Content-Disposition"]
        assert disposition.startswith("attachment; filename")
        assert not {"\r", "\n", "/", "\\", "\u202e"} & set(disposition)
        assert disposition.count('"') in {0, 2}
        response.close()


def test_an_error_among_the_rows_of_an_xlsx_is_not_hidden_and_leaves_no_file_behind(tmp_path, monkeypatch):
    def rows():
        yield ["a"]
        assert list(tmp_path.iterdir())
        raise LookupError("the database went away")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(LookupError):
        xlsx_response("Scores", ["a"], rows())
    assert not list(tmp_path.iterdir())


@given(
    st.lists(
        st.lists(st.text(st.characters()) | st.decimals() | st.integers() | st.booleans() | st.none() | st.dates(), min_size=2, max_size=2),
        max_size=5,
    )
)
def test_any_table_makes_files_that_open_and_hold_no_formula(rows):
    text = "".join(csv_blocks(["a", "b"], rows))
    text.encode()
    assert len(rows_of_csv(text)) == len(rows) + 1
    cells = [cell for row in load_workbook(BytesIO(xlsx(["a", "b"], rows))).active.iter_rows() for cell in row]
    assert all(cell.data_type in {"s", "n", "d"} for cell in cells)
    assert not any(isinstance(cell.value, str) and cell.value[:1] in "=+-@\t\r" for cell in cells if cell.value)
