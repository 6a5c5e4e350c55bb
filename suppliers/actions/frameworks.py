"""Setting up a framework, and ending it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.models import Organisation, PeriodRule, Regime
from commissioning.models.people import Actor
from commissioning.moves import beginning, moving
from commissioning.wording import date_text
from suppliers.actions.appeal_grounds import give_usual_grounds
from suppliers.actions.listings import check_reason
from suppliers.models import AdmissionRound, Framework, FrameworkList, Service, ServiceArea
from suppliers.recipients import people_listed
from suppliers.timing import TIMED


def draft_framework(
    *,
    authority: UUID,
    reference: str,
    title: str,
    regime: str,
    starts_on: date,
    ends_on: date,
    appeal_rule: str = "",
    standstill_rule: str = "",
    description: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Framework:
    """Begin a framework of this authority, seen by its own people alone until it is published.

    The law is the code of a regime, and the rules are codes of period rules; a rule that is left out is the regime's own.
    Raises ValidationError for a term that ends before it starts, and for a regime or a rule that is not there.
    """
    keeper = Organisation.objects.visible_to(by).get(pk=authority, kind=Organisation.Kind.AUTHORITY)
    framework = Framework(authority=keeper, reference=reference)
    law = regime_of(regime)
    framework.say(title=title, description=description, regime_id=law.code, **_days(starts_on, ends_on))
    framework.say(appeal_rule_id=rule_of("appeal_rule", appeal_rule or law.appeal_rule_id or ""))
    framework.say(standstill_rule_id=rule_of("standstill_rule", standstill_rule or law.standstill_rule_id or ""))
    with beginning(framework, "draft_framework", by=by, at=at) as step:
        step.facts |= {"reference": reference, "title": title}
        framework.save()
        give_usual_grounds(framework, step.at)
    return framework


def describe_framework(
    framework_id: UUID,
    *,
    title: str,
    regime: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    appeal_rule: str = "",
    standstill_rule: str = "",
    description: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Framework:
    """Write down what a framework is and under which law; days and periods that are left out stay as they are.

    Once it is published this is for its next version, and the law stays.
    """
    with moving(Framework, framework_id, "describe_framework", by=by, at=at) as step:
        framework, drafted = step.record, step.record.drafted()
        law = regime_of(regime)
        if framework.status != Framework.Status.DRAFT and law.code != framework.regime_id:
            raise ValidationError({"regime": f"The law of a published framework does not change: it is the {framework.regime}."})
        framework.say(title=title, description=description, regime_id=law.code)
        set_days(framework, starts_on or drafted.starts_on, ends_on or drafted.ends_on)
        framework.say(appeal_rule_id=rule_of("appeal_rule", appeal_rule or drafted.appeal_rule_id))
        framework.say(standstill_rule_id=rule_of("standstill_rule", standstill_rule or drafted.standstill_rule_id))
        step.facts |= {"title": title, "regime": law.code, "starts_on": framework.starts_on, "ends_on": ends_on or drafted.ends_on}
    return step.record


def regime_of(code: str) -> Regime:
    """The regime of this code. Raises ValidationError that names those that there are."""
    found = Regime.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Regime.objects.values_list("code", flat=True))
        raise ValidationError({"regime": f"There is no regime “{code}”. The regimes are: {known}."})
    return found


RULE_PURPOSES = {
    "appeal_rule": PeriodRule.Purpose.APPEAL,
    "standstill_rule": PeriodRule.Purpose.STANDSTILL,
    "tender_rule": PeriodRule.Purpose.TENDER,
}


def rule_of(field: str, code: str) -> str:
    """The code, if a period rule for the field's purpose has it. Raises ValidationError for the field."""
    if not code:
        raise ValidationError({field: "Choose a period rule: the law that the framework is under has none of its own for this."})
    rule = PeriodRule.objects.filter(code=code).first()
    if rule is None:
        raise ValidationError({field: f"There is no period rule “{code}”. Choose one of those that the calendar has."})
    if rule.purpose != (purpose := RULE_PURPOSES[field] if field in RULE_PURPOSES else TIMED[field].purpose):
        fitting = ", ".join(PeriodRule.objects.fitting(purpose).values_list("code", flat=True))
        raise ValidationError({field: f"The rule “{code}” is for something else. Choose one for this: {purpose.label}. They are: {fitting}."})
    return code


