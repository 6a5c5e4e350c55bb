"""The assessment of a round's applications in each of its states, brought there by the acts.

Applications close on Friday 27 March 2026 at noon; they are assessed on Saturday 28 March, at noon too.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from commissioning import clock
from commissioning.models import Question, Role, User
from commissioning.questionnaires import QuestionEntry
from suppliers.actions.admissions import announce_round
from suppliers.actions.applications import save_application, submit_application
from suppliers.actions.assessments import lock_assessment, moderate_application, save_assessment
from suppliers.actions.assessors import LimitEntry, declare_conflicts, name_assessors, set_limits
from suppliers.actions.round_questions import set_round_questions
from suppliers.assessing import left_to_people
from suppliers.assessment_state import questions_of, received, sheet_of
from suppliers.models import AdmissionRound, Application, Supplier
from tests.factories import admissions
from tests.factories.admissions import A_PLACE, bids, curator, framework
from tests.factories.people import NOON, person

ASSESSED_AT = clock.london(2026, 3, 28, 12)
Kind, Judging = Question.Kind, Question.Judging
JUDGED: list[QuestionEntry] = [
    {"kind": Kind.TEXT, "prompt": "How do you work?", "weight": Decimal(60)},
    {"kind": Kind.TEXT, "prompt": "Who does the work?", "weight": Decimal(40)},
    {
        "kind": Kind.NUMBER,
        "prompt": "How many staff have you?",
        "judging": Judging.PASS_FAIL,
        "pass_rule": {"passes_from": "10", "fails_below": "5"},
    },
    {"kind": Kind.DECLARATION, "prompt": "All of this is true.", "judging": Judging.PASS_FAIL},
]
# Good answers by number. Of staff, 7 are for a person to decide on, and 3 fail by the rule.
GOOD: dict[int, Any] = {1: "With care.", 2: "Two of us.", 3: "12", 4: "yes"}
NAMES = ("assessor1", "assessor2", "moderator")


def who(name: str) -> User:
    """Somebody of the authority by the beginning of their e-mail; the same each time."""
    email = f"{name}@doh.example"
    return User.objects.filter(email=email).first() or person(framework().authority, Role.CENTRAL_SUPPORT_ADVISER, email)


def limit(part: tuple[str, str] = A_PLACE, *, least_score: Decimal | None = None, places: int | None = None) -> LimitEntry:
    """What a place on the list for the area of these codes needs."""
    (wanted,) = admissions.wanted(part)
    return {"framework_list": wanted["framework_list"], "area": wanted["area"], "least_score": least_score, "places": places}


def drafted_round(*, questions: list[QuestionEntry] | None = None, limits: Sequence[LimitEntry] = ()) -> AdmissionRound:
    """A round in draft that asks what is judged."""
    round_ = admissions.draft_round()
    set_round_questions(round_.pk, questions=JUDGED if questions is None else questions, by=curator(), at=NOON)
    return set_limits(round_.pk, limits=list(limits), by=curator(), at=NOON)


def judging_round(**drafted: Any) -> AdmissionRound:
    """A round that receives applications, and asks what is judged."""
    return announce_round(drafted_round(**drafted).pk, by=curator(), at=NOON)


def applied(round_: AdmissionRound, firm: Supplier, *places: tuple[str, str], **changed: Any) -> Application:
    """A received application with good answers, changed so: `q3="3"`."""
    draft = admissions.drafted_application(round_, firm, *places)
    given = {**GOOD, **{int(name[1:]): answer for name, answer in changed.items()}}
    answers = {str(question.pk): given[question.number] for question in questions_of(draft.round) if question.number in given}
    words = {"statement": draft.statement, "places": admissions.wanted(*(places or (A_PLACE,))), "answers": answers}
    saved = save_application(draft.pk, **words, confirmed=draft.to_confirm, by=bids(firm), at=NOON)
    return submit_application(admissions.confirmed(saved).pk, by=bids(firm), at=NOON)


def named(round_: AdmissionRound) -> AdmissionRound:
    """With two assessors and a moderator."""
    one, two, three = (who(name).pk for name in NAMES)
    return name_assessors(round_.pk, assessors=[one, two], moderators=[three], by=curator(), at=ASSESSED_AT)


def declared(round_: AdmissionRound) -> AdmissionRound:
    """With all three named, and no conflict declared."""
    named(round_)
    for name in NAMES:
        declare_conflicts(round_.pk, conflicts=[], by=who(name), at=ASSESSED_AT)
    return AdmissionRound.objects.get(pk=round_.pk)


def findings(application: Application, score: int = 4, *, passes: bool = True) -> list[Any]:
    """The same of each answer that people judge."""
    asked = [judged.question for judged in left_to_people(sheet_of(received(application.pk), questions_of(application.round)))]
    said = {True: {"score": score}, False: {"passes": passes}}
    return [{"question": each.pk, **said[each.judging == Judging.SCORED], "reason": f"Because of {each.number}."} for each in asked]


def assess(application: Application, by: str, score: int = 4, *, lock: bool = True, **found: Any) -> None:
    """One assessor's findings, locked."""
    of = {"application": application.pk, "by": who(by), "at": ASSESSED_AT}
    save_assessment(application.round_id, findings=findings(application, score, **found), **of)
    if lock:
        lock_assessment(application.round_id, **of)


def moderated(application: Application, score: int = 4, **found: Any) -> Application:
    """Assessed by both and moderated, with the same score for each answer."""
    for name in NAMES[:2]:
        assess(application, name, score, **found)
    moderate_application(
        application.round_id, application=application.pk, findings=findings(application, score, **found), by=who("moderator"), at=ASSESSED_AT
    )
    return application
