"""Organisations come to be, are described, and are succeeded by others."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypedDict
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.clock import in_london
from commissioning.identifiers import tidied
from commissioning.models import Identifier, Organisation, OrganisationClass
from commissioning.models.people import Actor
from commissioning.moves import Step, begin_many, beginning, moving
from commissioning.same_names import key_of, not_told_from

_AT_ONCE = 500


class GivenIdentifier(TypedDict):
    """What a register calls an organisation."""

    scheme: Identifier.Scheme
    value: str


def register_organisation(
    *,
    kind: Organisation.Kind,
    name: str,
    body_class: str = "",
    address: str = "",
    identifiers: list[GivenIdentifier] | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Organisation:
    """Enter a legal person that takes part: the framework authority, a commissioner or a supplier; of which class a commissioner is, by its code."""
    _check_days(valid_from, valid_to)
    record = Organisation(kind=kind, name=name.strip(), address=address.strip(), valid_from=valid_from, valid_to=valid_to)
    record.body_class = _class_of(kind, body_class)
    with beginning(record, "register_organisation", by=by, at=at) as step:
        require_own_name(record, name, at=step.at)
        record.save()
        _identify(step, identifiers or [])
        step.facts |= {"kind": kind, "name": record.name, **({"body_class": body_class} if body_class else {})}
    return record


def register_organisations(
    records: Sequence[Organisation], *, identifiers: Sequence[Sequence[tuple[str, str]]], by: Actor, at: datetime
) -> Sequence[Organisation]:
    """Enter many organisations at one moment, each with what registers call it, tidied and checked before."""
    facts = []
    for record, known_as in zip(records, identifiers, strict=True):
        told = {"identifiers": sorted(f"{scheme}:{value}" for scheme, value in known_as), "kind": record.kind, "name": record.name}
        facts.append(told | ({"body_class": record.body_class_id} if record.body_class_id else {}))
    begin_many(records, "register_organisation", by=by, at=at, facts=facts)
    rows = [
        Identifier(organisation=one, scheme=scheme, value=value) for one, keys in zip(records, identifiers, strict=True) for scheme, value in keys
    ]
    Identifier.objects.bulk_create(rows, batch_size=_AT_ONCE)
    return records


def _class_of(kind: str, code: str) -> OrganisationClass | None:
    """The class of this code; ValidationError if there is none, or if it is not a commissioner that is to be of it."""
    found = OrganisationClass.objects.filter(code=code).first() if code else None
    if code and found is None:
        known = ", ".join(OrganisationClass.objects.values_list("code", flat=True))
        raise ValidationError({"body_class": f"There is no class of bodies “{code}”. The classes are: {known}."})
    if found and kind != Organisation.Kind.COMMISSIONER:
        raise ValidationError({"body_class": "Only a commissioner is of a class of public bodies. Leave it empty."})
    return found


def describe_organisation(
    organisation_id: UUID,
    *,
    name: str,
    body_class: str | None = None,
    address: str = "",
    identifiers: list[GivenIdentifier] | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    by: Actor,
    at: datetime | None = None,
) -> Organisation:
    """Correct what is said of an organisation; its class and identifiers, left out (None), stay as they are."""
    with moving(Organisation, organisation_id, "describe_organisation", by=by, at=at) as step:
        _check_days(valid_from, valid_to)
        given: dict[str, Any] = {"name": name.strip(), "address": address.strip(), "valid_from": valid_from, "valid_to": valid_to}
        if body_class is not None:
            _class_of(step.record.kind, body_class)
            given["body_class_id"] = body_class or None
        if key_of(name) != step.record.name_key:
            require_own_name(step.record, name, at=step.at)
        changed = {field: value for field, value in given.items() if getattr(step.record, field) != value}
        step.facts["before"] = {field: getattr(step.record, field) for field in changed}
        step.facts["after"] = changed
        for field, value in changed.items():
            setattr(step.record, field, value)
        if identifiers is not None:
            _identify(step, identifiers)
    return step.record


def succeed_organisation(organisation_id: UUID, *, successors: list[UUID], last_day: date, by: Actor, at: datetime | None = None) -> Organisation:
    """Close an organisation on its last day and name those that take its place; its contracts keep the party of their day."""
    with moving(Organisation, organisation_id, "succeed_organisation", by=by, at=at) as step:
        _check_days(step.record.valid_from, last_day, "last_day")
        found = list(Organisation.objects.visible_to(by).filter(pk__in=successors))
        _check_successors(step.record, found, set(successors))
        step.record.valid_to = last_day
        step.record.successors.set(found)
        step.facts |= {"last_day": last_day, "successors": sorted(str(organisation.pk) for organisation in found)}
    return step.record


def require_own_name(organisation: Organisation, name: str, *, at: datetime, field: str = "name") -> None:
    """ValidationError if a supplier would be called like another organisation that exists: one that neither took over from it nor has its place."""
    same = Organisation.objects.called([name], in_london(at).date()).exclude(pk=organisation.pk)
    if organisation.kind != Organisation.Kind.SUPPLIER or not (others := list(same)):
        return
    family = _predecessors(organisation) | _heirs(organisation)
    if other := next((one for one in others if one.pk not in family), None):
        raise ValidationError({field: not_told_from(other.name)})


def _check_days(first: date | None, last: date | None, field: str = "valid_to") -> None:
    if first and last and last < first:
        raise ValidationError({field: f"The last day is before the first, {first:%d %B %Y}."})


def _check_successors(organisation: Organisation, found: list[Organisation], wanted: set[UUID]) -> None:
    """ValidationError unless these are other organisations of the same kind, none of which this one took over from."""
    if not found or {successor.pk for successor in found} != wanted:
        raise ValidationError({"successors": "Name the organisations that take its place; each must be registered here."})
    if any(successor.kind != organisation.kind for successor in found):
        raise ValidationError({"successors": f"A successor is of the same kind: {organisation.get_kind_display().lower()}."})
    if organisation.pk in wanted or wanted & _predecessors(organisation):
        raise ValidationError({"successors": "An organisation cannot take the place of one that took its own."})


def _predecessors(organisation: Organisation) -> set[UUID]:
    """The ids of all that this one took over from, however long ago."""
    return _along("successors__in", organisation)


def _heirs(organisation: Organisation) -> set[UUID]:
    """The ids of all that took over from it, however much later."""
    return _along("predecessors__in", organisation)


def _along(relation: str, organisation: Organisation) -> set[UUID]:
    known: set[UUID] = set()
    newest = {organisation.pk}
    while newest:
        newest = set(Organisation.objects.filter(**{relation: newest}).values_list("pk", flat=True)) - known
        known |= newest
    return known


def _identify(step: Step[Organisation], given: list[GivenIdentifier]) -> None:
    """Give the organisation these identifiers in place of those it had; ValidationError if one is ill-formed or another's."""
    wanted = {(item["scheme"], _value_of(item)) for item in given}
    had = {(identifier.scheme, identifier.value): identifier for identifier in step.record.identifiers.all()}
    for scheme, value in sorted(wanted - had.keys()):
        if Identifier.objects.filter(scheme=scheme, value=value).exists():
            raise _wrong(f"{Identifier.Scheme(scheme).label} {value} belongs to another organisation here.")
        _write_down(Identifier(organisation=step.record, scheme=scheme, value=value))
    for pair in had.keys() - wanted:
        had[pair].delete()
    if wanted != had.keys():
        step.facts["identifiers"] = sorted(f"{scheme}:{value}" for scheme, value in wanted)


def _write_down(identifier: Identifier) -> None:
    try:
        identifier.clean_fields(exclude={"organisation"})
    except ValidationError as error:
        raise _wrong(error.messages) from error
    identifier.save()


def _value_of(item: GivenIdentifier) -> str:
    if not item["value"].strip():
        raise _wrong(f"Give the {Identifier.Scheme(item['scheme']).label}, or leave the scheme out.")
    try:
        return tidied(item["scheme"], item["value"])
    except ValidationError as error:
        raise _wrong(error.message) from error


def _wrong(sentence: Any) -> ValidationError:
    return ValidationError({"identifiers": sentence})
