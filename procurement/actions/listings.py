"""What becomes of an invited supplier's listing while a tender runs: the buyer is told, and the tender's trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from commissioning.announcing import JOB
from commissioning.models.people import Actor
from commissioning.moves import moving
from procurement.models import Tender
from suppliers.actions.listings import follows_for
from suppliers.consequences import Event
from suppliers.models import Listing


def note_listings(listing: Listing, *, event: Event, until: datetime | None, detail: str, at: datetime) -> None:
    """Note it on each tender that is not over and has invited the supplier for this list and area; in the caller's transaction."""
    for tender_id in Tender.objects.concerned_by(listing).order_by("created_at", "pk").values_list("pk", flat=True):
        note_listing(tender_id, listing=listing, event=event, until=until, detail=detail, by=JOB, at=at)


def note_listing(
    tender_id: UUID, *, listing: Listing, event: Event, until: datetime | None, detail: str = "", by: Actor, at: datetime | None = None
) -> Tender:
    """Tell the buyer's leads what became of the listing of a supplier that the tender has invited; why, is not theirs to read."""
    with moving(Tender, tender_id, "note_listing", by=by, at=at) as step:
        follows = follows_for(listing, event, step.at)
        step.facts |= {"supplier": listing.supplier_id, "listing": listing.pk, "event": event, "until": until}
        words: dict[str, Any] = {"listing": listing, "event": event, "until": until, "detail": detail, "asked": follows.asked}
        step.tell(
            step.record.leads(),
            "bidder_listing_changed",
            again=f"{event}:{listing.pk.hex[:12]}:{step.at:%Y%m%dT%H%M%S%f}",
            **words,
            invitations=follows.invitations,
            bids=follows.bids,
        )
    return step.record
