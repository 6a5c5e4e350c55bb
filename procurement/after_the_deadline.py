"""What is to be done after the deadline, by whom and until when: for the desk, the calendar and the clock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.urls import reverse

from commissioning.models import Announcement, Criterion, Role
from commissioning.registry import Deadline, DeskItem, Due
from commissioning.windows import windows_end_at
from procurement.actions.announcements import announce_due_of_tender
from procurement.models import AwardNotice, Challenge, ConsensusChange, Declaration, OpeningConfirmation, Score, Submission, Tender
from procurement.rules import trusts_where

MOST = 20
AT_ONCE = 300
S = Tender.Status
# No opening is overdue sooner, whatever the rule says; it keeps the sweep from counting days for nothing.
AT_LEAST = timedelta(hours=12)


def desk(user: Any, at: datetime) -> Iterator[DeskItem]:
    """What needs this person after the deadline, in a constant number of queries."""
    yield from _to_open(user, at)
    yield from _to_declare(user)
    yield from _to_score(user)
    yield from _to_chair(user)
    yield from _to_decide(user)
    yield from _to_award(user, at)
    yield from _told(user, at)


def _page(tender: Tender, name: str) -> str:
    return reverse(f"tender:{name}", args=[tender.pk])


def _to_open(user: Any, at: datetime) -> Iterator[DeskItem]:
    waiting = Tender.objects.closed_unopened(at).filter(buyer__in=trusts_where(user, Role.OPENER), openers=user).order_by("closes_at")[:MOST]
    confirmed = OpeningConfirmation.objects.valid(at).filter(tender__in=[tender.pk for tender in waiting]).select_related("opener")
    by_tender = {confirmation.tender_id: confirmation for confirmation in confirmed}
    for tender in waiting:
        other = by_tender.get(tender.pk)
        if other is None:
            yield DeskItem(str(tender), _page(tender, "opening"), "The deadline has passed: confirm that the bids be opened.")
        elif other.opener_id != user.pk:
            yield DeskItem(str(tender), _page(tender, "opening"), f"{other.opener} waits for a second opener: confirm too.", other.lapses_at)
        else:
            yield DeskItem(str(tender), _page(tender, "opening"), "You have confirmed. Another opener must confirm too.", other.lapses_at)


def _to_declare(user: Any) -> Iterator[DeskItem]:
    panel = Q(status=S.OPENED, buyer__in=trusts_where(user, Role.EVALUATOR, Role.PANEL_CHAIR))
    lead = Q(status__in=[S.OPENED, S.EVALUATED, S.STANDSTILL], buyer__in=trusts_where(user, Role.PROCUREMENT_LEAD))
    tenders = Tender.objects.filter(panel | lead).exclude(declarations__person=user)
    for tender in tenders.order_by("bids_opened_at")[:MOST]:
        yield DeskItem(str(tender), _page(tender, "declare_interests"), "The bids are opened: declare your interests.")


def _cleared(user: Any, role: str) -> Any:
    """Tenders of the person's own trusts for which they declared that they have no conflict."""
    return Tender.objects.filter(buyer__in=trusts_where(user, role), declarations__person=user, declarations__has_conflict=False)


def _counted(rows: Any, tender_path: str) -> Subquery:
    """How many of these rows there are for each tender."""
    of_tender = rows.filter(**{tender_path: OuterRef("pk")}).order_by().values(tender_path)
    return Subquery(of_tender.annotate(number=Count("pk")).values("number"), output_field=IntegerField())


def _to_score(user: Any) -> Iterator[DeskItem]:
    quality = Q(bid__lot__criteria_set__criteria__kind=Criterion.Kind.QUALITY)
    due = _counted(Submission.objects.filter(quality, opened_at__isnull=False), "bid__invitation__tender")
    given = _counted(Score.objects.by(user), "submission__bid__invitation__tender")
    tenders = _cleared(user, Role.EVALUATOR).filter(status=S.OPENED, scores_locked_at__isnull=True).annotate(due=due, given=given)
    for tender in tenders.order_by("bids_opened_at")[:MOST]:
        if (left := (tender.due or 0) - (tender.given or 0)) > 0:
            yield DeskItem(str(tender), _page(tender, "score_bid"), f"{left} of {tender.due} scores are still to be given.")


def _to_chair(user: Any) -> Iterator[DeskItem]:
    for tender in _cleared(user, Role.PANEL_CHAIR).filter(status=S.OPENED).order_by("bids_opened_at")[:MOST]:
        if tender.scores_locked_at is None:
            yield DeskItem(str(tender), _page(tender, "evaluation"), "The panel is scoring: lock the scores when all are given.")
        else:
            yield DeskItem(str(tender), _page(tender, "record_consensus"), "The scores are locked: record what the panel agrees on.")


