"""Reference data, such as period rules and closed days, change on the authority's own trail."""

from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

from commissioning import registry
from commissioning.models import Organisation, PeriodRule, User
from commissioning.models.people import Actor
from commissioning.moves import moving
from commissioning.periods import Rule
from commissioning.refusals import Refused

Row = TypeVar("Row", bound=models.Model)
COUNTING = frozenset(field.name for field in fields(Rule))


def change_reference_data(row: Row, *, by: Actor, at: datetime | None = None) -> Row:
    """Save a new or changed row, and keep what it said before; windows that have opened keep the moments they were given.

    How a period is counted cannot change once something published counts by it: competitions that run were promised it.
    """
    with moving(Organisation, authority_of(by), "change_reference_data", by=by, at=at) as step:
        kept = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
        row.full_clean()
        before, after = _values(kept) if kept else {}, _values(row)
        step.require(not (promised := why_it_stays(row)), promised)
        row.save()
        step.facts |= {
            "table": row._meta.label_lower,
            "row": getattr(row, "code", "") or str(row),
            "before": _different(before, after),
            "after": _different(after, before),
        }
    return row


def remove_reference_data(row: models.Model, *, by: Actor, at: datetime | None = None) -> None:
    """Take a row away, and keep on the trail what it said."""
    with moving(Organisation, authority_of(by), "remove_reference_data", by=by, at=at) as step:
        step.facts |= {**_name(row), "before": _values(row)}
        row.delete()


def why_it_stays(row: models.Model) -> str:
    """That something published counts by a period rule that would count otherwise, and what to do instead; empty if the row may change."""
    kept = PeriodRule.objects.filter(pk=row.pk).first() if isinstance(row, PeriodRule) else None
    if kept is None or not COUNTING & _different(_values(kept), _values(row)).keys():
        return ""
    named = [str(each) for keeper in registry.rules_in_force for each in keeper(kept.code)]
    if not named:
        return ""
    others = f" and {len(named) - 1} more" if len(named) > 1 else ""
    return (
        f"{named[0]}{others} counts by the rule {kept.code}, as was published. "
        "Add a rule with another code, and name it in the framework's next version: what runs keeps the period that it was promised."
    )


def authority_of(by: Actor) -> UUID:
    """The framework authority that the person acts for; for anybody else the oldest, whose rules will refuse them."""
    authorities = Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY).order_by("created_at", "pk")
    own = authorities.filter(pk__in=by.organisations).first() if isinstance(by, User) else None
    if (found := own or authorities.first()) is None:
        raise Refused("There is no framework authority yet. Found it first, with `manage.py found_authority`.")
    return UUID(str(found.pk))


def _values(row: models.Model) -> dict[str, Any]:
    return {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields if not field.primary_key}


def _different(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name not in other or other[name] != value}


def _name(row: Any) -> dict[str, str]:
    """Which row it is: by its code, which does not change, where it has one."""
    return {"table": row._meta.label_lower, "row": getattr(row, "code", "") or str(row)}
