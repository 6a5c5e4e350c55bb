"""When an open framework reopens for new suppliers, and by when it must."""

from datetime import date, datetime, timedelta
from typing import Any

from commissioning.clock import in_london
from commissioning.models.regimes import years_on
from commissioning.wording import date_text
from suppliers.models import AdmissionRound, Framework
from suppliers.models.frameworks import NOTICE_DAYS


def why_closed(framework: Framework) -> str:
    """Why the framework admits nobody any more, as a sentence; empty if it does."""
    first = framework.publications.order_by("version").first() if framework.reopens is False else None
    if first is None:
        return ""
    since = date_text(first.published_at)
    return f"Its lists were published on {since}, and it does not reopen after that. New suppliers are admitted under another framework."


def open_frameworks(at: datetime) -> Any:
    """The frameworks in force that reopen by law, with what says by when: when their lists came out, and their rounds."""
    found = Framework.objects.in_force(at).filter(reopens=True, regime__open_frameworks=True).select_related("regime")
    return found.with_publications().prefetch_related("rounds").order_by("starts_on", "pk")


def reopens_by(framework: Any) -> date | None:
    """The day by which one of `open_frameworks` is to reopen next; None if that comes after its end, or its lists are not out.

    The first time is counted from its first day, each later one from the publication that the reopening before led to.
    """
    law, first = framework.regime, framework.first_published_at
    if first is None:
        return None
    since = [each for each in framework.rounds.all() if _reopened(each) and each.announced_at > first]
    if not since:
        by = _after(framework.starts_on, law.first_reopening_years)
    else:
        latest = max(each.published_at or each.announced_at for each in since)
        by = _after(in_london(latest).date(), law.later_reopening_years)
    return by if by is not None and by <= framework.ends_on else None


def _reopened(round_: AdmissionRound) -> bool:
    return round_.announced_at is not None and round_.status != AdmissionRound.Status.WITHDRAWN


def _after(day: date, years: int | None) -> date | None:
    return None if years is None else years_on(day, years)


def notice_due(by: date | None, on: date) -> int | None:
    """How many days before a reopening the notice is that is due on that day; None if none is. Only the latest counts."""
    if by is None or on > by:
        return None
    return min((days for days in NOTICE_DAYS if by - timedelta(days=days) <= on), default=None)
