"""A contract in each of its states, brought there by the acts themselves."""

from datetime import datetime

from commissioning import clock
from commissioning.models import User
from contracts.actions import contracts
from contracts.models import Contract
from procurement.models import Tender
from tests.factories.evaluations import awarded_tender
from tests.factories.kept import kept
from tests.factories.tenders import bidder, who

OFFERED_AT = clock.london(2026, 4, 21, 10)
SIGNED_AT = clock.london(2026, 4, 22, 10)
SETTLEMENT: list[contracts.FunctionTaken] = [{"function": "settlement", "detail": "Validates activity data and raises queries."}]


@kept
def drafted_contract(tender: Tender | None = None) -> Contract:
    """Lot 1's contract, as the confirmed award left it: between Hillingdon PCT and BUPA."""
    return Contract.objects.get(award__lot__tender=tender or awarded_tender(), award__lot__number=1)


@kept
def offered_contract() -> Contract:
    """Its scope is set, and both parties are asked to sign."""
    contract = drafted_contract()
    contracts.set_scope(contract.pk, taken_over=SETTLEMENT, by=who("contracts"), at=OFFERED_AT)
    return contracts.offer_contract(contract.pk, by=who("contracts"), at=OFFERED_AT)


@kept
def signed_contract() -> Contract:
    """Both have signed."""
    contract = offered_contract()
    sign(contract, capacity="Contract manager", by=who("contracts"), at=SIGNED_AT)
    sign(contract, capacity="Director", by=bidder("bupa"), at=SIGNED_AT)
    contract.refresh_from_db()
    return contract


def sign(contract: Contract, *, by: User, capacity: str = "Director", at: datetime | None = None) -> Contract:
    """This person signs what is on offer now."""
    shown = Contract.objects.values_list("terms_hash", flat=True).get(pk=contract.pk)
    return contracts.sign_contract(contract.pk, terms_hash=shown, capacity=capacity, agrees=True, by=by, at=at)
