"""News from the floors below."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from commissioning.models.people import Actor
from contracts.actions.contracts import draft_contract
from procurement.models import Award
from procurement.signals import award_confirmed


@receiver(award_confirmed)
def draft_what_was_awarded(sender: Any, award: Award, by: Actor, at: datetime, **kwargs: Any) -> None:
    """A confirmed award becomes a draft contract, in the same transaction."""
    draft_contract(award.pk, by=by, at=at)
