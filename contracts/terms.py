"""What a contract says, in one plain shape: the thing that both parties sign."""

from typing import Any

from commissioning.canon import digest
from contracts.models import Contract


def content_of(contract: Contract) -> dict[str, Any]:
    """Which offer it is, the parties, the price in pounds, the term, the scope and the statement, as plain values.

    The number of the offer is among them, so that terms which are taken back and offered again unchanged must be signed again.
    """
    scope = contract.scope.select_related("function").order_by("function__order", "function__code")
    return {
        "reference": contract.reference,
        "offer": contract.offer,
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


def digest_of(contract: Contract) -> str:
    """SHA-256 of the terms, in lower-case hexadecimal."""
    return digest(content_of(contract))
