"""Put a locked set of bids in order by their points, and say what makes the order fragile."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from commissioning.points import published
from procurement.scoring import (
    ABNORMALLY_LOW_FACTOR,
    JudgedCriterion,
    NotScorable,
    abnormally_low,
    checked_price,
    missed_hurdles,
    price_contributions,
    quality_contribution,
    weights_fault,
)


class TieBreak(StrEnum):
    """What parts offers that come out equal."""

    QUALITY_TOTAL = "quality_total"
    CRITERIA_BY_WEIGHT = "criteria_by_weight"
    LOWER_PRICE = "lower_price"


@dataclass(frozen=True)
class Rules:
    """What the invitation to tender declared about the order of offers. A tie that `tie_breaks` leave is for people, never for chance."""

    tie_breaks: Sequence[TieBreak] = tuple(TieBreak)
    abnormally_low_factor: Decimal = ABNORMALLY_LOW_FACTOR


HOUSE_RULES = Rules()


@dataclass(frozen=True)
class Offer:
    """One bid of the locked set: agreed scores by criterion, whole-life price in pounds, and why it is already out, if it is."""

    key: Hashable
    label: str
    scores: Mapping[Any, Decimal | int]
    price: Decimal | None = None
    excluded_because: str = ""


@dataclass(frozen=True)
class Part:
    """What one criterion gave an offer: the agreed score (None for price) and the contribution to the total."""

    criterion: JudgedCriterion
    score: int | None
    exact: Fraction

    @property
    def points(self) -> Decimal:
        """The contribution as it is published."""
        return published(self.exact)


@dataclass(frozen=True)
class Line:
    """How one offer came out. An excluded offer has its reason and its quality parts, and neither price points nor a rank."""

    offer: Offer
    parts: tuple[Part, ...]
    excluded_because: str = ""
    rank: int | None = None
    is_abnormally_low: bool = False

    @property
    def exact_quality(self) -> Fraction:
        """The sum of the quality contributions, unrounded."""
        return sum((part.exact for part in self.parts if not part.criterion.is_price), Fraction())

    @property
    def exact_total(self) -> Fraction:
        """The sum of all contributions, unrounded."""
        return sum((part.exact for part in self.parts), Fraction())

    @property
    def quality(self) -> Decimal:
        """Quality points, as published."""
        return published(self.exact_quality)

    @property
    def price_points(self) -> Decimal | None:
        """Points for price, as published; None where price gives no points or was never looked at."""
        return next((part.points for part in self.parts if part.criterion.is_price), None)

    @property
    def total(self) -> Decimal | None:
        """The rounded sum (not the sum of rounded parts), as published; None for an excluded offer."""
        return None if self.excluded_because else published(self.exact_total)


@dataclass(frozen=True)
class Parting:
    """Neighbours with equal results, and what put one above the other."""

    above: tuple[Hashable, ...]
    below: tuple[Hashable, ...]
    by: str


@dataclass(frozen=True)
class Reversal:
    """Leaving out this offer, which did not win, would change who comes first."""

    without: Hashable
    first: tuple[Hashable, ...]


@dataclass(frozen=True)
class Ranking:
    """The order of the offers, excluded ones last, with what a person must see before relying on it.

    `partings` were decided by a tie-break; `ties` were decided by nothing, and must be settled by a person.
    """

    lines: tuple[Line, ...]
    partings: tuple[Parting, ...] = ()
    ties: tuple[tuple[Hashable, ...], ...] = ()
    reversals: tuple[Reversal, ...] = ()

    @property
    def first(self) -> tuple[Hashable, ...]:
        """Who has the first rank: one offer; several where a tie is not settled; none without a valid offer."""
        return tuple(line.offer.key for line in self.lines if line.rank == 1)

    @property
    def winner(self) -> Hashable | None:
        """Who alone comes first, if anybody does."""
        return self.first[0] if len(self.first) == 1 else None

    def line(self, key: Hashable) -> Line:
        """How this offer came out; KeyError for one that is not in the set."""
        return {line.offer.key: line for line in self.lines}[key]


def rank(criteria: Sequence[JudgedCriterion], offers: Sequence[Offer], rules: Rules = HOUSE_RULES) -> Ranking:
    """Put a locked set of bids in order, with every part of every total, and report what makes the order fragile.

    `criteria` stand in their published order. A bid below a hurdle, or already out, is left aside before any price is
    looked at. Raises NotScorable with a sentence if the criteria, a score or a price cannot be worked out.
    """
    price = _price_criterion(criteria)
    if len({offer.key for offer in offers}) < len(offers):
        raise NotScorable("A bid is in the set twice. Lock the set again with each bid once.")
    judged = [_judged(criteria, offer) for offer in offers]
    valid = [line for line in judged if not line.excluded_because]
    needs_price = price is not None or bool(_prices(valid))
    for line in valid:
        _check_complete(line.offer, criteria, needs_price=needs_price)
    groups = _in_order(criteria, price, valid, rules)
    return Ranking(
        lines=(*_ranked(groups, rules), *sorted((line for line in judged if line.excluded_because), key=_name)),
        partings=tuple(_partings(groups)),
        ties=tuple(group.keys for group in groups if len(group.lines) > 1),
        reversals=tuple(_reversals(criteria, price, groups, rules)),
    )


def _price_criterion(criteria: Sequence[JudgedCriterion]) -> JudgedCriterion | None:
    """The criterion for price, if there is one, after checking that the criteria can be added up."""
    if fault := weights_fault(criterion.weight for criterion in criteria):
        raise NotScorable(fault)
    if len({criterion.key for criterion in criteria}) < len(criteria):
        raise NotScorable("A criterion is there twice. Keep one of the two.")
    priced = [criterion for criterion in criteria if criterion.is_price]
    if len(priced) > 1:
        raise NotScorable("More than one criterion is for price. Keep one of them.")
    return priced[0] if priced else None


def _judged(criteria: Sequence[JudgedCriterion], offer: Offer) -> Line:
    parts = []
    for criterion in criteria:
        if not criterion.is_price and criterion.key in offer.scores:
            score = _checked_score(offer, criterion)
            parts.append(Part(criterion, score, quality_contribution(score, criterion.max_score, criterion.weight)))
    return Line(offer, tuple(parts), offer.excluded_because or " ".join(missed_hurdles(criteria, offer.scores)))


def _checked_score(offer: Offer, criterion: JudgedCriterion) -> int:
    score = offer.scores[criterion.key]
    if not Decimal(score).is_finite() or not 0 <= score <= criterion.max_score or score != int(score):
        raise NotScorable(f"{offer.label}: the score for “{criterion.title}” must be a whole number from 0 to {criterion.max_score}.")
    return int(score)


def _check_complete(offer: Offer, criteria: Sequence[JudgedCriterion], *, needs_price: bool) -> None:
    for criterion in criteria:
        if not criterion.is_price and criterion.key not in offer.scores:
            raise NotScorable(f"{offer.label} has no agreed score for “{criterion.title}”. Agree on one first.")
    if needs_price and offer.price is None:
        raise NotScorable(f"{offer.label} has no price. Enter its price, or exclude it with a reason.")
    if offer.price is not None:
        checked_price(offer.price, offer.label)


@dataclass(frozen=True)
class _Merit:
    """One thing that is compared, and how much an offer has of it; more is better."""

    name: str
    value: Fraction


@dataclass(frozen=True)
class _Group:
    """Offers that nothing parts."""

    merits: tuple[_Merit, ...]
    lines: tuple[Line, ...]

    @property
    def keys(self) -> tuple[Hashable, ...]:
        return tuple(line.offer.key for line in self.lines)


def _in_order(criteria: Sequence[JudgedCriterion], price: JudgedCriterion | None, lines: Iterable[Line], rules: Rules) -> list[_Group]:
    """The valid lines with their price points, best first, equals together."""
    by_weight = sorted((criterion for criterion in criteria if not criterion.is_price), key=lambda criterion: -criterion.weight)
    compared = [(tuple(_merits(by_weight, line, rules)), line) for line in _with_price_points(criteria, price, list(lines))]
    compared.sort(key=lambda pair: ([-merit.value for merit in pair[0]], _name(pair[1])))
    return [_Group(merits, tuple(line for _, line in equals)) for merits, equals in groupby(compared, key=lambda pair: pair[0])]


def _name(line: Line) -> tuple[str, str]:
    """Where a line stands among its equals, so that the order in which bids came in shows nowhere."""
    return line.offer.label, str(line.offer.key)


def _with_price_points(criteria: Sequence[JudgedCriterion], price: JudgedCriterion | None, lines: list[Line]) -> list[Line]:
    if price is None or price.formula is None:
        return lines
    points = price_contributions(price.formula, _prices(lines), price.weight)
    before = criteria.index(price)
    return [replace(line, parts=(*line.parts[:before], Part(price, None, points[line.offer.key]), *line.parts[before:])) for line in lines]


def _prices(lines: Iterable[Line]) -> dict[Hashable, Decimal]:
    return {line.offer.key: line.offer.price for line in lines if line.offer.price is not None}


def _merits(by_weight: Sequence[JudgedCriterion], line: Line, rules: Rules) -> Iterator[_Merit]:
    """The result as it is published, at two decimals, then what the declared tie-breaks compare, in their order."""
    price = line.offer.price
    yield _Merit("total", Fraction(published(line.exact_total)))
    scores = {part.criterion.key: part.score or 0 for part in line.parts}
    for tie_break in rules.tie_breaks:
        if tie_break == TieBreak.QUALITY_TOTAL:
            yield _Merit("quality total", Fraction(published(line.exact_quality)))
        elif tie_break == TieBreak.CRITERIA_BY_WEIGHT:
            yield from (_Merit(f"score for “{criterion.title}”", Fraction(scores[criterion.key])) for criterion in by_weight)
        elif price is not None:
            yield _Merit("lower price", -Fraction(price))


def _ranked(groups: Sequence[_Group], rules: Rules) -> Iterator[Line]:
    """Every line with its rank (1, 2, 2, 4) and the flag on a price that must be explained."""
    low = abnormally_low(_prices(line for group in groups for line in group.lines), rules.abnormally_low_factor)
    place = 1
    for group in groups:
        yield from (replace(line, rank=place, is_abnormally_low=line.offer.key in low) for line in group.lines)
        place += len(group.lines)


def _partings(groups: Sequence[_Group]) -> Iterator[Parting]:
    for above, below in pairwise(groups):
        if above.merits[0] == below.merits[0]:
            differs = next(merit for merit, other in zip(above.merits, below.merits, strict=True) if merit != other)
            yield Parting(above.keys, below.keys, differs.name)


def _reversals(criteria: Sequence[JudgedCriterion], price: JudgedCriterion | None, groups: Sequence[_Group], rules: Rules) -> Iterator[Reversal]:
    """Each offer behind the first, left out in turn; relative formulas are known to change their mind."""
    lines = [line for group in groups for line in group.lines]
    unpriced = {line.offer.key: replace(line, parts=tuple(part for part in line.parts if part.criterion is not price)) for line in lines}
    for left_out in (line.offer.key for group in groups[1:] for line in group.lines):
        first = _in_order(criteria, price, (line for key, line in unpriced.items() if key != left_out), rules)[0].keys
        if first != groups[0].keys:
            yield Reversal(left_out, first)
