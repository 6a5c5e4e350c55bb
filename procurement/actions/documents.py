"""Files that go with a tender or a bid: they are stored before the tender is locked, and count once the act is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import structlog
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from commissioning import clock, intake
from commissioning.models import Document, Record, User
from commissioning.moves import moving
from procurement.actions.invitations import require_open
from procurement.bidding import MOST_FILES, files_of
from procurement.models import Bid, Submission, Tender
from procurement.notice import documents_of

log = structlog.get_logger(__name__)

# A file that is stored and not yet attached; and one whose bytes are to be destroyed.
ARRIVING, REMOVED = "arriving", "removed"
MOST_DOCUMENTS = 100


def attach_document(tender_id: UUID, *, file: UploadedFile, by: User, at: datetime | None = None) -> Tender:
    """Attach a document to a tender; one that is added after issue goes to every supplier that was invited."""
    tender = Tender.objects.visible_to(by).get(pk=tender_id)
    with _arrived(tender, file, by, "attach_document", at) as document, moving(Tender, tender_id, "attach_document", by=by, at=at) as step:
        tender = step.record
        step.require(documents_of(tender).count() < MOST_DOCUMENTS, f"A tender has at most {MOST_DOCUMENTS} documents.")
        if tender.status == Tender.Status.ISSUED:
            require_open(step, tender)
            for invitation in tender.invitations.select_related("supplier__organisation"):
                step.tell(invitation.people(), "document_added", about=document, invitation=invitation)
        Document.objects.filter(pk=document.pk).update(purpose="tender", created_at=step.at)
        step.facts |= document.stamp()
    return tender


def remove_document(tender_id: UUID, *, document: UUID, by: User, at: datetime | None = None) -> Tender:
    """Take a document out of a draft tender."""
    with moving(Tender, tender_id, "remove_document", by=by, at=at) as step:
        found = documents_of(step.record).get(pk=document)
        step.facts |= found.stamp()
        take_away([found], at=step.at)
    return step.record


def attach_to_bid(bid_id: UUID, *, file: UploadedFile, by: User, at: datetime | None = None) -> Bid:
    """Attach a file to a bid; it is submitted with the bid, not before."""
    bid = Bid.objects.visible_to(by).get(pk=bid_id)
    with _arrived(bid, file, by, "attach_to_bid", at) as document, moving(Bid, bid_id, "attach_to_bid", by=by, at=at) as step:
        bid = step.record
        require_open(step, bid.invitation.tender)
        step.require(files_of(bid).count() < MOST_FILES, f"A bid has at most {MOST_FILES} files. Remove one first.")
        Document.objects.filter(pk=document.pk).update(purpose="bid", created_at=step.at)
        bid.mark_saved(step.person, step.at)
        step.facts |= {"lot": bid.lot.number, "revision": bid.revision, **document.stamp()}
    return bid


def remove_from_bid(bid_id: UUID, *, document: UUID, by: User, at: datetime | None = None) -> Bid:
    """Take a file out of a bid's draft; what was submitted with it keeps it until it is replaced or withdrawn."""
    with moving(Bid, bid_id, "remove_from_bid", by=by, at=at) as step:
        bid = step.record
        require_open(step, bid.invitation.tender)
        found = files_of(bid).get(pk=document)
        if _was_submitted(bid, found):
            Document.objects.filter(pk=found.pk).update(withdrawn_at=step.at)
        else:
            take_away([found], at=step.at)
        bid.mark_saved(step.person, step.at)
        step.facts |= {"lot": bid.lot.number, "revision": bid.revision, **found.stamp()}
    return bid


def _was_submitted(bid: Bid, document: Document) -> bool:
    kept = Submission.objects.filter(bid=bid, withdrawn_at__isnull=True)
    return any(each["document"] == str(document.pk) for submission in kept for each in submission.content["files"])


@contextmanager
def _arrived(subject: Record, file: UploadedFile, by: User, verb: str, at: datetime | None) -> Iterator[Document]:
    """The file, stored before anything is locked: others' bids do not wait for it. If it is then refused, nothing of it stays."""
    if not by.has_perm(f"procurement.{verb}", subject):
        raise PermissionDenied("You may not do this.")
    document = intake.receive(file, subject=subject, purpose=ARRIVING, by=by, at=at or clock.now())
    try:
        yield document
    except BaseException:
        document.file.delete(save=False)
        document.delete()
        raise


def take_away(documents: list[Document], *, at: datetime) -> None:
    """Withdraw documents, and destroy their bytes once that is committed."""
    Document.objects.filter(pk__in=[document.pk for document in documents]).update(withdrawn_at=at, purpose=REMOVED)
    transaction.on_commit(destroy_removed)


def destroy_removed() -> None:
    """Destroy the bytes of what was taken away, also what an earlier try left; the row with the hash stays."""
    for document in Document.objects.filter(purpose=REMOVED).exclude(file="")[:200]:
        try:
            document.file.delete(save=False)
        except OSError:
            log.exception("a removed file could not be destroyed, and will be tried again", document=str(document.pk))
        else:
            Document.objects.filter(pk=document.pk).update(file="")
