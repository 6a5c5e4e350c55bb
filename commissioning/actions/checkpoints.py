"""Checkpoints of the trail."""

from datetime import datetime

from commissioning import clock
from commissioning.models import Checkpoint, Docket
from commissioning.signing import sign


def sign_checkpoint(*, at: datetime | None = None) -> Checkpoint:
    """Sign the number and hash of every chain's head, so that a chain cut short later is noticed."""
    moment = at or clock.now()
    heads = {str(pk): [number, head] for pk, number, head in Docket.objects.order_by("pk").values_list("pk", "head_number", "head_hash")}
    return Checkpoint.objects.create(at=moment, heads=heads, signature=sign(heads))
