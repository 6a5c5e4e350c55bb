"""Files that go with a tender or a bid: they are stored before the tender is locked, and count once the act is done."""

from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from commissioning.answering import arrived, attach, detach, take_away
from commissioning.models import Document, User
from commissioning.moves import moving
from procurement.actions.invitations import require_open
from procurement.bidding import MOST_FILES
from procurement.models import Bid, Submission, Tender
from procurement.notice import documents_of
from procurement.recipients import tell_bidders

MOST_DOCUMENTS = 100


def attach_document(tender_id: UUID, *, file: UploadedFile, by: User, at: datetime | None = None) -> Tender:
    """Attach a document to a tender; one that is added after issue goes to every supplier that was invited."""
    tender = Tender.objects.visible_to(by).get(pk=tender_id)
    with arrived(tender, file, by, "attach_document", at) as document, moving(Tender, tender_id, "attach_document", by=by, at=at) as step:
        tender = step.record
        step.require(documents_of(tender).count() < MOST_DOCUMENTS, f"A tender has at most {MOST_DOCUMENTS} documents.")
        if tender.status == Tender.Status.ISSUED:
            require_open(step, tender)
            invited = tender.invitations.select_related("supplier__organisation")
            tell_bidders(step, dict.fromkeys(invited, document), "document_added")
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


def attach_to_bid(bid_id: UUID, *, file: UploadedFile, question: UUID | None = None, by: User, at: datetime | None = None) -> Bid:
    """Attach a file to a bid, as the answer to a question if one is named; it is submitted with the bid, not before."""
    bid = Bid.objects.visible_to(by).get(pk=bid_id)
    with arrived(bid, file, by, "attach_to_bid", at) as document, moving(Bid, bid_id, "attach_to_bid", by=by, at=at) as step:
        bid = step.record
        require_open(step, bid.invitation.tender)
        step.require(bid.attached().count() < MOST_FILES, f"A bid has at most {MOST_FILES} files. Remove one first.")
        stamp = attach(bid, document, question, step.at)
        bid.mark_saved(step.person, step.at)
        step.facts |= {"lot": bid.lot.number, "revision": bid.revision, **stamp}
    return bid


def remove_from_bid(bid_id: UUID, *, document: UUID, by: User, at: datetime | None = None) -> Bid:
    """Take a file out of a bid's draft; what was submitted with it keeps it until it is replaced or withdrawn."""
    with moving(Bid, bid_id, "remove_from_bid", by=by, at=at) as step:
        bid = step.record
        require_open(step, bid.invitation.tender)
        received = Submission.objects.filter(bid=bid, withdrawn_at__isnull=True).values_list("content", flat=True)
        found = detach(bid, document, received, step.at)
        bid.mark_saved(step.person, step.at)
        step.facts |= {"lot": bid.lot.number, "revision": bid.revision, **found.stamp()}
    return bid
