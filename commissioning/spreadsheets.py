"""Tables as CSV, XLSX and JSON files, row by row, however many there are; no spreadsheet takes them for a program."""

import csv
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from commissioning.clock import in_london
from commissioning.filenames import safe_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Limits of the format: rows of a sheet beside its headings, characters of a cell, digits of a number.
ROWS_PER_SHEET = 1_048_575
LONGEST_CELL = 32_767
MOST_DIGITS = 15
# Without it Excel reads UTF-8 as the code page of the machine, and £ as Â£.
_BYTE_ORDER_MARK = "\ufeff"
_BLOCK = 64 * 1024
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_CUT = "… [cut: the CSV has the whole text]"


def neutral(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet could read it as a formula, and without what cannot be printed.

    A formula begins with = + - or @, of whatever width, perhaps after spaces or marks that do not show; a tab or a line
    end at the beginning can lead to one (OWASP, CSV Injection).
    """
    begins_with_control = text[:1] in {"\t", "\r", "\n"}
    printable = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    first = next((mark for mark in printable if not mark.isspace() and unicodedata.category(mark) != "Cf"), "")
    if begins_with_control or unicodedata.normalize("NFKC", first)[:1] in {"=", "+", "-", "@"}:
        return f"'{printable}"
    return printable


def as_typed(cell: Any) -> Any:
    """The cell without the apostrophe that an export put before it."""
    return cell[1:] if isinstance(cell, str) and cell.startswith("'") and neutral(cell[1:]) == cell else cell


def csv_blocks(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The table as CSV (RFC 4180, text in quotes, numbers bare), in blocks of about 64 thousand characters as the rows come."""
    block = StringIO()
    writer = csv.writer(block, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([neutral(str(heading)) for heading in headings])
    for row in rows:
        writer.writerow([_csv_value(value) for value in row])
        if block.tell() >= _BLOCK:
            yield _emptied(block)
    yield block.getvalue()


def _emptied(block: StringIO) -> str:
    """What the block holds, which it then holds no more."""
    text = block.getvalue()
    block.seek(0)
    block.truncate()
    return text


def csv_response(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The table as a CSV attachment called `name`, sent while the rows are read."""

    def blocks() -> Iterator[str]:
        yield _BYTE_ORDER_MARK
        yield from csv_blocks(headings, rows)

    disposition = content_disposition_header(True, f"{safe_name(name)}.csv") or "attachment"
    return StreamingHttpResponse(blocks(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})


def json_response(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """The table as a JSON attachment called `name`: under that name a list with an object for each row, sent while the rows are read."""
    disposition = content_disposition_header(True, f"{safe_name(name)}.json") or "attachment"
    blocks = json_blocks(name, headings, rows)
    return StreamingHttpResponse(blocks, content_type="application/json", headers={"Content-Disposition": disposition})


def json_blocks(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """`{name: [{heading: value, ...}, ...]}` in blocks of about 64 thousand characters; amounts as text, days and moments in ISO 8601."""
    block = StringIO()
    block.write(f"{{{json.dumps(name)}: [")
    for place, row in enumerate(rows):
        block.write(",\n" if place else "\n")
        block.write(json.dumps(dict(zip(headings, row, strict=True)), cls=DjangoJSONEncoder, ensure_ascii=False))
        if block.tell() >= _BLOCK:
            yield _emptied(block)
    block.write("\n]}\n")
    yield block.getvalue()


def write_xlsx(
    file: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "Sheet", rows_per_sheet: int = ROWS_PER_SHEET
) -> None:
    """Write the table to a file as XLSX, a row at a time; beyond the rows that a sheet can hold, it goes on in the next."""
    book = Workbook(write_only=True)
    sheet = _new_sheet(book, title, headings)
    try:
        for place, row in enumerate(rows):
            if place and place % rows_per_sheet == 0:
                sheet = _new_sheet(book, title, headings)
            sheet.append([_xlsx_cell(sheet, value) for value in row])
    except BaseException:
        _put_away(book)
        raise
    book.save(file)


def xlsx_response(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> FileResponse:
    """The table as an XLSX attachment called `name`, written to a temporary file first."""
    with ExitStack() as if_it_fails:
        file = if_it_fails.enter_context(TemporaryFile())
        write_xlsx(file, headings, rows, title=name)
        file.seek(0)
        if_it_fails.pop_all()
    return FileResponse(file, as_attachment=True, filename=f"{safe_name(name)}.xlsx", content_type=XLSX)


def _put_away(book: Any) -> None:
    """Finish a book that nobody will read: only by saving it does openpyxl close and remove its temporary files."""
    with TemporaryFile() as nowhere:
        book.save(nowhere)


def _csv_value(value: Any) -> Any:
    return value if _is_number(value) else neutral(_in_words(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite()


def _in_words(value: Any) -> str:
    """What is no number, as text: moments on a London clock with their offset, days as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return in_london(value).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)


def _new_sheet(book: Any, title: str, headings: Sequence[str]) -> Any:
    """A sheet with a bold row of headings that stays in view; a second of the same title gets a number."""
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", neutral(title))[:25].strip(" '") or "Sheet")
    sheet.freeze_panes = "A2"
    cells = [_text_cell(sheet, str(heading)) for heading in headings]
    for cell in filter(None, cells):
        cell.font = Font(bold=True)
    sheet.append(cells)
    return sheet


def _xlsx_cell(sheet: Any, value: Any) -> Any:
    if _is_number(value):
        exact = Decimal(str(value)).as_tuple()
        if len(exact.digits) + max(int(exact.exponent), 0) > MOST_DIGITS:
            return _text_cell(sheet, str(value))
        if exact.exponent != -2:
            return value
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "#,##0.00"
        return cell
    if isinstance(value, date) and value.year > 1900:
        return WriteOnlyCell(sheet, in_london(value).replace(tzinfo=None) if isinstance(value, datetime) else value)
    return _text_cell(sheet, _in_words(value))


def _text_cell(sheet: Any, text: str) -> Any:
    """A cell that holds text whatever it looks like; None for no text, which makes no cell."""
    shown = neutral(text)
    if not shown:
        return None
    if len(shown) > LONGEST_CELL:
        shown = f"{shown[: LONGEST_CELL - len(_CUT)]}{_CUT}"
    cell = WriteOnlyCell(sheet, shown)
    # openpyxl takes "=..." for a formula and "#N/A" for an error, unless told that it is text.
    cell.data_type = "s"
    return cell
