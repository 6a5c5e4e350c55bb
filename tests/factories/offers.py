"""What a listed supplier offers, in each state."""

from datetime import datetime

from suppliers.actions.offers import approve_offer, propose_offer
from suppliers.models import Listing, Offer
from tests.factories import admissions
from tests.factories.admissions import bids
from tests.factories.people import NOON

TEXT = "We validate activity data, every month."


def proposed(listing: Listing, text: str = TEXT, *, at: datetime = NOON) -> Offer:
    """A revision that waits for a curator."""
    return propose_offer(listing.pk, text=text, by=bids(listing.supplier), at=at)


def approved(listing: Listing, text: str = TEXT, *, at: datetime = NOON) -> Offer:
    """A revision that everybody reads."""
    return approve_offer(proposed(listing, text, at=at).pk, by=admissions.curator(), at=at)
