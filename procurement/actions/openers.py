"""Who opens a tender's bids: named when it is proposed, approved with it, and changed afterwards by two people, with a reason."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.models import Role, User
from commissioning.moves import Step, moving
from commissioning.refusals import Refused
from procurement.models import ChangeOfOpeners, Tender
from procurement.models.openings import OPENERS_NEEDED


def who_could_open(tender: Tender, *, proposer: User) -> Any:
    """The trust's openers whom this person may propose: all but themselves."""
    return tender.team(Role.OPENER).exclude(pk=proposer.pk).order_by("name", "pk")


def openers_among(tender: Tender, people: Collection[UUID] | None, *, proposer: User) -> list[User]:
    """Those of the trust's openers whom the proposer names, all of them if none is named. Raises ValidationError if that cannot be."""
    there = {person.pk: person for person in who_could_open(tender, proposer=proposer)}
    named = set(there) if people is None else set(people)
    if proposer.pk in named:
        raise ValidationError({"openers": "Who proposes the openers is none of them. Name colleagues, and not yourself."})
    if named - set(there):
        raise ValidationError({"openers": f"Name people who are openers of {tender.buyer} now. Its lead invites those who are not."})
    if len(named) < OPENERS_NEEDED:
        raise ValidationError({"openers": f"Two openers besides you are needed, and {len(named)} would be named. Name at least two."})
    return [person for pk, person in there.items() if pk in named]


def names(openers: Collection[User]) -> list[str]:
    """What the trail calls them: their names with their addresses, which no two people share."""
    return sorted(f"{person.name} ({person.email})" for person in openers)


def propose_openers(tender_id: UUID, *, openers: list[UUID], reason: str, by: User, at: datetime | None = None) -> Tender:
    """Propose other openers of an approved or issued tender, for a second person to confirm; it takes the place of a proposal that still waits."""
    with moving(Tender, tender_id, "propose_openers", by=by, at=at) as step:
        tender = step.record
        chosen = openers_among(tender, openers, proposer=step.person)
        step.require(reason.strip(), "Give the reason why the openers change.")
        tender.changes_of_openers.waiting().delete()
        change = ChangeOfOpeners.objects.create(tender=tender, reason=reason.strip(), proposed_by=step.person, created_at=step.at)
        change.openers.set(chosen)
        step.facts |= {"from_openers": names(tender.openers.all()), "to_openers": names(chosen), "reason": change.reason}
        others = tender.team(Role.PROCUREMENT_LEAD, Role.APPROVER).exclude(pk__in=[step.person.pk, *(person.pk for person in chosen)])
        step.tell(others, "openers_proposed", about=change, openers=chosen)
    return tender


def confirm_openers(tender_id: UUID, *, change: UUID, by: User, at: datetime | None = None) -> Tender:
    """Confirm the openers that somebody else proposed; who confirms is none of them. `change` is the proposal that was read."""
    with moving(Tender, tender_id, "confirm_openers", by=by, at=at) as step:
        tender = step.record
        waiting = _waiting(step, change)
        chosen = openers_among(tender, waiting.openers.values_list("pk", flat=True), proposer=waiting.proposed_by)
        step.require(waiting.proposed_by_id != step.person.pk, "A second person confirms the openers, and you proposed these. Ask a colleague.")
        require_none_of(step, chosen)
        before = list(tender.openers.all())
        step.facts |= {"from_openers": names(before), "to_openers": names(chosen), "reason": waiting.reason}
        step.facts["proposed_by"] = str(waiting.proposed_by)
        waiting.confirmed_by, waiting.confirmed_at = step.person, step.at
        waiting.save()
        tender.openers.set(chosen)
        told = {person.pk: person for person in [*before, *chosen, *tender.leads()]}
        step.tell(told.values(), "openers_changed", about=waiting, openers=chosen)
    return tender


def require_none_of(step: Step[Tender], openers: Collection[User]) -> None:
    """Go on only if who acts is none of the openers."""
    step.require(step.person not in openers, "You are named as an opener, so somebody else decides who opens the bids. Ask a colleague.")


def _waiting(step: Step[Tender], change: UUID) -> ChangeOfOpeners:
    """The proposal that waits, if it is the one that was read; else Refused."""
    waiting: ChangeOfOpeners | None = step.record.changes_of_openers.waiting().first()
    if waiting is None:
        raise Refused("No change of the openers has been proposed. Propose one first.")
    if waiting.pk != change:
        raise Refused("Other openers have been proposed since you read this. Open the page anew, and read who is named now.")
    return waiting
