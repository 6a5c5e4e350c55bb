"""What a contract says, in one plain shape: the thing that both parties sign."""

from typing import Any

from commissioning.canon import digest
from contracts.models import Contract


def terms(contract: Contract) -> dict[str, Any]:
    """The parties, the price in pounds, the term, the scope and the statement, as plain values."""
    scope = contract.scope.select_related("function").order_by("function__order", "function__code")
    return {
        "reference": contract.reference,
        "title": contract.title,
        "buyer": str(contract.buyer_id),
        "supplier": str(contract.supplier_id),
        "award": str(contract.award_id),
        "value": contract.value,
        "starts_on": contract.starts_on,
        "ends_on": contract.ends_on,
        "statement": contract.statement,
        "scope": [[part.function.code, part.arrangement, part.detail] for part in scope],
    }


def terms_hash(contract: Contract) -> str:
    """SHA-256 of the terms, in lower-case hexadecimal."""
    return digest(terms(contract))
