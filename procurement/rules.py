"""Who may do what in a competition; roles are asked about nowhere else on this floor."""

from typing import Any

import rules

from commissioning.models import Role
from procurement.models import Award, Bid, Challenge, Invitation, Lot, Submission, Tender


def tender_of(record: Any) -> Tender:
    """The tender that a record of this floor belongs to. Raises TypeError for a record of no tender."""
    match record:
        case Tender():
            return record
        case Lot() | Invitation():
            return record.tender
        case Bid() | Challenge():
            return record.invitation.tender
        case Submission():
            return record.bid.invitation.tender
        case Award():
            return record.lot.tender
    raise TypeError(f"{type(record).__name__} belongs to no tender.")


def invitation_of(record: Any) -> Invitation:
    """The invitation that a supplier's record belongs to. Raises TypeError for a record of none."""
    match record:
        case Invitation():
            return record
        case Bid() | Challenge():
            return record.invitation
        case Submission():
            return record.bid.invitation
    raise TypeError(f"{type(record).__name__} belongs to no invitation.")


def for_the_buyer(role: str) -> rules.Predicate:
    """Whether the person holds the role for the trust whose tender it is."""

    @rules.predicate(f"is {role} of the buyer")
    def holds_it(user: Any, record: Any) -> bool:
        return user.is_authenticated and record is not None and user.holds(role, tender_of(record).buyer_id)

    return holds_it


def for_the_supplier(role: str) -> rules.Predicate:
    """Whether the person holds the role for the supplier that was invited."""

    @rules.predicate(f"is {role} of the supplier")
    def holds_it(user: Any, record: Any) -> bool:
        return user.is_authenticated and record is not None and user.holds(role, invitation_of(record).supplier.organisation_id)

    return holds_it


@rules.predicate
def leads_procurement_somewhere(user: Any) -> bool:
    """Whether the person is a procurement lead of any trust."""
    return user.is_authenticated and user.holds(Role.PROCUREMENT_LEAD)


leads = for_the_buyer(Role.PROCUREMENT_LEAD)
approves = for_the_buyer(Role.APPROVER)
manages_the_bid = for_the_supplier(Role.BID_MANAGER)
writes_the_bid = manages_the_bid | for_the_supplier(Role.CONTRIBUTOR)

# Drafting and issuing
rules.add_perm("procurement.draft_tender", leads_procurement_somewhere)
rules.add_perm("suppliers.draft_tender", leads_procurement_somewhere)
for verb in (
    "describe_tender",
    "set_timeline",
    "add_lot",
    "change_lot",
    "remove_lot",
    "set_criteria",
    "set_questions",
    "set_price_schedule",
    "attach_document",
    "remove_document",
    "propose_tender",
    "issue_tender",
    "propose_extension",
    "answer_clarification",
):
    rules.add_perm(f"procurement.{verb}", leads)
rules.add_perm("procurement.return_tender", leads | approves)
rules.add_perm("procurement.approve_tender", approves)
rules.add_perm("procurement.extend_deadline", approves)
rules.add_perm("procurement.cancel_tender", leads | approves)
rules.add_perm("procurement.announce_due_of_tender", rules.always_deny)

# What a supplier does with its invitation
rules.add_perm("procurement.say_intention", manages_the_bid)
for verb in ("ask_clarification", "draft_bid", "save_bid", "attach_to_bid", "remove_from_bid"):
    rules.add_perm(f"procurement.{verb}", writes_the_bid)
rules.add_perm("procurement.submit_bid", manages_the_bid)
rules.add_perm("procurement.withdraw_bid", manages_the_bid)
