"""Questions about a tender, and answers that everybody gets; who asked is kept apart and shown to nobody."""

from datetime import datetime
from uuid import UUID

from commissioning.clarifying import give_answer, take_question
from commissioning.models import User
from commissioning.moves import moving
from commissioning.wording import instant_text
from procurement.actions.invitations import require_open
from procurement.models import Invitation, Tender, TenderClarification
from procurement.recipients import tell_bidders


def ask_clarification(invitation_id: UUID, *, question: str, by: User, at: datetime | None = None) -> TenderClarification:
    """Ask the buyer about the tender before questions close. Do not name yourselves in it: every invited supplier will read it."""
    with moving(Invitation, invitation_id, "ask_clarification", by=by, at=at) as step:
        invitation, tender = step.record, step.record.tender
        require_open(step, tender)
        step.require(
            tender.questions_close_at is not None and step.at < tender.questions_close_at,
            f"This came on {instant_text(step.at)}. Questions closed on {instant_text(tender.questions_close_at)}.",
        )
        clarification = take_question(step, TenderClarification, about=tender, question=question, asker=invitation.supplier.organisation)
        step.tell(tender.leads(), "clarification_asked", about=clarification)
    return clarification


def answer_clarification(clarification_id: UUID, *, answer: str, question: str = "", by: User, at: datetime | None = None) -> TenderClarification:
    """Answer a question to every supplier that was invited, at the same moment, without saying who asked.

    Where the words of the question tell who asks, `question` puts it otherwise for everybody; what was asked is kept.
    """
    asked = TenderClarification.objects.visible_to(by).select_related("about__tender").get(pk=clarification_id)
    with moving(Tender, asked.tender.pk, "answer_clarification", by=by, at=at) as step:
        require_open(step, step.record)
        clarification = give_answer(step, TenderClarification, clarification_id, answer=answer, question=question)
        invited = step.record.invitations.select_related("supplier__organisation")
        tell_bidders(step, dict.fromkeys(invited, clarification), "clarification_answered")
    return clarification
