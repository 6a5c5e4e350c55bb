"""Pages of the assessment of a round's applications: how far it is, each assessor's sheet, the moderator's, and what an applicant is told."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views import View

from commissioning.moves import ask_whether_may
from commissioning.pages import Act, ActForm, ActPage, ListPage, OwnPage, RecordPage, signed_in
from commissioning.scales import PUBLISHED_SCALE, meanings
from commissioning.spreadsheets import csv_response, xlsx_response
from suppliers import score_sheets
from suppliers.actions import assessments, assessors, decisions
from suppliers.assessment_state import applicants, assessment_shown, counted_places, individual, is_assessed, received, short_of_assessors, states
from suppliers.filters import AssessmentFilters
from suppliers.forms.assessments import DeclareConflicts, Findings, ModeratedFindings, NameAssessors, SetLimits
from suppliers.models import AdmissionRound, Application, Assessor, Judgement
from suppliers.reading_applications import content_in_full

_FILES = {"csv": csv_response, "xlsx": xlsx_response}


def _is_being_decided(round_: Any, at: Any) -> bool:
    return bool(round_.is_being_decided(at)) and is_assessed(round_)


# What is done to the round; offered on its own page, and on that of the assessment.
ROUND_ACTS = (
    Act(
        assessors.set_limits,
        "Say what a place needs",
        "For each list and area a least score, or a number of places. Where both are empty, everybody stands who passes. "
        "The notice shows it. Where scores are equal at the edge of the number of places, all of those are accepted.",
        button="Save",
        form=SetLimits,
        done="The notice says what a place needs.",
        primary=False,
        template="suppliers/assess_limits.html",
    ),
    Act(
        assessors.name_assessors,
        "Name the assessors",
        "Two assessors look at each application, neither seeing what the other finds. A moderator then records what holds. Each is told.",
        button="Save",
        form=NameAssessors,
        done="The assessors and moderators are named, and have been told.",
        when=lambda round_, at: is_assessed(round_),
        primary=False,
    ),
    Act(
        assessors.declare_conflicts,
        "Declare your conflicts of interest",
        "Until you have declared, no application is shown to you. Those of applicants with whom you have a conflict never are. "
        "You can add one later; none is taken back.",
        button="Declare",
        form=DeclareConflicts,
        done="Your declaration is recorded.",
        when=_is_being_decided,
    ),
    Act(
        decisions.draft_decisions,
        "Draft all decisions",
        "Each place is decided as the assessment proposes it, with the reasons, as a draft. You can decide otherwise on any of them, with reasons, "
        "until all decisions are sent. What is left to somebody else, such as a place of an applicant with whom you have a conflict, stays as it is.",
        done="The decisions are drafted as proposed. Read them before you send them.",
        when=_is_being_decided,
    ),
)


class AssessmentPage(OwnPage, ListPage):
    """Every application to be decided on, how far its assessment is, and what the viewer can do about it."""

    model = Application
    columns = ("Applicant", "Where it stands", "Assessors", "Score out of 100", "What you can do")
    empty = "There is no application to show: nobody has applied, or none matches the filter."
    template_name = "suppliers/assessment.html"

    @cached_property
    def round(self) -> AdmissionRound:
        """The round, to its authority's own people; 404 to others."""
        ours = AdmissionRound.objects.trail_readable_by(self.request.user).select_related("framework__authority")
        found: AdmissionRound = get_object_or_404(ours, pk=self.kwargs["pk"])
        return found

    def get_queryset(self) -> Any:
        """Those of which the viewer knows."""
        return applicants(self.round, self.request.user)

    @cached_property
    def filters(self) -> Any:
        """By name, and by how far it is."""
        return AssessmentFilters(self.request.GET, self.get_queryset(), request=self.request, round_=self.round)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With who assesses, and how many places are decided in draft."""
        round_, user = self.round, self.request.user
        context = super().get_context_data(**kwargs)
        named = list(Assessor.objects.visible_to(user).named().filter(round=round_).select_related("person").order_by("person__name", "pk"))
        places = counted_places(round_, user)
        own = next((one for one in named if one.person_id == user.pk), None)
        return {
            **context,
            "title": f"Assessment: {round_}",
            "round": round_,
            "named": named,
            "must_declare": own is not None and own.declared_at is None and round_.is_being_decided(self.at),
            "short": short_of_assessors(round_),
            "places": places.count(),
            "undecided": places.undecided().count(),
            "round_acts": [
                {"text": act.title, "href": reverse(f"admissionround:{act.verb}", args=[round_.pk])}
                for act in ROUND_ACTS
                if act.is_offered(round_, user, self.at)
            ],
            "rows": self._rows(context["records"]),
        }

    def row(self, record: Any) -> Any:
        """Filled in for all of them at once."""
        return ()

    def _rows(self, records: list[Application]) -> list[Any]:
        found = states(self.round, records)
        user: Any = self.request.user
        readable = set(Application.objects.visible_to(user).filter(pk__in=[one.pk for one in records]).values_list("pk", flat=True))
        may = [act for act in (SAVE, MODERATE) if user.has_perm(f"suppliers.{act.verb}", self.round)]
        return [self._row(one, found[one.pk], one.pk in readable, may) for one in records]

    def _row(self, application: Application, state: Any, is_readable: bool, may: list[Act]) -> Any:
        name = str(application.supplier)
        if not is_readable:
            return name, "Not shown to you", "", "", ""
        user = self.request.user
        fits = {SAVE.verb: state.waits_for_assessor(user), MODERATE.verb: state.waits_for_moderator(user) or state.status == "moderated"}
        does = next((act for act in may if fits[act.verb] and self.round.is_being_decided(self.at)), None)
        link = {"text": f"{does.button}: {name}", "href": reverse(f"application:{does.verb}", args=[application.pk])} if does else ""
        shown = {"text": name, "href": reverse("application:assessment", args=[application.pk])}
        return shown, {"status": state.status, "text": state.text}, "; ".join(state.people), state.score, link


class ScoresFile(LoginRequiredMixin, View):
    """The assessment as a file: what each found, what holds, and the scores, as far as the viewer may read them."""

    def get(self, request: HttpRequest, pk: UUID, kind: str) -> Any:
        """The file."""
        round_ = get_object_or_404(AdmissionRound.objects.trail_readable_by(request.user), pk=pk)
        if kind not in _FILES:
            raise Http404
        return _FILES[kind](f"Assessment {round_.title}", score_sheets.HEADINGS, score_sheets.rows(round_, request.user))


class OfApplication(ActPage):
    """An act on the round, about one application: whatever is refused is on the round's trail, which the applicant does not read."""

    model = Application

    def _require_may(self, user: Any) -> None:
        round_ = self.record.round
        if user.has_perm(f"suppliers.{self.act.verb}", round_):
            return
        if self.request.method == "POST":
            ask_whether_may(round_, self.act.verb, by=user)
        raise PermissionDenied("You may not do this.")

    def carry_out(self, form: ActForm) -> Any:
        """The act, on the round."""
        return self.act.action(self.record.round_id, application=self.record.pk, by=self.request.user, **form.as_act())

    def where_to(self, result: Any) -> str:
        """The assessment of the round."""
        return reverse("admissionround:assessment", args=[self.record.round_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was received, and what assessors found as far as the viewer may read it."""
        context = super().get_context_data(**kwargs)
        application = received(self.record.pk)
        found: dict[UUID, list[Judgement]] = {}
        for one in individual(application, self.request.user) if self.act is MODERATE else ():
            found.setdefault(one.question_id, []).append(one)
        return {
            **context,
            "application": application,
            **content_in_full(application, application.received_content),  # type: ignore[attr-defined]
            "individual": found,
            "scale": meanings(PUBLISHED_SCALE),
            "cancel_href": self.where_to(None),
        }


SAVE = Act(
    assessments.save_assessment,
    "Assess an application",
    "Only you see this until both assessors have locked. You can save some now and the rest later.",
    button="Assess",
    form=Findings,
    done="What you found is saved. Lock it when you have finished.",
    template="suppliers/assess.html",
)
LOCK = Act(
    assessments.lock_assessment,
    "Lock your assessment",
    "It does not change after that. Once both assessors have locked, each sees what the other found, and a moderator records what holds.",
    button="Lock",
    done="Your assessment is locked.",
)
MODERATE = Act(
    assessments.moderate_application,
    "Moderate an application",
    "Record what holds, with the reasons that the applicant is given. It is never an average. You can change it until decisions are sent.",
    button="Moderate",
    form=ModeratedFindings,
    done="What holds is recorded.",
    template="suppliers/assess.html",
)


class SavePage(OfApplication):
    """An assessor's own sheet; once it is saved the same again, with the way to lock it."""

    act = SAVE

    def where_to(self, result: Any) -> str:
        """The sheet."""
        return reverse("application:save_assessment", args=[self.record.pk])


class LockPage(OfApplication):
    """An assessor's last word."""

    act = LOCK


class ModeratePage(OfApplication):
    """The moderator's sheet."""

    act = MODERATE


class ResultPage(LoginRequiredMixin, RecordPage):
    """How one application was assessed: to the authority as it goes on, with what each found; to the applicant once decisions are sent."""

    model = Application
    related = ("supplier__organisation", "round__framework")
    template_name = "suppliers/assess_result.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The outcome of each question, and the score."""
        application, user = self.record, signed_in(self.request)
        shown = assessment_shown(application, user)
        if shown is None:
            raise Http404
        return {
            **super().get_context_data(**kwargs),
            "title": f"How it was assessed: {application.supplier}",
            "result": shown.result,
            "individual": shown.individual,
            "is_ours": application.round.authority_id in user.organisations,
        }

    def trail(self) -> list[Any]:
        """None: the application's own page has it."""
        return []


round_urlpatterns = [
    path("<uuid:pk>/assessment/", AssessmentPage.as_view(), name="assessment"),
    path("<uuid:pk>/assessment.<str:kind>", ScoresFile.as_view(), name="assessment_file"),
]
application_urlpatterns = [
    path("<uuid:pk>/assessment/", ResultPage.as_view(), name="assessment"),
    path("<uuid:pk>/save-assessment/", SavePage.as_view(), name="save_assessment"),
    path("<uuid:pk>/lock-assessment/", LockPage.as_view(), name="lock_assessment"),
    path("<uuid:pk>/moderate-application/", ModeratePage.as_view(), name="moderate_application"),
]
