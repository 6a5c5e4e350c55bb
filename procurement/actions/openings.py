"""Opening the bids: after the deadline, by two people at once, all of them together."""

from datetime import datetime
from typing import Any
from uuid import UUID

from commissioning.canon import plain
from commissioning.models import Role
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from commissioning.wording import ending_text, plural
from procurement.models import Opening, OpeningConfirmation, Submission, Tender
from procurement.models.openings import OPENERS_NEEDED


def confirm_opening(tender_id: UUID, *, by: Actor, at: datetime | None = None) -> Tender:
    """Say that the bids be opened now. The second opener who says so within 30 minutes opens them all (Dir. 2004/18/EC Annex X (f), (g))."""
    with moving(Tender, tender_id, "confirm_opening", by=by, at=at) as step:
        tender = step.record
        step.require(tender.is_closed_unopened(step.at), f"Bids stay sealed until the deadline, {ending_text(tender.closes_at)}.")
        valid = list(OpeningConfirmation.objects.counting(tender, step.at))
        own = [confirmation for confirmation in valid if confirmation.opener_id == step.person.pk]
        step.require(not own, "You have confirmed already. Bids are opened when another opener confirms too, before your confirmation lapses.")
        confirmation = OpeningConfirmation.objects.create(tender=tender, opener=step.person, confirmed_at=step.at, created_at=step.at)
        step.facts |= {"lapses_at": confirmation.lapses_at, "with": [other.opener.name for other in valid]}
        if len(valid) + 1 >= OPENERS_NEEDED:
            step.then(open_bids, tender.pk)
        else:
            step.tell(tender.opening_team().exclude(pk=step.person.pk), "opening_confirmed", about=confirmation, tender=tender)
    tender.refresh_from_db()
    return tender


def open_bids(tender_id: UUID, *, by: Actor, at: datetime | None = None) -> Tender:
    """Open every bid at once, never before the deadline, and record each with its hash. Superseded and withdrawn versions are never opened."""
    with moving(Tender, tender_id, "open_bids", by=by, at=at) as step:
        tender = step.record
        step.require(tender.is_closed_unopened(step.at), f"Bids stay sealed until the deadline, {ending_text(tender.closes_at)}.")
        confirmed = list(OpeningConfirmation.objects.counting(tender, step.at))
        openers = {confirmation.opener_id for confirmation in confirmed}
        step.require(len(openers) >= OPENERS_NEEDED, "Two openers must confirm within 30 minutes of each other.")
        bids = Submission.objects.counting().filter(bid__invitation__tender=tender)
        record = plain([_recorded(submission) for submission in _in_order(bids)])
        bids.update(opened_at=step.at)
        tender.bids_opened_at = step.at
        who = plain([{"name": confirmation.opener.name, "confirmed_at": confirmation.confirmed_at} for confirmation in confirmed])
        opening = Opening.objects.create(tender=tender, opened_at=step.at, openers=who, bids=record, created_at=step.at)
        step.facts |= {"bids": len(record), "openers": [one["name"] for one in who], "record": record}
        step.tell(tender.team(Role.PROCUREMENT_LEAD, Role.PANEL_CHAIR, Role.EVALUATOR), "bids_opened", about=opening, tender=tender)
    return tender


def _in_order(bids: Any) -> Any:
    related = ("bid__lot", "bid__invitation__supplier__organisation", "bid__invitation__docket")
    return bids.select_related(*related).order_by("bid__lot__number", "bid__invitation__supplier__organisation__name", "pk")


def _recorded(submission: Submission) -> dict[str, Any]:
    """What the opening record says of a bid: no price, for prices stay unseen while quality is judged."""
    invitation = submission.bid.invitation
    return {
        "lot": submission.bid.lot.number,
        "supplier": str(invitation.supplier.organisation),
        "submission": submission.pk,
        "version": submission.version,
        "content_hash": submission.content_hash,
        "received_at": submission.received_at,
        "docket_number": invitation.docket.head_number,
        "docket_hash": invitation.docket.head_hash,
    }


def tell_opening_overdue(step: Step[Tender]) -> None:
    """Tell the openers and the lead that the deadline has passed and the bids are sealed still."""
    step.require(step.record.is_closed_unopened(step.at), "The bids are not waiting to be opened.")
    step.facts["waiting"] = plural((step.at - step.record.closes_at).days, "day") if step.record.closes_at else ""
    step.tell(step.record.leads_and_openers(), "opening_overdue")
