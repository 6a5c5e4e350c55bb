"""Questions about a tender, and answers that everybody gets; who asked is kept apart and shown to nobody."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max

from commissioning.models import ClarificationAsker, User
from commissioning.moves import Step, moving
from commissioning.wording import instant_text
from procurement.actions.invitations import require_open
from procurement.models import Invitation, Tender, TenderClarification
from procurement.recipients import tell_bidders

MOST_WAITING, LONGEST = 20, 5000


def ask_clarification(invitation_id: UUID, *, question: str, by: User, at: datetime | None = None) -> TenderClarification:
    """Ask the buyer about the tender before questions close. Do not name yourselves in it: every invited supplier will read it."""
    with moving(Invitation, invitation_id, "ask_clarification", by=by, at=at) as step:
        invitation, tender = step.record, step.record.tender
        require_open(step, tender)
        step.require(
            tender.questions_close_at is not None and step.at < tender.questions_close_at,
            f"This came on {instant_text(step.at)}. Questions closed on {instant_text(tender.questions_close_at)}.",
        )
        step.require(question.strip(), "Write your question.")
        _require_room(step, question.strip())
        clarification = TenderClarification.objects.create(about_id=tender.docket_id, question=question.strip(), created_at=step.at)
        ClarificationAsker.objects.create(clarification=clarification, organisation=invitation.supplier.organisation, person=step.person)
        step.facts["clarification"] = clarification.pk
        step.tell(tender.leads(), "clarification_asked", about=clarification)
    return clarification


def _require_room(step: Step[Invitation], question: str) -> None:
    """Go on only if the question is not too long (ValidationError), and not too many of the supplier's wait already."""
    if len(question) > LONGEST:
        raise ValidationError({"question": f"A question has at most {LONGEST:,} characters, and this one has {len(question):,}. Shorten it."})
    invitation = step.record
    waiting = TenderClarification.objects.of(invitation.tender).unanswered().asked_by(invitation.supplier.organisation_id).count()
    step.require(waiting < MOST_WAITING, f"{waiting} of your questions wait for an answer, and no more can. Ask again once one is answered.")


def _next_number(tender: Tender) -> int:
    """The next number of the tender's answers; the tender is locked, so no two get the same."""
    last = TenderClarification.objects.of(tender).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def answer_clarification(clarification_id: UUID, *, answer: str, by: User, at: datetime | None = None) -> TenderClarification:
    """Answer a question to every supplier that was invited, at the same moment, without saying who asked."""
    asked = TenderClarification.objects.visible_to(by).select_related("about__tender").get(pk=clarification_id)
    with moving(Tender, asked.tender.pk, "answer_clarification", by=by, at=at) as step:
        tender = step.record
        require_open(step, tender)
        clarification = TenderClarification.objects.of(tender).get(pk=clarification_id)
        step.require(clarification.answered_at is None, "This question has been answered, and everybody has the answer.")
        step.require(answer.strip(), "Write the answer.")
        clarification.number = _next_number(tender)
        clarification.answer, clarification.answered_at, clarification.answered_by = answer.strip(), step.at, step.person
        clarification.save()
        step.facts |= {"clarification": clarification.pk, "number": clarification.number}
        invited = tender.invitations.select_related("supplier__organisation")
        tell_bidders(step, dict.fromkeys(invited, clarification), "clarification_answered")
    return clarification
