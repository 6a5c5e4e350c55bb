"""A supplier has another name, or others control it: told by the supplier, acted on by the authority, passed on to buyers."""

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from commissioning.actions.organisations import describe_organisation
from commissioning.announcing import JOB
from commissioning.answering import arrived
from commissioning.clock import in_london
from commissioning.models import Document, Organisation, Role, User
from commissioning.models.people import Actor
from commissioning.moves import Step, beginning, hold, moving
from commissioning.wording import date_text
from suppliers.actions.listings import end_listing, hand_up, suspend_listing
from suppliers.actions.publications import publish_version
from suppliers.consequences import Event
from suppliers.models import Framework, Listing, Supplier, SupplierChange
from suppliers.models.changes import CHANGE_FILE, ChangeKind, ControlOutcome

MOST_FILES = 50


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
    supplier = Supplier.objects.select_related("organisation").get(pk=supplier_id)
    change = SupplierChange(supplier=supplier, kind=kind, effective_on=effective_on, account=account, new_name=new_name.strip())
    with beginning(change, "tell_of_change", by=by, at=at, within=supplier) as step:
        change.told_by, change.authority = step.person, _authority(supplier, authority, step.at)
        change.old_name = supplier.organisation.name if kind == ChangeKind.NAME else ""
        _check_words(change)
        begun = SupplierChange.objects.waiting().filter(supplier=supplier, authority=change.authority, kind=kind).exists()
        step.require(not begun, "You have told the authority of such a change already. Wait until it has acted on that one.")
        step.facts |= {"kind": kind, "effective_on": effective_on, "new_name": change.new_name, "authority": change.authority_id}
        step.tell(change.curators(), "supplier_change_told")
    return change


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


def record_new_name(change_id: UUID, *, reasons: str = "", by: Actor, at: datetime | None = None) -> SupplierChange:
    """Record a supplier's new name, from its day on: the next version of the lists has it, and what is dated before keeps the old.

    The buyers of its live tenders and contracts are told.
    """
    with moving(SupplierChange, change_id, "record_new_name", by=by, at=at) as step:
        change = step.record
        step.require(change.is_of_name, "This is a change of control: decide on that.")
        begun = change.effective_on <= in_london(step.at).date()
        step.require(begun, f"It has this name from {date_text(change.effective_on)} on. Record it then.")
        company = change.supplier.organisation
        step.require(company.name == change.old_name, f"It is called {company.name} now, not {change.old_name}. Have it tell you of the change anew.")
        _decide(step, reasons)
        standing = Listing.objects.filter(supplier=change.supplier, published_at__isnull=False).unended(step.at)
        frameworks = _hold_frameworks(standing)
        said = f"It was called {change.old_name}, and is called {change.new_name} since {date_text(change.effective_on)}."
        for listing in _places(Listing.objects.filter(supplier=change.supplier)):
            hand_up(step, listing, Event.RENAMED, detail=said)
        kept = {"address": company.address, "valid_from": company.valid_from, "valid_to": company.valid_to}
        step.then(describe_organisation, company.pk, name=change.new_name, **kept)
        for framework in frameworks:
            step.then(republish_lists, framework, by=JOB)
        _tell_supplier(step)
    return change


def refuse_new_name(change_id: UUID, *, reasons: str, by: Actor, at: datetime | None = None) -> SupplierChange:
    """Do not record a new name, and tell the supplier why."""
    with moving(SupplierChange, change_id, "refuse_new_name", by=by, at=at) as step:
        step.require(step.record.is_of_name, "This is a change of control: decide on that.")
        _require_reasons(reasons)
        _decide(step, reasons)
        _tell_supplier(step)
    return step.record


def decide_change_of_control(
    change_id: UUID, *, outcome: ControlOutcome, reasons: str, suspended_until: datetime | None = None, by: Actor, at: datetime | None = None
) -> SupplierChange:
    """Look at a supplier that others control: it keeps its places on this authority's lists, or they are suspended or ended with this decision.

    The buyers of its live tenders and contracts that came of them are told.
    """
    with moving(SupplierChange, change_id, "decide_change_of_control", by=by, at=at) as step:
        change = step.record
        step.require(not change.is_of_name, "This is a change of name: record it, or refuse to.")
        _check_outcome(step, outcome, reasons, suspended_until)
        change.outcome, change.suspended_until = outcome, suspended_until
        _decide(step, reasons)
        step.facts |= {"outcome": outcome, "suspended_until": suspended_until}
        _hold_frameworks(change.listings())
        for listing in _places(change.listings()):
            hand_up(step, listing, Event.CONTROL)
        for listing in change.listings().unended(step.at):
            if outcome == ControlOutcome.SUSPENSION:
                step.then(suspend_listing, listing.pk, ends_at=suspended_until, reason=reasons)
            elif outcome == ControlOutcome.REMOVAL:
                step.then(end_listing, listing.pk, reason=reasons)
        _tell_supplier(step)
    return change


def _check_outcome(step: Step[SupplierChange], outcome: ControlOutcome, reasons: str, until: datetime | None) -> None:
    _require_reasons(reasons)
    if outcome != ControlOutcome.SUSPENSION and until is not None:
        raise ValidationError({"suspended_until": "Only a suspension has an end. Leave it empty, or choose a suspension."})
    if outcome == ControlOutcome.SUSPENSION and (until is None or until <= step.at):
        raise ValidationError({"suspended_until": "Say until when the supplier is suspended: a moment to come."})


def _require_reasons(reasons: str) -> None:
    if not reasons.strip():
        raise ValidationError({"reasons": "Give the reasons: the supplier will read them."})


def _decide(step: Step[SupplierChange], reasons: str) -> None:
    step.record.reasons, step.record.decided_at, step.record.decided_by = reasons, step.at, step.person
    step.facts["reasons"] = reasons


def _hold_frameworks(listings: QuerySet[Listing]) -> list[UUID]:
    """Lock the frameworks of these listings, always in the same order, before anything of tenders and contracts is."""
    frameworks = sorted(set(listings.values_list("framework_list__framework", flat=True)))
    for framework in frameworks:
        hold(Framework, framework)
    return frameworks


def _places(listings: QuerySet[Listing]) -> list[Listing]:
    """The latest listing of each list and area, ended or not: what came of any of them concerns its buyers."""
    related = ("supplier__organisation", "framework_list__framework", "area")
    latest = {(each.framework_list_id, each.area_id): each for each in listings.select_related(*related).order_by("created_at", "pk")}
    return list(latest.values())


def _tell_supplier(step: Step[SupplierChange]) -> None:
    people = step.record.supplier.organisation.people(Role.BID_MANAGER)
    step.tell(people, "supplier_change_decided", is_recorded=step.verb == "record_new_name")


def republish_lists(framework_id: UUID, *, by: Actor, at: datetime | None = None) -> Framework:
    """Publish the next version of a framework's lists, for what they say of somebody is otherwise now."""
    with moving(Framework, framework_id, "republish_lists", by=by, at=at) as step:
        publish_version(step, step.record)
    return step.record
