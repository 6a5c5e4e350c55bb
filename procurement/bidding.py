"""What a bid holds, whether it is complete, and what of it is submitted."""

import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from commissioning import answers
from commissioning.answering import said_by, submitted_files
from commissioning.canon import plain
from commissioning.models import Document
from procurement.models import Bid, Submission
from procurement.pricing import PENNY, Priced, priced, total_fault, unit_price

MOST_FILES = 50


@dataclass(frozen=True)
class Checked:
    """A bid that is complete: its answers as read, its unit prices in pounds as text, their total, its files."""

    answers: dict[str, answers.Answer]
    prices: dict[str, str]
    total: Decimal
    files: list[Document]


def price_of(bid: Bid, *, complete: bool = True) -> Priced:
    """The lot's price schedule, filled in with the bid's prices."""
    return priced(bid.lot.price_lines.all(), bid.prices, complete=complete)


def faults_of(bid: Bid) -> list[str]:
    """A sentence for everything that keeps the bid from being submitted."""
    prices = price_of(bid)
    found = [*answers.faults(bid.questions(), said_by(bid)).values(), *prices.faults.values()]
    return [*found, fault] if (fault := total_fault(prices.total)) else found


def check_bid(bid: Bid) -> Checked:
    """The bid as read. Raises ValidationError with a sentence for each thing that is wrong or missing."""
    if found := faults_of(bid):
        raise ValidationError(found)
    prices = price_of(bid)
    assert prices.total is not None  # nothing is wrong with it
    units = {key: str(unit_price(text).quantize(PENNY)) for key, text in bid.prices.items()}
    read = answers.clean(bid.questions(), said_by(bid))
    return Checked(read, units, prices.total, submitted_files(bid, read))


def new_salt() -> str:
    """32 random bytes, in hexadecimal: without them nobody can try prices against the hash of a bid."""
    return secrets.token_hex(32)


def counting_of(bid: Bid) -> Submission | None:
    """The submission that counts, if there is one."""
    counting: Submission | None = bid.submissions.counting().first()
    return counting


def is_what_was_submitted(bid: Bid, checked: Checked, standing: Submission) -> bool:
    """Whether the complete bid says the same as this submission."""
    salt = str((standing.content or {}).get("salt", ""))
    return bool(plain(bid_content(bid, checked, salt)) == standing.content)


def has_unsubmitted_changes(bid: Bid, standing: Submission | None) -> bool:
    """Whether the draft differs from the submission that counts; a draft that lacks something does."""
    if standing is None:
        return False
    return bool(faults_of(bid)) or not is_what_was_submitted(bid, check_bid(bid), standing)


def bid_content(bid: Bid, checked: Checked, salt: str) -> dict[str, Any]:
    """What is submitted, and what its hash covers: whose bid for what it is, answers, prices, the total, the files' hashes and the salt."""
    return {
        "tender": bid.lot.tender_id,
        "lot": bid.lot_id,
        "supplier": bid.invitation.supplier_id,
        "answers": checked.answers,
        "prices": checked.prices,
        "total": checked.total,
        "files": [document.stamp() for document in checked.files],
        "salt": salt,
    }
