"""What becomes of a contractor's listing while its contract lasts: the buyer is told, and the contract's trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from commissioning.announcing import JOB
from commissioning.clock import in_london
from commissioning.models.people import Actor
from commissioning.moves import moving
from contracts.models import Contract
from suppliers.actions.listings import follows_for
from suppliers.consequences import Event
from suppliers.models import Listing


def note_listings(listing: Listing, *, event: Event, until: datetime | None, detail: str, at: datetime) -> None:
    """Note it on each contract that came of this listing and has not ended; in the caller's transaction."""
    concerned = Contract.objects.concerned_by(listing, in_london(at).date())
    for contract_id in concerned.order_by("created_at", "pk").values_list("pk", flat=True):
        note_listing_of_contractor(contract_id, listing=listing, event=event, until=until, detail=detail, by=JOB, at=at)


def note_listing_of_contractor(
    contract_id: UUID, *, listing: Listing, event: Event, until: datetime | None, detail: str = "", by: Actor, at: datetime | None = None
) -> Contract:
    """Tell the buyer's contract managers what became of their supplier's listing; why, is not theirs to read."""
    with moving(Contract, contract_id, "note_listing_of_contractor", by=by, at=at) as step:
        follows = follows_for(listing, event, step.at)
        step.facts |= {"listing": listing.pk, "event": event, "until": until}
        words: dict[str, Any] = {"listing": listing, "event": event, "until": until, "detail": detail}
        again = f"{event}:{listing.pk.hex[:12]}:{step.at:%Y%m%dT%H%M%S%f}"
        step.tell(step.record.managers(), "contractor_listing_changed", again=again, **words, asked=follows.asked, contracts=follows.contracts)
    return step.record
