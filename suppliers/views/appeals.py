"""Pages of appeals: the appellant's, the officers', and the queue of the authority."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_safe

from commissioning import intake
from commissioning.pages import ActPage, ListPage, OwnPage, RecordPage, act_href, act_paths, find_visible
from commissioning.wording import ending_text
from suppliers.filters import AppealFilters
from suppliers.models import Appeal, FurtherInformation
from suppliers.reading_applications import content_in_full
from suppliers.views.appeal_acts import ACTS, ASSESS_ANEW, GIVE_INFORMATION
from suppliers.waiting import APPELLANT, CURATORS, OFFICER, Waiting, waits_for, with_papers

RELATED = ("place__application__supplier__organisation", "place__application__round__framework__authority", "place__framework_list", "place__area")
LAST = datetime.max.replace(tzinfo=UTC)


def _place(appeal: Any) -> dict[str, str]:
    return {"text": str(appeal.place), "href": appeal.get_absolute_url()}


def _end(waiting: Waiting) -> str:
    """By when, without leaving in doubt which midnight is meant."""
    return ending_text(waiting.by)


class Appeals(OwnPage, ListPage):
    """The viewer's own appeals, or for the authority those against its decisions."""

    title = "Appeals"
    model = Appeal
    columns = ("Place", "Appellant", "Round", "Where it stands", "Lodged", "Waits for", "By")
    empty = "There is no appeal here."
    filter_class = AppealFilters
    template_name = "suppliers/appeals.html"

    def get_queryset(self) -> Any:
        """With all that says what each waits for."""
        return with_papers(super().get_queryset())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether the viewer has a queue."""
        return {**super().get_context_data(**kwargs), "has_queue": has_queue(self.person)}

    def row(self, record: Any) -> Any:
        """Place, appellant, round, phase, moment, and whose step is next by when."""
        waiting = waits_for(record, self.at)
        status = {"status": record.status, "text": record.phase_at(self.at)}
        next_step = (waiting.who, _end(waiting)) if waiting else ("", "")
        return _place(record), str(record.place.application.supplier), str(record.round), status, record.lodged_at, *next_step


def has_queue(user: Any) -> bool:
    """Whether the viewer hears appeals, or carries decisions on them out."""
    return any(user.has_perm(f"suppliers.{verb}") for verb in ("acknowledge_appeal", "draft_framework"))


class Queue(OwnPage):
    """The authority's appeals that wait for somebody: by whom, and what is due first before what is due later or has no clock."""

    title = "Appeals that wait"
    template_name = "suppliers/appeal_queue.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A table for each of those who are waited for; at most the 500 oldest appeals."""
        if not has_queue(self.person):
            raise PermissionDenied("You may not do this.")
        ours = Appeal.objects.visible_to(self.person).waiting(self.at).of_authorities_of(self.person)
        rows = defaultdict(list)
        for appeal, waiting in sorted(self._waiting(ours), key=lambda pair: (pair[1].by or LAST, pair[0].created_at)):
            rows[waiting.who].append(self._row(appeal, waiting))
        tables = [(who, rows[who]) for who in (OFFICER, APPELLANT, CURATORS)]
        return {**super().get_context_data(**kwargs), "tables": tables}

    def _waiting(self, appeals: Any) -> list[tuple[Any, Waiting]]:
        found = ((appeal, waits_for(appeal, self.at)) for appeal in with_papers(appeals).order_by("created_at")[:500])
        return [(appeal, waiting) for appeal, waiting in found if waiting is not None]

    @staticmethod
    def _row(appeal: Any, waiting: Waiting) -> Any:
        officer = str(appeal.officer) if appeal.officer else ""
        return _place(appeal), str(appeal.place.application.supplier), waiting.what, officer, _end(waiting)


class AppealPage(RecordPage):
    """The refusal, the grounds with their evidence, what was asked and answered, the hearing, the decision and what came of it."""

    model = Appeal
    acts = ACTS
    related = (*RELATED, "officer", "against", "fresh_decision__contested_by", "place__listing")
    template_name = "suppliers/appeal.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The papers, the dates, what it waits for, and whether the viewer took part in the decision."""
        user: Any = self.request.user
        appeal = self.record
        is_of_authority = appeal.authority_id in user.organisations
        fresh = getattr(appeal, "fresh_decision", None)
        return {
            **super().get_context_data(**kwargs),
            "dates": self.dates(),
            "took_part": is_of_authority and appeal.is_undecided and not appeal.is_free_of(user),
            "is_own": appeal.place.application.supplier.organisation_id in user.organisations,
            "waiting": waits_for(appeal, self.at),
            "points": list(appeal.points.select_related("ground")),
            "evidence": list(appeal.evidence()),
            "information": [
                (asked, self._how_to_answer(asked)) for asked in appeal.information.select_related("appeal__place__application__supplier")
            ],
            "hearings": list(appeal.hearings.all()),
            "changes": list(appeal.officer_changes.select_related("before", "after")),
            "fresh": fresh if fresh is not None and fresh.is_shown_to(user) else None,
        }

    def _how_to_answer(self, asked: Any) -> str:
        """The address at which the viewer can answer now."""
        return act_href(asked, GIVE_INFORMATION) if GIVE_INFORMATION.is_offered(asked, self.request.user, self.at) else ""

    def dates(self) -> list[dict[str, Any]]:
        """The appeal's moments in the order in which they come, those to come last."""
        appeal, refusal = self.record, self.record.refusal
        hearing = appeal.hearings.filter(adjourned_at__isnull=True).last()
        dates = [
            {"title": "Decision sent", "at": refusal.sent_at},
            {"title": "Lodged", "at": appeal.lodged_at},
            {"title": "Window for appeals ends", "at": refusal.ends_at, "is_end": True},
            {"title": "Acknowledged", "at": appeal.acknowledged_at},
            {"title": "Hearing", "at": hearing.starts_at if hearing else None},
            {"title": "Decided", "at": appeal.decided_at},
            {"title": "Carried out", "at": appeal.carried_out_at},
        ]
        return sorted(dates, key=lambda date: (date["at"] is None, date["at"] or self.at))


class AssessAnew(ActPage):
    """What was received, beside the decision that is made anew."""

    model = Appeal
    act = ASSESS_ANEW

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The version that counts."""
        application = self.record.place.application
        received = application.received()
        shown = content_in_full(application, received and received.content)
        return {**super().get_context_data(**kwargs), "application": application, **shown}


@login_required
@require_safe
def file(request: HttpRequest, pk: UUID, document_id: UUID) -> FileResponse:
    """A file that the appellant attached, as a download."""
    appeal = find_visible(Appeal, request.user, pk)
    return intake.serve(get_object_or_404(appeal.evidence(), pk=document_id))


urlpatterns = [
    path("", Appeals.as_view(), name="index"),
    path("queue/", Queue.as_view(), name="queue"),
    path("<uuid:pk>/", AppealPage.as_view(), name="workspace"),
    path("<uuid:pk>/files/<uuid:document_id>/", file, name="file"),
    path("<uuid:pk>/assess-anew/", AssessAnew.as_view(), name="assess_anew"),
    *act_paths(Appeal, (act for act in ACTS if act is not ASSESS_ANEW)),
]
information_urlpatterns = act_paths(FurtherInformation, (GIVE_INFORMATION,))
