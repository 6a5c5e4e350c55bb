"""Bids in each of their states."""

from datetime import datetime
from decimal import Decimal

from commissioning import clock
from commissioning.models import Role, User
from procurement.actions import bids
from procurement.models import Bid, Invitation, Lot, Submission
from tests.factories.kept import kept

THE_DAY_BEFORE = clock.london(2026, 3, 26, 15)


def answers_for(lot: Lot, text: str = "With care, and on time.") -> dict[str, str | None]:
    """A good answer to each of the lot's questions."""
    return {str(question.pk): text for question in lot.questionnaire.questions.all()}


def prices_for(lot: Lot, unit_price: Decimal = Decimal(500)) -> dict[str, str | None]:
    """The same unit price for each line."""
    return {str(line.pk): f"{unit_price:.2f}" for line in lot.price_lines.all()}


def bid_manager(invitation: Invitation) -> User:
    """Who submits for the supplier."""
    return invitation.supplier.organisation.people(Role.BID_MANAGER).get()


@kept
def drafted_bid(invitation: Invitation, lot: Lot, *, unit_price: Decimal = Decimal(500), at: datetime = THE_DAY_BEFORE) -> Bid:
    """A complete draft that nobody has submitted."""
    by = bid_manager(invitation)
    bid = bids.draft_bid(invitation.pk, lot=lot.pk, by=by, at=at)
    return bids.save_bid(bid.pk, revision=bid.revision, answers=answers_for(lot), prices=prices_for(lot, unit_price), by=by, at=at)


@kept
def submitted_bid(invitation: Invitation, lot: Lot, *, unit_price: Decimal = Decimal(500), at: datetime = THE_DAY_BEFORE) -> Submission:
    """A bid that was received in time, with its receipt; `unit_price` is asked for each line."""
    bid = drafted_bid(invitation, lot, unit_price=unit_price, at=at)
    return bids.submit_bid(bid.pk, by=bid_manager(invitation), at=at).submissions.counting().get()
