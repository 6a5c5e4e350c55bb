"""The deadline moves later, and never earlier: one person proposes it with a reason, a second sets it, everybody is told."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.models import Role, User
from commissioning.moves import Step, moving
from commissioning.refusals import Refused
from commissioning.wording import instant_text
from procurement.dates import FURTHEST, term_fault
from procurement.models import Extension, Tender
from procurement.recipients import tell_invited


def propose_extension(
    tender_id: UUID,
    *,
    closes_at: datetime,
    contract_starts_on: date | None = None,
    contract_ends_on: date | None = None,
    reason: str,
    by: User,
    at: datetime | None = None,
) -> Tender:
    """Propose a later deadline, for a second person to set; it takes the place of a proposal that still waits.

    The contract's days stay as they are unless others are named, which they must be where the contract would start before bids are due.
    """
    with moving(Tender, tender_id, "propose_extension", by=by, at=at) as step:
        tender = step.record
        _require_later(step, closes_at)
        _require_unopened(step)
        extension = _extension(step, closes_at)
        extension.contract_starts_on = contract_starts_on or extension.replaced_contract_starts_on
        extension.contract_ends_on = contract_ends_on or extension.replaced_contract_ends_on
        if faults := term_fault(closes_at, extension.contract_starts_on, extension.contract_ends_on):
            raise ValidationError(faults)
        extension.reason = reason.strip()
        tender.extensions.waiting().delete()
        extension.save()
        step.facts |= _facts(extension)
        step.tell(tender.team(Role.APPROVER).exclude(pk=step.person.pk), "extension_proposed", about=extension)
    return tender


def extend_deadline(tender_id: UUID, *, extension: UUID, by: User, at: datetime | None = None) -> Tender:
    """Set the later deadline that somebody else proposed, and tell every supplier that was invited, in the same transaction.

    `extension` is the proposal that was read.
    """
    with moving(Tender, tender_id, "extend_deadline", by=by, at=at) as step:
        tender = step.record
        waiting = _proposed(step, extension)
        step.require(waiting.proposed_by_id != step.person.pk, "A second person sets a later deadline, and you proposed this one. Ask a colleague.")
        _require_later(step, waiting.closes_at)
        _require_unopened(step)
        waiting.set_by, waiting.set_at = step.person, step.at
        waiting.save()
        step.facts |= {**_facts(waiting), "proposed_by": str(waiting.proposed_by)}
        tender.closes_at = waiting.closes_at
        tender.contract_starts_on, tender.contract_ends_on = waiting.contract_starts_on, waiting.contract_ends_on
        invited = tender.invitations.select_related("supplier__organisation")
        tell_invited(step, invited, "deadline_extended", again=waiting.pk, extension=waiting)
        step.tell(tender.leads_and_openers(), "deadline_extended", about=waiting, extension=waiting)
    return tender


def _extension(step: Step[Tender], closes_at: datetime) -> Extension:
    """A new extension from what stands to this deadline."""
    tender = step.record
    # Nothing is issued without them.
    assert tender.closes_at
    assert tender.contract_starts_on
    assert tender.contract_ends_on
    return Extension(
        tender=tender,
        replaced_closes_at=tender.closes_at,
        closes_at=closes_at,
        replaced_contract_starts_on=tender.contract_starts_on,
        replaced_contract_ends_on=tender.contract_ends_on,
        proposed_by=step.person,
        created_at=step.at,
    )


def _facts(extension: Extension) -> dict[str, Any]:
    """What the trail tells of it."""
    deadlines = {"from_deadline": extension.replaced_closes_at, "to_deadline": extension.closes_at, "reason": extension.reason}
    if not extension.moves_the_contract:
        return deadlines
    return {**deadlines, "contract_starts_on": extension.contract_starts_on, "contract_ends_on": extension.contract_ends_on}


def _proposed(step: Step[Tender], extension: UUID) -> Extension:
    """The proposal that waits, if it is the one that was read; else Refused."""
    waiting: Extension | None = step.record.extensions.waiting().first()
    if waiting is None:
        raise Refused("No later deadline has been proposed. Propose one first.")
    if waiting.pk != extension:
        raise Refused("Another deadline has been proposed since you read this. Open the page anew, and read what is proposed now.")
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
