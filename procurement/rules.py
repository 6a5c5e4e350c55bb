"""Who may do what in a competition; nothing else on this floor decides it."""

from typing import Any

import rules

from commissioning.models import Organisation, Role
from commissioning.models.people import ROLES_OF, Kind
from commissioning.rules import is_signed_in
from procurement.models import Advice, Award, AwardNotice, Bid, Challenge, Extension, Invitation, Lot, Submission, Tender, TenderClarification


def tender_of(record: Any) -> Tender:
    """The tender that a record of this floor belongs to. Raises TypeError for a record of no tender."""
    match record:
        case Tender():
            return record
        case Lot() | Invitation() | Extension() | Advice() | TenderClarification():
            return record.tender
        case Bid() | Challenge() | AwardNotice():
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
        case Bid() | Challenge() | AwardNotice():
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


@rules.predicate
def has_declared_no_conflict(user: Any, record: Any) -> bool:
    """Whether the person declared, knowing who bid, that they have no conflict of interest."""
    return user.is_authenticated and record is not None and tender_of(record).declarations.cleared().filter(person_id=user.pk).exists()


@rules.predicate
def has_declared_a_conflict(user: Any, record: Any) -> bool:
    """Whether the person declared that they have a conflict of interest."""
    return user.is_authenticated and record is not None and tender_of(record).declarations.conflicted().filter(person_id=user.pk).exists()


@rules.predicate
def is_sealed_still(user: Any, record: Any) -> bool:
    """Whether the bids are not opened yet, so that nobody knows who bid."""
    return record is not None and tender_of(record).bids_opened_at is None


@rules.predicate
def is_named_opener(user: Any, record: Any) -> bool:
    """Whether the person is one of those who a second person approved to open the bids."""
    return user.is_authenticated and record is not None and tender_of(record).openers.filter(pk=user.pk).exists()


@rules.predicate
def is_asked_for_advice(user: Any, advice: Any) -> bool:
    """Whether the person is an adviser of the authority that is asked."""
    return user.is_authenticated and advice is not None and user.holds(Role.CENTRAL_SUPPORT_ADVISER, advice.authority_id)


def advises(user: Any) -> bool:
    """Whether the person is a central support adviser of any authority."""
    return user.is_authenticated and user.holds(Role.CENTRAL_SUPPORT_ADVISER)


def trusts_where(user: Any, *roles: str) -> list[Any]:
    """The ids of the trusts for which the person holds one of these roles."""
    return [organisation for organisation, role in user.roles if role in roles]


def trusts_led_by(user: Any) -> Any:
    """The trusts whose procurement the person leads."""
    return Organisation.objects.filter(pk__in=trusts_where(user, Role.PROCUREMENT_LEAD))


def works_for_a_buyer(user: Any) -> bool:
    """Whether the person acts for any trust that buys."""
    return user.is_authenticated and any(role in ROLES_OF[Kind.COMMISSIONER] for _, role in user.roles)


def bids_for_a_supplier(user: Any) -> bool:
    """Whether the person acts for any supplier."""
    return user.is_authenticated and any(role in ROLES_OF[Kind.SUPPLIER] for _, role in user.roles)


leads = for_the_buyer(Role.PROCUREMENT_LEAD)
approves = for_the_buyer(Role.APPROVER)
opens = for_the_buyer(Role.OPENER) & is_named_opener
chairs = for_the_buyer(Role.PANEL_CHAIR)
evaluates = for_the_buyer(Role.EVALUATOR)
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
    "copy_questions",
    "copy_from_lot",
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
rules.add_perm("procurement.cancel_tender", is_sealed_still & (leads | approves) | leads & has_declared_no_conflict)
for verb in ("note_listing", "announce_due_of_tender"):
    rules.add_perm(f"procurement.{verb}", rules.always_deny)

# What a supplier does with its invitation
rules.add_perm("procurement.say_intention", manages_the_bid)
for verb in ("ask_clarification", "draft_bid", "save_bid", "attach_to_bid", "remove_from_bid"):
    rules.add_perm(f"procurement.{verb}", writes_the_bid)
rules.add_perm("procurement.submit_bid", manages_the_bid)
rules.add_perm("procurement.withdraw_bid", manages_the_bid)

# Opening
rules.add_perm("procurement.propose_openers", leads | approves)
rules.add_perm("procurement.confirm_openers", leads | approves)
for verb in ("ask_for_advice", "end_advice"):
    rules.add_perm(f"procurement.{verb}", leads)
rules.add_perm("procurement.comment_on_tender", is_asked_for_advice)
rules.add_perm("procurement.confirm_opening", opens)
rules.add_perm("procurement.open_bids", opens)

# Evaluating: a conflict, or interests that were not declared, close every door
rules.add_perm("procurement.declare_interests", evaluates | chairs | leads)
rules.add_perm("procurement.read_submission", (evaluates | chairs | leads) & has_declared_no_conflict)
rules.add_perm("procurement.score_bid", evaluates & has_declared_no_conflict)
# Nobody asks for it: it follows from a role's end, which the ground allowed.
rules.add_perm("procurement.note_departure", is_signed_in)
for verb in ("lock_scores", "record_consensus", "decide_pass", "bring_in_prices", "settle_tie", "complete_evaluation"):
    rules.add_perm(f"procurement.{verb}", chairs & has_declared_no_conflict)
rules.add_perm("procurement.decide_consensus_change", approves & ~chairs & ~has_declared_a_conflict)

# Awarding, and what a bidder may say against it
for verb in ("announce_award", "confirm_award", "reopen_evaluation", "reject_challenge", "uphold_challenge"):
    rules.add_perm(f"procurement.{verb}", leads & has_declared_no_conflict)
for verb in ("lodge_challenge", "withdraw_challenge"):
    rules.add_perm(f"procurement.{verb}", manages_the_bid)
