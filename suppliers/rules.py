"""Who may do what on the suppliers' floor."""

from typing import Any

import rules
from django.db.models import QuerySet

from commissioning.models import Role, User
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
    return not appeal.place.application.parties() & user.organisations and appeal.is_free_of(user)


@rules.predicate
def writes_the_appeal(user: Any, appeal: Any) -> bool:
    """Whether the person writes for the appellant."""
    return user.is_authenticated and appeal is not None and user.holds(Role.CONTRIBUTOR, appeal.place.application.supplier.organisation_id)


@rules.predicate
def is_its_officer(user: Any, appeal: Any) -> bool:
    """Whether the person is the officer who has the appeal; asked of none, whether it could be."""
    return appeal is None or appeal.officer_id == user.pk


@rules.predicate
def was_asked(user: Any, asked: Any) -> bool:
    """Whether the person is one of those whom the officer asked: the appellant's bid managers, or the authority's curators."""
    if asked is None:
        return False
    if asked.asked_of == asked.AskedOf.CURATORS:
        return curates_it(user, asked)
    return brought_it(user, asked.appeal)


FIT_TO_ASSESS = (Role.CURATOR, Role.CENTRAL_SUPPORT_ADVISER)


def fit_to_assess(round_: Any) -> "QuerySet[User]":
    """The people of the authority who can be named to assess a round's applications; not those who hear appeals, for they must take no part."""
    authority = round_.framework.authority
    found: QuerySet[User] = authority.people(*FIT_TO_ASSESS).exclude(pk__in=authority.people(Role.APPEALS_OFFICER).values("pk"))
    return found


def _takes_part(user: Any, record: Any, **part: Any) -> bool:
    """Asked of a round, or of an application in one."""
    round_ = getattr(record, "round", record)
    if round_ is None or not user.is_authenticated or not any(user.holds(role, round_.authority_id) for role in FIT_TO_ASSESS):
        return False
    return bool(round_.assessors.filter(person=user, ended_at=None, **part).exists())


@rules.predicate
def is_named_in_it(user: Any, round_: Any) -> bool:
    """Whether the person is named as an assessor or a moderator of the round."""
    return _takes_part(user, round_)


@rules.predicate
def assesses_in_it(user: Any, round_: Any) -> bool:
    """Whether the person assesses in the round, and has declared their conflicts."""
    return _takes_part(user, round_, does="assesses", declared_at__isnull=False)


@rules.predicate
def moderates_in_it(user: Any, round_: Any) -> bool:
    """Whether the person moderates in the round, and has declared their conflicts."""
    return _takes_part(user, round_, does="moderates", declared_at__isnull=False)


@rules.predicate
def is_no_part_of_it(user: Any, record: Any) -> bool:
    """Whether the person acts for none of the record's parties; asked of none, whether it could be."""
    return record is None or not record.parties() & user.organisations


@rules.predicate
def answers_for_the_member(user: Any, confirmation: Any) -> bool:
    """Whether the person is a bid manager of the member that is asked."""
    return user.is_authenticated and confirmation is not None and user.holds(Role.BID_MANAGER, confirmation.company_id)


writes_for_it = manages_the_bids_of_it | contributes_to_it
takes_up_the_appeal = hears_appeals_against_it & took_no_part
decides_the_appeal = takes_up_the_appeal & is_its_officer
assesses_anew = curates_it & took_no_part & ~is_its_officer

rules.add_perm("suppliers.register_supplier", is_curator)
rules.add_perm("suppliers.register_consortium", is_curator)
rules.add_perm("suppliers.describe_supplier", manages_bids_of_the_supplier | is_curator)

for verb in ("preview_import", "preview_again", "apply_import", "discard_import"):
    rules.add_perm(f"suppliers.{verb}", curates_it)

for verb in ("draft_framework", "describe_framework", "add_list", "add_area", "add_service", "remove_part", "end_framework", "open_round"):
    rules.add_perm(f"suppliers.{verb}", curates_it)
for verb in (
    "set_term",
    "set_periods",
    "set_timing",
    "set_buyers",
    "set_award_criteria",
    "set_price_and_fee",
    "describe_selection",
    "set_reopening",
    "set_agreement_terms",
    "set_letters",
):
    rules.add_perm(f"suppliers.{verb}", curates_it)
for verb in ("publish_framework", "discard_changes"):
    rules.add_perm(f"suppliers.{verb}", curates_it)

for verb in ("describe_round", "set_round_questions", "copy_round_questions", "announce_round", "amend_round", "extend_round"):
    rules.add_perm(f"suppliers.{verb}", curates_it)
for verb in ("set_limits", "name_assessors", "draft_decisions"):
    rules.add_perm(f"suppliers.{verb}", curates_it)
