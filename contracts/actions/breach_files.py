"""The files of a report of a breach and of the reply to it: stored before anything is locked, and counting once the act is done."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from commissioning.answering import arrived, take_out
from commissioning.models import Document, User
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from contracts.actions.breaches import require_in_time
from contracts.models import BreachReport
from contracts.models.breaches import REPLY_FILE, REPORT_FILE

MOST_FILES = 50


def attach_to_breach_report(report_id: UUID, *, file: UploadedFile, by: User, at: datetime | None = None) -> BreachReport:
    """Attach a file to the draft of a report, as the commissioner."""
    report = BreachReport.objects.visible_to(by).get(pk=report_id)
    verb = "attach_to_breach_report"
    with arrived(report, file, by, verb, at) as document, moving(BreachReport, report_id, verb, by=by, at=at) as step:
        _keep(step, document, REPORT_FILE)
    return step.record


def attach_to_breach_reply(report_id: UUID, *, file: UploadedFile, by: User, at: datetime | None = None) -> BreachReport:
    """Attach a file to the reply that is being written, as the supplier and in time; it is read by others once the reply is sent."""
    report = BreachReport.objects.visible_to(by).get(pk=report_id)
    verb = "attach_to_breach_reply"
    with arrived(report, file, by, verb, at) as document, moving(BreachReport, report_id, verb, by=by, at=at) as step:
        require_in_time(step)
        _keep(step, document, REPLY_FILE)
    return step.record


def _keep(step: Step[BreachReport], document: Document, purpose: str) -> None:
    step.require(step.record.files(purpose).count() < MOST_FILES, f"There are {MOST_FILES} files at most. Remove one first.")
    Document.objects.filter(pk=document.pk).update(purpose=purpose, created_at=step.at)
    step.facts |= _stamp(document, purpose)


def _stamp(document: Document, purpose: str) -> dict[str, Any]:
    """What the trail says of the file; the commissioner reads the trail of a reply that is being written, and not what its files are called."""
    return {name: told for name, told in document.stamp().items() if name != "name" or purpose == REPORT_FILE}


def remove_from_breach_report(report_id: UUID, *, document: UUID, by: Actor, at: datetime | None = None) -> BreachReport:
    """Take a file out of a draft; nobody else has read it, and its bytes are destroyed."""
    with moving(BreachReport, report_id, "remove_from_breach_report", by=by, at=at) as step:
        _remove(step, document, REPORT_FILE)
    return step.record


def remove_from_breach_reply(report_id: UUID, *, document: UUID, by: Actor, at: datetime | None = None) -> BreachReport:
    """Take a file out of a reply that was not sent; nobody else has read it, and its bytes are destroyed."""
    with moving(BreachReport, report_id, "remove_from_breach_reply", by=by, at=at) as step:
        _remove(step, document, REPLY_FILE)
    return step.record


def _remove(step: Step[BreachReport], document: UUID, purpose: str) -> None:
    step.facts |= _stamp(take_out(step.record.files(purpose), document, step.at), purpose)
