"""The deadline moves later, and never earlier: one person proposes it with a reason, a second sets it, everybody is told."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.models import Role, User
from commissioning.moves import Step, moving
from commissioning.refusals import Refused
from commissioning.wording import instant_text
from procurement.dates import FURTHEST
from procurement.models import Extension, Tender
from procurement.recipients import tell_invited


def propose_extension(tender_id: UUID, *, closes_at: datetime, reason: str, by: User, at: datetime | None = None) -> Tender:
    """Propose a later deadline, for a second person to set; it takes the place of a proposal that still waits."""
    with moving(Tender, tender_id, "propose_extension", by=by, at=at) as step:
        tender = step.record
        _require_later(step, closes_at)
        _require_unopened(step)
        tender.extensions.waiting().delete()
        extension = Extension.objects.create(
            tender=tender,
            replaced_closes_at=tender.closes_at or step.at,
            closes_at=closes_at,
            reason=reason.strip(),
            proposed_by=step.person,
            created_at=step.at,
        )
        step.facts |= {"from_deadline": tender.closes_at, "to_deadline": closes_at, "reason": reason}
        step.tell(tender.team(Role.APPROVER).exclude(pk=step.person.pk), "extension_proposed", about=extension)
    return tender


def extend_deadline(tender_id: UUID, *, by: User, at: datetime | None = None) -> Tender:
    """Set the later deadline that somebody else proposed, and tell every supplier that was invited, in the same transaction."""
    with moving(Tender, tender_id, "extend_deadline", by=by, at=at) as step:
        tender = step.record
        extension = _proposed(step)
        step.require(extension.proposed_by_id != step.person.pk, "A second person sets a later deadline, and you proposed this one. Ask a colleague.")
        _require_later(step, extension.closes_at)
        _require_unopened(step)
        extension.set_by, extension.set_at = step.person, step.at
        extension.save()
        step.facts |= {"from_deadline": tender.closes_at, "to_deadline": extension.closes_at, "reason": extension.reason}
        step.facts["proposed_by"] = str(extension.proposed_by)
        tender.closes_at = extension.closes_at
        invited = tender.invitations.select_related("supplier__organisation")
        tell_invited(step, invited, "deadline_extended", again=extension.pk, extension=extension)
        step.tell(tender.leads_and_openers(), "deadline_extended", about=extension, extension=extension)
    return tender


def _proposed(step: Step[Tender]) -> Extension:
    """The proposal that waits; Refused if there is none."""
    waiting: Extension | None = step.record.extensions.waiting().first()
    if waiting is None:
        raise Refused("No later deadline has been proposed. Propose one first.")
    return waiting


def _require_later(step: Step[Tender], closes_at: datetime) -> None:
    """Go on only if it moves the deadline later, to a moment ahead. Raises ValidationError."""
    deadline = step.record.closes_at
    if deadline is None or closes_at <= deadline:
        raise ValidationError({"closes_at": f"The deadline only moves later: choose a moment after {instant_text(deadline)}."})
    if not step.at < closes_at <= step.at + FURTHEST:
        raise ValidationError({"closes_at": "Choose a deadline in the future, within the next two years."})


def _require_unopened(step: Step[Tender]) -> None:
    step.require(step.record.bids_opened_at is None, "Bids have been opened, so the deadline stays where it was.")
