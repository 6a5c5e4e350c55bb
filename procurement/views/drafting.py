"""Drafting a tender: a list of tasks, each a page of its own, until nothing is missing."""

from datetime import datetime
from typing import Any

from commissioning.models import User
from commissioning.pages import Act
from procurement.completeness import lacks
from procurement.models import Tender
from procurement.notice import documents_of, lots_in_full

ACTS: tuple[Act, ...] = ()


def context(tender: Tender, user: User, at: datetime) -> dict[str, Any]:
    """The tasks, and what is missing."""
    lots = lots_in_full(tender)
    return {"lots": lots, "lacks": lacks(tender, lots), "documents": list(documents_of(tender))}
