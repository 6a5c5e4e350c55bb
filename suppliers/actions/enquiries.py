"""Questions about a round, and answers that everybody gets; who asked is kept apart and shown to nobody."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied

from commissioning.clarifying import give_answer, take_question
from commissioning.models import User
from commissioning.moves import Step, beginning, moving
from commissioning.wording import ending_text, instant_text
from suppliers.models import AdmissionRound, Enquiry, RoundClarification, Supplier
from suppliers.recipients import all_bid_managers


def enquire(round_id: UUID, *, supplier: UUID, question: str, by: User, at: datetime | None = None) -> Enquiry:
    """Ask the authority a supplier's first question about a round, before questions close. Do not name yourselves in it: everybody will read it."""
    round_ = AdmissionRound.objects.visible_to(by).get(pk=round_id)
    enquiry = Enquiry(round=round_, supplier=Supplier.objects.visible_to(by).get(pk=supplier))
    with beginning(enquiry, "enquire", by=by, within=round_, at=at) as step:
        if not by.has_perm("suppliers.enquire_further", enquiry):
            raise PermissionDenied("You may not do this.")
        enquiry.round = step.within_a(AdmissionRound)
        begun = Enquiry.objects.filter(round=round_, supplier=enquiry.supplier).exists()
        step.require(not begun, "Your first question about this round has been asked. Ask the next one beside it.")
        _ask(step, question)
    return enquiry


def enquire_further(enquiry_id: UUID, *, question: str, by: User, at: datetime | None = None) -> RoundClarification:
    """Ask another question about the round, before questions close. Do not name yourselves in it: everybody will read it."""
    with moving(Enquiry, enquiry_id, "enquire_further", by=by, at=at) as step:
        return _ask(step, question)


def _ask(step: Step[Enquiry], question: str) -> RoundClarification:
    enquiry, round_ = step.record, step.record.round
    step.require(round_.status == AdmissionRound.Status.OPEN, "This round takes no questions: it is not open for applications.")
    late = f"This came on {instant_text(step.at)}. Questions closed on {instant_text(round_.questions_end_at)}."
    step.require(round_.takes_questions(step.at), late)
    clarification = take_question(step, RoundClarification, about=round_, question=question, asker=enquiry.supplier.organisation)
    step.tell(round_.framework.curators(), "enquiry_made", about=clarification)
    return clarification


def answer_enquiry(clarification_id: UUID, *, answer: str, question: str = "", by: User, at: datetime | None = None) -> RoundClarification:
    """Answer a question about a round to everybody at the same moment, without saying who asked.

    Every supplier is told, whether it applies or not: a letter to those alone who asked or apply would tell who they are.
    Where the words of the question tell who asks, `question` puts it otherwise for everybody; what was asked is kept.
    """
    asked = RoundClarification.objects.visible_to(by).select_related("about__admissionround").get(pk=clarification_id)
    with moving(AdmissionRound, asked.round.pk, "answer_enquiry", by=by, at=at) as step:
        round_ = step.record
        step.require(step.at < round_.closes_at, f"The round closed {ending_text(round_.closes_at)}. An answer would come too late to be used.")
        clarification = give_answer(step, RoundClarification, clarification_id, answer=answer, question=question)
        step.tell(all_bid_managers(), "enquiry_answered", about=clarification)
    return clarification