def _to_decide(user: Any) -> Iterator[DeskItem]:
    waiting = ConsensusChange.objects.waiting().filter(submission__bid__invitation__tender=OuterRef("pk"))
    mine = Tender.objects.filter(status=S.OPENED, prices_known_at__isnull=False, buyer__in=trusts_where(user, Role.APPROVER))
    kept_from = Declaration.objects.conflicted().filter(person=user).values("tender")
    for tender in mine.filter(Exists(waiting)).exclude(pk__in=kept_from).order_by("bids_opened_at")[:MOST]:
        what = "What was agreed is to change although prices are known: confirm it or refuse it."
        yield DeskItem(str(tender), _page(tender, "decide_consensus_change"), what)


def _to_award(user: Any, at: datetime) -> Iterator[DeskItem]:
    mine = _cleared(user, Role.PROCUREMENT_LEAD)
    for tender in mine.filter(status=S.EVALUATED).order_by("bids_opened_at")[:MOST]:
        yield DeskItem(str(tender), _page(tender, "award"), "The evaluation is complete: announce the award.")
    challenges = Challenge.objects.standing().filter(invitation__tender__in=mine.filter(status=S.STANDSTILL))
    for challenge in challenges.select_related("invitation__tender", "invitation__supplier__organisation").order_by("lodged_at")[:MOST]:
        title = f"{challenge.invitation.tender}: challenge by {challenge.invitation.supplier}"
        yield DeskItem(title, challenge.get_absolute_url(), "Decide the challenge: until then the award cannot be confirmed.")
    over = mine.filter(status=S.STANDSTILL, standstill_ends_at__lte=at)
    for tender in over.exclude(Exists(Challenge.objects.standing().filter(invitation__tender=OuterRef("pk"))))[:MOST]:
        yield DeskItem(str(tender), _page(tender, "award"), "The standstill is over: confirm the award.")


def _told(user: Any, at: datetime) -> Iterator[DeskItem]:
    for notice in _notices(user, at)[:MOST]:
        tender = notice.invitation.tender
        yield DeskItem(
            str(tender),
            notice.get_absolute_url(),
            "The award is announced. You can challenge it until the standstill ends.",
            notice.standstill_ends_at,
        )


def _notices(user: Any, at: datetime) -> Any:
    """What the person's own suppliers were told, while the standstill runs."""
    own = AwardNotice.objects.standing().filter(invitation__supplier__organisation__in=user.organisations, standstill_ends_at__gt=at)
    return own.filter(invitation__tender__status=S.STANDSTILL).select_related("invitation__tender").order_by("standstill_ends_at")


def deadlines(user: Any, at: datetime) -> Iterator[Deadline]:
    """When standstills end, for the buyer's people and for those who bid."""
    if not user.is_authenticated:
        return
    for tender in Tender.objects.bought_by(user).standing_still(at).order_by("standstill_ends_at")[:AT_ONCE]:
        yield Deadline(tender.standstill_ends_at, f"Standstill ends: {tender}", _page(tender, "award"), f"standstill-{tender.pk}")
    for notice in _notices(user, at)[:AT_ONCE]:
        yield Deadline(
            notice.standstill_ends_at, f"Standstill ends: {notice.invitation.tender}", notice.get_absolute_url(), f"standstill-{notice.pk}"
        )


def _overdue_openings(at: datetime, told: Any) -> Iterator[UUID]:
    """The tenders whose time to be opened, by the rule of their framework, is over; untold."""
    sealed = Tender.objects.closed_unopened(at - AT_LEAST).exclude(Exists(told.filter(what="opening_overdue")))
    rule = "framework_version__content__timing__opening__code"
    waiting: dict[str, list[tuple[UUID, datetime]]] = {}
    for code, pk, closes_at in sealed.order_by("closes_at").values_list(rule, "pk", "closes_at")[:AT_ONCE]:
        waiting.setdefault(code, []).append((pk, closes_at))
    for code, some in waiting.items():
        ends = windows_end_at(code, (closes_at for _, closes_at in some))
        yield from (pk for (pk, _), ends_at in zip(some, ends, strict=True) if ends_at <= at)


def due(at: datetime) -> Iterator[Due]:
    """Openings that are overdue, and standstills that have ended, and were not told of."""
    told = Announcement.objects.filter(subject_id=OuterRef("pk"))
    for pk in _overdue_openings(at, told):
        yield Due(announce_due_of_tender, pk, "opening_overdue")
    over = Tender.objects.filter(status=S.STANDSTILL, standstill_ends_at__lte=at)
    untold = over.exclude(Exists(told.filter(what__startswith="standstill_over", at__gte=OuterRef("standstill_ends_at"))))
    for tender in untold.order_by("standstill_ends_at")[:AT_ONCE]:
        yield Due(announce_due_of_tender, tender.pk, f"standstill_over:{tender.standstill_ends_at:%Y%m%dT%H%M%SZ}")
