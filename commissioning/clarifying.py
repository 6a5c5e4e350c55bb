"""How a question about a notice is taken and answered, whatever the notice is of: within the act that locks it."""

from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max

from commissioning.canon import digest
from commissioning.models import Clarification, ClarificationAsker, DocketedRecord, Organisation
from commissioning.moves import Step

C = TypeVar("C", bound=Clarification)
MOST_WAITING, LONGEST = 20, 5000


def take_question(step: Step[Any], model: type[C], *, about: DocketedRecord, question: str, asker: Organisation) -> C:
    """Keep a question about the notice, and apart from it who asked; the step is one on the asker's own trail.

    Refused if it is empty or too many of the asker's wait already; ValidationError if it is too long.
    """
    words = _fit(question)
    step.require(words, "Write your question.")
    asked: Any = model._default_manager.all()
    waiting = asked.of(about).unanswered().asked_by(asker.pk).count()
    step.require(waiting < MOST_WAITING, f"{waiting} of your questions wait for an answer, and no more can. Ask again once one is answered.")
    clarification: C = asked.create(about_id=about.docket_id, question=words, created_at=step.at)
    ClarificationAsker.objects.create(clarification=clarification, organisation=asker, person=step.person)
    step.facts["clarification"] = clarification.pk
    return clarification


def give_answer(step: Step[Any], model: type[C], clarification_id: UUID, *, answer: str, question: str) -> C:
    """Answer a question about the step's record, which is locked, so that no two answers get the same number.

    `question` is how everybody reads it, for its words may tell who asks; empty, it is as it was asked. ValidationError if it is too long.
    """
    known: Any = model._default_manager.all()
    asked = known.of(step.record)
    clarification: C = asked.get(pk=clarification_id)
    step.require(clarification.answered_at is None, "This question has been answered, and everybody has the answer.")
    step.require(answer.strip(), "Write the answer.")
    _put_otherwise(step, clarification, _fit(question))
    clarification.number = (asked.aggregate(last=Max("number"))["last"] or 0) + 1
    clarification.answer, clarification.answered_at, clarification.answered_by = answer.strip(), step.at, step.person
    clarification.save()
    step.facts |= {"clarification": clarification.pk, "number": clarification.number}
    return clarification


def _put_otherwise(step: Step[Any], clarification: Clarification, words: str) -> None:
    if words and words != clarification.question:
        clarification.as_asked, clarification.question = clarification.question, words
        step.facts["as_asked_hash"] = digest(clarification.as_asked)


def _fit(question: str) -> str:
    words = question.strip()
    if len(words) > LONGEST:
        raise ValidationError({"question": f"A question has at most {LONGEST:,} characters, and this one has {len(words):,}. Shorten it."})
    return words
