"""The assessment of a round as a table: a row for each finding at every stage, and each application's score."""

from collections.abc import Iterator
from typing import Any

from suppliers.assessing import MOST, Outcome
from suppliers.assessment_state import applicants, assessed_of, with_received
from suppliers.models import AdmissionRound, Application, Judgement

HEADINGS = ("Applicant", "Stage", "Question", "Weight", "Who", "Score", "Out of", "Passes", "Reason")


def rows(round_: AdmissionRound, user: Any) -> Iterator[list[Any]]:
    """What this person may read of it: what each assessor found, what was found in the end and by whom, and the score out of 100."""
    readable = applicants(round_, user).filter(pk__in=Application.objects.visible_to(user).values("pk"))
    applications = list(with_received(readable.order_by("supplier__organisation__name", "pk")))
    found: dict[Any, list[Judgement]] = {}
    individual = Judgement.objects.visible_to(user).filter(assessment__application__in=[one.pk for one in applications])
    individual = individual.select_related("question", "assessment__assessor__person")
    for one in individual.order_by("assessment__assessor__person__name", "question__number"):
        found.setdefault(one.assessment.application_id, []).append(one)
    results = assessed_of(round_, applications)
    for application in applications:
        name, result = str(application.supplier), results[application.pk]
        for one in found.get(application.pk, ()):
            yield [name, "Assessor", *_of(one.question, str(one.assessment.assessor.person), one)]
        for outcome in result.outcomes:
            yield [name, *_outcome(outcome)]
        yield [name, "Score of the application", "", None, "", result.score, 100 if result.score is not None else None, None, ""]


def _of(question: Any, who: str, found: Any) -> list[Any]:
    scored = found.score is not None
    return [str(question), question.weight, who, found.score, MOST if scored else None, None if scored else found.passes, found.reason]


def _outcome(outcome: Outcome) -> list[Any]:
    question = outcome.question
    if outcome.found is None or outcome.is_by_the_rule:
        stage, passes = ("The rule of the notice", not outcome.fails) if outcome.is_by_the_rule else ("Not moderated yet", None)
        return [stage, str(question), question.weight, "", None, None, passes, ""]
    return ["Moderated", *_of(question, str(outcome.found.moderator), outcome.found)]  # type: ignore[attr-defined]
