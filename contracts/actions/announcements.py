"""Tell people what falls due in a contract's life, each thing once."""

from datetime import datetime
from uuid import UUID

from commissioning.announcing import claim
from commissioning.clock import in_london
from commissioning.models.people import Actor
from commissioning.moves import moving
from contracts.models import BreachReport, Contract

REPLY_OVER = "breach_reply_over"


def announce_due_of_contract(contract_id: UUID, *, what: str, by: Actor, at: datetime | None = None) -> Contract:
    """Tell both parties, once, that the contract ends soon: `what` is `ends_in:180`, `ends_in:90` or `ends_in:30` (days)."""
    with moving(Contract, contract_id, "announce_due_of_contract", by=by, at=at) as step:
        claim(step, what)
        contract = step.record
        days = contract.notice_due(in_london(step.at).date())
        step.require(days is not None and what == ends_in(days), "This notice of the contract's end is not due.")
        step.tell([*contract.managers(), *contract.signatories_of_the_supplier()], "contract_ends_soon", again=what)
    return contract


def ends_in(days: int) -> str:
    """What the notice of so many days before the end is called."""
    return f"ends_in:{days}"


def announce_due_of_breach_report(report_id: UUID, *, what: str, by: Actor, at: datetime | None = None) -> BreachReport:
    """Tell all three, once, that the time to reply to a report is over without a reply: `what` is `breach_reply_over`."""
    with moving(BreachReport, report_id, "announce_due_of_breach_report", by=by, at=at) as step:
        claim(step, what)
        report = step.record
        over = what == REPLY_OVER and BreachReport.objects.unanswered(step.at).filter(pk=report_id).exists()
        step.require(over, "The report can still be replied to, has been, or waits for nothing any more.")
        step.tell([*report.framework.curators(), *report.reported(), *report.reporters()], "breach_reply_over")
    return report
