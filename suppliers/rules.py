"""Who may do what on the suppliers' floor."""

from typing import Any

import rules

from commissioning.models import Role
from commissioning.rules import holds, is_curator


@rules.predicate
def curates_it(user: Any, record: Any) -> bool:
    """Whether the person is a curator of the authority that keeps the record; asked of none, of any authority."""
    return user.is_authenticated and user.holds(Role.CURATOR, record.authority_id if record is not None else None)


@rules.predicate
def manages_the_bids_of_it(user: Any, record: Any) -> bool:
    """Whether the person is a bid manager of the supplier whose record it is."""
    return user.is_authenticated and record is not None and user.holds(Role.BID_MANAGER, record.supplier.organisation_id)


@rules.predicate
def contributes_to_it(user: Any, record: Any) -> bool:
    """Whether the person writes for the supplier whose record it is."""
    return user.is_authenticated and record is not None and user.holds(Role.CONTRIBUTOR, record.supplier.organisation_id)


@rules.predicate
def manages_bids_of_the_supplier(user: Any, supplier: Any) -> bool:
    """Whether the person is a bid manager of this very supplier."""
    return user.is_authenticated and supplier is not None and user.holds(Role.BID_MANAGER, supplier.organisation_id)


@rules.predicate
def was_refused_by_it(user: Any, place: Any) -> bool:
    """Whether the person is a bid manager of the supplier that asked for the place."""
    return user.is_authenticated and place is not None and user.holds(Role.BID_MANAGER, place.application.supplier.organisation_id)


@rules.predicate
def brought_it(user: Any, appeal: Any) -> bool:
    """Whether the person is a bid manager of the appellant."""
    return was_refused_by_it(user, appeal.place if appeal is not None else None)


@rules.predicate
def hears_appeals_against_it(user: Any, appeal: Any) -> bool:
    """Whether the person is an appeals officer of the authority that decided; asked of none, of any authority."""
    return user.is_authenticated and user.holds(Role.APPEALS_OFFICER, appeal.authority_id if appeal is not None else None)


@rules.predicate
def took_no_part(user: Any, appeal: Any) -> bool:
    """Whether the person decided on nothing in the round, and acts neither for the appellant nor for a member of it."""
    if appeal is None:
        return True
    return not appeal.place.application.supplier.parties() & user.organisations and appeal.is_free_of(user)


decides_the_appeal = hears_appeals_against_it & took_no_part

rules.add_perm("suppliers.register_supplier", is_curator)
rules.add_perm("suppliers.register_consortium", is_curator)
rules.add_perm("suppliers.describe_supplier", manages_bids_of_the_supplier | is_curator)

for verb in ("draft_framework", "describe_framework", "add_list", "add_area", "add_service", "establish_framework", "end_framework", "open_round"):
    rules.add_perm(f"suppliers.{verb}", curates_it)

for verb in ("describe_round", "announce_round", "extend_round", "withdraw_round", "decide_place", "send_decisions", "publish_lists"):
    rules.add_perm(f"suppliers.{verb}", curates_it)
rules.add_perm("suppliers.announce_due_of_round", rules.always_deny)

rules.add_perm("suppliers.apply", holds(Role.BID_MANAGER))
rules.add_perm("suppliers.save_application", manages_the_bids_of_it | contributes_to_it)
rules.add_perm("suppliers.submit_application", manages_the_bids_of_it)
rules.add_perm("suppliers.withdraw_application", manages_the_bids_of_it)

rules.add_perm("suppliers.lodge_appeal", was_refused_by_it)
rules.add_perm("suppliers.withdraw_appeal", brought_it)
for verb in ("acknowledge_appeal", "hear_appeal", "uphold_appeal", "dismiss_appeal"):
    rules.add_perm(f"suppliers.{verb}", decides_the_appeal)

for verb in ("grant_early_release", "suspend_listing", "reinstate_listing", "end_listing"):
    rules.add_perm(f"suppliers.{verb}", curates_it)
