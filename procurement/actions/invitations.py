"""What a supplier says about its invitation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from commissioning.models import User
from commissioning.moves import Step, moving
from commissioning.wording import instant_text
from procurement.models import Invitation, Tender


def say_intention(invitation_id: UUID, *, intention: Invitation.Intention, reason: str = "", by: User, at: datetime | None = None) -> Invitation:
    """Say whether the supplier means to bid; the buyer does not see it before bids are opened, and nobody is bound by it."""
    with moving(Invitation, invitation_id, "say_intention", by=by, at=at) as step:
        require_open(step, step.record.tender)
        step.record.intention, step.record.intention_reason = intention, reason.strip()
        step.facts |= {"intention": intention, "reason": reason.strip()}
    return step.record


def require_open(step: Step[Any], tender: Tender) -> None:
    """Go on only while the tender receives bids; the refusal says when this came and what the deadline was."""
    step.require(tender.status != Tender.Status.CANCELLED, f"This tender was cancelled. The reason given: {tender.cancel_reason}")
    step.require(
        tender.is_receiving(step.at),
        f"This came on {instant_text(step.at)}. The deadline was {instant_text(tender.closes_at)}: what comes at that moment or later is too late.",
    )
