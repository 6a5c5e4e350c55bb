"""What an admission round asks of every applicant: set while it is a draft, and fixed once it is announced."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from commissioning.models import Question
from commissioning.models.people import Actor
from commissioning.moves import moving
from commissioning.questionnaires import QuestionEntry, entries_of, write_questions
from suppliers.models import AdmissionRound

FIXED = "What is asked does not change once the round is announced. Withdraw the round, and issue it anew with the questions put right."


def set_round_questions(round_id: UUID, *, questions: list[QuestionEntry], by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Set what everybody who applies must answer, while the round is a draft."""
    with moving(AdmissionRound, round_id, "set_round_questions", by=by, at=at) as step:
        step.require(step.record.status == AdmissionRound.Status.DRAFT, FIXED)
        step.facts["questions"] = len(write_questions(step.record.questionnaire, questions, step.at))
    return step.record


def copy_round_questions(round_id: UUID, *, source: UUID, by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Put the questions of another round of the same authority in place of those that a round in draft has."""
    with moving(AdmissionRound, round_id, "copy_round_questions", by=by, at=at) as step:
        step.require(step.record.status == AdmissionRound.Status.DRAFT, FIXED)
        earlier = rounds_to_copy(step.record).get(pk=source)
        made = write_questions(step.record.questionnaire, entries_of(earlier.questionnaire), step.at)
        step.facts |= {"questions": len(made), "copied_from": earlier.pk}
    return step.record


def rounds_to_copy(round_: AdmissionRound) -> QuerySet[AdmissionRound]:
    """The other rounds of the same authority that ask anything, the latest first."""
    asks = Exists(Question.objects.filter(questionnaire=OuterRef("questionnaire")))
    others = AdmissionRound.objects.filter(asks, framework__authority=round_.authority_id).exclude(pk=round_.pk)
    return others.select_related("questionnaire").order_by("-created_at")
