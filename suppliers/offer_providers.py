"""What offers add to the desk and the queues of the authority."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from commissioning.registry import DeskItem
from suppliers.models import Offer

MOST = 50


def to_approve(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The revisions that wait for the viewer's authorities, the oldest first."""
    related = ("listing__supplier__organisation", "listing__framework_list", "listing__area")
    waiting = Offer.objects.visible_to(user).to_decide(user, at).select_related(*related)
    for offer in waiting.order_by("created_at", "pk")[:MOST]:
        yield DeskItem(str(offer.listing), offer.get_absolute_url(), f"Approve revision {offer.number} of what it offers, or return it.")
