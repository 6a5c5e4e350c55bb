"""A package is no bigger than it says, and unpacks to no more than a document needs."""

import struct
from io import BytesIO
from zipfile import ZipFile, ZipInfo

import pytest

from commissioning import packages
from tests.factories import files
from tests.factories.files import OPEN_XML, content_types, fault, office_parts, word

WHOLE = files.whole()
WORD_MAIN = f"{OPEN_XML}.wordprocessingml.document.main+xml"
DAMAGED = "is damaged or incomplete."
BOMB = "unpacks to far more than a document needs."


def declared(content: bytes, *, size: int) -> bytes:
    """The package with another unpacked size in the directory for its last part."""
    changed = bytearray(content)
    struct.pack_into("<L", changed, changed.rindex(b"PK\x01\x02") + 24, size)
    return bytes(changed)


def test_a_package_that_unpacks_to_more_than_a_hundred_times_its_size_is_a_bomb():
    bomb = word({"word/media/zeros": b"\0" * 20_000_000})
    assert len(bomb) < 30_000
    assert fault("bid.docx", bomb).startswith(BOMB)


def test_a_small_document_may_be_packed_however_well():
    assert fault("bid.docx", word({"word/empty.xml": b" " * 9_000_000})) == ""


@pytest.mark.parametrize(("more", "is_bomb"), [(-1, False), (0, False), (1, True)])
def test_the_whole_must_not_unpack_to_more_than_the_limit(more, is_bomb, monkeypatch):
    content = word({"word/media/noise": b"x"})
    with ZipFile(BytesIO(content)) as package:
        unpacked = sum(part.file_size for part in package.infolist())
    monkeypatch.setattr(packages, "MOST_UNPACKED", unpacked + 1000)
    assert fault("bid.docx", declared(content, size=1 + 1000 + more)).startswith(BOMB) is is_bomb


def test_parts_that_lie_upon_each_other_are_a_bomb():
    changed = bytearray(WHOLE["docx"][0])
    struct.pack_into("<L", changed, changed.rindex(b"PK\x01\x02") + 20, len(changed))
    assert fault("bid.docx", bytes(changed)).startswith(BOMB)


@pytest.mark.parametrize(("parts", "is_bomb"), [(packages.MOST_PARTS - 1, False), (packages.MOST_PARTS, False), (packages.MOST_PARTS + 1, True)])
def test_a_package_of_too_many_parts_is_refused_before_they_are_listed(parts, is_bomb):
    content = word({f"word/{number}": "" for number in range(parts - 3)})
    assert fault("bid.docx", content)[: len(BOMB)] == (BOMB if is_bomb else "")


def test_a_directory_that_would_fill_the_memory_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(packages, "LONGEST_DIRECTORY", 100)
    monkeypatch.setattr(packages, "ZipFile", None)
    assert fault("bid.docx", WHOLE["docx"][0]).startswith(BOMB)


def test_a_second_directory_of_the_long_format_is_refused():
    content = WHOLE["docx"][0]
    end = len(content) - 22
    _, _, _, here, parts, directory, offset, _ = struct.unpack("<4s4H2LH", content[end:])
    longer = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, here, parts, directory, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    with ZipFile(BytesIO(content[:end] + longer + locator + content[end:])) as package:
        assert package.testzip() is None
    assert fault("bid.docx", content[:end] + longer + locator + content[end:]).startswith(DAMAGED)


def test_a_list_of_types_that_is_too_long_is_a_bomb():
    types = content_types(("/word/document.xml", WORD_MAIN), before=" " * 2_000_000)
    assert fault("bid.docx", word({"[Content_Types].xml": types})).startswith(BOMB)


def test_a_way_of_packing_that_office_programs_do_not_use_is_refused():
    file = BytesIO()
    with ZipFile(file, "w") as package:
        for name, content in office_parts("docx").items():
            packed = ZipInfo(name)
            packed.compress_type = 14
            package.writestr(packed, content)
    assert fault("bid.docx", file.getvalue()).startswith(DAMAGED)
