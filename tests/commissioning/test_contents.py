"""A file is what its content says: whole files of the kinds that are taken pass, and everything else is told why not."""

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.contents import KINDS, media_type
from tests.factories import files
from tests.factories.files import OPEN_XML, content_types, fault, office_parts, opendocument_parts, word, zipped

WHOLE = files.whole()
WORD_MAIN = f"{OPEN_XML}.wordprocessingml.document.main+xml"
DAMAGED = "is damaged or incomplete."
INCOMPLETE = "is incomplete, or has something added after its end."
TWO_THINGS = "is two kinds of file at once."
MISNAMED = "is not the kind of document that its name says."
MACROS = "contains macros, which are not taken."
PASSWORD = "is protected by a password."


def test_there_is_a_whole_file_for_every_kind_that_is_taken():
    assert set(WHOLE) == set(KINDS)


@pytest.mark.parametrize("ending", WHOLE)
def test_a_whole_file_of_a_kind_that_is_taken_is_known_by_its_media_type(ending):
    content, expected = WHOLE[ending]
    assert media_type(BytesIO(content), f"Method statement v1.2.{ending.upper()}") == expected


@pytest.mark.parametrize("named", WHOLE)
@pytest.mark.parametrize("really", WHOLE)
def test_a_file_under_the_name_of_another_kind_is_refused(really, named):
    content, expected = WHOLE[really]
    if expected == KINDS[named].media_type or {really, named} <= {"csv", "txt"}:
        assert fault(f"bid.{named}", content) == ""
    else:
        assert fault(f"bid.{named}", content)


@pytest.mark.parametrize(
    "name",
    ["bid.exe", "bid.svg", "bid.html", "bid.zip", "bid.doc", "bid.docm", "bid.xlsm", "bid.rtf", "bid", "pdf", ".pdf", "bid.pdf.exe", "bid.pdf "],
)
def test_a_kind_that_is_not_taken_is_refused_and_told_which_are(name):
    assert fault(name, WHOLE["pdf"][0]).startswith("is not of a kind that is taken. Send it as PDF, Word (.docx)")


@pytest.mark.parametrize("name", ["bid.exe.pdf", "bid.PHP.pdf", "bid.svg.v2.pdf", "bid.html.pdf"])
def test_a_program_under_a_second_name_is_refused(name):
    assert "inside its name, as programs have at its end" in fault(name, WHOLE["pdf"][0])


@pytest.mark.parametrize("name", ["bid.docx.pdf", "bid v1.2.pdf", "www.supplier.example.pdf", "bid..pdf"])
def test_other_full_stops_in_a_name_do_no_harm(name):
    assert fault(name, WHOLE["pdf"][0]) == ""


