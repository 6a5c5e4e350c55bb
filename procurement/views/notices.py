"""The notice of a tender: what everybody who may see it reads."""

from datetime import datetime
from typing import Any

from commissioning import registry
from commissioning.models import User
from commissioning.pages import RecordPage
from procurement.models import Award, Tender
from procurement.notice import documents_of, lots_in_full


def context(tender: Tender, user: User, at: datetime) -> dict[str, Any]:
    """What the notice shows: the lots in full, the documents, the dates, and the viewer's own invitation if there is one."""
    return {
        "lots": lots_in_full(tender),
        "documents": list(documents_of(tender)),
        "dates": key_dates(tender),
        "extensions": list(tender.extensions.made()),
        "own_invitation": tender.invitations.to_suppliers_of(user).first(),
        **outcome_of(tender, user),
    }


def outcome_of(tender: Tender, user: Any) -> dict[str, Any]:
    """Once the award is confirmed: who won each lot, and what became of it; nothing before."""
    if tender.status != Tender.Status.AWARDED:
        return {"winners": {}, "sequels": []}
    confirmed = Award.objects.visible_to(user).confirmed().filter(lot__tender=tender).select_related("supplier__organisation")
    sequels = [found for provider in registry.sequels for found in provider(user, tender)]
    return {"winners": {award.lot_id: award for award in confirmed}, "sequels": sequels}


def key_dates(tender: Tender) -> list[dict[str, Any]]:
    """The tender's dates, in order."""
    return [
        {"title": "Invitation issued", "at": tender.issued_at},
        {"title": "Questions close", "at": tender.questions_close_at, "is_end": True},
        *([{"title": "Questions answered by", "at": tender.answers_due_at, "is_end": True}] if tender.answers_due_at else []),
        {"title": "Bids are due", "at": tender.closes_at, "is_end": True},
    ]


class Notice(RecordPage):
    """The notice as suppliers and the public read it, for the buyer's people to see before it goes out."""

    model = Tender
    template_name = "procurement/tenders/notice.html"
    related = ("buyer", "framework_list__framework", "area", "docket")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The tender and its notice, and nothing to do."""
        return {**super().get_context_data(**kwargs), **context(self.record, self.request.user, self.at), "trail": [], "acts": []}  # type: ignore[arg-type]
