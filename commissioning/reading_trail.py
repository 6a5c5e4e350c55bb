"""Whose trail a person may read: each docket asks the record that it belongs to."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Q

from commissioning.models import Docket, DocketedRecord


def readable_dockets(user: Any) -> Q:
    """The dockets of every floor that this person may read, as a filter on Docket."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    mine = Q(pk__in=[])
    for model in docketed():
        mine |= Q(pk__in=model._default_manager.trail_readable_by(user).values("docket"))
    return mine


def find_chain(docket_id: UUID, user: Any) -> tuple[Docket, DocketedRecord] | None:
    """A docket and the record it belongs to, if this person may read its trail."""
    docket = Docket.objects.filter(pk=docket_id).first()
    if docket is None or not user.is_authenticated:
        return None
    keeper = apps.get_model(docket.kind)._default_manager.trail_readable_by(user).filter(docket=docket).first()
    return (docket, keeper) if keeper else None


def docketed() -> list[Any]:
    """Every kind of record that has a chain of its own."""
    return [model for model in apps.get_models() if issubclass(model, DocketedRecord)]
