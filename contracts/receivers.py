"""News from the floors below."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from commissioning.models.people import Actor
from contracts.actions.contracts import draft_contract
from contracts.actions.listings import note_listings
from procurement.models import Award
from procurement.signals import award_confirmed
from suppliers.consequences import Event
from suppliers.models import Listing
from suppliers.signals import listing_changed


@receiver(award_confirmed)
def draft_what_was_awarded(sender: Any, award: Award, by: Actor, at: datetime, **kwargs: Any) -> None:
    """A confirmed award becomes a draft contract, in the same transaction."""
    draft_contract(award.pk, by=by, at=at)


@receiver(listing_changed)
def tell_the_contract_managers(sender: Any, listing: Listing, event: Event, until: datetime | None, detail: str, at: datetime, **kwargs: Any) -> None:
    """Whoever has a contract with the supplier that came of the listing, and has not ended, is told what became of it, in the same transaction."""
    note_listings(listing, event=event, until=until, detail=detail, at=at)
