"""The files that an appellant attaches to its appeal: stored before anything is locked, and counting once the act is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import structlog
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from commissioning import clock, intake
from commissioning.models import Document, User
from commissioning.models.people import Actor
from commissioning.moves import moving
from suppliers.models import Appeal, FurtherInformation

log = structlog.get_logger(__name__)

MOST_FILES = 50
EVIDENCE, ARRIVING, REMOVED = "evidence", "arriving", "removed"


def attach_evidence(appeal_id: UUID, *, file: UploadedFile, by: User, at: datetime | None = None) -> Appeal:
    """Attach a file to one's own appeal: to its draft until the window ends, or while the officer waits for information from the appellant."""
    appeal = Appeal.objects.visible_to(by).get(pk=appeal_id)
    with _arrived(appeal, file, by, at) as document, moving(Appeal, appeal_id, "attach_evidence", by=by, at=at) as step:
        appeal = step.record
        step.require(may_attach(appeal, step.at), "Files are taken with the draft, or while the officer waits for information from you.")
        step.require(appeal.evidence().count() < MOST_FILES, f"An appeal has at most {MOST_FILES} files. Remove one first.")
        Document.objects.filter(pk=document.pk).update(purpose=EVIDENCE, created_at=step.at)
        step.facts |= document.stamp()
    return appeal


def may_attach(appeal: Appeal, at: datetime) -> bool:
    """Whether the appellant may add a file at that moment."""
    if appeal.status == Appeal.Status.DRAFT:
        return not appeal.has_lapsed(at)
    asked = FurtherInformation.objects.awaited(at).filter(appeal=appeal, asked_of=FurtherInformation.AskedOf.APPELLANT)
    return asked.exists()


def remove_evidence(appeal_id: UUID, *, document: UUID, by: Actor, at: datetime | None = None) -> Appeal:
    """Take a file out of a draft; nobody else has read it, and its bytes are destroyed."""
    with moving(Appeal, appeal_id, "remove_evidence", by=by, at=at) as step:
        found = step.record.evidence().get(pk=document)
        step.facts |= found.stamp()
        Document.objects.filter(pk=found.pk).update(withdrawn_at=step.at, purpose=REMOVED)
        transaction.on_commit(lambda: _destroy(found))
    return step.record


def _destroy(document: Document) -> None:
    try:
        document.file.delete(save=False)
    except OSError:
        log.exception("a removed file could not be destroyed", document=str(document.pk))
    else:
        Document.objects.filter(pk=document.pk).update(file="")


@contextmanager
def _arrived(appeal: Appeal, file: UploadedFile, by: User, at: datetime | None) -> Iterator[Document]:
    """The file, stored before anything is locked. If it is then refused, nothing of it stays."""
    if not by.has_perm("suppliers.attach_evidence", appeal):
        raise PermissionDenied("You may not do this.")
    document = intake.receive(file, subject=appeal, purpose=ARRIVING, by=by, at=at or clock.now())
    try:
        yield document
    except BaseException:
        document.file.delete(save=False)
        document.delete()
        raise
