"""How far an evaluation has got in each lot, and who is awaited; never what anybody scored."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from commissioning.models import Criterion, Role
from procurement.models import Consensus, ConsensusChange, Lot, Score, Submission, Tender
from procurement.panel import evaluators, members
from procurement.passing import left_to_people

ALL_LOTS = "All lots"


@dataclass(frozen=True)
class Task:
    """Something that somebody has to do for a lot (or for all), and how much of it is done."""

    lot: str
    who: str
    what: str
    done: int
    due: int

    @property
    def is_done(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.done >= self.due


def progress(tender: Tender) -> list[Task]:
    """What has to be done until the evaluation is complete, in a number of queries that does not grow with bids or lots; nothing outside it."""
    if tender.status != Tender.Status.OPENED:
        return []
    lots = list(tender.lots.order_by("number"))
    due = _by_lot(_opened(tender).filter(bid__lot__criteria_set__criteria__kind=Criterion.Kind.QUALITY), "bid__lot")
    chair = " or ".join(str(person) for person in tender.team(Role.PANEL_CHAIR).order_by("name", "pk")) or "The panel’s chair"
    tasks = [*_declaring(tender), *_scoring(tender, lots, due)]
    if tender.scores_locked_at is None:
        return [*tasks, Task(ALL_LOTS, chair, "Lock the scores", 0, 1)]
    tasks += [*_agreeing(tender, lots, due, chair), *_changing(tender)]
    return [*tasks, *_finishing(tender, chair)]


def _declaring(tender: Tender) -> Iterator[Task]:
    for member in members(tender):
        if member.declaration is None:
            yield Task(ALL_LOTS, str(member.person), "Declare interests", 0, 1)


def _scoring(tender: Tender, lots: list[Lot], due: Counter[Any]) -> Iterator[Task]:
    scores = Score.objects.filter(submission__in=_opened(tender)).values_list("submission__bid__lot", "evaluator")
    given = {(lot, person): number for lot, person, number in scores.annotate(number=Count("pk")).order_by()}
    panel = evaluators(tender)
    for lot in lots:
        for person in panel:
            yield Task(str(lot), str(person), "Score the bids", given.get((lot.pk, person.pk), 0), due[lot.pk])


def _agreeing(tender: Tender, lots: list[Lot], due: Counter[Any], chair: str) -> Iterator[Task]:
    agreed = _by_lot(Consensus.objects.filter(submission__in=_opened(tender)), "submission__bid__lot")
    answers = [(submission.bid.lot_id, one.decision is not None) for submission, one in left_to_people(tender)]
    to_decide, decided = Counter(lot for lot, _ in answers), Counter(lot for lot, is_decided in answers if is_decided)
    for lot in lots:
        yield Task(str(lot), chair, "Record the panel’s scores", agreed[lot.pk], due[lot.pk])
        if to_decide[lot.pk]:
            yield Task(str(lot), chair, "Decide which answers pass", decided[lot.pk], to_decide[lot.pk])


def _changing(tender: Tender) -> Iterator[Task]:
    waiting = ConsensusChange.objects.of(tender).waiting().count()
    if waiting:
        approvers = " or ".join(str(person) for person in tender.team(Role.APPROVER).order_by("name", "pk"))
        yield Task(ALL_LOTS, approvers or "An approver", "Decide on changes of what was agreed", 0, waiting)


def _finishing(tender: Tender, chair: str) -> Iterator[Task]:
    yield Task(ALL_LOTS, chair, "Bring in the prices", int(tender.prices_known_at is not None), 1)
    yield Task(ALL_LOTS, chair, "Complete the evaluation", 0, 1)


def _opened(tender: Tender) -> Any:
    return Submission.objects.filter(bid__invitation__tender=tender, opened_at__isnull=False)


def _by_lot(rows: Any, path: str) -> Counter[Any]:
    """How many of these rows there are for each lot."""
    return Counter(dict(rows.order_by().values_list(path).annotate(Count("pk"))))
