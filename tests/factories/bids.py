"""Bids in each of their states."""

from datetime import datetime
from decimal import Decimal

from commissioning import clock
from commissioning.canon import digest
from commissioning.models import Role
from commissioning.signing import sign
from procurement.models import Bid, Invitation, Lot, Receipt, Submission

THE_DAY_BEFORE = clock.london(2026, 3, 26, 15)


def answers_for(lot: Lot, text: str = "With care, and on time.") -> dict[str, str]:
    """A good answer to each of the lot's questions."""
    return {str(question.pk): text for question in lot.questionnaire.questions.all()}


def prices_for(lot: Lot, unit_price: Decimal = Decimal(500)) -> dict[str, str]:
    """The same unit price for each line."""
    return {str(line.pk): f"{unit_price:.2f}" for line in lot.price_lines.all()}


def drafted_bid(invitation: Invitation, lot: Lot, *, unit_price: Decimal = Decimal(500), at: datetime = THE_DAY_BEFORE) -> Bid:
    """A complete draft that nobody has submitted."""
    return Bid.objects.create(
        invitation=invitation, lot=lot, revision=1, answers=answers_for(lot), prices=prices_for(lot, unit_price), saved_at=at, created_at=at
    )


def submitted_bid(invitation: Invitation, lot: Lot, *, unit_price: Decimal = Decimal(500), at: datetime = THE_DAY_BEFORE) -> Submission:
    """A bid that was received in time, with its receipt; `unit_price` is asked for each line."""
    bid = drafted_bid(invitation, lot, unit_price=unit_price, at=at)
    content = {
        "tender": str(lot.tender_id),
        "lot": str(lot.pk),
        "supplier": str(invitation.supplier_id),
        "answers": bid.answers,
        "prices": bid.prices,
        "files": [],
    }
    submission = Submission.objects.create(
        bid=bid,
        version=1,
        received_at=at,
        submitted_by=invitation.supplier.organisation.people(Role.BID_MANAGER).get(),
        content=content,
        content_hash=digest(content),
        total_price=sum((line.quantity * unit_price for line in lot.price_lines.all()), Decimal()),
        created_at=at,
    )
    Bid.objects.filter(pk=bid.pk).update(status=Bid.Status.SUBMITTED, versions=1)
    received = {"content_hash": submission.content_hash, "received_at": at.isoformat()}
    Receipt.objects.create(submission=submission, content=received, signature=sign(received), created_at=at)
    return submission
