"""Before anything is assessed: what a place needs, who assesses, and with whom they have a conflict."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.models import Question, User
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from commissioning.texts import require_text
from commissioning.wording import ending_text
from suppliers.assessment_state import judged_questions
from suppliers.models import AdmissionRound, Application, Assessor, Conflict, FrameworkList, PlaceLimit, ServiceArea
from suppliers.models.assessments import ASSESSORS_EACH
from suppliers.rules import fit_to_assess

Does = Assessor.Does


class LimitEntry(TypedDict):
    """What a place on a list for an area needs: a least score out of 100, or one of a number of places by rank; not both."""

    framework_list: UUID
    area: UUID
    least_score: NotRequired[Decimal | None]
    places: NotRequired[int | None]


class ConflictEntry(TypedDict):
    """An applicant with whom somebody has a conflict of interest, and what it is."""

    application: UUID
    statement: str


def set_limits(round_id: UUID, *, limits: list[LimitEntry], by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Say for lists and areas what a place needs, in place of what was said before: a least score, or a number of places. The notice shows it.

    For a list and area that is not named, everybody stands who passes. Where scores are equal at the edge of the number, all of those stand.
    """
    with moving(AdmissionRound, round_id, "set_limits", by=by, at=at) as step:
        made = [_limit(step, entry) for entry in limits]
        _require_parts(step.record, made)
        step.record.limits.all().delete()
        for limit in made:
            limit.save()
        step.facts["limits"] = [_said(limit) for limit in made]
    return step.record


def _limit(step: Step[AdmissionRound], entry: LimitEntry) -> PlaceLimit:
    least, places = entry.get("least_score"), entry.get("places")
    if (least is None) == (places is None):
        raise ValidationError({"limits": "Give a least score or a number of places for each list and area that you name, and not both."})
    if least is not None and not 0 < least <= 100:
        raise ValidationError({"limits": "Give a least score above 0, up to 100."})
    if places is not None and not 1 <= places <= 1000:
        raise ValidationError({"limits": "Give a number of places from 1 to 1,000."})
    part = {"framework_list_id": entry["framework_list"], "area_id": entry["area"]}
    return PlaceLimit(round=step.record, **part, least_score=least, places=places, created_at=step.at)


def _require_parts(round_: AdmissionRound, limits: list[PlaceLimit]) -> None:
    """ValidationError unless the framework has each list and area, and each pair is named once."""
    lists = set(FrameworkList.objects.filter(framework=round_.framework_id).values_list("pk", flat=True))
    areas = set(ServiceArea.objects.filter(framework=round_.framework_id).values_list("pk", flat=True))
    if any(limit.framework_list_id not in lists or limit.area_id not in areas for limit in limits):
        raise ValidationError({"limits": "This framework has no such list or area. Choose from those that it has."})
    if len({(limit.framework_list_id, limit.area_id) for limit in limits}) < len(limits):
        raise ValidationError({"limits": "Name each list and area once."})


def _said(limit: PlaceLimit) -> dict[str, Any]:
    return {"list": limit.framework_list_id, "area": limit.area_id, "least_score": limit.least_score, "places": limit.places}


def carry_limits_over(round_: AdmissionRound, source: AdmissionRound, *, by: Actor, at: datetime) -> None:
    """What places need in a round that comes in place of another: the same, until it is changed. In the caller's transaction."""
    same = ("framework_list_id", "area_id", "least_score", "places")
    rows = source.limits.values(*same)
    PlaceLimit.objects.bulk_create(PlaceLimit(round=round_, created_at=at, **row) for row in rows)


def require_limits_can_be_met(step: Step[AdmissionRound]) -> None:
    """Refuse to announce limits of scores where somebody could have no score."""
    scored = judged_questions(step.record).filter(judging=Question.Judging.SCORED, shown_if_question=None)
    needless = step.record.limits.exists() and not scored.exists()
    otherwise = "The round says what score or rank a place needs, but nothing that everybody is asked is scored. Score a question, or take them away."
    step.require(not needless, otherwise)


