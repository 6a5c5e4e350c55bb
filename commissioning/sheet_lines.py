"""The lines of a sheet that somebody made elsewhere: CSV in the encodings that people have, or XLSX; read one by one."""

import csv
import zlib
from codecs import getincrementaldecoder
from collections.abc import Generator
from contextlib import closing
from datetime import date, datetime, time
from io import TextIOWrapper
from itertools import islice
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from commissioning.spreadsheets import as_typed
from commissioning.wording import megabytes

MOST_COLUMNS = 100
MOST_BYTES = 10 * 1024 * 1024
# openpyxl holds the texts of a workbook in memory, however few of them its lines show.
_MOST_UNPACKED = 100 * 1024 * 1024
_BLOCK = 64 * 1024
_ENCODINGS = ("utf-8-sig", "cp1252")
_UNREADABLE = (InvalidFileException, BadZipFile, KeyError, ValueError, TypeError, SyntaxError, EOFError, IndexError, zlib.error)

_NEITHER = "It is written in neither UTF-8 nor Windows-1252. Save it as “CSV UTF-8”, and send it again."
_NO_WORKBOOK = "It is a workbook that cannot be read. Save it again in the program that made it, or save it as CSV."
_NO_SHEET = "It is neither CSV nor Excel (.xlsx). Save it as one of them, and send it again."
_LARGE = f"It is larger than {megabytes(MOST_BYTES)}, or unpacks to far more. Send it in parts."


class Unreadable(ValidationError):
    """A file that is no sheet; the sentence says what to do about it."""

    def __init__(self, sentence: str) -> None:
        super().__init__({"file": sentence})


def numbered_lines(file: IO[bytes], name: str) -> Generator[tuple[int, list[str]]]:
    """Each line that says something, as text, with the number that a spreadsheet shows beside it. Raises Unreadable.

    What a download of ours put before a cell, so that no spreadsheet takes it for a formula, is taken off again.
    """
    read = {"csv": _csv_lines, "txt": _csv_lines, "xlsx": _xlsx_lines}.get(name.lower().rpartition(".")[2])
    if read is None:
        raise Unreadable(_NO_SHEET)
    if file.seek(0, 2) > MOST_BYTES:
        raise Unreadable(_LARGE)
    file.seek(0)
    with closing(read(file)) as lines:
        for number, cells in enumerate(lines, 1):
            texts = [as_typed(cell.strip()) for cell in cells]
            if any(texts):
                yield number, texts


def _csv_lines(file: IO[bytes]) -> Generator[list[str]]:
    encoding = _encoding_of(file)
    file.seek(0)
    text = TextIOWrapper(file, encoding, newline="")
    try:
        delimiter = _delimiter_of(text.readline())
        text.seek(0)
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        try:
            yield from reader
        except csv.Error as error:
            raise Unreadable(f"The quotation marks around line {reader.line_num} do not fit together, or a cell is far too long: {error}.") from error
    finally:
        text.detach()


def _encoding_of(file: IO[bytes]) -> str:
    for encoding in _ENCODINGS:
        decoder = getincrementaldecoder(encoding)()
        file.seek(0)
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable(_NEITHER)


def _delimiter_of(headings: str) -> str:
    """What stands between the headings: Excel writes semicolons where a comma is the decimal mark."""
    return max(",;\t", key=headings.count)


def _xlsx_lines(file: IO[bytes]) -> Generator[list[str]]:
    try:
        with ZipFile(file) as package:
            if sum(part.file_size for part in package.infolist()) > _MOST_UNPACKED:
                raise Unreadable(_LARGE)
        file.seek(0)
        book: Any = load_workbook(file, read_only=True, data_only=True)
    except _UNREADABLE as error:
        raise error if isinstance(error, Unreadable) else Unreadable(_NO_WORKBOOK) from error
    try:
        sheet = book.worksheets[0]
        # What a workbook says of its own size is often wrong.
        sheet.reset_dimensions()
        for cells in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS):
            yield [_text_of(cell) for cell in islice(cells, MOST_COLUMNS)]
    except _UNREADABLE as error:
        raise Unreadable(_NO_WORKBOOK) from error
    finally:
        book.close()


def _text_of(cell: Any) -> str:
    if isinstance(cell, datetime) and cell.time() == time():
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
