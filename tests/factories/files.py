"""Small but whole files of the kinds that people send, and broken ones of those that they should not."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from openpyxl import Workbook
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from commissioning.contents import media_type
from commissioning.packages import Unacceptable

OPEN_XML = "application/vnd.openxmlformats-officedocument"
MAIN = {"docx": ("word/document.xml", "wordprocessingml.document"), "pptx": ("ppt/presentation.xml", "presentationml.presentation")}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000


def pdf(text: str = "Method statement") -> bytes:
    """A PDF of one page, the same bytes each time."""
    file = BytesIO()
    canvas = Canvas(file, invariant=1)
    canvas.drawString(100, 700, text)
    canvas.save()
    return file.getvalue()


def image(kind: str) -> bytes:
    """A picture of eight by eight points; `kind` as Pillow calls it."""
    file = BytesIO()
    Image.new("RGB", (8, 8), "white").save(file, kind)
    return file.getvalue()


def zipped(parts: dict[str, bytes | str], *, stored: tuple[str, ...] = ()) -> bytes:
    """A ZIP of these parts, in this order."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content, ZIP_STORED if name in stored else ZIP_DEFLATED)
    return file.getvalue()


def content_types(*overrides: tuple[str, str], before: str = "") -> str:
    """`[Content_Types].xml`, naming these parts with their types."""
    named = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in overrides)
    return f'<?xml version="1.0"?>{before}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{named}</Types>'


def office_parts(kind: str) -> dict[str, bytes | str]:
    """The parts of a Word or PowerPoint document."""
    main, of_type = MAIN[kind]
    return {
        "[Content_Types].xml": content_types((f"/{main}", f"{OPEN_XML}.{of_type}.main+xml")),
        "_rels/.rels": "<Relationships/>",
        main: "<document/>",
    }


def opendocument_parts(kind: str) -> dict[str, bytes | str]:
    """The parts of an OpenDocument text or spreadsheet; `mimetype` is to be stored as it is."""
    return {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<content/>", "META-INF/manifest.xml": "<manifest/>"}


def opendocument(kind: str) -> bytes:
    """An OpenDocument text or spreadsheet."""
    return zipped(opendocument_parts(kind), stored=("mimetype",))


def office(kind: str) -> bytes:
    """A Word, PowerPoint or Excel document."""
    if kind == "xlsx":
        file = BytesIO()
        Workbook().save(file)
        return file.getvalue()
    return zipped(office_parts(kind))


def whole() -> dict[str, tuple[bytes, str]]:
    """A file of each kind that is taken, by extension, with its media type."""
    return {
        "pdf": (pdf(), "application/pdf"),
        "docx": (office("docx"), f"{OPEN_XML}.wordprocessingml.document"),
        "xlsx": (office("xlsx"), f"{OPEN_XML}.spreadsheetml.sheet"),
        "pptx": (office("pptx"), f"{OPEN_XML}.presentationml.presentation"),
        "odt": (opendocument("text"), "application/vnd.oasis.opendocument.text"),
        "ods": (opendocument("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet"),
        "csv": ("Unit,Price £\r\nDay,1250.50\r\n".encode(), "text/csv"),
        "txt": ("Method – “plain” text\n".encode("cp1252"), "text/plain"),
        "png": (image("PNG"), "image/png"),
        "jpg": (image("JPEG"), "image/jpeg"),
        "jpeg": (image("JPEG"), "image/jpeg"),
    }


def word(changes: dict[str, bytes | str], *, stored: tuple[str, ...] = ()) -> bytes:
    """A Word document with parts added or changed."""
    return zipped(office_parts("docx") | changes, stored=stored)


def fault(name: str, content: bytes) -> str:
    """Why the file is not taken; empty if it is."""
    try:
        media_type(BytesIO(content), name)
    except Unacceptable as refusal:
        return str(refusal)
    return ""
