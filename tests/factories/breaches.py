"""A report of a breach in each of its states, brought there by the acts.

Of the contract between Hillingdon PCT and BUPA; reported on Monday 1 June 2026 at noon, open for a reply until midnight at the end of
Monday 15 June, replied to on Tuesday 2 June.
"""

from datetime import datetime

from commissioning import clock
from contracts.actions.breaches import draft_breach_report, reply_to_breach_report, report_breach
from contracts.models import BreachReport, Contract
from tests.factories import admissions
from tests.factories.contracts import signed_contract
from tests.factories.kept import kept
from tests.factories.tenders import bidder, who

REPORTED_AT = clock.london(2026, 6, 1, 12)
REPLY_ENDS_AT = clock.london(2026, 6, 16)
REPLIED_AT = clock.london(2026, 6, 2, 12)
WHAT = "The report for April came three weeks late."
REPLY = "It came the day after the data did."


@kept
def drafted_breach_report(contract: Contract | None = None, *, at: datetime = REPORTED_AT) -> BreachReport:
    """A draft that only the trust's people see."""
    admissions.curator()
    contract = contract or signed_contract()
    return draft_breach_report(contract.pk, ground="late", account=WHAT, by=who("contracts"), at=at)


@kept
def reported_breach(contract: Contract | None = None, *, at: datetime = REPORTED_AT) -> BreachReport:
    """A report that waits for the supplier's reply."""
    return report_breach(drafted_breach_report(contract, at=at).pk, by=who("contracts"), at=at)


@kept
def replied_breach(contract: Contract | None = None, *, at: datetime = REPORTED_AT, replied_at: datetime = REPLIED_AT) -> BreachReport:
    """A report that the supplier has replied to, and that waits for a decision."""
    return reply_to_breach_report(reported_breach(contract, at=at).pk, reply=REPLY, by=bidder("bupa"), at=replied_at)
