"""Pages of admission rounds: the public notice, and the workspace of those who decide."""

from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.urls import path, reverse

from commissioning.clarification_pages import AT_ONCE, route_to_answer
from commissioning.pages import Act, ListPage, RecordPage, act_paths
from commissioning.question_forms import QuestionsForm
from commissioning.row_pages import RowsPage
from suppliers.actions import admissions, applications, publications, round_questions
from suppliers.assessment_state import applicants, counted_places
from suppliers.decision_letters import gone_out
from suppliers.filters import RoundFilters
from suppliers.forms.admissions import AmendRound, CopyRoundQuestions, DescribeRound, ExtendRound, ForSupplier, PublishSomeLists, ReissueRound
from suppliers.forms.frameworks import GiveReason
from suppliers.holding_up import held_up, parts_left
from suppliers.models import AdmissionRound, Appeal, Application, Enquiry, FrameworkList, Place, RoundClarification, ServiceArea, Supplier
from suppliers.models.appeals import BLOCKING_APPEALS
from suppliers.views.assessments import ROUND_ACTS
from suppliers.views.enquiries import ANSWERS_AT, ENQUIRE

Outcome = Place.Outcome


def _is_draft(round_: Any, at: Any) -> bool:
    return bool(round_.status == round_.Status.DRAFT)


ACTS = (
    Act(admissions.describe_round, "Change the notice", form=DescribeRound, done="The notice is changed.", primary=False),
    Act(
        round_questions.copy_round_questions,
        "Copy the questions of another round",
        "They take the place of those that this round has, with all that is said of them. You can change them afterwards.",
        button="Copy",
        form=CopyRoundQuestions,
        done="The questions are copied.",
        when=_is_draft,
        primary=False,
    ),
    Act(
        admissions.announce_round,
        "Announce the round",
        "Everybody reads the notice from then on, and every supplier is told.",
        done="The round is announced, and every supplier has been told.",
    ),
    Act(
        applications.apply,
        "Apply",
        "You begin a draft that only your own people see. Nothing is received until you submit it.",
        form=ForSupplier,
        button="Begin an application",
        when=lambda round_, at: round_.is_receiving(at),
    ),
    ENQUIRE,
    Act(
        admissions.amend_round,
        "Amend the notice",
        "Everybody reads the new notice at once, and what it said before with your reason. Every supplier is told. "
        "The deadline stays: if suppliers need more time, move it later as well.",
        form=AmendRound,
        done="The notice is amended, and every supplier has been told.",
        when=lambda round_, at: round_.is_receiving(at),
        primary=False,
    ),
    Act(
        admissions.extend_round,
        "Move the deadline later",
        form=ExtendRound,
        done="The deadline is moved, and every supplier has been told.",
        when=lambda round_, at: round_.is_receiving(at),
        primary=False,
    ),
    *ROUND_ACTS,
    Act(
        admissions.send_decisions,
        "Send all decisions",
        "Every applicant gets its letter at the same moment, with the reasons. The window for appeals opens. This cannot be taken back.",
        done="All decisions are sent, and the window for appeals is open.",
        when=lambda round_, at: round_.is_being_decided(at),
    ),
    Act(
        publications.publish_some_lists,
        "Publish some of the lists",
        "Everybody sees them, as a numbered version that never changes. The others follow when nothing holds them up any more.",
        form=PublishSomeLists,
        done="The lists that you chose are published.",
        when=lambda round_, at: round_.is_past_appeals(at) and len(parts_left(round_)) > 1,
        primary=False,
    ),
    Act(
        publications.publish_lists,
        "Publish the lists",
        "Everybody sees the lists, as a numbered version that never changes.",
        done="The lists are published.",
        when=lambda round_, at: round_.is_past_appeals(at),
    ),
    Act(
        admissions.withdraw_round,
        "Withdraw the round",
        "No application in it goes further. Every supplier is told why. A new round can be announced in its place.",
        form=GiveReason,
        done="The round is withdrawn, and every supplier has been told.",
        primary=False,
    ),
    Act(
        admissions.reissue_round,
        "Issue the round anew",
        "You begin a draft with the notice that was withdrawn. Put right what was wrong, then announce it. Whoever applied applies anew.",
        button="Begin the new round",
        form=ReissueRound,
        done="The new round is begun as a draft.",
        when=lambda round_, at: round_.is_to_be_replaced(),
    ),
)


