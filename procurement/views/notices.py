"""The notice of a tender: what everybody who may see it reads."""

from datetime import datetime
from typing import Any

from commissioning import registry
from commissioning.models import User
from commissioning.pages import RecordPage
from procurement.models import Award, AwardNotice, Invitation, Tender
from procurement.notice import documents_of, lots_in_full


def context(tender: Tender, user: User, at: datetime) -> dict[str, Any]:
    """What the notice shows: the lots in full, the documents, the dates, and the viewer's own invitation if there is one."""
    invitation = tender.invitations.to_suppliers_of(user).first()
    outcomes = outcomes_for(invitation, user)
    return {
        "lots": lots_in_full(tender),
        "documents": list(documents_of(tender)),
        "dates": key_dates(tender),
        "extensions": list(tender.extensions.made()),
        "own_invitation": invitation,
        "own_next": what_is_there(invitation, outcomes, at) if invitation else "",
        "outcomes": outcomes,
        **outcome_of(tender, user),
    }


def outcome_of(tender: Tender, user: Any) -> dict[str, Any]:
    """Once the award is confirmed: who won each lot, and what became of it; nothing before."""
    if tender.status != Tender.Status.AWARDED:
        return {"winners": {}, "sequels": []}
    confirmed = (
        Award.objects.visible_to(user)
        .confirmed()
        .filter(lot__tender=tender)
        .select_related("supplier__organisation")
        .prefetch_related("supplier__changes")
    )
    sequels = [found for provider in registry.sequels for found in provider(user, tender)]
    return {"winners": {award.lot_id: award for award in confirmed}, "sequels": sequels}


def outcomes_for(invitation: Invitation | None, user: Any) -> list[AwardNotice]:
    """What the invited supplier was told of the award, to be linked to."""
    return list(AwardNotice.objects.visible_to(user).filter(invitation=invitation)) if invitation else []


def what_is_there(invitation: Invitation, outcomes: list[AwardNotice], at: datetime) -> str:
    """What a supplier finds on its invitation at that moment."""
    tender = invitation.tender
    if tender.is_receiving(at):
        if tender.questions_close_at and at < tender.questions_close_at:
            return "say whether you mean to bid, ask questions, write your bids."
        return "say whether you mean to bid, write your bids. The time for questions is over."
    if outcomes or tender.status == Tender.Status.CANCELLED:
        return "your bids and their receipts."
    return "your bids and their receipts. The time for bids is over; you get a letter when the buyer has decided."


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
