"""What a bid holds, whether it is complete, and what of it is submitted."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from commissioning import answers
from commissioning.models import Document, Question
from procurement.models import Bid
from procurement.pricing import PENNY, Priced, priced, total_fault, unit_price

MOST_FILES = 50


@dataclass(frozen=True)
class Checked:
    """A bid that is complete: its answers as read, its unit prices in pounds as text, their total, its files."""

    answers: dict[str, answers.Answer]
    prices: dict[str, str]
    total: Decimal
    files: list[Document]


def files_of(bid: Bid) -> QuerySet[Document]:
    """The files that are attached to the bid now."""
    return Document.objects.filter(subject_id=bid.pk, subject_type=Bid._meta.label_lower, purpose="bid", withdrawn_at__isnull=True)


def questions_of(bid: Bid) -> list[Question]:
    """What the lot asks."""
    return list(bid.lot.questionnaire.questions.all())


def price_of(bid: Bid, *, complete: bool = True) -> Priced:
    """The lot's price schedule, filled in with the bid's prices."""
    return priced(bid.lot.price_lines.all(), bid.prices, complete=complete)


def faults_of(bid: Bid) -> list[str]:
    """A sentence for everything that keeps the bid from being submitted."""
    prices = price_of(bid)
    found = [*answers.faults(questions_of(bid), bid.answers).values(), *prices.faults.values()]
    return [*found, fault] if (fault := total_fault(prices.total)) else found


def check_bid(bid: Bid) -> Checked:
    """The bid as read. Raises ValidationError with a sentence for each thing that is wrong or missing."""
    if found := faults_of(bid):
        raise ValidationError(found)
    prices = price_of(bid)
    assert prices.total is not None  # nothing is wrong with it
    units = {key: str(unit_price(text).quantize(PENNY)) for key, text in bid.prices.items()}
    return Checked(answers.clean(questions_of(bid), bid.answers), units, prices.total, list(files_of(bid)))


def bid_content(bid: Bid, checked: Checked) -> dict[str, Any]:
    """What is submitted, and what its hash covers: whose bid for what it is, answers, prices, the total and the files' hashes."""
    return {
        "tender": bid.lot.tender_id,
        "lot": bid.lot_id,
        "supplier": bid.invitation.supplier_id,
        "answers": checked.answers,
        "prices": checked.prices,
        "total": checked.total,
        "files": [document.stamp() for document in checked.files],
    }
