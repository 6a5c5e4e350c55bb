"""Checkpoints of the trail."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from commissioning import clock
from commissioning.models import Checkpoint, Docket
from commissioning.models.trail import BEFORE_THE_FIRST
from commissioning.signing import sign

# How many heads one checkpoint signs at most: while it does, their chains wait.
MOST_HEADS = 1000


def sign_heads(*, at: datetime | None = None) -> list[int]:
    """Sign the heads of all chains that have grown, in as many checkpoints as that takes, and one at least; how many heads each holds."""
    signed = [len(sign_checkpoint(at=at).heads)]
    while signed[-1] == MOST_HEADS:
        signed.append(len(sign_checkpoint(at=at).heads))
    return signed


@transaction.atomic
def sign_checkpoint(*, at: datetime | None = None) -> Checkpoint:
    """Sign number and hash of the heads of chains that grew since they were last signed, so that a chain cut short later is noticed.

    A chain to which somebody is adding just now is left for the next time: nobody waits for a checkpoint, nor it for them.
    """
    last = Checkpoint.objects.first()
    grown = Docket.objects.select_for_update(skip_locked=True).filter(head_number__gt=F("signed_number")).order_by("pk")[:MOST_HEADS]
    heads = {str(docket.pk): [docket.head_number, docket.head_hash] for docket in grown}
    checkpoint = Checkpoint(
        number=last.number + 1 if last else 1, previous_hash=last.hash() if last else BEFORE_THE_FIRST, at=at or clock.now(), heads=heads
    )
    checkpoint.signature = sign(checkpoint.content())
    checkpoint.save(force_insert=True)
    Docket.objects.filter(pk__in=heads).update(signed_number=F("head_number"), signed_in=checkpoint.number)
    return checkpoint
