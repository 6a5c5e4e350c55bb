"""How far the assessment of a round is: each application's findings, what is proposed for each place, and what is missing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from commissioning.canon import digest
from commissioning.judging import ScoreSheet, score_sheet
from commissioning.models import Question
from suppliers.assessing import Assessed, Outcome, Proposal, assessed, proposals
from suppliers.models import AdmissionRound, Application, ApplicationVersion, Assessment, Assessor, Judgement, Moderation, Place
from suppliers.models.applications import PlaceQuerySet
from suppliers.models.assessments import ASSESSORS_EACH


def judged_questions(round_: AdmissionRound) -> "QuerySet[Question]":
    """What the round asks that is scored, or passes or fails."""
    return Question.objects.filter(questionnaire=round_.questionnaire_id).exclude(judging=Question.Judging.INFORMATION)


def is_assessed(round_: AdmissionRound) -> bool:
    """Whether the round asks anything that is judged; if not, places are decided with reasons and without an assessment."""
    return judged_questions(round_).exists()


def with_received(applications: "QuerySet[Application]") -> "QuerySet[Application, Any]":
    """The applications, each with the content of the version that was received last as `received_content`."""
    latest = ApplicationVersion.objects.filter(application=OuterRef("pk")).order_by("-number")
    return applications.annotate(received_content=Subquery(latest.values("content")[:1]))


def sheet_of(application: Application, questions: Iterable[Question]) -> ScoreSheet:
    """What is judged of an application, which comes from `with_received`."""
    return score_sheet(questions, (application.received_content or {}).get("answers", {}))  # type: ignore[attr-defined]


def received(application_id: UUID) -> Application:
    """The application with what was received of it."""
    found: Application = with_received(Application.objects.select_related("supplier__organisation", "round")).get(pk=application_id)
    return found


def questions_of(round_: AdmissionRound) -> list[Question]:
    """All that the round asks, in order."""
    return list(Question.objects.filter(questionnaire=round_.questionnaire_id).order_by("number"))


def found_of(applications: Iterable[Application]) -> Mapping[UUID, dict[UUID, Moderation]]:
    """What was moderated of each application, by question."""
    found: dict[UUID, dict[UUID, Moderation]] = defaultdict(dict)
    for one in Moderation.objects.standing().filter(application__in=applications).select_related("moderator"):
        found[one.application_id][one.question_id] = one
    return found


def assessed_of(round_: AdmissionRound, applications: Iterable[Application]) -> dict[UUID, Assessed]:
    """How each of these applications, which come from `with_received`, came out so far; in two queries."""
    questions, applications = questions_of(round_), list(applications)
    found = found_of(applications)
    return {one.pk: assessed(sheet_of(one, questions), found[one.pk]) for one in applications}


def proposed(round_: AdmissionRound) -> dict[UUID, Proposal]:
    """What is proposed for each place that is to be decided, by the place's id; in five queries, whatever the number."""
    results = assessed_of(round_, with_received(Application.objects.counting().filter(round=round_)))
    limits = {(limit.framework_list_id, limit.area_id): limit for limit in round_.limits.all()}
    parts: dict[tuple[UUID, UUID], dict[UUID, Assessed]] = defaultdict(dict)
    places = Place.objects.to_decide().filter(application__round=round_)
    for pk, application, framework_list, area in places.values_list("pk", "application", "framework_list", "area"):
        parts[framework_list, area][pk] = results[application]
    return {pk: one for part, asked in parts.items() for pk, one in proposals(asked, limits.get(part)).items()}


def results_by_application(round_: AdmissionRound) -> dict[UUID, Assessed]:
    """How each application came out, for its applicant; nothing in a round that asks nothing that is judged."""
    if not is_assessed(round_):
        return {}
    return assessed_of(round_, with_received(Application.objects.counting().filter(round=round_)))


def proposal_for(place: Place) -> Proposal | None:
    """What is proposed for one place; None where the round asks nothing that is judged, or the application was withdrawn."""
    round_ = place.application.round
    return proposed(round_).get(place.pk) if is_assessed(round_) else None


def hash_of(proposal: Proposal) -> str:
    """By which a decision keeps on what proposal it was made."""
    return digest(proposal.content())


@dataclass(frozen=True)
class Waiting:
    """A place for which nothing can be proposed yet, and why."""

    place: Place
    why: str

    def __str__(self) -> str:
        return f"{self.place.application.supplier}, {self.place}: {self.why}"


def waiting(round_: AdmissionRound, found: Mapping[UUID, Proposal]) -> list[Waiting]:
    """The places for which nothing can be proposed yet."""
    open_ = {pk: one for pk, one in found.items() if not one.outcome}
    places = Place.objects.filter(pk__in=list(open_)).select_related("application__supplier__organisation", "framework_list", "area")
    order = ("application__supplier__organisation__name", "framework_list__order", "area__order")
    return [Waiting(place, open_[place.pk].reasons) for place in places.order_by(*order)]


def applicants(round_: AdmissionRound, user: Any) -> "QuerySet[Application]":
    """The applications that are to be decided on, of which the viewer knows; not all of them may be theirs to read."""
    return Application.objects.known_to(user).counting().filter(round=round_).select_related("supplier__organisation")


