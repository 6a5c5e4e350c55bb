"""Tell people what has fallen due for a tender, each thing once."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from commissioning.announcing import claim
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from procurement.models import Tender

# By the word that `what` begins with: who is told, and what.
TELLS: dict[str, Callable[[Step[Tender]], None]] = {}


def announce_due_of_tender(tender_id: UUID, *, what: str, by: Actor, at: datetime | None = None) -> Tender:
    """Tell of what has fallen due, once: `what` is a key of TELLS, after a colon with what makes this time another one."""
    with moving(Tender, tender_id, "announce_due_of_tender", by=by, at=at) as step:
        claim(step, what)
        TELLS[what.partition(":")[0]](step)
    return step.record
