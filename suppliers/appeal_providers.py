"""What appeals add to the desk and the calendar, and what of them is announced when it falls due."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from commissioning.models import Announcement
from commissioning.registry import Deadline, DeskItem, Due
from suppliers.actions import appeal_announcements as tells
from suppliers.models import Appeal, FreshDecision, FurtherInformation, Hearing, Place
from suppliers.models.admissions import AdmissionRound
from suppliers.waiting import APPELLANT, CURATORS, OFFICER, waits_for, with_papers

MOST = 20


def title_of(appeal: Appeal) -> str:
    """Who appeals, and about what."""
    return f"{appeal.place.application.supplier}: {appeal.place}"


def of_authority(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The appeals that wait for the officers, or for the curators, among whom the viewer is."""
    roles = {OFFICER: user.has_perm("suppliers.acknowledge_appeal"), CURATORS: user.has_perm("suppliers.draft_framework")}
    appeals = Appeal.objects.visible_to(user).of_authorities_of(user).waiting(at)
    for appeal in with_papers(appeals).order_by("lodged_at")[:200]:
        waiting = waits_for(appeal, at)
        is_mine = waiting is not None and roles.get(waiting.who) and (waiting.who != OFFICER or appeal.officer_id in {None, user.pk})
        if waiting is not None and is_mine:
            yield DeskItem(title_of(appeal), appeal.get_absolute_url(), waiting.what, waiting.by)


def of_appellant(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The viewer's own drafts to lodge, questions to answer and minutes to comment on."""
    mine = Appeal.objects.visible_to(user).filter(place__application__supplier__organisation__in=user.organisations)
    for appeal in with_papers(mine.drafts(at) | mine.waiting(at)).distinct().order_by("created_at")[:200]:
        waiting = waits_for(appeal, at)
        if waiting is not None and waiting.who == APPELLANT:
            yield DeskItem(str(appeal.place), appeal.get_absolute_url(), waiting.what, waiting.by)


def to_appeal_against(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The refusals of rounds that the viewer's suppliers can appeal against, and have not begun to."""
    refused = (
        Place.objects.visible_to(user)
        .not_in_full()
        .filter(
            appeals=None,
            application__supplier__organisation__in=user.organisations,
            application__round__in=AdmissionRound.objects.hearing_appeals(at),
        )
    )
    for place in refused.select_related("application__round", "framework_list", "area").order_by("application__round__appeals_end_at")[:MOST]:
        said = "You were accepted for some services alone. You can appeal." if place.is_in_part else "You were not accepted. You can appeal."
        yield DeskItem(str(place), place.get_absolute_url(), said, place.application.round.appeals_end_at)


def deadlines(user: Any, at: datetime) -> Iterator[Deadline]:
    """Hearings to come, and the ends of the times to answer, to comment and to appeal once more, of the appeals that the viewer sees."""
    related = ("appeal__place__framework_list", "appeal__place__area")
    for hearing in Hearing.objects.visible_to(user).arranged().filter(starts_at__gt=at).select_related(*related).order_by("starts_at")[:100]:
        where = f" ({hearing.where})" if hearing.where else ""
        title = f"Hearing, {hearing.get_form_display().lower()}: {hearing.appeal.place}{where}"
        yield Deadline(hearing.starts_at, title, hearing.get_absolute_url(), f"hearing-{hearing.pk}")
    for asked in FurtherInformation.objects.visible_to(user).awaited(at).select_related(*related).order_by("ends_at")[:100]:
        yield Deadline(asked.ends_at, f"Answer due: {asked.appeal.place}", asked.get_absolute_url(), f"information-ends-{asked.pk}")
    held = Hearing.objects.visible_to(user).open_for_comments(at).select_related(*related)
    for hearing in held.order_by("comments_end_at")[:100]:
        title = f"Comments on the minutes end: {hearing.appeal.place}"
        yield Deadline(hearing.comments_end_at, title, hearing.get_absolute_url(), f"comments-end-{hearing.pk}")
    fresh = FreshDecision.objects.contestable(at).filter(appeal__in=Appeal.objects.visible_to(user)).select_related(*related)
    for decision in fresh.order_by("appeals_end_at")[:100]:
        yield Deadline(decision.appeals_end_at, f"Appeals end: {decision.appeal.place}", decision.get_absolute_url(), f"appeal-ends-{decision.pk}")


def due(at: datetime) -> Iterator[Due]:
    """Drafts that lapsed, questions without an answer, minutes without a comment, and new windows that are over; each told once."""
    over = Appeal.objects.filter(fresh_decision__in=FreshDecision.objects.past_window(at))
    records: tuple[tuple[Any, str, Any], ...] = (
        (tells.announce_due_of_appeal, tells.DRAFT_LAPSED, Appeal.objects.lapsed(at)),
        (tells.announce_due_of_appeal, tells.NEW_WINDOW_OVER, over),
        (tells.announce_due_of_information, tells.INFORMATION_OVER, FurtherInformation.objects.unanswered(at)),
        (tells.announce_due_of_hearing, tells.COMMENTS_OVER, Hearing.objects.past_comments(at)),
    )
    for act, what, found in records:
        told = Announcement.objects.filter(subject_id=OuterRef("pk"), what=what)
        for pk in found.exclude(Exists(told)).order_by("pk").values_list("pk", flat=True)[:100]:
            yield Due(act, pk, what)
