"""What a draft tender lacks before a second person can be asked to approve it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from commissioning.models import Criterion
from procurement.models import Lot, Tender
from procurement.notice import lots_in_full
from procurement.scoring import weights_fault


@dataclass(frozen=True)
class Lack:
    """Something that is missing: the part of the draft it belongs to, the lot if it is a lot's, and a sentence."""

    part: str
    sentence: str
    lot: Lot | None = None

    def __str__(self) -> str:
        return f"Lot {self.lot.number}: {self.sentence}" if self.lot else self.sentence


def lacks(tender: Tender, lots: list[Lot] | None = None) -> list[Lack]:
    """Everything missing, in the order of the draft; empty if the tender is complete."""
    lots = lots_in_full(tender) if lots is None else lots
    return [*_of_tender(tender), *([] if lots else [Lack("lots", "Add at least one lot.")]), *(lack for lot in lots for lack in _of_lot(lot))]


def _of_tender(tender: Tender) -> Iterator[Lack]:
    if not tender.description.strip():
        yield Lack("details", "Describe what you want to buy.")
    if tender.closes_at is None or tender.questions_close_at is None:
        yield Lack("timeline", "Set when questions close and when bids are due.")
    if tender.contract_starts_on is None or tender.contract_ends_on is None:
        yield Lack("timeline", "Set when the contract starts and ends.")


def _of_lot(lot: Lot) -> Iterator[Lack]:
    criteria = list(lot.criteria_set.criteria.all())
    if fault := criteria_fault(criteria, lot.tender.framework_version.content):
        yield Lack("criteria", fault, lot)
    if any(criterion.kind == Criterion.Kind.QUALITY for criterion in criteria) and not lot.questionnaire.questions.all():
        yield Lack("questions", "Ask at least one question, for quality to be judged by the answers.", lot)
    if not lot.price_lines.all():
        yield Lack("prices", "Add at least one line to the price schedule.", lot)


def criteria_fault(criteria: list[Criterion], framework: dict[str, Any]) -> str:
    """What is wrong with a lot's criteria; empty if nothing is: weights that sum to exactly 100, one of them for price.

    `framework` is the content of its version: under a law that says so, each criterion lies under one of the framework's.
    """
    if not criteria:
        return "Say what bids are judged on."
    if fault := weights_fault(criterion.weight for criterion in criteria):
        return fault
    prices = [criterion for criterion in criteria if criterion.kind == Criterion.Kind.PRICE]
    if len(prices) != 1:
        return f"Judge price by exactly one criterion: there {'is none' if not prices else f'are {len(prices)}'} now."
    return next(filter(None, (_not_under(criterion, framework) for criterion in criteria)), "")


def _not_under(criterion: Criterion, framework: dict[str, Any]) -> str:
    """That a criterion adds to those of the framework (section 46(8) of the Procurement Act 2023), as a sentence."""
    known, law = {row["code"]: f"{row['title']} ({row['code']})" for row in framework["criteria"]}, framework["regime"]
    if criterion.refines in known or not (law["criteria_lie_under"] or criterion.refines):
        return ""
    choices = ", ".join(known.values())
    if criterion.refines:
        return f"Criterion {criterion.number} refines “{criterion.refines}”, which is no criterion of the framework. These are: {choices}."
    why = f"By {law['criteria_source']} criteria may be refined and not added" if law["criteria_source"] else "Criteria may be refined and not added"
    return f"Criterion {criterion.number}, {criterion.title}, lies under none of the framework. {why}: say which it refines, of {choices}."
