"""The demo's round that is being assessed, as far as its plan goes: assessors named, some applications scored, one moderated."""

from commissioning.demo import Calendar, Minutes, texts
from commissioning.models import User
from suppliers.actions.assessments import FindingEntry, lock_assessment, moderate_application, save_assessment
from suppliers.actions.assessors import declare_conflicts, name_assessors
from suppliers.assessing import left_to_people
from suppliers.assessment_state import questions_of, received, sheet_of
from suppliers.models import AdmissionRound, Application

PLAN = texts("suppliers", "demo_assessment")


def assess(round_: AdmissionRound, people: dict[str, User], curator: User, calendar: Calendar) -> None:
    """Name who assesses and who moderates, let them declare, and let each find what the plan says."""
    assessors = [people[f"{name}@doh.example"] for name in PLAN["assessors"]]
    moderator = people[f"{PLAN['moderator']}@doh.example"]
    named = {"assessors": [one.pk for one in assessors], "moderators": [moderator.pk]}
    name_assessors(round_.pk, **named, by=curator, at=calendar.moment(PLAN["named"]))
    at = Minutes(calendar.moment(PLAN["declared"]))
    for person in (*assessors, moderator):
        declare_conflicts(round_.pk, conflicts=[], by=person, at=next(at))
    at = Minutes(calendar.moment(PLAN["assessed"]))
    for name, person in zip(PLAN["assessors"], assessors, strict=True):
        _find(round_, name, person, at)
    at = Minutes(calendar.moment(PLAN["moderated"]))
    for each in (each for each in PLAN["findings"] if "moderated" in each):
        application = round_.applications.get(supplier__short_name=each["of"])
        findings = _findings(application, each["moderated"])
        moderate_application(round_.pk, application=application.pk, findings=findings, by=moderator, at=next(at))


def _find(round_: AdmissionRound, name: str, by: User, at: Minutes) -> None:
    """What one assessor finds of each application that they have come to, locked."""
    for each in (each for each in PLAN["findings"] if name in each):
        application = round_.applications.get(supplier__short_name=each["of"])
        save_assessment(round_.pk, application=application.pk, findings=_findings(application, each[name]), by=by, at=next(at))
        lock_assessment(round_.pk, application=application.pk, by=by, at=next(at))


def _findings(application: Application, scores: list[int]) -> list[FindingEntry]:
    asked = left_to_people(sheet_of(received(application.pk), questions_of(application.round)))
    reasons = PLAN["reasons"]
    return [FindingEntry(question=each.question.pk, score=score, reason=reasons[str(score)]) for each, score in zip(asked, scores, strict=True)]
