"""How the bids of a lot stand: the panel's agreed scores and the prices, put through the published formula."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from commissioning.models import Criterion, PriceFormula
from commissioning.refusals import Refused
from procurement.models import Consensus, Lot, SettledTie, Submission, Tender
from procurement.panel import bidder_of, opened_bids
from procurement.passing import why_it_fails
from procurement.ranking import Line, Offer, Ranking, rank
from procurement.scoring import JudgedCriterion, NotScorable


@dataclass(frozen=True)
class Standing:
    """A lot with its ranking, and the order of its bids once ties are settled."""

    lot: Lot
    criteria: list[Criterion]
    bids: dict[UUID, Submission]
    agreed: dict[tuple[UUID, UUID], Consensus]
    ranking: Ranking
    settled: list[SettledTie]

    def open_ties(self) -> list[tuple[UUID, ...]]:
        """The ties that neither the declared order nor the chair has settled."""
        return [tie for tie in self._ties() if self._settlement(tie) is None]

    def places(self) -> dict[UUID, int]:
        """The rank of each bid that was not excluded, with settled ties in their settled order."""
        ranks = {UUID(str(line.offer.key)): line.rank for line in self.ranking.lines if line.rank}
        for tie in self._ties():
            order = self._settlement(tie)
            ranks |= {key: ranks[key] + place for place, key in enumerate(order or ())}
        return ranks

    def _ties(self) -> list[tuple[UUID, ...]]:
        return [tuple(UUID(str(key)) for key in tie) for tie in self.ranking.ties]

    def _settlement(self, tie: tuple[UUID, ...]) -> list[UUID] | None:
        """The latest order that the chair gave to exactly these bids."""
        orders = ([UUID(key) for key in settled.order] for settled in self.settled)
        return next((order for order in orders if set(order) == set(tie)), None)

    def breakdown(self, line: Line) -> list[dict[str, Any]]:
        """For each criterion of a bid: its weight, and the score, points and reason that it got."""
        return [self._judged(line, criterion) for criterion in self.criteria]

    def _judged(self, line: Line, criterion: Criterion) -> dict[str, Any]:
        part = next((part for part in line.parts if part.criterion.key == criterion.pk), None)
        agreed = self.agreed.get((UUID(str(line.offer.key)), criterion.pk))
        return {
            "criterion": str(criterion.pk),
            "number": criterion.number,
            "title": criterion.title,
            "kind": criterion.kind,
            "weight": str(criterion.weight),
            "max_score": criterion.max_score,
            "score": agreed.value if agreed else None,
            "points": str(part.points) if part else None,
            "reason": agreed.reason if agreed else "",
        }


def standings(tender: Tender) -> list[Standing]:
    """How the bids of each lot stand now, in a constant number of queries; Refused with a sentence if that cannot be worked out yet."""
    bids = list(opened_bids(tender).prefetch_related("pass_decisions"))
    agreed = {(one.submission_id, one.criterion_id): one for one in Consensus.objects.filter(submission__in=bids)}
    ties = list(SettledTie.objects.filter(lot__tender=tender))
    lots = tender.lots.prefetch_related("criteria_set__criteria", "questionnaire__questions")
    return [_standing(lot, [bid for bid in bids if bid.bid.lot_id == lot.pk], agreed, [tie for tie in ties if tie.lot_id == lot.pk]) for lot in lots]


def has_open_tie(tender: Tender) -> bool:
    """Whether bids of a lot come out equal, and the chair has not put them in order."""
    try:
        return any(standing.open_ties() for standing in standings(tender))
    except Refused:
        return False


def _standing(lot: Lot, bids: list[Submission], agreed: dict[tuple[UUID, UUID], Consensus], settled: list[SettledTie]) -> Standing:
    criteria = sorted(lot.criteria_set.criteria.all(), key=lambda criterion: criterion.number)
    questions = list(lot.questionnaire.questions.all())
    offers = [_offer(bid, criteria, agreed, why_it_fails(bid, questions)) for bid in bids]
    try:
        ranking = rank([judged(criterion) for criterion in criteria], offers)
    except NotScorable as error:
        raise Refused(f"{lot}: {error}") from error
    return Standing(lot, criteria, {bid.pk: bid for bid in bids}, agreed, ranking, settled)


def judged(criterion: Criterion) -> JudgedCriterion:
    """A criterion as the scoring knows it."""
    formula = PriceFormula(criterion.formula) if criterion.kind == Criterion.Kind.PRICE else None
    return JudgedCriterion(criterion.pk, criterion.title, criterion.weight, criterion.max_score, criterion.least_score, formula)


def _offer(bid: Submission, criteria: Iterable[Criterion], agreed: dict[tuple[UUID, UUID], Consensus], failed: str) -> Offer:
    scores = {criterion.pk: agreed[bid.pk, criterion.pk].value for criterion in criteria if (bid.pk, criterion.pk) in agreed}
    price: Decimal | None = bid.total_price
    return Offer(bid.pk, bidder_of(bid), scores, price, bid.excluded_reason or failed)
