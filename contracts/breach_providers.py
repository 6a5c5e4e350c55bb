"""What reports of breaches add to the desk and the calendar, and what of them is announced when it falls due."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from commissioning.models import Announcement
from commissioning.registry import Deadline, DeskItem, Due
from contracts.actions.announcements import REPLY_OVER, announce_due_of_breach_report
from contracts.breach_waiting import waits_for
from contracts.models import BreachReport

MOST = 50


def title_of(report: BreachReport) -> str:
    """Who reports whom."""
    return f"{report.contract.buyer} reports {report.supplier}"


def desk(user: Any, at: datetime) -> Iterator[DeskItem]:
    """Drafts to report, reports to reply to, and reports to decide, of those that the viewer can move."""
    seen = BreachReport.objects.visible_to(user).with_parties()
    for records, verb, order in (
        (seen.filter(status=BreachReport.Status.DRAFT), "report_breach", "created_at"),
        (seen.awaiting_reply(at), "reply_to_breach_report", "reply_ends_at"),
    ):
        for report in records.order_by(order, "pk")[:MOST]:
            if user.has_perm(f"contracts.{verb}", report):
                yield _item(report, at)
    yield from to_decide(user, at)


def to_decide(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The reports that wait for the decision of the viewer, who acts for neither side."""
    if not user.has_perm("contracts.decide_breach_report"):
        return
    waiting = BreachReport.objects.visible_to(user).free_of(user).with_parties().to_decide(at)
    for report in waiting.filter(listing__framework_list__framework__authority__in=user.organisations).order_by("reported_at", "pk")[:MOST]:
        yield _item(report, at)


def _item(report: BreachReport, at: datetime) -> DeskItem:
    waiting = waits_for(report, at)
    return DeskItem(title_of(report), report.get_absolute_url(), waiting.what if waiting else "", waiting.by if waiting else None)


def deadlines(user: Any, at: datetime) -> Iterator[Deadline]:
    """The ends of the times to reply, of the reports that the viewer sees."""
    for report in BreachReport.objects.visible_to(user).with_parties().awaiting_reply(at).order_by("reply_ends_at")[:MOST]:
        assert report.reply_ends_at is not None  # it awaits a reply
        yield Deadline(report.reply_ends_at, f"Reply due: {report}", report.get_absolute_url(), f"breach-reply-ends-{report.pk}")


def due(at: datetime) -> Iterator[Due]:
    """Reports to which no reply came in time; each told once."""
    told = Announcement.objects.filter(subject_id=OuterRef("pk"), what=REPLY_OVER)
    for pk in BreachReport.objects.unanswered(at).exclude(Exists(told)).order_by("pk").values_list("pk", flat=True)[:100]:
        yield Due(announce_due_of_breach_report, pk, REPLY_OVER)