rules.add_perm("suppliers.declare_conflicts", is_named_in_it)
for verb in ("save_assessment", "lock_assessment"):
    rules.add_perm(f"suppliers.{verb}", assesses_in_it)
rules.add_perm("suppliers.moderate_application", moderates_in_it)
for verb in ("withdraw_round", "reissue_round", "answer_enquiry", "decide_place", "send_decisions", "publish_some_lists", "publish_lists"):
    rules.add_perm(f"suppliers.{verb}", curates_it)

for verb in ("framework", "round", "suspension", "early_release", "appeal", "information", "hearing"):
    rules.add_perm(f"suppliers.announce_due_of_{verb}", rules.always_deny)

rules.add_perm("suppliers.enquire", holds(Role.BID_MANAGER) | holds(Role.CONTRIBUTOR))
rules.add_perm("suppliers.enquire_further", writes_for_it)
rules.add_perm("suppliers.apply", holds(Role.BID_MANAGER))
for verb in ("save_application", "attach_to_application", "remove_from_application"):
    rules.add_perm(f"suppliers.{verb}", writes_for_it)
for verb in ("ask_members", "submit_application"):
    rules.add_perm(f"suppliers.{verb}", manages_the_bids_of_it)
for verb in ("confirm_application", "decline_application"):
    rules.add_perm(f"suppliers.{verb}", answers_for_the_member)
rules.add_perm("suppliers.withdraw_application", manages_the_bids_of_it)

rules.add_perm("suppliers.add_appeal_ground", curates_it)
rules.add_perm("suppliers.draft_appeal", was_refused_by_it)
for verb in ("save_appeal", "attach_evidence", "remove_evidence"):
    rules.add_perm(f"suppliers.{verb}", brought_it | writes_the_appeal)
for verb in ("lodge_appeal", "withdraw_appeal", "comment_on_minutes"):
    rules.add_perm(f"suppliers.{verb}", brought_it)
for verb in ("acknowledge_appeal", "give_appeal"):
    rules.add_perm(f"suppliers.{verb}", takes_up_the_appeal)
for verb in ("ask_for_information", "arrange_hearing", "adjourn_hearing", "hear_appeal", "uphold_appeal", "dismiss_appeal", "remit_appeal"):
    rules.add_perm(f"suppliers.{verb}", decides_the_appeal)
rules.add_perm("suppliers.give_information", was_asked)
for verb in ("list_appellant", "reissue_reasons"):
    rules.add_perm(f"suppliers.{verb}", curates_it)
for verb in ("assess_anew", "send_fresh_decision"):
    rules.add_perm(f"suppliers.{verb}", assesses_anew)

rules.add_perm("suppliers.grant_early_release", curates_it)
for verb in ("suspend_listing", "reinstate_listing", "end_listing", "pass_to_successor"):
    rules.add_perm(f"suppliers.{verb}", curates_it & is_no_part_of_it)
rules.add_perm("suppliers.leave_list", manages_the_bids_of_it)

rules.add_perm("suppliers.send_agreements", curates_it)
rules.add_perm("suppliers.sign_agreement", manages_the_bids_of_it)
for verb in ("put_agreement_on_hold", "return_agreement", "countersign_agreement", "reopen_countersigning"):
    rules.add_perm(f"suppliers.{verb}", curates_it & is_no_part_of_it)

for verb in ("issue_variation", "withdraw_variation"):
    rules.add_perm(f"suppliers.{verb}", curates_it)
for verb in ("accept_variation", "decline_variation", "accept_by_signing"):
    rules.add_perm(f"suppliers.{verb}", manages_the_bids_of_it)

rules.add_perm("suppliers.propose_offer", writes_for_it)
for verb in ("approve_offer", "return_offer"):
    rules.add_perm(f"suppliers.{verb}", curates_it & is_no_part_of_it)
rules.add_perm("suppliers.restore_offer", writes_for_it | (curates_it & is_no_part_of_it))

rules.add_perm("suppliers.tell_of_change", manages_bids_of_the_supplier)
rules.add_perm("suppliers.tell_of_new_members", manages_bids_of_the_supplier)
for verb in ("attach_to_change", "remove_from_change", "withdraw_change"):
    rules.add_perm(f"suppliers.{verb}", manages_the_bids_of_it)
for verb in ("confirm_share", "decline_share"):
    rules.add_perm(f"suppliers.{verb}", answers_for_the_member)
for verb in ("record_new_name", "refuse_new_name", "decide_change_of_control", "record_new_members", "refuse_new_members"):
    rules.add_perm(f"suppliers.{verb}", curates_it & is_no_part_of_it)
rules.add_perm("suppliers.republish_lists", rules.always_deny)
