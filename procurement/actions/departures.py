"""Somebody of a panel leaves while bids are evaluated."""

from datetime import datetime
from uuid import UUID

from commissioning.models import Membership, Role
from commissioning.models.people import Actor
from commissioning.moves import moving
from procurement.models import Tender


def note_departures(membership: Membership, *, by: Actor, at: datetime) -> None:
    """Note on each tender of the trust that is in evaluation that an evaluator or the chair has left."""
    if membership.role not in {Role.EVALUATOR, Role.PANEL_CHAIR}:
        return
    in_evaluation = Tender.objects.filter(buyer=membership.organisation_id, status=Tender.Status.OPENED).order_by("created_at", "pk")
    for tender_id in list(in_evaluation.values_list("pk", flat=True)):
        note_departure(tender_id, membership=membership, by=by, at=at)


def note_departure(tender_id: UUID, *, membership: Membership, by: Actor, at: datetime | None = None) -> Tender:
    """Put on a tender's trail that one of its panel has left, and tell those who answer for the panel and for the award."""
    with moving(Tender, tender_id, "note_departure", by=by, at=at) as step:
        role = membership.get_role_display().lower()
        step.facts |= {"person": membership.user_id, "role": membership.role, "reason": f"{membership.user} is no longer {role}."}
        told = step.record.team(Role.PANEL_CHAIR, Role.APPROVER).exclude(pk=membership.user_id)
        step.tell(told, "panel_left", again=membership.pk, membership=membership, by=by)
    return step.record
