"""What each bidder is told of the award: criteria, own scores with reasons, the winner's name and scores, and the standstill (reg 32 PCR 2006)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from procurement.models import Invitation, Lot, Result, Tender
from procurement.panel import bidder_of

INTENDED, NOT_INTENDED, EXCLUDED, NO_AWARD = "intended", "not_intended", "excluded", "no_award"


@dataclass(frozen=True)
class Decided:
    """What was decided for one lot: the winning result (None: no award) and the reasons."""

    lot: Lot
    winner: Result | None
    reasons: str


def results_by_bidder(tender: Tender) -> dict[Invitation, list[Result]]:
    """Every bidder's results, in the order of the lots."""
    results = Result.objects.filter(lot__tender=tender).order_by("lot__number")
    by_bidder: dict[Invitation, list[Result]] = {}
    for result in results.select_related("lot", "submission__bid__invitation__supplier__organisation"):
        by_bidder.setdefault(result.submission.bid.invitation, []).append(result)
    return by_bidder


def notice_content(results: list[Result], decisions: Mapping[UUID, Decided]) -> dict[str, Any]:
    """The content of one bidder's notice: a part for each lot that it bid for, and not who else bid.

    No rival's price is written in it; but the law demands the winner's points, and whoever knows the published formula and
    their own price can work out from the winner's points for price about what the winner asks.
    """
    return {"lots": [_part(result, decisions[result.lot_id]) for result in results]}


def _part(own: Result, decided: Decided) -> dict[str, Any]:
    winner = decided.winner if decided.winner != own else None
    return {
        "number": own.lot.number,
        "title": own.lot.title,
        "outcome": _outcome(own, decided),
        "excluded_reason": own.excluded_reason,
        "decision": decided.reasons,
        "total": _text(own.total_points),
        "winner": bidder_of(decided.winner.submission) if decided.winner else "",
        "winner_total": _text(decided.winner.total_points) if decided.winner else None,
        "criteria": [_criterion(line, winner) for line in own.breakdown],
    }


def _outcome(own: Result, decided: Decided) -> str:
    if decided.winner == own:
        return INTENDED
    if own.excluded_reason:
        return EXCLUDED
    return NOT_INTENDED if decided.winner else NO_AWARD


def _criterion(line: Mapping[str, Any], winner: Result | None) -> dict[str, Any]:
    """One criterion of the bidder's own breakdown, with the score and points of the winner beside them."""
    theirs: Mapping[str, Any] = next((other for other in winner.breakdown if other["criterion"] == line["criterion"]), {}) if winner else {}
    return {**line, "winner_score": theirs.get("score"), "winner_points": theirs.get("points")}


def _text(points: Any) -> str | None:
    return None if points is None else str(points)
