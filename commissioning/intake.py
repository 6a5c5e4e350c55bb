"""Take files in, and hand them out again."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from os import SEEK_END

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse

from commissioning import contents
from commissioning.filenames import safe_name
from commissioning.models import Document, Record, User
from commissioning.models.documents import stored_as
from commissioning.packages import Unacceptable
from commissioning.refusals import Refused
from commissioning.wording import megabytes

log = structlog.get_logger(__name__)


class TooBig(ValidationError):
    """A file that is larger than any that is kept."""

    status = 413


class WrongKind(ValidationError):
    """A file that is not of a kind that is kept, or not of the kind that its name says."""

    status = 415


def receive(upload: UploadedFile, *, subject: Record, purpose: str, by: User, at: datetime) -> Document:
    """Keep an uploaded file for a record, its SHA-256 taken from the very bytes that go to the storage.

    Raises ValidationError with a sentence naming the file, if it is empty, above settings.DOCUMENT_MAX_BYTES (TooBig) or not what
    its name says (WrongKind); Refused if the storage fails, which leaves nothing behind.
    """
    name = safe_name(upload.name or "")
    size = _checked_size(upload, name)
    try:
        media_type = contents.media_type(upload, name)
    except Unacceptable as fault:
        raise WrongKind(f"“{name}” {fault}") from fault
    document = Document(
        created_at=at,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        purpose=purpose,
        name=name,
        media_type=media_type,
        size=size,
        given_by=by,
    )
    with _or_nothing(document):
        passing = _Passing(upload)
        document.file.save(name, passing, save=False)
        if passing.length != size:
            raise OSError(f"{passing.length} of {size} bytes went to the storage")
        document.sha256 = passing.sha256.hexdigest()
        document.save(force_insert=True)
    return document


def serve(document: Document) -> FileResponse:
    """The file as a download that no browser opens as a page of this service. Raises Refused if the storage cannot give it."""
    try:
        content = document.file.open("rb")
    except OSError as error:
        log.exception("a document could not be read", document=str(document.pk))
        raise Refused(f"“{document.name}” cannot be read just now. Try again in a few minutes.") from error
    response = FileResponse(content, as_attachment=True, filename=safe_name(document.name), content_type=document.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response


def _checked_size(upload: UploadedFile, name: str) -> int:
    """The size in bytes, as counted and not as told."""
    size = upload.seek(0, SEEK_END)
    if not size:
        raise ValidationError(f"“{name}” is empty. Choose the file again.")
    if size > settings.DOCUMENT_MAX_BYTES:
        raise TooBig(f"“{name}” is larger than {megabytes(settings.DOCUMENT_MAX_BYTES)}. Make it smaller, or send it in parts.")
    return size


@contextmanager
def _or_nothing(document: Document) -> Iterator[None]:
    """Keep no half of a file, and no file without its row."""
    try:
        yield
    except BaseException as error:
        storage, place = document.file.storage, stored_as(document, document.name)
        try:
            storage.delete(place)
        except OSError:
            log.exception("what was left of a document could not be removed", document=str(document.pk))
        if isinstance(error, OSError):
            log.exception("a document could not be stored", document=str(document.pk))
            raise Refused(f"“{document.name}” could not be stored just now, and nothing of it was kept. Try again in a few minutes.") from error
        raise


class _Passing(File):
    """A file whose bytes are hashed as they are read from the beginning; a storage that begins again begins the hash again."""

    def __init__(self, file: File) -> None:
        super().__init__(file)
        self._source = file
        self._restart()

    def _restart(self) -> None:
        self.sha256, self.length = hashlib.sha256(), 0

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move; back at the beginning, nothing has been hashed."""
        place = self._source.seek(offset, whence)
        if place == 0:
            self._restart()
        return place

    def read(self, length: int = -1) -> bytes:
        """The next bytes, hashed unless they were before."""
        continues = self._source.tell() == self.length
        block = self._source.read(length)
        if continues:
            self.sha256.update(block)
            self.length += len(block)
        return block
