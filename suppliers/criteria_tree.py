"""A framework's award criteria: a tree whose siblings weigh exactly 100 together; pure functions of its rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NotRequired, TypedDict

WHOLE, MOST, DEEPEST = Decimal(100), 200, 6


class CriterionRow(TypedDict):
    """A criterion: its code, title and weight out of 100 among its siblings; `within` is the code of the one that it is part of."""

    code: str
    title: str
    weight: Decimal
    within: NotRequired[str]
    description: NotRequired[str]


def fault(rows: Sequence[CriterionRow]) -> str:
    """What is wrong with the tree, as a sentence; empty if nothing is."""
    if len(rows) > MOST:
        return f"Use {MOST} criteria or fewer: there are {len(rows):,} now."
    seen: dict[str, int] = {"": 0}
    for row in rows:
        code, within = row["code"], row.get("within", "")
        if code in seen:
            return f"Two criteria have the code “{code}”. Give each a code of its own."
        if within not in seen:
            return f"“{code}” is part of “{within}”, which does not stand before it. Put that criterion first, or correct the code."
        seen[code] = seen[within] + 1
        if not 0 < Decimal(row["weight"]) <= WHOLE:
            return f"“{code}” weighs {row['weight']}. A weight is above 0 and at most 100."
        if seen[code] > DEEPEST:
            return f"“{code}” is {seen[code]} levels deep. Use {DEEPEST} levels or fewer."
    return _sums(rows)


def _sums(rows: Sequence[CriterionRow]) -> str:
    siblings: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        siblings[row.get("within", "")] += Decimal(row["weight"])
    for within, total in siblings.items():
        if total != WHOLE:
            where = f"the criteria within “{within}”" if within else "the criteria of the first level"
            return f"The weights of {where} sum to {total}, not to 100. Change them until they do."
    return ""


def global_weights(rows: Iterable[CriterionRow]) -> dict[str, Fraction]:
    """What each criterion weighs in the whole, out of 100: the product of the weights on the way to it, exactly."""
    whole: dict[str, Fraction] = {"": Fraction(100)}
    for row in rows:
        whole[row["code"]] = whole[row.get("within", "")] * Fraction(Decimal(row["weight"])) / 100
    del whole[""]
    return whole


def as_text(weight: Fraction) -> str:
    """A weight with as many decimals as it needs, at most six, rounded down: `12.5`."""
    exact = Decimal(weight.numerator * 1_000_000 // weight.denominator) / 1_000_000
    return f"{exact.normalize():f}"
