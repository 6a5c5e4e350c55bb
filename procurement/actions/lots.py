"""What a draft tender is made of: its lots, and for each its criteria, questions and price schedule."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, NotRequired, TypedDict, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet

from commissioning.models import CriteriaSet, Criterion, PriceFormula, Question, Questionnaire, Record, User
from commissioning.moves import Step, moving
from commissioning.questionnaires import QuestionEntry, entries_of, write_questions
from commissioning.scales import PUBLISHED_SCALE, fault_of, meanings
from procurement.completeness import criteria_fault
from procurement.models import Lot, PriceLine, Tender

M = TypeVar("M", bound=Record)
MOST_LOTS, MOST_ROWS = 50, 200


class CriterionEntry(TypedDict):
    """A criterion: of quality with a score from 0 to 5, or of price with a formula. `least_score` is a hurdle; 0 is none.

    `refines` is the code of the framework's criterion that it lies under. `scale` says on a line each what the scores 0 to 5 mean;
    without it the published scale holds.
    """

    kind: Criterion.Kind
    title: str
    description: NotRequired[str]
    weight: Decimal
    least_score: NotRequired[int]
    formula: NotRequired[PriceFormula]
    refines: NotRequired[str]
    scale: NotRequired[str]


class PriceLineEntry(TypedDict):
    """A line of the price schedule: what is priced, per which unit, and how many units count in the total."""

    description: str
    unit: str
    quantity: Decimal


def _lot_for(by: User, lot_id: UUID) -> Lot:
    return Lot.objects.visible_to(by).get(pk=lot_id)


def add_lot(
    tender_id: UUID, *, title: str, description: str = "", estimated_value: Decimal | None = None, by: User, at: datetime | None = None
) -> Lot:
    """Add a lot to a draft tender; each lot becomes one contract. The value is in pounds without VAT, over the whole term."""
    with moving(Tender, tender_id, "add_lot", by=by, at=at) as step:
        last = step.record.lots.order_by("-number").first()
        number = last.number + 1 if last else 1
        step.require(number <= MOST_LOTS, f"A tender has at most {MOST_LOTS} lots.")
        lot = Lot(tender=step.record, number=number, title=title.strip(), description=description.strip(), estimated_value=estimated_value)
        lot.created_at = step.at
        lot.check_fields()
        lot.criteria_set = CriteriaSet.objects.create(title=str(lot)[:200], created_at=step.at)
        lot.questionnaire = Questionnaire.objects.create(title=str(lot)[:200], created_at=step.at)
        lot.save()
        step.facts |= {"lot": lot.pk, "number": number, "title": lot.title}
    return lot


def change_lot(
    lot_id: UUID, *, title: str, description: str = "", estimated_value: Decimal | None = None, by: User, at: datetime | None = None
) -> Lot:
    """Say anew what a lot of a draft tender is, and what it is worth in pounds without VAT over the whole term."""
    lot = _lot_for(by, lot_id)
    with moving(Tender, lot.tender_id, "change_lot", by=by, at=at) as step:
        lot = step.record.lots.get(pk=lot_id)
        lot.title, lot.description, lot.estimated_value = title.strip(), description.strip(), estimated_value
        lot.save()
        step.facts |= {"lot": lot.pk, "title": lot.title, "estimated_value": estimated_value}
    return lot


def remove_lot(lot_id: UUID, *, by: User, at: datetime | None = None) -> Tender:
    """Take a lot out of a draft tender, and close the gap in the numbers."""
    lot = _lot_for(by, lot_id)
    with moving(Tender, lot.tender_id, "remove_lot", by=by, at=at) as step:
        lot = step.record.lots.get(pk=lot_id)
        step.facts |= {"lot": lot.pk, "number": lot.number, "title": lot.title}
        parts = (lot.criteria_set, lot.questionnaire)
        lot.delete()
        for part in parts:
            part.delete()
        for number, left in enumerate(step.record.lots.order_by("number"), start=1):
            Lot.objects.filter(pk=left.pk).update(number=number)
    return step.record


def set_criteria(lot_id: UUID, *, criteria: list[CriterionEntry], by: User, at: datetime | None = None) -> Lot:
    """Set what a lot is judged on: weights that sum to exactly 100, exactly one criterion for price, with its formula."""
    lot = _lot_for(by, lot_id)
    with moving(Tender, lot.tender_id, "set_criteria", by=by, at=at) as step:
        lot = step.record.lots.get(pk=lot_id)
        _check_number(criteria)
        made = [_criterion(lot, number, entry, step.at) for number, entry in enumerate(criteria, start=1)]
        if fault := criteria_fault(made, step.record.framework_version.content):
            raise ValidationError(fault)
        lot.criteria_set.criteria.all().delete()
        for criterion in made:
            criterion.save()
        step.facts |= {"lot": lot.pk, "criteria": [[criterion.title, criterion.weight] for criterion in made]}
    return lot


def _criterion(lot: Lot, number: int, entry: CriterionEntry, at: datetime) -> Criterion:
    made = Criterion(criteria_set=lot.criteria_set, number=number, created_at=at, **_typed(entry))
    if made.kind == Criterion.Kind.PRICE:
        made.least_score, made.scale = 0, ""
        if not made.formula:
            raise ValidationError(f"Criterion {number}: say by which formula price becomes points.")
    else:
        made.formula = ""
        made.scale = "\n".join(meanings(made.scale or PUBLISHED_SCALE))
        if fault := fault_of(made.scale, made.max_score):
            raise ValidationError(f"Criterion {number}: {fault}")
    if made.least_score > made.max_score:
        raise ValidationError(f"Criterion {number}: the least score is at most {made.max_score}.")
    return _checked(made, "Criterion", number)


def set_questions(lot_id: UUID, *, questions: list[QuestionEntry], by: User, at: datetime | None = None) -> Lot:
    """Set what every bidder for a lot must answer."""
    lot = _lot_for(by, lot_id)
    with moving(Tender, lot.tender_id, "set_questions", by=by, at=at) as step:
        lot = step.record.lots.get(pk=lot_id)
        made = write_questions(lot.questionnaire, questions, step.at)
        step.facts |= {"lot": lot.pk, "questions": len(made)}
    return lot


def copy_questions(lot_id: UUID, *, source: UUID, by: User, at: datetime | None = None) -> Lot:
    """Put the questions of another lot of one's own organisation, of any of its tenders, in place of those that a lot has."""
    lot = _lot_for(by, lot_id)
    with moving(Tender, lot.tender_id, "copy_questions", by=by, at=at) as step:
        lot = step.record.lots.get(pk=lot_id)
        earlier = lots_to_copy(lot).get(pk=source)
        made = write_questions(lot.questionnaire, entries_of(earlier.questionnaire), step.at)
        step.facts |= {"lot": lot.pk, "questions": len(made), "copied_from": earlier.pk}
    return lot


