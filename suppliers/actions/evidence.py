"""The files that an appellant attaches to its appeal: stored before anything is locked, and counting once the act is done."""

from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from commissioning.answering import arrived, take_out
from commissioning.models import Document, User
from commissioning.models.people import Actor
from commissioning.moves import moving
from suppliers.models import Appeal, FurtherInformation

MOST_FILES = 50
EVIDENCE = "evidence"


def attach_evidence(appeal_id: UUID, *, file: UploadedFile, by: User, at: datetime | None = None) -> Appeal:
    """Attach a file to one's own appeal: to its draft until the window ends, or while the officer waits for information from the appellant."""
    appeal = Appeal.objects.visible_to(by).get(pk=appeal_id)
    with arrived(appeal, file, by, "attach_evidence", at) as document, moving(Appeal, appeal_id, "attach_evidence", by=by, at=at) as step:
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
        step.facts |= take_out(step.record.evidence(), document, step.at).stamp()
    return step.record