QUESTIONS = Act(
    round_questions.set_round_questions,
    "Ask the applicants",
    "Everybody who applies answers these. To take a question out, tick the box at its end. Once the round is announced nothing here changes.",
    button="Save",
    form=QuestionsForm,
    done="The questions are saved.",
    when=_is_draft,
    template="suppliers/round_questions.html",
    primary=False,
)


class Rounds(ListPage):
    """Every admission round that the viewer may see."""

    title = "Admission rounds"
    model = AdmissionRound
    columns = ("Round", "Framework", "Where it stands", "Deadline")
    empty = "No admission round has been announced yet."
    filter_class = RoundFilters

    def get_queryset(self) -> Any:
        """With their frameworks."""
        return super().get_queryset().select_related("framework")

    def row(self, record: Any) -> Any:
        """Title, framework, phase, deadline."""
        phase = {"status": record.status, "text": record.phase_at(self.at)}
        return {"text": record.title, "href": record.get_absolute_url()}, str(record.framework), phase, record.closes_at


class RoundPage(RecordPage):
    """A round's notice and dates; to the authority, how far the decisions are; to a supplier, its own application."""

    model = AdmissionRound
    acts = (ACTS[0], QUESTIONS, *ACTS[1:])
    related = ("framework__authority", "framework__appeal_rule", "questionnaire", "replaces", "replaced_by")
    template_name = "suppliers/round.html"
    left_out = ("save_assessment",)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Dates, extensions, and what the viewer may see of applications and appeals."""
        user: Any = self.request.user
        round_ = self.record
        is_of_authority = round_.authority_id in getattr(user, "organisations", ())
        decides = user.has_perm("suppliers.decide_place", round_) and round_.is_being_decided(self.at)
        context = super().get_context_data(**kwargs)
        own, asked = ([], []) if is_of_authority else (self.own_applications(), self.own_enquiries())
        taken = {"apply": len(own), "enquire": len(asked)}
        return {
            **context,
            "acts": [act for act in context["acts"] if act["verb"] not in taken or self.may_once_more(taken[act["verb"]])],
            "dates": self.dates(),
            "replacement": round_.replacement_shown_to(user),
            **self.what_is_asked(is_of_authority),
            "extensions": list(round_.extensions.all()),
            "amendments": list(round_.amendments.all()),
            "own": own,
            "enquiries": asked,
            "clarifications": list(RoundClarification.objects.visible_to(user).of(round_).waiting_first()[:AT_ONCE]),
            "answer_route": route_to_answer(ANSWERS_AT, round_, user, self.at),
            "progress": self.progress() if is_of_authority and not round_.is_sealed(self.at) else None,
            "is_sealed": is_of_authority and round_.is_sealed(self.at),
            "next_place": self.next_place() if decides else None,
            "may_release": round_.hears_appeals(self.at) and user.has_perm("suppliers.grant_early_release", round_.framework),
            "publication": round_.publications.defer("entries").first(),
            "parts": self.parts() if is_of_authority and round_.decisions_sent_at else [],
        }

    def what_is_asked(self, is_of_authority: bool) -> dict[str, Any]:
        """The questions; and where an answer is judged, what places need, and to the authority the way to the assessment."""
        questions = list(self.record.questionnaire.questions.all())
        is_judged = any(question.is_judged for question in questions)
        limits = list(self.record.limits.select_related("framework_list", "area")) if is_judged else []
        return {"questions": questions, "limits": limits, "shows_assessment": is_of_authority and is_judged}

    def own_applications(self) -> list[Application]:
        """Those of the viewer's own suppliers."""
        user: Any = self.request.user
        own = Application.objects.visible_to(user).of_suppliers_of(user).filter(round=self.record)
        return list(own.select_related("supplier__organisation")[:20])

    def own_enquiries(self) -> list[Enquiry]:
        """Those of the viewer's own suppliers."""
        own = Enquiry.objects.visible_to(self.request.user).filter(round=self.record)
        return list(own.select_related("supplier__organisation")[:20])

    def may_once_more(self, begun: int) -> bool:
        """Whether one of the viewer's suppliers has not begun what so many of them have."""
        user: Any = self.request.user
        return not begun or Supplier.objects.visible_to(user).filter(organisation__in=user.organisations).count() > begun

    def dates(self) -> list[dict[str, Any]]:
        """The round's moments in their order; of one that was withdrawn, those that came."""
        round_ = self.record
        dates: list[dict[str, Any]] = [
            {"title": "Announced", "at": round_.announced_at},
            {"title": "Questions close", "at": round_.questions_end_at, "is_end": True},
            *([{"title": "Answers due", "at": round_.answers_due_at, "is_end": True}] if round_.answers_due_at else []),
            {"title": "Deadline for applications", "at": round_.closes_at, "is_end": True},
            *([{"title": "Decisions due", "at": round_.decisions_due_at}] if round_.decisions_due_at and not round_.decisions_sent_at else []),
            {"title": "Decisions sent", "at": round_.decisions_sent_at},
            {"title": "Appeals end", "at": round_.appeals_end_at, "is_end": True, "note": self._how_counted()},
            {"title": "Lists published", "at": round_.published_at},
        ]
        is_over = round_.status == AdmissionRound.Status.WITHDRAWN
        return [date for date in dates if not is_over or (date["at"] and date["at"] <= self.at)]

    def _how_counted(self) -> str:
        return "" if self.record.appeals_end_at else f"Counted when the decisions are sent: {self.record.framework.appeal_rule}."

    def progress(self) -> dict[str, Any]:
        """How many applied for each list and area, and what has been decided; in three queries whatever the number."""
        user: Any = self.request.user
        round_ = self.record
        places = counted_places(round_, user)
        asked = Count("pk")
        accepted, refused = (Count("pk", filter=Q(outcome=outcome)) for outcome in (Outcome.ACCEPTED, Outcome.REFUSED))
        by_place = places.order_by().values_list("framework_list", "area").annotate(asked=asked, accepted=accepted, refused=refused)
        numbers = {(list_id, area_id): tuple(counted) for list_id, area_id, *counted in by_place}
        table = [(name, *numbers.get((each.pk, area.pk), (0, 0, 0))) for each, area, name in self.framework_parts]
        totals = [sum(column) for column in zip(*(row[1:] for row in table), strict=True)] or [0, 0, 0]
        appeals = Appeal.objects.visible_to(user).filter(place__application__round=round_)
        return {
            "applications": applicants(round_, user).count(),
            "rows": [(*row, row[1] - row[2] - row[3]) for row in table if row[1]],
            "asked": totals[0],
            "undecided": totals[0] - totals[1] - totals[2],
            **appeals.aggregate(appeals=Count("pk"), open_appeals=Count("pk", filter=Q(status__in=BLOCKING_APPEALS))),
            "letters": gone_out(round_) if round_.decisions_sent_at else None,
        }

    def parts(self) -> list[tuple[str, Any]]:
        """Each list and area that was applied for, in order: the version that published it, or what it waits for."""
        round_, reasons = self.record, held_up(self.record.framework, self.at)
        names = {(each.pk, area.pk): name for each, area, name in self.framework_parts}
        published = round_.published_parts.select_related("publication")
        done = {
            (part.framework_list_id, part.area_id): {
                "text": f"Published in version {part.publication.version}",
                "href": part.publication.get_absolute_url(),
            }
            for part in published
        }
        stands = {**done, **{part: reasons.get(part, "It can be published.") for part in parts_left(round_)}}
        return [(name, stands[part]) for part, name in names.items() if part in stands]

    @cached_property
    def framework_parts(self) -> list[tuple[FrameworkList, ServiceArea, str]]:
        """Every list of the framework with each area, and what to call the two."""
        areas = list(self.record.framework.areas.all())
        return [(each, area, f"{each}: {area}") for each in self.record.framework.lists.all() for area in areas]

    def next_place(self) -> str:
        """The page of the first place that has no decision."""
        places = Place.objects.visible_to(self.request.user).to_decide().undecided().filter(application__round=self.record)
        first = places.order_by("application__submitted_at", "framework_list__order", "area__order").first()
        return reverse("place:decide_place", args=[first.pk]) if first else ""


class QuestionsPage(RowsPage):
    """What a round asks."""

    model = AdmissionRound
    act = QUESTIONS


urlpatterns = [
    path("", Rounds.as_view(), name="index"),
    path("<uuid:pk>/", RoundPage.as_view(), name="workspace"),
    path("<uuid:pk>/set-round-questions/", QuestionsPage.as_view(), name="set_round_questions"),
    *act_paths(AdmissionRound, ACTS),
]