def _days(starts_on: date, ends_on: date) -> dict[str, date]:
    if ends_on <= starts_on:
        raise ValidationError({"ends_on": "The framework ends on or before the day that it starts. Choose a later day."})
    return {"starts_on": starts_on, "ends_on": ends_on}


def set_days(framework: Framework, starts_on: date, ends_on: date) -> None:
    """Set the term. Of a published framework it only becomes longer, to the last day of the longest extension at most."""
    if framework.status == Framework.Status.DRAFT:
        framework.say(**_days(starts_on, ends_on))
        return
    if starts_on != framework.starts_on:
        raise ValidationError({"starts_on": f"The first day of a published framework does not change: it is {date_text(framework.starts_on)}."})
    longest = framework.longest_ends_on or framework.ends_on
    if not framework.ends_on <= ends_on <= longest:
        may = f"It runs to {date_text(framework.ends_on)}, and can be extended to {date_text(longest)} at most."
        raise ValidationError({"ends_on": f"{may} To end it sooner, end the framework."})
    framework.say(ends_on=ends_on)


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
    """Put one more service on an area's menu; once the framework is published, with its next version."""
    with moving(Framework, framework_id, "add_service", by=by, at=at) as step:
        framework, where = step.record, step.record.areas.get(pk=area)
        waiting = [each for each in framework.services_to_come if each["area"] == str(where.pk)]
        made = Service(area=where, code=code, name=name, description=description, order=where.services.count() + len(waiting))
        step.facts["area"] = where.code
        if framework.status == Framework.Status.DRAFT:
            _add(step.facts, made, step.at)
        else:
            made.created_at = step.at
            made.check_fields()
            taken = where.services.filter(code=code).exists() or code in [each["code"] for each in waiting]
            step.require(not taken, "One service per code of an area.")
            framework.add_to_come(made)
            step.facts |= {"id": made.pk, "code": made.code, "name": made.name}
    return made


def remove_part(framework_id: UUID, *, part: UUID, by: Actor, at: datetime | None = None) -> Framework:
    """Take a list, area or service out of a draft; of a published framework, a service that waits for the next version."""
    with moving(Framework, framework_id, "remove_part", by=by, at=at) as step:
        framework = step.record
        if framework.status != Framework.Status.DRAFT:
            found = [each for each in framework.services_to_come if each["id"] == str(part)]
            step.require(found, "What is published stays. Only a service that waits for the next version can be taken out.")
            framework.changes["services"] = [each for each in framework.services_to_come if each["id"] != str(part)]
            if not framework.changes["services"]:
                del framework.changes["services"]
            step.facts |= {"id": part, "code": found[0]["code"]}
            return framework
        record = _part_of(framework, part)
        step.facts |= {"id": part, "kind": record._meta.verbose_name, "code": record.code}
        record.delete()
    return framework


def _part_of(framework: Framework, part: UUID) -> FrameworkList | ServiceArea | Service:
    """The list, area or service of this id. Raises ValidationError for none, and for an area that has services."""
    for parts in (framework.lists, framework.areas, Service.objects.filter(area__framework=framework)):
        if (found := parts.filter(pk=part).first()) is not None:
            if isinstance(found, ServiceArea) and found.services.exists():
                raise ValidationError({"part": f"The area {found} has services. Take these out first."})
            return found
    raise ValidationError({"part": "The framework has no such list, area or service."})


def _add(facts: dict[str, Any], part: FrameworkList | ServiceArea | Service, at: datetime) -> None:
    part.created_at = at
    part.save(force_insert=True)
    facts |= {"id": part.pk, "code": part.code, "name": part.name}


def end_framework(framework_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> Framework:
    """End a framework in force: no round begins under it and nobody is asked from its lists; those listed are told."""
    with moving(Framework, framework_id, "end_framework", by=by, at=at) as step:
        running = step.record.rounds.filter(status__in=[AdmissionRound.Status.OPEN, AdmissionRound.Status.DECIDED]).first()
        step.require(running is None, f"The admission round “{running}” is under way. Publish its lists or withdraw it first.")
        check_reason(reason, "those listed will read it")
        step.facts["reason"] = reason
        step.tell(people_listed(step.record, step.at), "framework_ended", reason=reason)
    return step.record
