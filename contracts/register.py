"""The register of contracts, as rows for downloads, and how a trust's functions are arranged at a date."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from commissioning.models import CommissioningFunction, Organisation
from contracts.models import Contract, Scope

HEADINGS = (
    "Reference",
    "Title",
    "Tender",
    "Tender title",
    "Lot",
    "Lot title",
    "Commissioner",
    "Supplier",
    "Value (pounds, without VAT)",
    "First day",
    "Last day",
    "Status",
    "Signed at",
    "Functions",
)


def rows(contracts: Any, on: date) -> Iterator[tuple[Any, ...]]:
    """A row for each contract as it stands on that day, in constant memory; the headings are HEADINGS."""
    related = contracts.select_related("buyer", "supplier__organisation", "award__lot__tender").prefetch_related(
        "scope__function", "supplier__changes"
    )
    for contract in related.iterator(chunk_size=500):
        lot = contract.award.lot
        taken = [part.function.name for part in contract.scope.all() if part.arrangement == Scope.Arrangement.TAKEN_OVER]
        yield (
            contract.reference,
            contract.title,
            lot.tender.reference,
            lot.tender.title,
            lot.number,
            lot.title,
            str(contract.buyer),
            contract.supplier_name,
            contract.value,
            contract.starts_on,
            contract.ends_on,
            contract.phase_at(on),
            contract.signed_at,
            "; ".join(taken),
        )


def arrangements(buyer: Organisation, on: date) -> list[tuple[CommissioningFunction, list[Contract]]]:
    """Each function of a commissioner with the contracts under which others carry it out on that date; none: it does so itself."""
    parts = Scope.objects.filter(contract__in=Contract.objects.running(on).filter(buyer=buyer), arrangement=Scope.Arrangement.TAKEN_OVER)
    by_function: dict[int, list[Contract]] = {}
    for part in parts.select_related("contract__supplier__organisation").order_by("contract__reference"):
        by_function.setdefault(part.function_id, []).append(part.contract)
    return [(function, by_function.get(function.pk, [])) for function in CommissioningFunction.objects.all()]
