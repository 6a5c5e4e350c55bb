"""What is to be done up to the deadline, by whom and until when: for the desk, the calendar, the search and the clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from commissioning.finding import found_by
from commissioning.models import Announcement, Role
from commissioning.registry import Deadline, DeskItem, Due, Found
from commissioning.wording import plural
from commissioning.working_days import working_days
from procurement.actions.announcements import announce_due_of_tender, for_this_deadline
from procurement.models import Advice, Bid, ChangeOfOpeners, Extension, Invitation, Submission, Tender
from procurement.rules import trusts_where
from suppliers.reminders import due_reminder

MOST = 20
AT_ONCE = 300
# The first reminder goes five working days before a deadline: with the longest holidays, never sooner than this.
NEAR = timedelta(days=16)
_STANDSTILL, _CONTENT = "framework_version__standstill_rule", "framework_version__content"
S = Tender.Status


def desk(user: Any, at: datetime) -> Iterator[DeskItem]:
    """What needs this person up to the deadline, in a constant number of queries."""
    yield from _to_write(user)
    yield from _to_approve(user)
    yield from _to_answer(user, at)
    yield from _to_bid(user, at)
    yield from _to_advise(user)


def _to_write(user: Any) -> Iterator[DeskItem]:
    led = trusts_where(user, Role.PROCUREMENT_LEAD)
    for tender in Tender.objects.filter(buyer__in=led, status__in=[S.DRAFT, S.APPROVED]).order_by("-created_at")[:MOST]:
        what = "A draft: finish it and propose it." if tender.status == S.DRAFT else "It is approved: issue it."
        yield DeskItem(str(tender), tender.get_absolute_url(), what)


def _to_approve(user: Any) -> Iterator[DeskItem]:
    trusts = trusts_where(user, Role.APPROVER)
    for tender in Tender.objects.filter(buyer__in=trusts, status=S.PROPOSED).exclude(proposed_by=user).order_by("created_at")[:MOST]:
        yield DeskItem(str(tender), tender.get_absolute_url(), "It waits for your approval.")
    waiting = Extension.objects.waiting().filter(tender__buyer__in=trusts, tender__status=S.ISSUED).exclude(proposed_by=user)
    for extension in waiting.select_related("tender").order_by("created_at")[:MOST]:
        yield DeskItem(str(extension.tender), extension.get_absolute_url(), "A later deadline waits for a second person to set it.")
    yield from _to_confirm(user)


def _to_confirm(user: Any) -> Iterator[DeskItem]:
    """Other openers that somebody else proposed, none of whom the person is."""
    trusts = trusts_where(user, Role.PROCUREMENT_LEAD, Role.APPROVER)
    waiting = ChangeOfOpeners.objects.waiting().filter(tender__buyer__in=trusts, tender__status__in=[S.APPROVED, S.ISSUED])
    for change in waiting.exclude(proposed_by=user).exclude(openers=user).select_related("tender").order_by("created_at")[:MOST]:
        yield DeskItem(str(change.tender), change.get_absolute_url(), "Other openers wait for a second person to confirm them.")


def _to_answer(user: Any, at: datetime) -> Iterator[DeskItem]:
    led = Tender.objects.filter(buyer__in=trusts_where(user, Role.PROCUREMENT_LEAD)).receiving(at)
    unanswered = Count("docket__clarifications", filter=Q(docket__clarifications__answered_at__isnull=True))
    for tender in led.annotate(unanswered=unanswered).filter(unanswered__gt=0).order_by("closes_at")[:MOST]:
        what = f"{plural(tender.unanswered, 'question waits', 'questions wait')} for an answer."
        yield DeskItem(str(tender), tender.get_absolute_url(), what, tender.answers_due_at or tender.closes_at)


def _to_bid(user: Any, at: datetime) -> Iterator[DeskItem]:
    own = Invitation.objects.to_suppliers_of(user).filter(tender__in=Tender.objects.receiving(at))
    received = Submission.objects.counting().filter(bid__invitation=OuterRef("pk"))
    silent = own.exclude(intention=Invitation.Intention.DECLINES).exclude(Exists(received))
    begun = Bid.objects.filter(invitation=OuterRef("pk"))
    for invitation in silent.select_related("tender").annotate(is_begun=Exists(begun)).order_by("tender__closes_at", "pk")[:MOST]:
        what = "Your draft is not submitted." if invitation.is_begun else "You are invited to bid."
        yield DeskItem(str(invitation.tender), invitation.get_absolute_url(), what, invitation.tender.closes_at)


def _to_advise(user: Any) -> Iterator[DeskItem]:
    """Tenders that the person is asked about as an adviser, and of which no adviser has said anything."""
    for advice in Advice.objects.asked_of(user).unanswered().select_related("tender__buyer").order_by("created_at", "pk")[:MOST]:
        yield DeskItem(str(advice.tender), advice.get_absolute_url(), f"{advice.tender.buyer} asks for your advice.")


def deadlines(user: Any, at: datetime) -> Iterator[Deadline]:
    """When questions close and bids are due: of the viewer's own tenders and invitations, and of the public's open ones."""
    for tender in Tender.objects.visible_to(user).receiving(at).order_by("closes_at")[:AT_ONCE]:
        href = tender.get_absolute_url()
        yield Deadline(tender.closes_at, f"Bids are due: {tender}", href, f"bids-due-{tender.pk}")
        if tender.questions_close_at > at:
            yield Deadline(tender.questions_close_at, f"Questions close: {tender}", href, f"questions-close-{tender.pk}")


def searches(user: Any, text: str) -> Iterator[Found]:
    """Tenders by title and reference, as far as the viewer may see them."""
    named = found_by(Tender.objects.visible_to(user), text, "title__icontains", "reference__icontains")
    for tender in named.select_related("buyer").order_by("-created_at", "pk")[:MOST]:
        yield Found(tender.title, tender.get_absolute_url(), "Tenders", f"{tender.reference}, {tender.buyer}")


def due(at: datetime) -> Iterator[Due]:
    """Questions that have closed, deadlines that have passed, and reminders of deadlines that are near, if nobody was told yet."""
    told = Announcement.objects.filter(subject_id=OuterRef("pk"))
    closed = Tender.objects.receiving(at).filter(questions_close_at__lte=at).exclude(Exists(told.filter(what="questions_closed")))
    for pk in closed.order_by("closes_at").values_list("pk", flat=True)[:AT_ONCE]:
        yield Due(announce_due_of_tender, pk, "questions_closed")
    passed = told.filter(what__startswith="deadline_passed:", at__gte=OuterRef("closes_at"))
    for tender in Tender.objects.closed_unopened(at).exclude(Exists(passed)).order_by("closes_at")[:AT_ONCE]:
        yield Due(announce_due_of_tender, tender.pk, for_this_deadline("deadline_passed", tender))
    yield from _reminders(at)


def _reminders(at: datetime) -> Iterator[Due]:
    near = list(
        Tender.objects.receiving(at).filter(closes_at__lte=at + NEAR).select_related(_STANDSTILL).defer(_CONTENT).order_by("closes_at")[:AT_ONCE]
    )
    told = set(Announcement.objects.filter(subject_id__in=[tender.pk for tender in near]).values_list("subject_id", "what"))
    calendar = cache(working_days)
    for tender in near:
        days = due_reminder(tender.issued_at, tender.closes_at, at, calendar(tender.framework_version.standstill_rule.calendar))
        if days is not None and (tender.pk, what := for_this_deadline(f"reminder:{days}", tender)) not in told:
            yield Due(announce_due_of_tender, tender.pk, what)