@dataclass(frozen=True)
class Shown:
    """An application's assessment as one viewer may read it."""

    result: Assessed
    individual: Sequence[Judgement]

    @property
    def score(self) -> Decimal | None:
        """Out of 100."""
        return self.result.score

    @property
    def outcomes(self) -> Sequence[Outcome]:
        """What holds of each answer."""
        return self.result.outcomes


def assessment_shown(application: Application, user: Any) -> Shown | None:
    """What this viewer may read of the assessment of an application that they may see; None if there is nothing for them yet.

    The authority's people follow it, with what each assessor found once both have locked; its applicant reads what holds once decisions are sent.
    """
    round_ = application.round
    if application.submitted_at is None or not round_.decisions_are_shown_to(user) or not is_assessed(round_):
        return None
    result = assessed_of(round_, [received(application.pk)])[application.pk]
    return Shown(result, list(individual(application, user)))


def individual(application: Application, user: Any) -> "QuerySet[Judgement]":
    """What each assessor found, as far as this person may read it."""
    found: QuerySet[Judgement] = Judgement.objects.visible_to(user).filter(assessment__application=application)
    return found.select_related("question", "assessment__assessor__person").order_by("question__number", "assessment__assessor__person__name")


def counted_places(round_: AdmissionRound, user: Any) -> PlaceQuerySet:
    """The places that are to be decided on, of which the viewer knows, to be counted."""
    found: PlaceQuerySet = Place.objects.known_to(user).to_decide().filter(application__round=round_)
    return found


def short_of_assessors(round_: AdmissionRound) -> list[str]:
    """The applicants for whom fewer than two of the named assessors are free of conflicts; none while nobody is named."""
    assessing = round_.assessors.named().filter(does=Assessor.Does.ASSESSES)
    named = assessing.count()
    kept_away = Count("conflicts", filter=Q(conflicts__person__in=assessing.values("person")))
    asked = Application.objects.counting().filter(round=round_).annotate(free=named - kept_away).filter(free__lt=ASSESSORS_EACH)
    return list(asked.order_by("supplier__organisation__name").values_list("supplier__organisation__name", flat=True)) if named else []


@dataclass(frozen=True)
class State:
    """How far one application's assessment is, for whoever follows it."""

    status: str
    text: str
    seats: Sequence[Assessment] = ()
    score: Decimal | None = None

    @property
    def people(self) -> list[str]:
        """Who assesses it, and whether they have finished."""
        return [f"{seat.assessor.person}{': locked' if seat.locked_at else ''}" for seat in self.seats]

    def waits_for_assessor(self, user: Any) -> bool:
        """Whether this person could go on with an assessment of it, or begin one."""
        own = [seat for seat in self.seats if seat.assessor.person_id == user.pk]
        return self.status == "open" and (not own[0].locked_at if own else len(self.seats) < ASSESSORS_EACH)

    def waits_for_moderator(self, user: Any) -> bool:
        """Whether it is finished by two others, and nobody has recorded what holds."""
        return self.status == "locked" and all(seat.assessor.person_id != user.pk for seat in self.seats)


def states(round_: AdmissionRound, applications: Sequence[Application]) -> dict[UUID, State]:
    """How far each of these applications is, by its id; in four queries, whatever the number."""
    received_ = list(with_received(Application.objects.filter(pk__in=[one.pk for one in applications])))
    results = assessed_of(round_, received_)
    seats: dict[UUID, list[Assessment]] = defaultdict(list)
    for seat in Assessment.objects.standing().filter(application__in=[one.pk for one in received_]).select_related("assessor__person"):
        seats[seat.application_id].append(seat)
    return {pk: _state(result, seats[pk]) for pk, result in results.items()}


def _state(result: Assessed, seats: Sequence[Assessment]) -> State:
    if result.fails_by_the_rule:
        return State("refused", "Fails, by the rule", seats)
    if result.is_complete:
        return State("moderated", "Fails, as found" if result.fails else "Moderated", seats, result.score)
    locked = sum(1 for seat in seats if seat.locked_at)
    if locked >= ASSESSORS_EACH:
        return State("locked", "To be moderated", seats)
    return State("open", f"{locked} of {ASSESSORS_EACH} assessments locked", seats)


# Where applications can stand, and what to call those that stand there; "mine" is whatever the viewer can go on with.
STANDS = (
    ("mine", "Waits for me"),
    ("open", "To be assessed"),
    ("locked", "To be moderated"),
    ("moderated", "Moderated"),
    ("refused", "Fails by the rule of the notice"),
)


def those_that_stand(round_: AdmissionRound, found: "QuerySet[Application]", where: str, user: Any) -> "QuerySet[Application]":
    """Those of the applications that stand there, one of `STANDS`, as far as the viewer may read them.

    It reads what was received of all of them, in four queries.
    """
    readable = Application.objects.visible_to(user).filter(pk__in=found.values("pk"))
    assesses, moderates = (user.has_perm(f"suppliers.{verb}", round_) for verb in ("save_assessment", "moderate_application"))

    def stands(state: State) -> bool:
        if where != "mine":
            return state.status == where
        return (assesses and state.waits_for_assessor(user)) or (moderates and state.waits_for_moderator(user))

    return found.filter(pk__in=[pk for pk, state in states(round_, list(readable)).items() if stands(state)])
