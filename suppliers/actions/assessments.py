"""Assessing a round's applications: two people each, neither seeing what the other finds; then a moderator records what holds."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NotRequired, TypedDict, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q

from commissioning.canon import digest
from commissioning.models import Question
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from commissioning.texts import require_text
from commissioning.wording import ending_text, in_one_sentence
from suppliers.assessing import MOST, left_to_people
from suppliers.assessment_state import questions_of, received, sheet_of
from suppliers.models import AdmissionRound, Application, Assessment, Assessor, Judgement, Moderation
from suppliers.models.assessments import ASSESSORS_EACH, Finding

F = TypeVar("F", bound=Finding)


class FindingEntry(TypedDict):
    """What is found of one answer, with the reason: `score` (0 to 5) for a scored question, `passes` for one that a person decides."""

    question: UUID
    score: NotRequired[int | None]
    passes: NotRequired[bool | None]
    reason: str


def save_assessment(round_id: UUID, *, application: UUID, findings: list[FindingEntry], by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Keep what you find of an application's answers; you can change it until you lock, and nobody else sees it before both assessors have locked.

    Two people assess each application: whoever saves first takes one of the two seats.
    """
    with moving(AdmissionRound, round_id, "save_assessment", by=by, at=at) as step:
        assessed = _to_judge(step, application)
        assessment = _seat(step, assessed)
        step.require(assessment.locked_at is None, "You have locked your assessment of this application. It does not change any more.")
        made = _findings(assessed, findings, lambda words: Judgement(assessment=assessment, created_at=step.at, **words))
        _keep(Judgement, made, "assessment")
        step.facts |= {"application": application, "answers": len(made), "sha256": digest([one.content() for one in made])}
    return step.record


def lock_assessment(round_id: UUID, *, application: UUID, by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Finish your assessment of an application, which then does not change; refused while an answer is not judged.

    Once both assessors have locked, each sees what the other found, and a moderator records what holds.
    """
    with moving(AdmissionRound, round_id, "lock_assessment", by=by, at=at) as step:
        assessed = _to_judge(step, application)
        assessment = assessed.assessments.filter(assessor__person=step.person, assessor__ended_at=None).first()
        if assessment is None:
            raise ValidationError("You have not assessed this application yet. Save what you find first.")
        step.require(assessment.locked_at is None, "You have locked your assessment of this application already.")
        judged = set(assessment.judgements.values_list("question", flat=True))
        missing = [f"You have not judged the answer to question {question.number}." for question in _asked(assessed) if question.pk not in judged]
        step.require(not missing, in_one_sentence(missing))
        assessment.locked_at = step.at
        assessment.save()
        step.facts |= {"application": application, "sha256": digest([one.content() for one in assessment.judgements.all()])}
    return step.record


def moderate_application(round_id: UUID, *, application: UUID, findings: list[FindingEntry], by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Record what holds of an application's answers, once two assessors have locked, with the reasons that the applicant is given. Never an average.

    What two assessors found stays as it was. It can be recorded anew until decisions are sent; decisions drafted on it are then drafted anew.
    """
    with moving(AdmissionRound, round_id, "moderate_application", by=by, at=at) as step:
        assessed = _to_judge(step, application)
        locked = Assessment.objects.locked().filter(application=assessed)
        finished = locked.count() >= ASSESSORS_EACH
        step.require(finished, "Two assessors have not both locked their assessments of this application yet. Moderate once they have.")
        own = locked.filter(assessor__person=step.person).exists()
        step.require(not own, "You assessed this application yourself. Somebody else moderates it.")
        made = _findings(assessed, findings, lambda words: Moderation(application=assessed, moderator=step.person, created_at=step.at, **words))
        _keep(Moderation, made, "application")
        step.facts |= {"application": application, "answers": len(made), "sha256": digest([one.content() for one in made])}
    return step.record


def _to_judge(step: Step[AdmissionRound], application_id: UUID) -> Application:
    """The application, if it can be judged now and by this person. Raises DoesNotExist for one that is not of the round."""
    round_ = step.record
    step.require(step.at >= round_.closes_at, f"Applications can still change: the round closes {ending_text(round_.closes_at)}.")
    Application.objects.counting().get(pk=application_id, round=round_)
    found = received(application_id)
    require_no_conflict(step, found)
    step.require(_asked(found), "The rule of the notice says all about this application. There is nothing for people to judge.")
    return found


def require_no_conflict(step: Step[AdmissionRound], application: Application) -> None:
    """Whoever acts for the applicant, or declared a conflict with it, neither judges its application nor decides on it."""
    is_party = application.parties() & step.person.organisations
    step.require(not is_party, "You act for this applicant. Somebody else must decide.")
    has_conflict = application.conflicts.filter(person=step.person).exists()
    step.require(not has_conflict, "You declared a conflict with this applicant. Somebody else must decide.")


def _asked(application: Application) -> list[Question]:
    """What people judge of it."""
    return [judged.question for judged in left_to_people(sheet_of(application, questions_of(application.round)))]


def _seat(step: Step[AdmissionRound], application: Application) -> Assessment:
    """The person's assessment of it, begun now if one of the seats is free."""
    assessor = Assessor.objects.named().get(round=step.record, person=step.person)
    own = application.assessments.filter(assessor=assessor).first()
    if own is not None:
        return own
    others = list(Assessment.objects.standing().filter(application=application).select_related("assessor__person"))
    mine = any(each.assessor.person_id == step.person.pk for each in others)
    step.require(not mine, "You assessed this application before you were named anew. What you locked then counts.")
    names = " and ".join(str(each.assessor.person) for each in others)
    step.require(len(others) < ASSESSORS_EACH, f"{names} assess this application. Assess another one.")
    assessment = Assessment(application=application, assessor=assessor, created_at=step.at)
    assessment.save()
    return assessment


def _findings(application: Application, entries: Sequence[FindingEntry], make: Callable[[dict[str, Any]], F]) -> list[F]:
    """What is to be kept. Raises ValidationError with a sentence for the first that does not fit."""
    asked = {question.pk: question for question in _asked(application)}
    if not entries:
        raise ValidationError({"findings": "Say what you find of at least one answer."})
    if len({entry["question"] for entry in entries}) < len(entries):
        raise ValidationError({"findings": "Judge each answer once."})
    if any(entry["question"] not in asked for entry in entries):
        raise ValidationError({"findings": "One of these is not for people to judge in this application. Leave it out."})
    return [make(_fitting(asked[entry["question"]], entry)) for entry in entries]


def _fitting(question: Question, entry: FindingEntry) -> dict[str, Any]:
    score, passes = entry.get("score"), entry.get("passes")
    is_scored = question.judging == Question.Judging.SCORED
    about = f"Question {question.number}"
    if is_scored and (score is None or passes is not None or not 0 <= score <= MOST):
        raise ValidationError({"findings": f"{about}: give a whole number from 0 to {MOST}."})
    if not is_scored and (passes is None or score is not None):
        raise ValidationError({"findings": f"{about}: say whether the answer passes."})
    reason = require_text("findings", entry["reason"], "Give the reason.", about=about)
    return {"question": question, "score": score, "passes": passes, "reason": reason}


def _keep(model: type[F], made: Sequence[F], owner: str) -> None:
    """Put these in place of what the same owner had for the same questions."""
    for one in made:
        one.check_fields()
    same = Q(question__in=[one.question_id for one in made], **{owner: getattr(made[0], owner)})
    model.objects.filter(same).delete()
    model.objects.bulk_create(made)
