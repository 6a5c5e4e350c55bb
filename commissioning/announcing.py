"""Tell people what has fallen due, each thing once, whenever somebody comes round to it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from commissioning import clock, registry
from commissioning.models import Announcement, ClockJob
from commissioning.moves import Step
from commissioning.refusals import Refused

log = structlog.get_logger(__name__)
Provider = Callable[[datetime], Iterable[registry.Due]]
JOB = ClockJob("announce_due", comes_again=True)


class AlreadyTold(Exception):
    """Somebody has told it meanwhile: nothing is left to do, and nothing was refused that a trail should tell of."""


@dataclass
class Sweep:
    """How many things one round has announced, and how many providers and things failed, by a fault and not by a refusal."""

    told: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return f"Announced: {self.told}." + (f" Failed: {self.failed}; the log says where." if self.failed else "")


def announce_due() -> Sweep:
    """Announce all that is due and untold, each in its own transaction; what fails is logged, and holds up nothing else."""
    sweep = Sweep()
    for provider in registry.due:
        for item in _due_of(provider, sweep):
            _announce(item, sweep)
    return sweep


def _due_of(provider: Provider, sweep: Sweep) -> list[registry.Due]:
    try:
        return list(provider(clock.now()))
    except Exception:
        sweep.failed += 1
        log.exception("what has fallen due could not be found", provider=f"{provider.__module__}.{provider.__qualname__}")
        return []


def _announce(item: registry.Due, sweep: Sweep) -> None:
    about = {"what": item.what, "record": str(item.record_id)}
    try:
        item.announce(JOB)
    except AlreadyTold:
        log.info("announced by somebody else meanwhile", **about)
    except Refused as refusal:
        log.info("not announced", **about, reason=str(refusal))
    except Exception:
        sweep.failed += 1
        log.exception("an announcement failed", **about)
    else:
        sweep.told += 1


def claim(step: Step[Any], what: str) -> None:
    """Mark, under the record's lock, that this was announced; AlreadyTold if it was."""
    step.facts["announced"] = what
    row = {"subject_id": step.record.pk, "what": what}
    if Announcement.objects.filter(**row).exists():
        raise AlreadyTold(f"{what} has been announced already.")
    Announcement.objects.create(**row, subject_type=step.record._meta.label_lower, at=step.at)
