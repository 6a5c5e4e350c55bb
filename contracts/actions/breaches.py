"""A contractor's breach: reported by the commissioner, replied to by the supplier, decided by the authority, or withdrawn."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.canon import digest
from commissioning.models.people import Actor
from commissioning.moves import Step, beginning, moving
from commissioning.refusals import Refused
from commissioning.windows import window_ends_at
from commissioning.wording import ending_text, instant_text
from contracts.breach_grounds import GROUNDS
from contracts.models import BreachReport, Contract
from contracts.models.breaches import REPLY_FILE, REPORT_FILE, BreachOutcome
from suppliers.actions.listings import end_listing, suspend_at_least
from suppliers.models import Listing

BOUND = (Contract.Status.OFFERED, Contract.Status.SIGNED, Contract.Status.TERMINATED)


def draft_breach_report(contract_id: UUID, *, ground: str, account: str, by: Actor, at: datetime | None = None) -> BreachReport:
    """Begin a report that the supplier broke this contract, as a draft that only the commissioner's own people see.

    `ground` is the code of one of the service's grounds. A draft is no report: nobody is told before it is reported.
    """
    contract = Contract.objects.get(pk=contract_id)
    report = BreachReport(contract=contract)
    with beginning(report, "draft_breach_report", by=by, at=at, within=contract) as step:
        report.contract = contract = step.within_a(Contract)
        step.require(contract.status in BOUND, "This contract has not been offered to the supplier yet, so nothing of it can have been broken.")
        begun = contract.breach_reports.filter(status=BreachReport.Status.DRAFT).exists()
        step.require(not begun, "A report on this contract has been begun. Go on with that one.")
        _write(step, ground, account)
        step.facts["contract"] = contract.pk
    return report


def write_breach_report(report_id: UUID, *, ground: str, account: str, by: Actor, at: datetime | None = None) -> BreachReport:
    """Write a draft's ground and account anew."""
    with moving(BreachReport, report_id, "write_breach_report", by=by, at=at) as step:
        _write(step, ground, account)
    return step.record


def _write(step: Step[BreachReport], ground: str, account: str) -> None:
    if ground not in GROUNDS:
        raise ValidationError({"ground": f"There is no ground “{ground}”. The grounds are: {', '.join(GROUNDS)}."})
    if not account.strip():
        raise ValidationError({"account": "Say what happened, and when."})
    step.record.ground, step.record.account = ground, account
    step.facts |= {"ground": ground, "content_hash": digest(account)}


def report_breach(report_id: UUID, *, by: Actor, at: datetime | None = None) -> BreachReport:
    """Send a draft to the authority and to the supplier, which may reply within a window whose end is stored now."""
    with moving(BreachReport, report_id, "report_breach", by=by, at=at) as step:
        report = step.record
        report.listing = _listing_of(step)
        report.reported_at, report.reported_by = step.at, step.person
        report.reply_ends_at = window_ends_at(report.framework.counts_by("breach_reply"), step.at)
        files = [document.stamp() for document in report.files(REPORT_FILE)]
        step.facts |= {"ground": report.ground, "content_hash": digest(report.account), "files": files, "reply_ends_at": report.reply_ends_at}
        step.tell(report.reported(), "breach_reported")
        step.tell(report.framework.curators(), "breach_to_look_into")
    return report


def _listing_of(step: Step[BreachReport]) -> Listing:
    """The place on the list that the contract came of. Raises Refused if the supplier has it no more."""
    report, tender = step.record, step.record.contract.award.lot.tender
    standing = Listing.objects.on(tender.framework_list, tender.area).unended(step.at).filter(supplier=report.supplier)
    listing: Listing | None = standing.first()
    if listing is None:
        raise Refused(f"{report.supplier} is not on the list for this area any more, so the authority cannot act on a report.")
    return listing


def reply_to_breach_report(report_id: UUID, *, reply: str, by: Actor, at: datetime | None = None) -> BreachReport:
    """Answer a report as the supplier, once and before the time for it is over.

    A late reply is refused with the moment at which it came and the moment at which it was due, and both stand on the trail.
    """
    with moving(BreachReport, report_id, "reply_to_breach_report", by=by, at=at) as step:
        report = step.record
        require_in_time(step)
        if not reply.strip():
            raise ValidationError({"reply": "Enter your reply."})
        report.reply, report.replied_at = reply, step.at
        files = [document.stamp() for document in report.files(REPLY_FILE)]
        step.facts |= {"content_hash": digest(reply), "files": files, "reply_ends_at": report.reply_ends_at}
        step.tell([*report.framework.curators(), *report.reporters()], "breach_replied")
    return report


def require_in_time(step: Step[BreachReport]) -> None:
    """Refuse what comes after the end of the time for a reply."""
    ends_at = step.record.reply_ends_at
    due = f"It was due before {instant_text(ends_at)}: the time for it ended {ending_text(ends_at)}."
    step.require(step.record.awaits_reply(step.at), f"This reply came at {instant_text(step.at)}. {due}")


def withdraw_breach_report(report_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> BreachReport:
    """Take a report back as the commissioner, before it is decided; nothing follows from it."""
    with moving(BreachReport, report_id, "withdraw_breach_report", by=by, at=at) as step:
        report = step.record
        if not reason.strip():
            raise ValidationError({"reason": "Say why: the supplier and the authority will read it."})
        report.withdrawn_at, report.withdrawal_reason = step.at, reason
        step.facts["reason"] = reason
        step.tell([*report.reported(), *report.framework.curators()], "breach_withdrawn")
    return report


def decide_breach_report(
    report_id: UUID, *, outcome: BreachOutcome, reasons: str, suspended_until: datetime | None = None, by: Actor, at: datetime | None = None
) -> BreachReport:
    """Decide on a report once the reply is there, or the time for it is over; as somebody who acts for neither side.

    A suspension (until a moment) or a removal is carried out in the same transaction, with all that follows from it.
    """
    with moving(BreachReport, report_id, "decide_breach_report", by=by, at=at) as step:
        report = step.record
        waits = f"The supplier can reply until {ending_text(report.reply_ends_at)}. Wait for the reply, or for that end."
        step.require(report.can_be_decided(step.at), waits)
        _check_decision(step, outcome, reasons, suspended_until)
        report.outcome, report.reasons, report.suspended_until = outcome, reasons, suspended_until
        report.decided_at, report.decided_by = step.at, step.person
        step.facts |= {"outcome": outcome, "reasons": reasons, "suspended_until": suspended_until}
        step.tell([*report.reported(), *report.reporters(), *report.framework.curators()], "breach_decided")
        if outcome == BreachOutcome.SUSPENSION:
            step.then(suspend_at_least, report.listing_id, ends_at=suspended_until, reason=reasons)
        elif outcome == BreachOutcome.REMOVAL:
            step.then(end_listing, report.listing_id, reason=reasons)
    return report


def _check_decision(step: Step[BreachReport], outcome: BreachOutcome, reasons: str, until: datetime | None) -> None:
    if not reasons.strip():
        raise ValidationError({"reasons": "Give the reasons: the supplier and the commissioner will read them."})
    if outcome != BreachOutcome.SUSPENSION and until is not None:
        raise ValidationError({"suspended_until": "Only a suspension has an end. Leave it empty, or choose a suspension."})
    if outcome == BreachOutcome.SUSPENSION and (until is None or until <= step.at):
        raise ValidationError({"suspended_until": "Say until when the supplier is suspended: a moment to come."})
