"""A buyer asks the authority's central support advisers about a tender, they comment, and the buyer ends it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from commissioning.models import Role, User
from commissioning.models.people import Actor
from commissioning.moves import beginning, moving
from procurement.models import Advice, AdviceComment, Tender

S = Tender.Status
OVER = (S.AWARDED, S.CANCELLED)


def ask_for_advice(tender_id: UUID, *, question: str, by: User, at: datetime | None = None) -> Advice:
    """Ask the authority's central support advisers about a tender: until it ends, they read the tender, and never a bid."""
    tender = Tender.objects.visible_to(by).select_related("framework_list__framework").get(pk=tender_id)
    record = Advice(tender=tender, authority=tender.framework.authority, question=question.strip(), asked_by=by)
    with beginning(record, "ask_for_advice", by=by, at=at, within=tender) as step:
        now = step.within_a(Tender)
        step.require(now.status not in OVER, f"Advice is asked for while it can help; this tender is {now.get_status_display().lower()}.")
        step.require(not now.advice.open().exists(), "The advisers are asked about this tender already. Their page has what they say.")
        step.require(_advisers(record).exists(), f"{record.authority} has no central support adviser now. Ask its curators.")
        step.facts["question"] = record.question
        step.tell(_advisers(record), "advice_asked")
    return record


def comment_on_tender(advice_id: UUID, *, text: str, by: User, at: datetime | None = None) -> Advice:
    """Say something of the tender that one was asked about; the buyer's leads and approvers are told."""
    with moving(Advice, advice_id, "comment_on_tender", by=by, at=at) as step:
        advice = step.record
        step.require(advice.ended_at is None, "The buyer has ended the advice. Nothing more can be said here.")
        comment = AdviceComment.objects.create(advice=advice, text=text.strip(), said_by=step.person, created_at=step.at)
        step.facts["comment"] = comment.text
        step.tell(advice.tender.team(Role.PROCUREMENT_LEAD, Role.APPROVER), "advice_given", about=comment)
    return advice


def end_advice(advice_id: UUID, *, by: Actor, at: datetime | None = None) -> Advice:
    """Take the request back: from then on the advisers read no more of the tender than everybody may."""
    with moving(Advice, advice_id, "end_advice", by=by, at=at) as step:
        step.require(step.record.ended_at is None, "It has ended already.")
        step.record.ended_at = step.at
        step.tell(_advisers(step.record), "advice_ended")
    return step.record


def _advisers(advice: Advice) -> Any:
    return advice.authority.people(Role.CENTRAL_SUPPORT_ADVISER)
