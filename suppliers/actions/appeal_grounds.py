"""The grounds on which a refusal under a framework can be appealed against: data of the framework."""

import json
from datetime import datetime
from pathlib import Path
from uuid import UUID

from commissioning.models.people import Actor
from commissioning.moves import moving
from suppliers.models import AppealGround, Framework

_USUAL = Path(__file__).resolve().parent.parent / "data" / "appeal_grounds.json"


def add_appeal_ground(framework_id: UUID, *, code: str, name: str, description: str = "", by: Actor, at: datetime | None = None) -> AppealGround:
    """Let refusals under this framework be appealed against on one more ground."""
    with moving(Framework, framework_id, "add_appeal_ground", by=by, at=at) as step:
        order = step.record.appeal_grounds.count()
        made = AppealGround(framework=step.record, code=code, name=name, description=description, order=order, created_at=step.at)
        made.save(force_insert=True)
        step.facts |= {"id": made.pk, "code": code, "name": name}
    return made


def give_usual_grounds(framework: Framework, at: datetime) -> None:
    """The grounds that every framework begins with, a choice of this service; in the caller's transaction."""
    for order, ground in enumerate(json.loads(_USUAL.read_text())):
        AppealGround.objects.create(framework=framework, order=order, created_at=at, **ground)
