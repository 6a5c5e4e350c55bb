"""What a file is, read from its content: only the kinds that a bid needs, and only whole files that are one thing."""

import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from os import SEEK_END
from typing import IO
from zipfile import is_zipfile

import filetype

from commissioning.filenames import extension, inner_extensions
from commissioning.packages import Unacceptable, check_office, check_opendocument

ACCEPTED = "PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), OpenDocument (.odt or .ods), CSV, plain text (.txt), PNG or JPEG"
_HEAD, _TAIL = 8192, 1024
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Text that begins so is drawn, run or typeset by some program, whatever the file is called.
_BEGINS_AS_CODE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[a-z!?/]|\{\\rtf|%!PS|#!)", re.IGNORECASE)
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PROGRAM = re.compile("aspx?|bat|cmd|dll|exe|hta|jar|jsp?|lnk|mht|msi|php|phtml|ps1|scr|sh|s?html?|svg|vbs|wsf|xhtml")

# What a PDF reader does by itself when it opens the file: run a script, or start a program. A name may be written with #-escapes.
_PDF_ACTS = re.compile(rb"/(?:JavaScript|Launch)(?![A-Za-z0-9])")
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_STREAM = re.compile(rb"stream\r?\n")
_BLOCK, _LONGEST_STREAM, _MOST_UNPACKED = 1024 * 1024, 1024 * 1024, 100 * 1024 * 1024
_LONGEST_NAME, _PIECE = 64, 4096

_WITH_SCRIPT = "contains a script, or starts a program when it is opened. Print it to a new PDF, which leaves that out, and send that."
_INCOMPLETE = "is incomplete, or has something added after its end. Save it again, and send that."
_TWO_THINGS = "is two kinds of file at once. Save it again in the program that made it, and send that."


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: what it is served as, what people call it, and the check of its content."""

    media_type: str
    called: str
    check: Callable[[IO[bytes]], None]


def media_type(file: IO[bytes], name: str) -> str:
    """The media type of a file that is what its name says. Raises Unacceptable, the rest of a sentence that begins with the name.

    ZIP archives are not taken: what is in them could be neither checked nor shown to the panel.
    """
    kind = KINDS.get(extension(name))
    if kind is None:
        raise Unacceptable(f"is not of a kind that is taken. Send it as {ACCEPTED}.")
    if lying := next(filter(_PROGRAM.fullmatch, inner_extensions(name)), None):
        raise Unacceptable(f"has “.{lying}” inside its name, as programs have at its end. Rename it, and send it again.")
    kind.check(file)
    return kind.media_type


def _read(file: IO[bytes], start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)


def _tail(file: IO[bytes]) -> bytes:
    return _read(file, max(file.seek(0, SEEK_END) - _TAIL, 0), _TAIL)


def _check_begins_as(called: str, mime: str, file: IO[bytes]) -> None:
    """Refuse a file whose first bytes are not those of its kind, saying what they are."""
    head = _read(file, 0, _HEAD)
    if head.startswith(_OLD_OFFICE):
        raise Unacceptable(f"is in the format of old Office programs, or has a password. Save it as {called} without a password, and send it again.")
    found = filetype.guess(head)
    if found is None or found.mime != mime:
        is_what = f"{found.extension.upper()} file" if found else "file of another kind"
        raise Unacceptable(f"is named as {called}, but its content is that of a {is_what}. Save it as what it is, and send it again.")


def _check_alone(file: IO[bytes]) -> None:
    """Refuse a file that a reader of ZIP or PDF files would open as well: they look for their marks far from the beginning."""
    if is_zipfile(file) or b"%PDF-" in _read(file, 1, _TAIL):
        raise Unacceptable(_TWO_THINGS)


def _check_pdf(file: IO[bytes]) -> None:
    _check_begins_as("PDF", "application/pdf", file)
    if _read(file, 0, 5) != b"%PDF-" or b"%%EOF" not in _tail(file):
        raise Unacceptable(_INCOMPLETE)
    _check_alone(file)
    _check_pdf_acts(_read(file, 0, -1))


def _check_pdf_acts(content: bytes) -> None:
    """Refuse a PDF with a script or a program to start, in the open or in a stream that is packed with Flate.

    Not found is what is encrypted, packed twice or in another way, or stands beyond the first MB of a stream or the first 100 MB of all.
    """
    blocks = (content[start : start + _BLOCK + _LONGEST_NAME] for start in range(0, len(content), _BLOCK))
    if any(_PDF_ACTS.search(_PDF_ESCAPE.sub(_as_byte, part)) for part in chain(blocks, _streams(content))):
        raise Unacceptable(_WITH_SCRIPT)


def _streams(content: bytes) -> Iterator[bytes]:
    left = _MOST_UNPACKED
    for found in _PDF_STREAM.finditer(content):
        if left > 0:
            unpacked = _unpacked(content, found.end())
            left -= len(unpacked) + _PIECE
            yield unpacked


def _as_byte(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[1], 16)])


def _unpacked(content: bytes, start: int) -> bytes:
    unpacking, unpacked = zlib.decompressobj(), bytearray()
    with suppress(zlib.error):
        # In small pieces, for what is left of a piece is copied at the end of each stream.
        while not unpacking.eof and start < len(content) and len(unpacked) < _LONGEST_STREAM:
            unpacked += unpacking.decompress(content[start : start + _PIECE], _LONGEST_STREAM)
            start += _PIECE
    return bytes(unpacked)


def _check_image(called: str, mime: str, ends: bytes, file: IO[bytes]) -> None:
    _check_begins_as(called, mime, file)
    if not _tail(file).rstrip(b"\0").endswith(ends):
        raise Unacceptable(_INCOMPLETE)
    _check_alone(file)


def _check_package(called: str, check: Callable[[IO[bytes]], None], file: IO[bytes]) -> None:
    head = _read(file, 0, _HEAD)
    if not head.startswith(b"PK\x03\x04"):
        _check_begins_as(called, "application/zip", file)
    if b"%PDF-" in head[:_TAIL]:
        raise Unacceptable(_TWO_THINGS)
    check(file)


def _check_text(file: IO[bytes]) -> None:
    """Refuse what has characters that no text has: it may be in any encoding that keeps ASCII, as UTF-8 and Windows-1252 do."""
    head = _read(file, 0, _HEAD)
    if _BEGINS_AS_CODE.match(head) or b"%PDF-" in head[:_TAIL]:
        raise Unacceptable("begins as code and not as plain text. Send it as PDF, or remove what stands before the text.")
    file.seek(0)
    while block := file.read(1024 * 1024):
        if _CONTROLS.search(block):
            raise Unacceptable("is named as text, but contains what is not text. If it is text, save it as UTF-8, and send it again.")


def _office(called: str, part: str) -> Kind:
    kind = f"application/vnd.openxmlformats-officedocument.{part}"
    return Kind(kind, called, partial(_check_package, called, partial(check_office, main_type=f"{kind}.main+xml")))


def _opendocument(called: str, part: str) -> Kind:
    kind = f"application/vnd.oasis.opendocument.{part}"
    return Kind(kind, called, partial(_check_package, called, partial(check_opendocument, media_type=kind)))


_JPEG = Kind("image/jpeg", "JPEG", partial(_check_image, "JPEG", "image/jpeg", b"\xff\xd9"))
KINDS = {
    "pdf": Kind("application/pdf", "PDF", _check_pdf),
    "docx": _office("Word (.docx)", "wordprocessingml.document"),
    "xlsx": _office("Excel (.xlsx)", "spreadsheetml.sheet"),
    "pptx": _office("PowerPoint (.pptx)", "presentationml.presentation"),
    "odt": _opendocument("OpenDocument text (.odt)", "text"),
    "ods": _opendocument("OpenDocument spreadsheet (.ods)", "spreadsheet"),
    "csv": Kind("text/csv", "CSV", _check_text),
    "txt": Kind("text/plain", "plain text", _check_text),
    "png": Kind("image/png", "PNG", partial(_check_image, "PNG", "image/png", b"\0\0\0\0IEND\xae\x42\x60\x82")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
}
