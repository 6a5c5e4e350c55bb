"""A tender's own page, at one address for ever: its middle changes with the phase that the tender is in.

To add what a phase shows: put its acts into ACTS, and its template with a function of its context into PHASES.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from commissioning.models import User
from commissioning.pages import Act, RecordPage
from procurement.models import Tender
from procurement.views import advice, awards, drafting, evaluations, issued, notices, openers, openings
from procurement.views.buyers import EVERYDAY

S = Tender.Status


@dataclass(frozen=True)
class Phase:
    """What the page shows while a tender is in one phase: the template, and what it is given."""

    template: str
    context: Callable[[Tender, User, datetime], dict[str, Any]]


# Every act on a tender that its page offers, in the order of the buttons.
ACTS: tuple[Act, ...] = (*drafting.ACTS, *issued.ACTS, *openers.ACTS, advice.ASK, *openings.ACTS, *evaluations.ACTS, *awards.ACTS, drafting.CANCEL)

DRAFTING = Phase("procurement/tenders/draft.html", drafting.context)
APPROVAL = Phase("procurement/tenders/approval.html", drafting.approval_context)
ISSUED = Phase("procurement/tenders/issued.html", issued.context)
EVALUATION = Phase("procurement/evaluations/phase.html", evaluations.panel_context)
AWARD = Phase("procurement/awards/phase.html", awards.award_context)
NOTICE = Phase("procurement/tenders/notice.html", notices.context)
# A status that is not named shows the notice.
PHASES: dict[str, Phase] = {
    S.DRAFT: DRAFTING,
    S.PROPOSED: APPROVAL,
    S.APPROVED: APPROVAL,
    S.ISSUED: ISSUED,
    S.OPENED: EVALUATION,
    S.EVALUATED: AWARD,
    S.STANDSTILL: AWARD,
    S.AWARDED: AWARD,
}


class TenderWorkspace(RecordPage):
    """The tender as its buyer's people work on it, and as everybody else may read it."""

    model = Tender
    acts = (*ACTS, *evaluations.SHEETS)
    left_out = EVERYDAY
    related = ("buyer", "framework_list__framework", "framework_version__standstill_rule", "area", "proposed_by", "approved_by", "docket")

    @cached_property
    def phase(self) -> Phase:
        """What to show: to those who are not the buyer's people, the notice."""
        if self.record.buyer_id not in getattr(self.request.user, "organisations", ()):
            return NOTICE
        return PHASES.get(self.record.status, NOTICE)

    def get_template_names(self) -> list[str]:
        """The phase's template."""
        return [self.phase.template]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The tender, what the viewer can do now, and what its phase shows."""
        about = advice.context(self.record, self.request.user) if self.request.user.is_authenticated else {}
        return {**super().get_context_data(**kwargs), **about, **self.phase.context(self.record, self.request.user, self.at)}  # type: ignore[arg-type]
