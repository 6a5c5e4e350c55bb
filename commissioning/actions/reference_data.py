"""Reference data, such as period rules and closed days, change on the authority's own trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

from commissioning.models import Organisation
from commissioning.models.people import Actor
from commissioning.moves import moving


def change_reference_data(authority_id: UUID, row: models.Model, *, by: Actor, at: datetime | None = None) -> models.Model:
    """Save a new or changed row, with what it said before; windows that have opened keep the moments they were given."""
    with moving(Organisation, authority_id, "change_reference_data", by=by, at=at) as step:
        kept = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
        before, after = _values(kept) if kept else {}, _values(row)
        row.full_clean(validate_unique=False, validate_constraints=False)
        row.save()
        step.facts |= {"table": row._meta.label_lower, "row": str(row), "before": _different(before, after), "after": _different(after, before)}
    return row


def remove_reference_data(authority_id: UUID, row: models.Model, *, by: Actor, at: datetime | None = None) -> None:
    """Take a row away, and keep on the trail what it said."""
    with moving(Organisation, authority_id, "remove_reference_data", by=by, at=at) as step:
        step.facts |= {"table": row._meta.label_lower, "row": str(row), "before": _values(row)}
        row.delete()


def _values(row: models.Model) -> dict[str, Any]:
    return {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields if not field.primary_key}


def _different(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name not in other or other[name] != value}
