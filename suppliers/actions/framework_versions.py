"""Publishing a framework: a complete configuration becomes a numbered version that never changes."""

from datetime import datetime
from uuid import UUID

from commissioning.canon import digest
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from suppliers.configuration import content_of
from suppliers.demands import missing
from suppliers.models import Framework, FrameworkVersion, Service
from suppliers.recipients import people_listed


def publish_framework(framework_id: UUID, *, by: Actor, at: datetime | None = None) -> Framework:
    """Publish what is drafted as the framework's next version; the first one brings it into force and fixes its lists and areas.

    Refused until everything is stated that its law demands.
    """
    with moving(Framework, framework_id, "publish_framework", by=by, at=at) as step:
        framework = step.record
        lacking = missing(framework)
        step.require(not lacking, f"The framework is not complete. {' '.join(demand.missing for demand in lacking)}")
        latest = framework.versions.first()
        step.require(latest is None or framework.changes, f"Nothing has changed since version {latest.number if latest else 0}.")
        before = framework.ends_on
        _take_over(step)
        if framework.ends_on != before:
            step.tell(people_listed(framework, step.at), "framework_extended", again=framework.ends_on, before=before)
        _publish(step, 1 + (latest.number if latest else 0))
    return framework


def _take_over(step: Step[Framework]) -> None:
    """What waited for the next version holds from now on."""
    framework = step.record
    to_come = framework.services_to_come
    drafted = framework.drafted()
    for name in framework.changes.keys() - {"services"}:
        setattr(framework, name, getattr(drafted, name))
    framework.changes = {}
    for row in to_come:
        area = framework.areas.get(pk=row["area"])
        Service(area=area, created_at=step.at, **{name: row[name] for name in ("id", "code", "name", "description", "order")}).save(force_insert=True)


def _publish(step: Step[Framework], number: int) -> None:
    framework = step.record
    content = content_of(framework)
    version = FrameworkVersion.objects.create(
        framework=framework,
        number=number,
        published_at=step.at,
        content=content,
        content_hash=digest(content),
        standstill_rule_id=framework.standstill_rule_id,
        tender_rule_id=framework.tender_rule_id,
        created_at=step.at,
    )
    step.facts |= {"version": number, "content_hash": version.content_hash}


def discard_changes(framework_id: UUID, *, by: Actor, at: datetime | None = None) -> Framework:
    """Forget what was drafted for the next version; what is in force stays."""
    with moving(Framework, framework_id, "discard_changes", by=by, at=at) as step:
        step.require(step.record.changes, "Nothing is drafted for the next version.")
        step.facts["discarded"] = step.record.changes
        step.record.changes = {}
    return step.record
