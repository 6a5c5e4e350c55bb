"""What each appeal waits for: whose step it is, what it is, and by when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from suppliers.models import Appeal, FreshDecision, FurtherInformation, Hearing, Place
from suppliers.models.appeals import AppealQuerySet, Refusal, Remedy

OFFICER, APPELLANT, CURATORS = "An appeals officer", "The appellant", "The curators"
_OF = {FurtherInformation.AskedOf.APPELLANT: APPELLANT, FurtherInformation.AskedOf.CURATORS: CURATORS}
_REMEDIES = {
    Remedy.LISTED: "List the appellant.",
    Remedy.REASONS_REISSUED: "Send the reasons anew.",
    Remedy.RE_ASSESSED: "Assess the place anew, by people who took no part.",
}


@dataclass(frozen=True)
class Waiting:
    """Whose step is next, what it is, and by when (None: there is no clock)."""

    who: str
    what: str
    by: datetime | None = None


def with_papers(appeals: AppealQuerySet) -> AppealQuerySet:
    """With all that `waits_for` reads, in the same few queries whatever their number."""
    related = (
        "place__framework_list",
        "place__area",
        "place__application__supplier__organisation",
        "officer",
        "against",
        "fresh_decision__contested_by",
    )
    lists: list[Prefetch[Any]] = [Prefetch("information"), Prefetch("hearings")]
    found = appeals.select_related("place__application__round__framework__authority", *related)
    return found.prefetch_related(*lists)


def waits_for(appeal: Appeal, at: datetime) -> Waiting | None:
    """The step that an appeal waits for at that moment; None if it waits for nothing."""
    status = Appeal.Status(appeal.status)
    if status == Appeal.Status.DRAFT:
        return None if appeal.has_lapsed(at) else Waiting(APPELLANT, "Lodge the appeal.", appeal.refusal.ends_at)
    if status == Appeal.Status.LODGED:
        return Waiting(OFFICER, "An appeal was lodged: acknowledge it.")
    if status in {Appeal.Status.ACKNOWLEDGED, Appeal.Status.HEARD}:
        return _question(appeal, at) or _hearing(appeal, at)
    if status == Appeal.Status.CARRIED_OUT:
        return _new_window(appeal, at)
    return _remedy(appeal) if status in {Appeal.Status.UPHELD, Appeal.Status.REMITTED} else None


def _question(appeal: Appeal, at: datetime) -> Waiting | None:
    awaited = [asked for asked in appeal.information.all() if asked.answered_at is None and at < asked.ends_at]
    soonest = min(awaited, key=lambda asked: asked.ends_at, default=None)
    return Waiting(_OF[soonest.asked_of], f"Answer the officer’s question {soonest.number}.", soonest.ends_at) if soonest else None


def _hearing(appeal: Appeal, at: datetime) -> Waiting:
    latest: Hearing | None = next(iter(sorted(appeal.hearings.all(), key=lambda hearing: -hearing.number)), None)
    if latest is None or latest.adjourned_at is not None:
        return Waiting(OFFICER, "Arrange a hearing.")
    if latest.held_at is None:
        is_to_come = at < latest.starts_at
        return Waiting(OFFICER, "Hear the appellant." if is_to_come else "Record the hearing.", latest.starts_at if is_to_come else None)
    if latest.commented_at is None and latest.comments_end_at and at < latest.comments_end_at:
        return Waiting(APPELLANT, "Comment on the minutes.", latest.comments_end_at)
    return Waiting(OFFICER, "The appeal was heard: decide it.")


def decision_anew(appeal: Appeal) -> FreshDecision | None:
    """The decision that the appeal led to, in draft or sent."""
    return getattr(appeal, "fresh_decision", None)


def _remedy(appeal: Appeal) -> Waiting:
    if decision_anew(appeal) is not None:
        return Waiting(CURATORS, "Send the decision that was made anew.")
    return Waiting(CURATORS, _REMEDIES[Remedy(appeal.remedy or Remedy.RE_ASSESSED)])


def _new_window(appeal: Appeal, at: datetime) -> Waiting | None:
    fresh = decision_anew(appeal)
    if fresh is None or fresh.appeals_end_at is None or at >= fresh.appeals_end_at:
        return None
    lodged = getattr(fresh, "contested_by", None)
    if lodged is not None and lodged.status != Appeal.Status.DRAFT:
        return None
    return Waiting(APPELLANT, "Appeal against the new refusal, or let it stand.", fresh.appeals_end_at)


def may_be_contested_until(place: Place, appeals: Iterable[Appeal], at: datetime) -> datetime | None:
    """The end of the window in which an appeal against the refusal that stands can be begun at that moment, given the place's appeals in order."""
    known = list(appeals)
    sent = [fresh for appeal in known if (fresh := decision_anew(appeal)) is not None and fresh.sent_at is not None]
    round_ = place.application.round
    stands: Refusal = (
        Refusal(sent[-1].outcome, "", sent[-1].sent_at, sent[-1].appeals_end_at, sent[-1])
        if sent
        else Refusal(place.outcome, "", round_.decisions_sent_at, round_.appeals_end_at, None, place.is_in_part)
    )
    begun = any(appeal.against_id == (stands.fresh.pk if stands.fresh else None) for appeal in known)
    is_open = stands.refuses and stands.can_be_contested(at) and not begun
    return stands.ends_at if is_open else None
