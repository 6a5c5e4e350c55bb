"""Tell people what has fallen due, each thing once, whenever somebody comes round to it."""

from typing import Any

import structlog

from commissioning import clock, registry
from commissioning.models import Announcement, ClockJob
from commissioning.moves import Step
from commissioning.refusals import Refused

log = structlog.get_logger(__name__)
JOB = ClockJob("announce_due")


def announce_due() -> int:
    """Announce all that is due and untold, each in its own transaction; how many were announced."""
    told = 0
    for provider in registry.due:
        for item in list(provider(clock.now())):
            told += _announced(item)
    return told


def _announced(item: registry.Due) -> bool:
    try:
        item.announce(JOB)
    except Refused as refusal:
        log.info("not announced", what=item.what, record=str(item.record_id), reason=str(refusal))
        return False
    return True


def claim(step: Step[Any], what: str) -> None:
    """Mark, under the record's lock, that this was announced; Refused if it already was."""
    step.facts["announced"] = what
    row = {"subject_id": step.record.pk, "what": what}
    step.require(not Announcement.objects.filter(**row).exists(), "This has been announced already.")
    Announcement.objects.create(**row, subject_type=step.record._meta.label_lower, at=step.at)
