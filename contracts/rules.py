"""Who may do what with a contract."""

from typing import Any

import rules

from commissioning.models import Role
from procurement.models import Award
from suppliers.rules import curates_it


@rules.predicate
def leads_for_the_buyer(user: Any, record: Any) -> bool:
    """Whether the person leads procurement for the trust whose contract, or award, it is."""
    if not user.is_authenticated or record is None:
        return False
    return user.holds(Role.PROCUREMENT_LEAD, record.lot.tender.buyer_id if isinstance(record, Award) else record.buyer_id)


@rules.predicate
def manages_for_the_buyer(user: Any, contract: Any) -> bool:
    """Whether the person manages contracts for the trust whose contract it is."""
    return user.is_authenticated and contract is not None and user.holds(Role.CONTRACT_MANAGER, contract.buyer_id)


@rules.predicate
def signs_for_the_supplier(user: Any, contract: Any) -> bool:
    """Whether the person is a bid manager of the supplier whose contract it is."""
    return user.is_authenticated and contract is not None and user.holds(Role.BID_MANAGER, contract.supplier.organisation_id)


@rules.predicate
def is_no_party(user: Any, record: Any) -> bool:
    """Whether the person acts neither for the commissioner that reports nor for the supplier or a member of it; asked of none, whether it could."""
    return record is None or not record.parties() & user.organisations


keeps_it = leads_for_the_buyer | manages_for_the_buyer

rules.add_perm("contracts.draft_contract", leads_for_the_buyer)
for verb in ("describe_contract", "set_scope", "offer_contract", "recall_contract"):
    rules.add_perm(f"contracts.{verb}", keeps_it)
rules.add_perm("contracts.sign_contract", keeps_it | signs_for_the_supplier)
rules.add_perm("contracts.conclude_contract", keeps_it | signs_for_the_supplier)
rules.add_perm("contracts.announce_due_of_contract", rules.always_deny)
rules.add_perm("contracts.note_listing_of_contractor", rules.always_deny)

rules.add_perm("contracts.draft_breach_report", keeps_it)
for verb in ("write_breach_report", "attach_to_breach_report", "remove_from_breach_report", "report_breach", "withdraw_breach_report"):
    rules.add_perm(f"contracts.{verb}", keeps_it)
for verb in ("attach_to_breach_reply", "remove_from_breach_reply", "reply_to_breach_report"):
    rules.add_perm(f"contracts.{verb}", signs_for_the_supplier)
rules.add_perm("contracts.decide_breach_report", curates_it & is_no_party)
rules.add_perm("contracts.announce_due_of_breach_report", rules.always_deny)
