"""News from the floor below."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from commissioning.models import Membership
from commissioning.models.people import Actor
from commissioning.signals import membership_ended
from procurement.actions.departures import note_departures


@receiver(membership_ended)
def note_who_left_a_panel(sender: Any, membership: Membership, by: Actor, at: datetime, **kwargs: Any) -> None:
    """Whoever leaves while bids are evaluated is missed, in the same transaction."""
    note_departures(membership, by=by, at=at)