def name_assessors(round_id: UUID, *, assessors: list[UUID], moderators: list[UUID], by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Name who assesses the round's applications, at least two, and who moderates what they find, at least one; each is told.

    A moderator is a third person, who assesses nothing in the round: whoever had scored an answer would otherwise decide between
    their own score and somebody else's. Whoever is not named any more is told too; what they have locked still counts.
    """
    with moving(AdmissionRound, round_id, "name_assessors", by=by, at=at) as step:
        wanted = {**dict.fromkeys(assessors, Does.ASSESSES), **dict.fromkeys(moderators, Does.MODERATES)}
        people = _checked(step.record, assessors, moderators, wanted)
        standing = {each.person_id: each for each in step.record.assessors.named().select_related("person")}
        dropped = [each for each in standing.values() if wanted.get(each.person_id) != each.does]
        Assessor.objects.filter(pk__in=[each.pk for each in dropped]).update(ended_at=step.at)
        kept = standing.keys() - {each.person_id for each in dropped}
        new = [_named(step, person, wanted[person.pk], dropped) for person in people if person.pk not in kept]
        step.facts |= {"assessors": assessors, "moderators": moderators}
        step.tell([each.person for each in new], "assessor_named", again=step.record.docket.head_number)
        left = [each.person for each in dropped if each.person_id not in wanted]
        step.tell(left, "assessor_released", again=step.record.docket.head_number)
    return step.record


def _checked(round_: AdmissionRound, assessors: list[UUID], moderators: list[UUID], wanted: dict[UUID, Does]) -> list[User]:
    """The people; ValidationError with a sentence for each thing that is wrong."""
    if len(set(assessors)) < ASSESSORS_EACH:
        raise ValidationError({"assessors": "Name at least two assessors: two people look at each application, neither seeing what the other finds."})
    if not moderators:
        raise ValidationError({"moderators": "Name at least one moderator, who decides once two assessors have finished."})
    if both := set(assessors) & set(moderators):
        names = ", ".join(str(person) for person in User.objects.filter(pk__in=both).order_by("name"))
        raise ValidationError({"moderators": f"{names} cannot moderate what they assess themselves. Name somebody else."})
    people = list(fit_to_assess(round_).filter(pk__in=list(wanted)).order_by("name", "pk"))
    if len(people) < len(wanted):
        raise ValidationError({"assessors": "Name curators and central support advisers of the authority only."})
    return people


def _named(step: Step[AdmissionRound], person: User, does: Does, dropped: Iterable[Assessor]) -> Assessor:
    """The person's part from now on; what they declared in another part before holds on."""
    before = next((each.declared_at for each in dropped if each.person_id == person.pk), None)
    assessor = Assessor(round=step.record, person=person, does=does, declared_at=before, created_at=step.at)
    assessor.save()
    return assessor


def declare_conflicts(round_id: UUID, *, conflicts: list[ConflictEntry], by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Declare, once it is known who applied, with which applicants you have a conflict of interest; with all the others you have none.

    Until then no answer is shown to you; those of applicants with whom you have a conflict never are. More can be declared later; none is taken back.
    """
    with moving(AdmissionRound, round_id, "declare_conflicts", by=by, at=at) as step:
        round_, person = step.record, step.person
        closed = f"Who applies is not known before the round closes {ending_text(round_.closes_at)}. Declare after that."
        step.require(step.at >= round_.closes_at, closed)
        applied = {one.pk for one in Application.objects.counting().filter(round=round_)}
        known = set(Conflict.objects.filter(application__round=round_, person=person).values_list("application", flat=True))
        made = [_conflict(step, entry, applied) for entry in conflicts if entry["application"] not in known]
        for conflict in made:
            conflict.save()
        round_.assessors.named().filter(person=person).update(declared_at=step.at)
        step.facts |= {"applicants": len(applied), "conflicts": [conflict.application_id for conflict in made]}
        if made:
            others = round_.framework.curators().exclude(pk=person.pk)
            step.tell(others, "assessor_conflict", again=round_.docket.head_number, person_named=str(person), conflicts=len(made))
    return round_


def _conflict(step: Step[AdmissionRound], entry: ConflictEntry, applied: set[UUID]) -> Conflict:
    if entry["application"] not in applied:
        raise ValidationError({"conflicts": "No such application is assessed in this round."})
    said = require_text("conflicts", entry["statement"], "Say what the conflict is.", at_most=4000)
    return Conflict(application_id=entry["application"], person=step.person, statement=said, created_at=step.at)