def copy_from_lot(lot_id: UUID, *, source: UUID, criteria: bool = True, price_schedule: bool = True, by: User, at: datetime | None = None) -> Lot:
    """Put the criteria, the price schedule or both of another lot of one's own organisation, of any of its tenders, in place of a lot's own."""
    lot = _lot_for(by, lot_id)
    with moving(Tender, lot.tender_id, "copy_from_lot", by=by, at=at) as step:
        lot = step.record.lots.get(pk=lot_id)
        earlier = lots_of_the_buyer(lot).get(pk=source)
        step.require(criteria or price_schedule, "Say what is to be copied: the criteria, the price schedule or both.")
        step.facts |= {"lot": lot.pk, "copied_from": earlier.pk}
        if criteria:
            step.facts["criteria"] = _copy_criteria(earlier, lot, step)
        if price_schedule:
            step.facts["lines"] = _copy_prices(earlier, lot, step)
    return lot


def _copy_criteria(earlier: Lot, lot: Lot, step: Step[Tender]) -> int:
    """How many were copied. Raises ValidationError if they do not fit the framework of the tender that they come to."""
    found = list(earlier.criteria_set.criteria.all())
    if fault := criteria_fault(found, step.record.framework_version.content):
        raise ValidationError(f"The criteria of {earlier} do not fit this tender. {fault}")
    lot.criteria_set.criteria.all().delete()
    return len(_copied(found, step.at, criteria_set=lot.criteria_set))


def _copy_prices(earlier: Lot, lot: Lot, step: Step[Tender]) -> int:
    """How many lines were copied; Refused if there are none."""
    found = list(earlier.price_lines.all())
    step.require(found, f"{earlier} has no price schedule to be copied.")
    lot.price_lines.all().delete()
    return len(_copied(found, step.at, lot=lot))


def _copied(records: Iterable[M], at: datetime, **place: Record) -> list[M]:
    """The same rows, new and in another place."""
    made = []
    for record in records:
        kept = {field.name: getattr(record, field.name) for field in record._meta.fields if not field.primary_key}
        made.append(type(record)(**{**kept, **place, "created_at": at}))
        made[-1].save()
    return made


def lots_of_the_buyer(lot: Lot) -> QuerySet[Lot]:
    """The other lots of the same buyer, the latest first."""
    others = Lot.objects.filter(tender__buyer=lot.tender.buyer_id).exclude(pk=lot.pk)
    return others.select_related("tender").order_by("-tender__created_at", "number")


def lots_to_copy(lot: Lot) -> QuerySet[Lot]:
    """The other lots of the same buyer that ask anything."""
    asks = Exists(Question.objects.filter(questionnaire=OuterRef("questionnaire")))
    return lots_of_the_buyer(lot).filter(asks)


def set_price_schedule(lot_id: UUID, *, lines: list[PriceLineEntry], by: User, at: datetime | None = None) -> Lot:
    """Set what every bidder for a lot must price, in pounds without VAT per unit."""
    lot = _lot_for(by, lot_id)
    with moving(Tender, lot.tender_id, "set_price_schedule", by=by, at=at) as step:
        lot = step.record.lots.get(pk=lot_id)
        _check_number(lines)
        made = [_line(lot, number, entry, step.at) for number, entry in enumerate(lines, start=1)]
        if any(line.quantity <= 0 for line in made):
            raise ValidationError("Every line needs a quantity above 0: it is what the unit price is multiplied by.")
        lot.price_lines.all().delete()
        for line in made:
            line.save()
        step.facts |= {"lot": lot.pk, "lines": len(made)}
    return lot


def _line(lot: Lot, number: int, entry: PriceLineEntry, at: datetime) -> PriceLine:
    return _checked(PriceLine(lot=lot, number=number, created_at=at, **_typed(entry)), "Line", number)


def _check_number(rows: list[Any]) -> None:
    if len(rows) > MOST_ROWS:
        raise ValidationError(f"Use {MOST_ROWS} rows or fewer: there are {len(rows):,} now.")


def _typed(entry: Any) -> dict[str, Any]:
    """The row as it came, without spaces around its texts."""
    return {name: value.strip() if isinstance(value, str) else value for name, value in entry.items() if value is not None}


def _checked(record: M, row: str, number: int) -> M:
    """The record, if its values fit; else a complaint that names the row."""
    try:
        record.check_fields()
    except ValidationError as error:
        found = "; ".join(f"{name.replace('_', ' ')}: {' '.join(messages)}" for name, messages in error.message_dict.items())
        raise ValidationError(f"{row} {number}: {found}") from error
    return record
