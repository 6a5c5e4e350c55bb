"""A supplier has another name, or others control it: told by the supplier, acted on by the authority, passed on to buyers."""

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from commissioning.actions.organisations import describe_organisation, require_own_name
from commissioning.announcing import JOB
from commissioning.answering import arrived, take_out
from commissioning.models import Document, Organisation, Role, User
from commissioning.models.people import Actor
from commissioning.moves import Step, beginning, hold, moving
from commissioning.wording import date_text
from suppliers.actions.listings import check_reason, end_listing, hand_up, suspend_at_least
from suppliers.actions.publications import publish_version
from suppliers.consequences import Event
from suppliers.models import Framework, Listing, ShareConfirmation, Supplier, SupplierChange
from suppliers.models.changes import CHANGE_FILE, ChangeKind, ControlOutcome

MOST_FILES = 50
_WHAT_TO_DO = {
    ChangeKind.NAME: "This is a change of name: record it, or refuse to.",
    ChangeKind.CONTROL: "This is a change of control: decide on that.",
    ChangeKind.MEMBERS: "These are new members: record them, or refuse to.",
}


def tell_of_change(
    supplier_id: UUID,
    *,
    authority: UUID,
    kind: ChangeKind,
    effective_on: date,
    account: str,
    new_name: str = "",
    by: Actor,
    at: datetime | None = None,
) -> SupplierChange:
    """Tell an authority that lists the supplier of its new name, or that others control it, from which day on, and how that came about."""
    if kind == ChangeKind.MEMBERS:
        raise ValidationError({"kind": "Tell of new members apart, and name them with their shares of liability."})
    supplier = Supplier.objects.select_related("organisation").get(pk=supplier_id)
    change = SupplierChange(supplier=supplier, kind=kind, effective_on=effective_on, account=account, new_name=new_name.strip())
    with beginning(change, "tell_of_change", by=by, at=at, within=supplier) as step:
        change.supplier = step.within_a(Supplier)
        change.old_name = change.supplier.organisation.name if kind == ChangeKind.NAME else ""
        if change.is_of_name:
            require_own_name(change.supplier.organisation, change.new_name, at=step.at, field="new_name")
        tell(step, authority)
        step.facts["new_name"] = change.new_name
        step.tell(change.curators(), "supplier_change_told")
    return change


def tell(step: Step[SupplierChange], authority: UUID) -> None:
    """To whom it is told, of what and by whom: one change of a kind at a time. Raises ValidationError."""
    change = step.record
    change.told_by, change.authority = step.person, _authority(change.supplier, authority, step.at)
    _check_words(change)
    begun = SupplierChange.objects.waiting().filter(supplier=change.supplier, authority=change.authority, kind=change.kind).exists()
    step.require(not begun, "You have told the authority of such a change already. Wait until it has acted on that one, or withdraw it.")
    step.facts |= {"kind": change.kind, "effective_on": change.effective_on, "authority": change.authority_id}


def _authority(supplier: Supplier, authority: UUID, at: datetime) -> Organisation:
    """The authority, if the supplier stands on one of its lists. Raises ValidationError."""
    standing = Listing.objects.unended(at).filter(supplier=supplier, framework_list__framework__authority=authority)
    found = standing.select_related("framework_list__framework__authority").first()
    if found is None:
        raise ValidationError({"authority": "You stand on none of this authority’s lists. Choose one that lists you."})
    listing: Listing = found
    return listing.framework_list.framework.authority


def _check_words(change: SupplierChange) -> None:
    if not change.account.strip():
        raise ValidationError({"account": "Say what has changed, and how it came about."})
    if not change.is_of_name and change.new_name:
        raise ValidationError({"new_name": "A change of control has no new name. Leave it empty, and tell of a new name apart."})
    if change.is_of_name and (not change.new_name or change.new_name == change.old_name):
        raise ValidationError({"new_name": "Give the new name: one that differs from the present."})


