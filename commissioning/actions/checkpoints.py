"""Checkpoints of the trail."""

from datetime import datetime

from commissioning import clock
from commissioning.models import Checkpoint, Docket
from commissioning.signing import sign


def sign_checkpoint(*, at: datetime | None = None) -> Checkpoint:
    """Sign the number and hash of every chain's head, so that a chain cut short later is noticed."""
    heads = {str(pk): [number, head] for pk, number, head in Docket.objects.order_by("pk").values_list("pk", "head_number", "head_hash")}
    checkpoint = Checkpoint(at=at or clock.now(), heads=heads)
    checkpoint.signature = sign(checkpoint.content())
    checkpoint.save(force_insert=True)
    return checkpoint
