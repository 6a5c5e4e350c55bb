"""News from the floor below."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from commissioning.models import Membership
from commissioning.models.people import Actor
from commissioning.signals import membership_ended
from procurement.actions.departures import note_departures
from procurement.actions.listings import note_listings
from suppliers.consequences import Event
from suppliers.models import Listing
from suppliers.signals import listing_changed


@receiver(membership_ended)
def note_who_left_a_panel(sender: Any, membership: Membership, by: Actor, at: datetime, **kwargs: Any) -> None:
    """Whoever leaves while bids are evaluated is missed, in the same transaction."""
    note_departures(membership, by=by, at=at)


@receiver(listing_changed)
def tell_the_buyers(sender: Any, listing: Listing, event: Event, until: datetime | None, detail: str, at: datetime, **kwargs: Any) -> None:
    """Whoever has invited the supplier to a tender that is not over is told what became of its listing, in the same transaction."""
    note_listings(listing, event=event, until=until, detail=detail, at=at)
