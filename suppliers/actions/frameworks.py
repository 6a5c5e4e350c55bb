"""Setting up a framework, and ending it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.models import Organisation, PeriodRule
from commissioning.models.people import Actor
from commissioning.moves import beginning, moving
from suppliers.models import AdmissionRound, Framework, FrameworkList, Listing, Service, ServiceArea, Supplier
from suppliers.recipients import bid_managers


def draft_framework(
    *,
    authority: UUID,
    reference: str,
    title: str,
    regime: str,
    starts_on: date,
    ends_on: date,
    appeal_rule: str,
    standstill_rule: str,
    description: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Framework:
    """Begin a framework of this authority, seen by its own people alone until it is established.

    The rules are codes of period rules. Raises ValidationError for a term that ends before it starts or a rule that is not there.
    """
    keeper = Organisation.objects.visible_to(by).get(pk=authority, kind=Organisation.Kind.AUTHORITY)
    framework = Framework(authority=keeper, reference=reference)
    _describe(framework, title, description, regime, starts_on, ends_on, appeal_rule, standstill_rule)
    with beginning(framework, "draft_framework", by=by, at=at) as step:
        step.facts |= {"reference": reference, "title": title}
    return framework


def describe_framework(
    framework_id: UUID,
    *,
    title: str,
    regime: str,
    starts_on: date,
    ends_on: date,
    appeal_rule: str,
    standstill_rule: str,
    description: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Framework:
    """Write down what a framework in draft is, its term and its periods."""
    with moving(Framework, framework_id, "describe_framework", by=by, at=at) as step:
        _describe(step.record, title, description, regime, starts_on, ends_on, appeal_rule, standstill_rule)
        step.facts |= {"title": title, "starts_on": starts_on, "ends_on": ends_on, "appeal_rule": appeal_rule, "standstill_rule": standstill_rule}
    return step.record


def _describe(
    framework: Framework, title: str, description: str, regime: str, starts_on: date, ends_on: date, appeal_rule: str, standstill_rule: str
) -> None:
    if ends_on <= starts_on:
        raise ValidationError({"ends_on": "The framework ends on or before the day that it starts. Choose a later day."})
    framework.title, framework.description, framework.regime = title, description, regime
    framework.starts_on, framework.ends_on = starts_on, ends_on
    framework.appeal_rule = _rule("appeal_rule", appeal_rule)
    framework.standstill_rule = _rule("standstill_rule", standstill_rule)


def _rule(field: str, code: str) -> PeriodRule:
    rule = PeriodRule.objects.filter(code=code).first()
    if rule is None:
        raise ValidationError({field: f"There is no period rule “{code}”. Choose one of those that the calendar has."})
    return rule


def add_list(
    framework_id: UUID,
    *,
    code: str,
    name: str,
    scope_kind: FrameworkList.Scope,
    description: str = "",
    by: Actor,
    at: datetime | None = None,
) -> FrameworkList:
    """Give a framework in draft one more list."""
    with moving(Framework, framework_id, "add_list", by=by, at=at) as step:
        order = step.record.lists.count()
        made = FrameworkList(framework=step.record, code=code, name=name, scope_kind=scope_kind, description=description, order=order)
        _add(step.facts, made, step.at)
    return made


def add_area(framework_id: UUID, *, code: str, name: str, description: str = "", by: Actor, at: datetime | None = None) -> ServiceArea:
    """Give a framework in draft one more area, in which every list is kept."""
    with moving(Framework, framework_id, "add_area", by=by, at=at) as step:
        made = ServiceArea(framework=step.record, code=code, name=name, description=description, order=step.record.areas.count())
        _add(step.facts, made, step.at)
    return made


def add_service(framework_id: UUID, *, area: UUID, code: str, name: str, description: str = "", by: Actor, at: datetime | None = None) -> Service:
    """Put one more service on an area's menu."""
    with moving(Framework, framework_id, "add_service", by=by, at=at) as step:
        where = step.record.areas.get(pk=area)
        made = Service(area=where, code=code, name=name, description=description, order=where.services.count())
        step.facts["area"] = where.code
        _add(step.facts, made, step.at)
    return made


def _add(facts: dict[str, Any], part: FrameworkList | ServiceArea | Service, at: datetime) -> None:
    part.created_at = at
    part.save(force_insert=True)
    facts |= {"id": part.pk, "code": part.code, "name": part.name}


def what_is_missing(framework: Framework) -> list[str]:
    """What it needs before it can be established, as phrases that follow “it needs”."""
    lists, areas = framework.lists.exists(), list(framework.areas.prefetch_related("services"))
    bare = [area.name for area in areas if not area.services.all()]
    needs = [
        (not framework.description.strip(), "a description"),
        (not lists, "at least one list"),
        (not areas, "at least one area"),
        (bare, f"a service in each area: there is none in {', '.join(bare)}"),
    ]
    return [what for is_missing, what in needs if is_missing]


def establish_framework(framework_id: UUID, *, by: Actor, at: datetime | None = None) -> Framework:
    """Bring a complete framework into force and show it to everybody; its lists and areas are fixed from now on."""
    with moving(Framework, framework_id, "establish_framework", by=by, at=at) as step:
        missing = what_is_missing(step.record)
        step.require(not missing, f"The framework is not complete. It needs {'; '.join(missing)}.")
        step.facts |= {
            "lists": list(step.record.lists.values_list("code", flat=True)),
            "areas": list(step.record.areas.values_list("code", flat=True)),
        }
    return step.record


def end_framework(framework_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> Framework:
    """End a framework in force: no round begins under it and nobody is asked from its lists; those listed are told."""
    with moving(Framework, framework_id, "end_framework", by=by, at=at) as step:
        running = step.record.rounds.filter(status__in=[AdmissionRound.Status.OPEN, AdmissionRound.Status.DECIDED]).first()
        step.require(running is None, f"The admission round “{running}” is under way. Publish its lists or withdraw it first.")
        step.facts["reason"] = reason
        listed = Supplier.objects.filter(listings__in=_unended(step.record, step.at)).distinct()
        people = [person for those in bid_managers(listed).values() for person in those]
        step.tell(people, "framework_ended", reason=reason)
    return step.record


def _unended(framework: Framework, at: datetime) -> Any:
    return Listing.objects.filter(framework_list__framework=framework).unended(at)
