"""What each report of a breach waits for: whose step it is, what it is, and by when."""

from datetime import datetime

from contracts.models import BreachReport
from suppliers.waiting import CURATORS, Waiting

COMMISSIONER, SUPPLIER = "The commissioner", "The supplier"


def waits_for(report: BreachReport, at: datetime) -> Waiting | None:
    """The step that a report waits for at that moment; None if it waits for nothing."""
    if report.status == BreachReport.Status.DRAFT:
        return Waiting(COMMISSIONER, "Your report of a breach is a draft: report it.")
    if report.awaits_reply(at):
        return Waiting(SUPPLIER, "A breach is reported: reply to it.", report.reply_ends_at)
    return Waiting(CURATORS, "Decide the report of a breach.") if report.can_be_decided(at) else None
