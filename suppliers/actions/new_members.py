"""Members of a consortium leave or join, or bear other shares: each agrees to its own, and then the authority records them."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.canon import plain
from commissioning.models import Organisation, Role
from commissioning.models.people import Actor
from commissioning.moves import Step, beginning, hold, moving
from commissioning.wording import date_text
from suppliers.actions import changes
from suppliers.actions.confirmations import checked_reason, note_answer, who_confirm
from suppliers.actions.firms import NewMember, companies_of
from suppliers.actions.listings import hand_up
from suppliers.consequences import Event
from suppliers.consortium import members_of
from suppliers.models import ConsortiumMember, Listing, ShareConfirmation, Supplier, SupplierChange
from suppliers.models.changes import ChangeKind, ControlOutcome

Told = SupplierChange.Status.TOLD
AGREED = ShareConfirmation.Status.CONFIRMED
NO_CONSORTIUM = "With fewer than two members it would be no consortium any more. Leave its lists instead: that ends its listings."
ANOTHER_CONSORTIUM = "None of its members stays. That is another consortium: ask the authority to register it, and let it apply."


def tell_of_new_members(
    supplier_id: UUID, *, authority: UUID, effective_on: date, account: str, members: list[NewMember], by: Actor, at: datetime | None = None
) -> SupplierChange:
    """Tell an authority that lists the consortium who its members are from which day on, all of them, with their shares of liability.

    Whoever is not named leaves. Each that is named confirms its share before the authority decides. Raises ValidationError.
    """
    supplier = Supplier.objects.select_related("organisation").get(pk=supplier_id)
    change = SupplierChange(supplier=supplier, kind=ChangeKind.MEMBERS, effective_on=effective_on, account=account)
    with beginning(change, "tell_of_new_members", by=by, at=at, within=supplier) as step:
        step.require(supplier.is_consortium, "A company has no members. This is for a consortium.")
        change.old_members = plain(members_of(supplier))
        companies = _checked(supplier, members, by)
        changes.tell(step, authority)
        people = who_confirm(companies.values())
        change.save(force_insert=True)
        for member in members:
            given = {"leads": member["leads"], "liability_share": member["liability_share"], "created_at": step.at}
            share = ShareConfirmation.objects.create(change=change, company=companies[member["company"]], **given)
            step.tell(people[share.company_id], "share_to_confirm", about=share)
        _tell_those_left_out(step, set(companies))
        step.facts |= {"before": change.old_members, "members": members}
    return change


def _tell_those_left_out(step: Step[SupplierChange], named: set[UUID]) -> None:
    """A letter to each member that others say leaves: nobody learns of it only once it is done."""
    left_out = Organisation.objects.filter(pk__in={UUID(member["company"]) for member in step.record.old_members} - named)
    people = who_confirm(left_out)
    for company in left_out:
        step.tell(people[company.pk], "named_as_leaving", company=company)


def _checked(supplier: Supplier, members: Sequence[NewMember], by: Actor) -> dict[UUID, Organisation]:
    """The companies by id, if they can be the members from now on. Raises ValidationError."""
    named = {member["company"] for member in members}
    if len(named) < 2:
        raise ValidationError({"members": NO_CONSORTIUM})
    if supplier.organisation_id in named:
        raise ValidationError({"members": "A consortium is no member of itself. Name the companies."})
    found = companies_of(members, by)
    before = {member.company_id: (member.leads, member.liability_share) for member in supplier.members_now()}
    if not before.keys() & named:
        raise ValidationError({"members": ANOTHER_CONSORTIUM})
    if before == {member["company"]: (member["leads"], member["liability_share"]) for member in members}:
        raise ValidationError({"members": "These are its members and their shares already. Say who leaves or joins, or which shares are others."})
    return found


def confirm_share(share_id: UUID, *, by: Actor, at: datetime | None = None) -> ShareConfirmation:
    """Confirm, for a company that stays in a consortium or joins it, its part and its share of liability."""
    with moving(ShareConfirmation, share_id, "confirm_share", by=by, at=at) as step:
        _answer(step, "")
        change = step.record.change
        if not change.shares.exclude(pk=step.record.pk).exclude(status=AGREED).exists():
            step.tell(change.curators(), "supplier_change_told", about=change, again=step.at)
    return step.record


def decline_share(share_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> ShareConfirmation:
    """Decline, for a company, what it is to bear, with a reason that the consortium's people read; until the authority has decided."""
    with moving(ShareConfirmation, share_id, "decline_share", by=by, at=at) as step:
        _answer(step, checked_reason(reason))
    return step.record