def attach_to_change(change_id: UUID, *, file: UploadedFile, by: User, at: datetime | None = None) -> SupplierChange:
    """Attach a file that shows the change, until the authority has acted on it."""
    change = SupplierChange.objects.visible_to(by).get(pk=change_id)
    verb = "attach_to_change"
    with arrived(change, file, by, verb, at) as document, moving(SupplierChange, change_id, verb, by=by, at=at) as step:
        step.require(step.record.files().count() < MOST_FILES, f"A change has at most {MOST_FILES} files.")
        Document.objects.filter(pk=document.pk).update(purpose=CHANGE_FILE, created_at=step.at)
        step.facts |= document.stamp()
    return step.record


def remove_from_change(change_id: UUID, *, document: UUID, by: Actor, at: datetime | None = None) -> SupplierChange:
    """Take a file out of a change, until the authority has acted on it or a company has answered with the file before it."""
    with moving(SupplierChange, change_id, "remove_from_change", by=by, at=at) as step:
        answered = step.record.shares.exclude(status=ShareConfirmation.Status.WAITING).exists()
        step.require(not answered, "A company has answered with these files before it. Attach what puts them right.")
        step.facts |= take_out(step.record.files(), document, step.at).stamp()
    return step.record


def withdraw_change(change_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> SupplierChange:
    """Take back what the supplier told, until the authority has acted on it: nothing of it is recorded, and the supplier may tell anew.

    The authority's curators are told why, and with new members each company that is or was to be one.
    """
    with moving(SupplierChange, change_id, "withdraw_change", by=by, at=at) as step:
        change = step.record
        check_reason(reason, "the authority will read it, and so will each company that it concerns")
        change.withdrawn_at, change.withdrawal_reason = step.at, reason.strip()
        step.facts["reason"] = change.withdrawal_reason
        step.tell(change.curators(), "supplier_change_withdrawn")
        step.tell([person for company in change.companies() for person in company.people(Role.BID_MANAGER)], "supplier_change_withdrawn")
    return change


def record_new_name(change_id: UUID, *, reasons: str = "", by: Actor, at: datetime | None = None) -> SupplierChange:
    """Record a supplier's new name, from its day on: the next version of the lists has it, and what is dated before keeps the old.

    The buyers of its live tenders and contracts are told.
    """
    with moving(SupplierChange, change_id, "record_new_name", by=by, at=at) as step:
        change = step.record
        require_kind(step, ChangeKind.NAME)
        require_begun(step, "It has this name from {day} on. Record it then.")
        company = change.supplier.organisation
        step.require(company.name == change.old_name, f"It is called {company.name} now, not {change.old_name}. Have it tell you of the change anew.")
        decide(step, reasons)
        standing = Listing.objects.filter(supplier=change.supplier, published_at__isnull=False).unended(step.at)
        frameworks = hold_frameworks(standing)
        said = f"It was called {change.old_name}, and is called {change.new_name} since {date_text(change.effective_on)}."
        for listing in places_of(Listing.objects.filter(supplier=change.supplier)):
            hand_up(step, listing, Event.RENAMED, detail=said)
        kept = {"address": company.address, "valid_from": company.valid_from, "valid_to": company.valid_to}
        step.then(describe_organisation, company.pk, name=change.new_name, **kept)
        for framework in frameworks:
            step.then(republish_lists, framework, by=JOB)
        tell_supplier(step)
    return change


def refuse_new_name(change_id: UUID, *, reasons: str, by: Actor, at: datetime | None = None) -> SupplierChange:
    """Do not record a new name, and tell the supplier why."""
    with moving(SupplierChange, change_id, "refuse_new_name", by=by, at=at) as step:
        refuse(step, ChangeKind.NAME, reasons)
    return step.record


def decide_change_of_control(
    change_id: UUID, *, outcome: ControlOutcome, reasons: str, suspended_until: datetime | None = None, by: Actor, at: datetime | None = None
) -> SupplierChange:
    """Look at a supplier that others control: it keeps its places on this authority's lists, or they are suspended or ended with this decision.

    The buyers of its live tenders and contracts that came of them are told.
    """
    with moving(SupplierChange, change_id, "decide_change_of_control", by=by, at=at) as step:
        change = step.record
        require_kind(step, ChangeKind.CONTROL)
        hold_frameworks(change.listings())
        for listing in places_of(change.listings()):
            hand_up(step, listing, Event.CONTROL)
        decide_on_listings(step, outcome, reasons, suspended_until)
        tell_supplier(step)
    return change


def decide_on_listings(step: Step[SupplierChange], outcome: ControlOutcome, reasons: str, until: datetime | None) -> None:
    """Keep the supplier's listings with this authority, or suspend or end each of them, as part of the decision. Raises ValidationError."""
    _check_outcome(step, outcome, reasons, until)
    change = step.record
    change.outcome, change.suspended_until = outcome, until
    decide(step, reasons)
    step.facts |= {"outcome": outcome, "suspended_until": until}
    for listing in change.listings().unended(step.at):
        if outcome == ControlOutcome.SUSPENSION:
            step.then(suspend_at_least, listing.pk, ends_at=until, reason=reasons)
        elif outcome == ControlOutcome.REMOVAL:
            step.then(end_listing, listing.pk, reason=reasons)


def require_kind(step: Step[SupplierChange], kind: ChangeKind) -> None:
    """Refuse to take one kind of change for another."""
    step.require(step.record.kind == kind, _WHAT_TO_DO[ChangeKind(step.record.kind)])


def require_begun(step: Step[SupplierChange], otherwise: str) -> None:
    """Refuse before the first day on which it is so."""
    change = step.record
    step.require(change.can_be_recorded(step.at), otherwise.format(day=date_text(change.effective_on)))


def refuse(step: Step[SupplierChange], kind: ChangeKind, reasons: str) -> None:
    """Do not record it, with reasons that the supplier reads."""
    require_kind(step, kind)
    _require_reasons(reasons)
    decide(step, reasons)
    tell_supplier(step)


def _check_outcome(step: Step[SupplierChange], outcome: ControlOutcome, reasons: str, until: datetime | None) -> None:
    _require_reasons(reasons)
    if outcome != ControlOutcome.SUSPENSION and until is not None:
        raise ValidationError({"suspended_until": "Only a suspension has an end. Leave it empty, or choose a suspension."})
    if outcome == ControlOutcome.SUSPENSION and (until is None or until <= step.at):
        raise ValidationError({"suspended_until": "Say until when the supplier is suspended: a moment to come."})


def _require_reasons(reasons: str) -> None:
    if not reasons.strip():
        raise ValidationError({"reasons": "Give the reasons: the supplier will read them."})


def decide(step: Step[SupplierChange], reasons: str) -> None:
    """Who decides, when, and for which reasons."""
    step.record.reasons, step.record.decided_at, step.record.decided_by = reasons, step.at, step.person
    step.facts["reasons"] = reasons


def hold_frameworks(listings: QuerySet[Listing]) -> list[UUID]:
    """Lock the frameworks of these listings, always in the same order, before anything of tenders and contracts is."""
    frameworks = sorted(set(listings.values_list("framework_list__framework", flat=True)))
    for framework in frameworks:
        hold(Framework, framework)
    return frameworks


def places_of(listings: QuerySet[Listing]) -> list[Listing]:
    """The latest listing of each list and area, ended or not: what came of any of them concerns its buyers."""
    related = ("supplier__organisation", "framework_list__framework", "area")
    latest = {(each.framework_list_id, each.area_id): each for each in listings.select_related(*related).order_by("created_at", "pk")}
    return list(latest.values())


def tell_supplier(step: Step[SupplierChange]) -> None:
    """A letter to the supplier's bid managers."""
    people = step.record.supplier.organisation.people(Role.BID_MANAGER)
    step.tell(people, "supplier_change_decided", is_recorded=step.verb in ("record_new_name", "record_new_members"))


def republish_lists(framework_id: UUID, *, by: Actor, at: datetime | None = None) -> Framework:
    """Publish the next version of a framework's lists, for what they say of somebody is otherwise now."""
    with moving(Framework, framework_id, "republish_lists", by=by, at=at) as step:
        publish_version(step, step.record)
    return step.record
