"""Turn agreed scores and prices into points: the same, to the last hundredth, whoever works it out.

Values are kept as fractions until they are published, because thirds do not end in decimals, and a total that stands on
half a hundredth must round the same way whatever the order in which its parts were added.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any, TypeVar, assert_never

from commissioning.models import PriceFormula

K = TypeVar("K", bound=Hashable)

ALL_WEIGHTS = Decimal(100)
LEAST_PRICE, TOO_HIGH_A_PRICE = Decimal("0.01"), Decimal("1E15")
# Values of the house, not of the law: a caller may bring its own.
ABNORMALLY_LOW_FACTOR = Decimal("0.8")
SPREAD_TO_DISCUSS = 2


class NotScorable(ValueError):
    """These criteria, scores or prices cannot be worked out. The message says why, for a person."""


@dataclass(frozen=True)
class JudgedCriterion:
    """One thing that is judged: by people on a scale of whole numbers (`formula` is None), or on price by a formula."""

    key: Hashable
    title: str
    weight: Decimal
    max_score: int = 5
    least_score: int = 0
    formula: PriceFormula | None = None

    @property
    def is_price(self) -> bool:
        """Whether a formula judges it, and not people."""
        return bool(self.formula)


def weights_fault(weights: Iterable[Decimal]) -> str:
    """What is wrong with sibling weights, which must each be more than 0 and sum to exactly 100; empty if nothing is."""
    weights = list(weights)
    if any(not weight.is_finite() or weight <= 0 for weight in weights):
        return "Every weight must be more than 0."
    total = sum(weights, Decimal())
    return "" if total == ALL_WEIGHTS else f"The weights sum to {total.normalize():f}. Change them so that they sum to exactly 100."


def quality_contribution(score: Decimal | int, max_score: int, weight: Decimal) -> Fraction:
    """Points for an agreed score: score / highest score × weight."""
    return Fraction(score) / max_score * Fraction(weight)


def checked_price(price: Decimal, label: str) -> Decimal:
    """The price in pounds, if it can be compared; NotScorable, naming the bid by its label, for one below a penny or not a sum of money."""
    if not price.is_finite() or not LEAST_PRICE <= price < TOO_HIGH_A_PRICE:
        raise NotScorable(f"{label} has a price that cannot be compared: it must be a sum of at least £0.01. Correct the price, or exclude the bid.")
    return price


def price_contributions(formula: PriceFormula, prices: Mapping[K, Decimal], weight: Decimal) -> dict[K, Fraction]:
    """Points for each price of the locked set of valid bids; NotScorable for a price below a penny.

    - relative: weight × lowest / price (Cabinet Office, Bid Evaluation Guidance, May 2021).
    - mean_deviation: weight / 100 × (50 − (price − mean) / mean × 100), the bracket kept within 0 and 100
      (as on procurementtemplates.co.uk; the bounds are a choice of the house).
    - range: weight × (highest − price) / (highest − lowest), the whole weight where every price is the same (same page; so too the choice).
    """
    formula = PriceFormula(formula)
    exact = {key: Fraction(checked_price(price, "A bid")) for key, price in prices.items()}
    if not exact:
        return {}
    lowest, highest, mean = min(exact.values()), max(exact.values()), sum(exact.values(), Fraction()) / len(exact)

    def share(price: Fraction) -> Fraction:
        match formula:
            case PriceFormula.RELATIVE:
                return lowest / price
            case PriceFormula.MEAN_DEVIATION:
                return min(max(Fraction(1, 2) - (price - mean) / mean, Fraction()), Fraction(1))
            case PriceFormula.RANGE:
                return (highest - price) / (highest - lowest) if highest > lowest else Fraction(1)
            case _:
                assert_never(formula)

    return {key: Fraction(weight) * share(price) for key, price in exact.items()}


def abnormally_low(prices: Mapping[K, Decimal], factor: Decimal = ABNORMALLY_LOW_FACTOR) -> frozenset[K]:
    """Whose price is below `factor` × the median: to be asked for an explanation, never rejected by a sum alone (PCR 2006 reg 30(6))."""
    if not prices:
        return frozenset()
    middle = median(Fraction(price) for price in prices.values())
    return frozenset(key for key, price in prices.items() if Fraction(price) < Fraction(factor) * middle)


def must_be_discussed(scores: Iterable[Decimal | int], spread: Decimal | int = SPREAD_TO_DISCUSS) -> bool:
    """Whether individual scores lie so far apart that the panel must talk before it agrees on one."""
    scores = list(scores)
    return bool(scores) and max(scores) - min(scores) >= spread


def missed_hurdles(criteria: Sequence[JudgedCriterion], scores: Mapping[Any, Decimal | int]) -> list[str]:
    """A sentence for each agreed score below its criterion's least score; asked before any price is looked at."""
    return [
        f"It scored {scores[criterion.key]} for “{criterion.title}”, where at least {criterion.least_score} is needed."
        for criterion in criteria
        if not criterion.is_price and criterion.key in scores and scores[criterion.key] < criterion.least_score
    ]