def _answer(step: Step[ShareConfirmation], reason: str) -> None:
    share = step.record
    step.require(share.change.status != SupplierChange.Status.WITHDRAWN, "The consortium has withdrawn this. There is nothing to answer any more.")
    step.require(share.change.status == Told, "The authority has acted on this already.")
    note_answer(step, reason)
    step.facts |= {"company": share.company_id, "leads": share.leads, "liability_share": share.liability_share}
    step.tell(share.change.supplier.organisation.people(Role.BID_MANAGER), "share_answered", again=step.at, reason=reason)


def record_new_members(
    change_id: UUID,
    *,
    reasons: str,
    outcome: ControlOutcome = ControlOutcome.KEPT,
    suspended_until: datetime | None = None,
    by: Actor,
    at: datetime | None = None,
) -> SupplierChange:
    """Record a consortium's new members, from their day on and once each has confirmed; its places on this authority's lists are kept,
    suspended or ended with it.

    The places of those before end and stay on record. The buyers of its live tenders and contracts are told.
    """
    with moving(SupplierChange, change_id, "record_new_members", by=by, at=at) as step:
        change = step.record
        listings = Listing.objects.filter(supplier=change.supplier)
        changes.hold_frameworks(listings)
        hold(Supplier, change.supplier_id)
        _require_recordable(step)
        for listing in changes.places_of(listings):
            hand_up(step, listing, Event.MEMBERS, detail=said_of(change))
        changes.decide_on_listings(step, outcome, reasons, suspended_until)
        _replace_members(step)
        changes.tell_supplier(step)
        _tell_companies(step)
    return change


def _require_recordable(step: Step[SupplierChange]) -> None:
    """Refuse before their first day, before each company has confirmed, and where the members are others than those that were to change."""
    change = step.record
    changes.require_kind(step, ChangeKind.MEMBERS)
    changes.require_begun(step, "It has these members from {day} on. Record them then.")
    waiting = [str(share.company) for share in change.shares.exclude(status=AGREED).select_related("company")]
    step.require(not waiting, f"Not confirmed yet by {' and '.join(waiting)}. Record the members once each has confirmed, or refuse to.")
    unchanged = plain(members_of(change.supplier)) == change.old_members
    step.require(unchanged, "Its members are others now than when it told you. Refuse this, and have it tell you of the change anew.")


def said_of(change: SupplierChange) -> str:
    """Who left, who joined, and who the members are from when on, in sentences for buyers."""
    shares = list(change.shares.select_related("company"))
    before, named = {UUID(member["company"]) for member in change.old_members}, {share.company_id for share in shares}
    left = sorted(str(company) for company in Organisation.objects.filter(pk__in=before - named))
    joined = [str(share.company) for share in shares if share.company_id not in before]
    now = ", ".join(f"{share.company} {'leads with' if share.leads else 'with'} {share.liability_share} percent of the liability" for share in shares)
    parts = [f"Left: {', '.join(left)}."] if left else []
    parts += [f"Joined: {', '.join(joined)}."] if joined else []
    return " ".join([*parts, f"Its members since {date_text(change.effective_on)}: {now}."])


def _replace_members(step: Step[SupplierChange]) -> None:
    """The places of those who leave, or whose part or share is another, end now; the new ones begin."""
    change = step.record
    now = {member.company_id: member for member in change.supplier.members_now()}
    shares = {share.company_id: share for share in change.shares.all()}
    for company, member in now.items():
        share = shares.get(company)
        if share is not None and (share.leads, share.liability_share) == (member.leads, member.liability_share):
            del shares[company]
            continue
        member.left_at = step.at
        member.save()
    for company, share in shares.items():
        is_illustrative = company in now and now[company].is_illustrative
        given = {"leads": share.leads, "liability_share": share.liability_share, "is_illustrative": is_illustrative}
        ConsortiumMember.objects.create(consortium=change.supplier, company_id=company, created_at=step.at, **given)
    step.facts |= {"before": change.old_members, "members": members_of(Supplier.objects.get(pk=change.supplier_id))}


def refuse_new_members(change_id: UUID, *, reasons: str, by: Actor, at: datetime | None = None) -> SupplierChange:
    """Do not record a consortium's new members, and tell it and them; its members are those of before."""
    with moving(SupplierChange, change_id, "refuse_new_members", by=by, at=at) as step:
        changes.refuse(step, ChangeKind.MEMBERS, reasons)
        _tell_companies(step)
    return step.record


def _tell_companies(step: Step[SupplierChange]) -> None:
    """A letter to the bid managers of everybody who was a member, stays one or was to become one."""
    change = step.record
    people = {person for company in change.companies() for person in company.people(Role.BID_MANAGER)}
    step.tell(people, "new_members_decided", is_recorded=step.verb == "record_new_members", said=said_of(change))
