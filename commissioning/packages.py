"""Office documents are ZIP packages: whether one is whole, is what it says, and is safe to unpack."""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from os import SEEK_END
from typing import IO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

# Beyond these a package is taken for a bomb. No document that people write comes near them.
MOST_PARTS = 10_000
LONGEST_DIRECTORY = 2 * 1024 * 1024
MOST_UNPACKED = 500 * 1024 * 1024
UNPACKED_WITHOUT_QUESTION, MOST_RATIO = 10 * 1024 * 1024, 100
_LONGEST_LIST = 1024 * 1024
_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
_LOCATOR_LENGTH = 20
_MACROS = re.compile(r"vbaproject\.bin$|(?:^|/)macrosheets/|^basic/|^scripts/", re.IGNORECASE)
# What a program of old Office or of Windows is packed as; a chart's or a table's own sheet is an Office package, and is taken.
_OBJECTS = re.compile(
    r"(?:^|/)(?:embeddings/(?!.*\.(?:xlsx|docx|pptx)$)|activex/)|\.(?:exe|dll|com|scr|bat|cmd|vbs|js|jar|msi|ps1|hta|lnk)$", re.IGNORECASE
)
_UNREADABLE = (BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError)

_DAMAGED = "is damaged or incomplete. Open it in the program that made it, save it again and send that."
_NAMED_WRONGLY = "is not the kind of document that its name says. Save it as what it is, and send it again."
_BOMB = "unpacks to far more than a document needs. Make it smaller, and send it again."
_WITH_MACROS = "contains macros, which are not taken. Save it without them, and send it again."
_WITH_OBJECTS = "contains an embedded object or program, which is not taken. Replace it by a picture or by text, and send it again."
_WITH_OUTSIDE = "loads something from outside itself, such as a template, a picture or data of another file. Put it in, and send it again."
_WITH_PASSWORD = "is protected by a password. Save it without one, and send it again."  # noqa: S105 (a sentence)


class Unacceptable(ValueError):
    """Why a file is not taken: the rest of a sentence that begins with its name."""


def check_office(file: IO[bytes], main_type: str) -> None:
    """Refuse what is not an Office Open XML package (ECMA-376, part 2) whose one main part has this content type.

    Hyperlinks may lead out of it; whatever a program fetches by itself when it opens the file may not.
    """
    with _package(file) as package:
        types = _content_types(_part(package, "[Content_Types].xml"))
        if any("macroenabled" in kind.lower() for _, kind in types):
            raise Unacceptable(_WITH_MACROS)
        mains = [(part, kind) for part, kind in types if kind.endswith(".main+xml")]
        if {kind for _, kind in mains} != {main_type}:
            raise Unacceptable(_NAMED_WRONGLY)
        for name in ("_rels/.rels", *(part.lstrip("/") for part, _ in mains if part)):
            package.getinfo(name)
        for name in package.namelist():
            if name.lower().endswith(".rels"):
                _check_relationships(_part(package, name))


def _check_relationships(xml: bytes) -> None:
    for relation in _elements(xml, {"Relationship"}):
        kind = relation.get("Type", "").rpartition("/")[2].lower()
        if relation.get("TargetMode", "").strip().lower() == "external" and kind != "hyperlink":
            raise Unacceptable(_WITH_OUTSIDE)


def check_opendocument(file: IO[bytes], media_type: str) -> None:
    """Refuse what is not an OpenDocument package (ISO 26300, part 2) of this media type."""
    with _package(file) as package:
        first = package.infolist()[0]
        if first.filename != "mimetype" or first.compress_type != ZIP_STORED or _part(package, "mimetype") != media_type.encode():
            raise Unacceptable(_NAMED_WRONGLY)
        if b"encryption-data" in _part(package, "META-INF/manifest.xml"):
            raise Unacceptable(_WITH_PASSWORD)
        package.getinfo("content.xml")


@contextmanager
def _package(file: IO[bytes]) -> Iterator[ZipFile]:
    """The package, once its directory is known to be small, whole and honest; whatever fails while reading it is damage."""
    size = file.seek(0, SEEK_END)
    try:
        _check_end(file, size)
        with ZipFile(file) as package:
            _check_parts(package.infolist(), size)
            yield package
    except Unacceptable:
        raise
    except _UNREADABLE as error:
        raise Unacceptable(_DAMAGED) from error


def _check_end(file: IO[bytes], size: int) -> None:
    """Read the end of the directory before anything reads the directory, which could be made to fill the memory.

    The package must end there, and in the short format, for the long one could name another directory: two readers must not see two files.
    """
    length = _LOCATOR_LENGTH + _END_OF_DIRECTORY.size
    if size < length:
        raise Unacceptable(_DAMAGED)
    file.seek(size - length)
    locator, end = file.read(_LOCATOR_LENGTH), file.read(_END_OF_DIRECTORY.size)
    mark, *_disks, parts, directory, _offset, comment = _END_OF_DIRECTORY.unpack(end)
    if mark != b"PK\x05\x06" or comment or locator.startswith(b"PK\x06\x07"):
        raise Unacceptable(_DAMAGED)
    if parts > MOST_PARTS or directory > LONGEST_DIRECTORY:
        raise Unacceptable(_BOMB)


def _check_parts(parts: list[ZipInfo], size: int) -> None:
    # zipfile counts from the beginning of the file: with anything before the first part or before the directory, no part begins at 0.
    names = [part.orig_filename for part in parts]
    if any(_is_astray(name) for name in names) or len({name.lower() for name in names}) < len(names) or min(part.header_offset for part in parts):
        raise Unacceptable(_DAMAGED)
    if any(part.flag_bits & 1 for part in parts):
        raise Unacceptable(_WITH_PASSWORD)
    if any(part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts):
        raise Unacceptable(_DAMAGED)
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if packed > size or unpacked > MOST_UNPACKED or unpacked > max(UNPACKED_WITHOUT_QUESTION, MOST_RATIO * size):
        raise Unacceptable(_BOMB)
    if any(_MACROS.search(name) for name in names):
        raise Unacceptable(_WITH_MACROS)
    if any(_OBJECTS.search(name) for name in names):
        raise Unacceptable(_WITH_OBJECTS)


def _is_astray(name: str) -> bool:
    """Whether a part would be unpacked somewhere else than in its package."""
    return name.startswith("/") or "\\" in name or "\0" in name or ":" in name or ".." in name.split("/")


def _part(package: ZipFile, name: str) -> bytes:
    with package.open(name) as part:
        content = part.read(_LONGEST_LIST + 1)
    if len(content) > _LONGEST_LIST:
        raise Unacceptable(_BOMB)
    return content


def _content_types(xml: bytes) -> list[tuple[str, str]]:
    """The content types of `[Content_Types].xml`, each with the part it is for (empty: for all of an extension)."""
    return [(each.get("PartName", ""), each.get("ContentType", "")) for each in _elements(xml, {"Override", "Default"})]


def _elements(xml: bytes, tags: set[str]) -> list[dict[str, str]]:
    """The attributes of each element of these names, whatever their namespace."""
    found: list[dict[str, str]] = []

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(" ")[2] in tags:
            found.append(attributes)

    def on_doctype(*_: object) -> None:
        # Only a document type can declare entities, and only entities make small XML large.
        raise Unacceptable(_DAMAGED)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = on_start, on_doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise Unacceptable(_DAMAGED) from error
    return found