@pytest.mark.parametrize("ending", ["pdf", "png", "jpg", "docx", "xlsx", "pptx", "odt", "ods"])
@pytest.mark.parametrize("kept", [0.01, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_off_is_refused(ending, kept):
    content = WHOLE[ending][0]
    assert fault(f"bid.{ending}", content[: int(len(content) * kept)])


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pptx", "odt", "ods", "png", "jpg"])
def test_a_file_that_lacks_its_last_byte_is_refused(ending):
    assert fault(f"bid.{ending}", WHOLE[ending][0][:-1])


@pytest.mark.parametrize("ending", WHOLE)
def test_a_program_under_any_name_is_refused(ending):
    for program in (b"MZ\x90\0\x03\0\0\0" + b"\0" * 200, b"\x7fELF\x02\x01\x01\0" + b"\0" * 200, files.OLD_OFFICE):
        assert fault(f"bid.{ending}", program)


@pytest.mark.parametrize("ending", WHOLE)
@pytest.mark.parametrize(
    "code",
    [
        "<html><script>alert(1)</script>",
        "  \n<!DOCTYPE html>",
        "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "\ufeff<?xml version='1.0'?><svg/>",
        "<SCRIPT>alert(1)</SCRIPT>",
        "{\\rtf1 text}",
        "%!PS-Adobe-3.0",
        "#!/bin/sh\n",
    ],
)
def test_pages_drawings_and_scripts_are_refused_under_any_name(ending, code):
    assert fault(f"bid.{ending}", code.encode())


@pytest.mark.parametrize(
    "text", ["a < b\n", "1,<5\n", "BM guidelines", "MZ", "GIF", "Use %!PS\n", "Tab\there\f", "\ufeffUnit,Price\r\n", "Bid for <html> work"]
)
def test_text_that_only_looks_a_little_like_something_else_is_taken(text):
    assert fault("bid.txt", text.encode()) == fault("bid.csv", text.encode()) == ""


@pytest.mark.parametrize("content", [b"a\0b", b"\x1b[31m", "Unit".encode("utf-16"), b"x" * (1024 * 1024) + b"\0"])
def test_text_with_what_is_not_text_is_refused(content):
    assert fault("bid.txt", content).startswith("is named as text, but contains what is not text.")


def test_an_old_or_locked_office_file_is_told_how_to_be_saved():
    assert fault("bid.docx", files.OLD_OFFICE).startswith("is in the format of old Office programs, or has a password. Save it as Word (.docx)")


def test_a_file_under_a_wrong_name_is_told_what_it_is():
    assert fault("bid.pdf", WHOLE["png"][0]).startswith("is named as PDF, but its content is that of a PNG file.")
    assert fault("bid.docx", WHOLE["pdf"][0]).startswith("is named as Word (.docx), but its content is that of a PDF file.")
    assert fault("bid.docx", WHOLE["xlsx"][0]).startswith(MISNAMED)


@pytest.mark.parametrize("ending", ["pdf", "png", "jpg"])
def test_a_file_with_an_archive_behind_it_is_two_things(ending):
    content = WHOLE[ending][0] + zipped({"evil.js": "alert(1)"})
    assert fault(f"bid.{ending}", content)
    assert fault("bid.docx", content)


def test_an_archive_just_before_the_end_of_a_pdf_is_found():
    assert fault("bid.pdf", WHOLE["pdf"][0] + zipped({"evil.js": "alert(1)"}) + b"%%EOF").startswith(TWO_THINGS)


def test_a_picture_that_pdf_readers_open_is_two_things():
    jpeg = WHOLE["jpg"][0]
    comment = WHOLE["pdf"][0]
    both = jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:]
    assert fault("bid.jpg", both).startswith(TWO_THINGS)


def test_a_document_that_pdf_readers_open_is_two_things():
    both = zipped({"a": WHOLE["pdf"][0], **office_parts("docx")}, stored=("a",))
    assert fault("bid.docx", both).startswith(TWO_THINGS)
    assert fault("bid.pdf", both)


@pytest.mark.parametrize("ending", ["pdf", "png", "jpg"])
def test_what_stands_behind_the_end_of_a_file_is_refused(ending):
    assert fault(f"bid.{ending}", WHOLE[ending][0] + b"<script>" * 200).startswith(INCOMPLETE)


def test_what_stands_before_a_pdf_is_refused():
    assert fault("bid.pdf", b"\xef\xbb\xbf" + WHOLE["pdf"][0]).startswith(INCOMPLETE)
    assert fault("bid.pdf", b"<html>" + WHOLE["pdf"][0])


@pytest.mark.parametrize(("before", "behind"), [(b"x", b""), (b"", b"x"), (b"PK\x03\x04", b""), (b"", b"\0" * 22)])
def test_nothing_stands_before_or_behind_an_office_document(before, behind):
    assert fault("bid.docx", before + WHOLE["docx"][0] + behind)


def test_what_is_hidden_before_the_first_part_is_found():
    file = BytesIO()
    file.write(b"PK\x03\x04" + b"hidden" * 10)
    with ZipFile(file, "a", ZIP_DEFLATED) as package:
        for name, content in office_parts("docx").items():
            package.writestr(name, content)
    assert fault("bid.docx", file.getvalue()).startswith(DAMAGED)


def test_an_archive_with_a_comment_is_refused_for_a_comment_can_hold_another_end():
    file = BytesIO(WHOLE["docx"][0])
    with ZipFile(file, "a") as package:
        package.comment = b"hello"
    assert fault("bid.docx", file.getvalue()).startswith(DAMAGED)
    cut_off = WHOLE["docx"][0][:-2] + struct.pack("<H", 5)
    assert fault("bid.docx", cut_off).startswith(DAMAGED)


@pytest.mark.parametrize("gap", [b"x", b"PK\x05\x06", b"\0" * 64])
def test_nothing_is_hidden_between_the_parts_and_the_end(gap):
    content = WHOLE["docx"][0]
    directory = content.index(b"PK\x01\x02")
    assert fault("bid.docx", content[:-22] + gap + content[-22:]).startswith(DAMAGED)
    assert fault("bid.docx", content[:directory] + gap + content[directory:]).startswith(DAMAGED)


@pytest.mark.parametrize("name", ["../../evil", "word/../../evil", "/etc/passwd", "C:/evil", "word\\evil.xml", "a\0b"])
def test_a_part_that_would_be_unpacked_elsewhere_is_refused(name):
    placeholder = "x" * len(name)
    content = word({placeholder: "evil"}).replace(placeholder.encode(), name.encode())
    assert fault("bid.docx", content).startswith(DAMAGED)


def test_two_parts_of_one_name_are_refused_for_two_readers_could_take_each_another():
    content = word({"[content_types].XML": content_types()})
    assert fault("bid.docx", content).startswith(DAMAGED)


@pytest.mark.parametrize("part", ["word/vbaProject.bin", "xl/VBAPROJECT.BIN", "xl/macrosheets/sheet1.xml"])
def test_a_document_with_macros_is_refused(part):
    assert fault("bid.docx", word({part: "code"})).startswith(MACROS)


def test_a_document_that_says_that_it_has_macros_is_refused():
    types = content_types(("/word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml"))
    assert fault("bid.docx", word({"[Content_Types].xml": types})).startswith(MACROS)


@pytest.mark.parametrize("part", ["Basic/Standard/Module1.xml", "Scripts/python/evil.py"])
def test_an_opendocument_with_macros_is_refused(part):
    assert fault("bid.odt", zipped(opendocument_parts("text") | {part: "code"}, stored=("mimetype",))).startswith(MACROS)


OF_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATION = f'<Relationships><Relationship Id="a" Type="{OF_OFFICE}/{{}}" Target="{{}}"{{}}/></Relationships>'
OUTSIDE = "loads something from outside itself"


@pytest.mark.parametrize("kind", ["attachedTemplate", "image", "oleObject", "externalLinkPath", "frame"])
@pytest.mark.parametrize("part", ["word/_rels/settings.xml.rels", "_rels/.rels", "xl/externalLinks/_rels/externalLink1.XML.RELS"])
def test_a_document_that_loads_something_from_elsewhere_is_refused(kind, part):
    relations = RELATION.format(kind, "https://evil.example/a.dotm", ' TargetMode="External"')
    assert fault("bid.docx", word({part: relations})).startswith(OUTSIDE)


def test_a_document_may_have_links_and_a_template_of_its_own():
    link = RELATION.format("hyperlink", "https://supplier.example/", ' TargetMode="External"')
    inside = RELATION.format("attachedTemplate", "template.xml", "")
    assert fault("bid.docx", word({"word/_rels/document.xml.rels": link, "word/_rels/settings.xml.rels": inside})) == ""


@pytest.mark.parametrize(
    "part", ["word/embeddings/oleObject1.bin", "xl/Embeddings/oleObject1.BIN", "ppt/embeddings/a", "word/activeX/activeX1.bin", "x/a.exe"]
)
def test_a_document_with_an_embedded_object_or_program_is_refused(part):
    assert fault("bid.docx", word({part: "MZ"})).startswith("contains an embedded object or program")


def test_the_sheet_of_an_embedded_chart_is_taken():
    assert fault("bid.docx", word({"word/embeddings/Microsoft_Excel_Sheet1.xlsx": WHOLE["xlsx"][0]})) == ""


def with_object(content: bytes) -> bytes:
    """The PDF with one more object before its end."""
    whole = WHOLE["pdf"][0]
    end = whole.rindex(b"xref")
    return whole[:end] + b"99 0 obj\n" + content + b"\nendobj\n" + whole[end:]


ACTS_OF_A_PDF = [
    b"<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
    b"<</S /Launch /F (cmd.exe)>>",
    b"<</AA<</O<</S/J#61vaScript/J#53(x)>>>>>>",
]


@pytest.mark.parametrize("act", ACTS_OF_A_PDF)
def test_a_pdf_that_runs_a_script_or_starts_a_program_is_refused_open_or_packed(act):
    packed = b"<</Filter/FlateDecode>>\nstream\r\n" + zlib.compress(b"1 0 " + act) + b"\nendstream"
    for content in (act, packed):
        assert fault("bid.pdf", with_object(content)).startswith("contains a script, or starts a program")


def test_a_pdf_may_open_at_a_page_and_speak_of_scripts():
    packed = b"<</Filter/FlateDecode>>\nstream\n" + zlib.compress(b"(We write JavaScript, and launch in May) Tj") + b"\nendstream"
    for content in (b"<</OpenAction[1 0 R/Fit]>>", b"<</JSX 1/LaunchDate 2>>", packed):
        assert fault("bid.pdf", with_object(content)) == ""


def test_a_document_needs_its_list_its_relationships_and_its_main_part():
    for missing in office_parts("docx"):
        parts = {name: content for name, content in office_parts("docx").items() if name != missing}
        assert fault("bid.docx", zipped(parts)).startswith(DAMAGED), missing


def test_the_list_of_types_may_name_the_main_type_for_all_xml_as_some_programs_do():
    types = (
        f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="{WORD_MAIN}"/></Types>'
    )
    assert fault("bid.docx", word({"[Content_Types].xml": types})) == ""


@pytest.mark.parametrize(
    "types",
    [
        content_types(),
        content_types(("/word/document.xml", f"{OPEN_XML}.wordprocessingml.template.main+xml")),
        content_types(("/word/document.xml", WORD_MAIN), ("/xl/workbook.xml", f"{OPEN_XML}.spreadsheetml.sheet.main+xml")),
    ],
)
def test_a_document_without_its_main_type_or_with_two_is_refused(types):
    assert fault("bid.docx", word({"[Content_Types].xml": types})).startswith(MISNAMED)


@pytest.mark.parametrize("types", ["", "text", "<Types>", "\0", content_types() + "x"])
def test_a_list_of_types_that_is_not_xml_is_damage(types):
    assert fault("bid.docx", word({"[Content_Types].xml": types})).startswith(DAMAGED)


def test_a_list_of_types_that_declares_entities_is_refused_before_one_is_read():
    entities = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    types = content_types(("/word/document.xml", WORD_MAIN), before=entities)
    assert fault("bid.docx", word({"[Content_Types].xml": types})).startswith(DAMAGED)


@pytest.mark.parametrize(
    "changes",
    [
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"},
        {"mimetype": "application/zip"},
        {"mimetype": "application/vnd.oasis.opendocument.text "},
    ],
)
def test_an_opendocument_of_another_type_is_refused(changes):
    assert fault("bid.odt", zipped(opendocument_parts("text") | changes, stored=("mimetype",))).startswith(MISNAMED)


def test_an_opendocument_begins_with_its_type_and_does_not_pack_it():
    parts = opendocument_parts("text")
    assert fault("bid.odt", zipped(parts)).startswith(MISNAMED)
    assert fault("bid.odt", zipped(dict(reversed(parts.items())), stored=("mimetype",))).startswith(MISNAMED)


def test_an_opendocument_needs_its_content():
    parts = opendocument_parts("text")
    del parts["content.xml"]
    assert fault("bid.odt", zipped(parts, stored=("mimetype",))).startswith(DAMAGED)


def test_a_document_with_a_password_is_refused():
    locked = opendocument_parts("text") | {"META-INF/manifest.xml": "<manifest:encryption-data/>"}
    assert fault("bid.odt", zipped(locked, stored=("mimetype",))).startswith(PASSWORD)
    content = bytearray(WHOLE["docx"][0])
    entry = content.index(b"PK\x01\x02")
    content[entry + 8] |= 1
    assert fault("bid.docx", bytes(content)).startswith(PASSWORD)


@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_whatever_is_changed_in_a_file_it_is_taken_or_told_why_not(ending, data):
    content = bytearray(WHOLE[ending][0])
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=8)):
        content[place] = value
    fault(f"bid.{ending}", bytes(content))


@given(st.sampled_from(sorted(WHOLE)), st.binary(max_size=300))
def test_whatever_bytes_come_they_are_taken_as_text_or_told_why_not(ending, content):
    told = fault(f"bid.{ending}", content)
    assert told or ending in {"csv", "txt"}
