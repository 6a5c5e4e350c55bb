"""Who may be asked to tender, who was let in early, and the life of a listing."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from commissioning.models import Organisation, Role
from commissioning.models.people import Actor
from commissioning.moves import Step, beginning, hold, moving
from commissioning.refusals import Refused
from commissioning.wording import ending_text
from suppliers.actions.publications import publish_version
from suppliers.configuration import why_not_entitled
from suppliers.consequences import CONSEQUENCES, Consequences, Event, consequences_of
from suppliers.models import EarlyRelease, Framework, FrameworkList, Listing, ServiceArea, Supplier, Suspension
from suppliers.signals import listing_changed


def suppliers_to_ask(buyer: Organisation, framework_list: FrameworkList, area: ServiceArea, at: datetime) -> QuerySet[Supplier]:
    """Whom this buyer may ask to tender at that moment, and must: every supplier that stands on the published list for the area.

    Before publication it is those that an early release in force for this buyer names, if they are accepted on that list
    and area. Nobody is asked outside the framework's term, nor one whose listing is suspended or has ended, nor under a
    framework that has terms to sign one whose agreement is not countersigned.
    """
    if not framework_list.framework.is_in_force(at):
        return Supplier.objects.none()
    released = EarlyRelease.objects.in_force(at).filter(buyer=buyer, framework_list=framework_list, area=area)
    listings = Listing.objects.on(framework_list, area).unbroken(at)
    shown = listings.filter(Q(published_at__lte=at) | Q(supplier__in=released.values("suppliers")))
    return Supplier.objects.filter(pk__in=shown.values("supplier")).select_related("organisation")


def grant_early_release(
    framework_id: UUID,
    *,
    buyer: UUID,
    framework_list: UUID,
    area: UUID,
    suppliers: list[UUID],
    expires_at: datetime,
    reason: str,
    by: Actor,
    at: datetime | None = None,
) -> EarlyRelease:
    """Let one buyer ask the named suppliers, accepted on this list and area, before the list is published; until it expires."""
    framework = Framework.objects.visible_to(by).get(pk=framework_id)
    where = {"framework_list": framework.lists.get(pk=framework_list), "area": framework.areas.get(pk=area)}
    release = EarlyRelease(framework=framework, buyer=_commissioner(buyer, by), **where, reason=reason, expires_at=expires_at)
    with beginning(release, "grant_early_release", by=by, within=framework, at=at) as step:
        release.granted_at, release.granted_by = step.at, step.person
        _check_terms(step)
        named = _accepted(step, suppliers)
        release.save(force_insert=True)
        release.suppliers.set(named)
        step.facts |= _terms(release, named)
        step.tell(release.buyer.people(Role.PROCUREMENT_LEAD), "early_release_granted", suppliers=named)
    return release


def _commissioner(buyer: UUID, by: Actor) -> Organisation:
    found = Organisation.objects.visible_to(by).filter(pk=buyer, kind=Organisation.Kind.COMMISSIONER).first()
    if found is None:
        raise ValidationError({"buyer": "There is no such commissioner. Choose one that the service knows."})
    return found


def _check_terms(step: Step[EarlyRelease]) -> None:
    framework = Framework.objects.get(pk=step.record.framework_id)
    step.require(framework.is_in_force(step.at), "The framework is not in force, so nobody can be asked under it.")
    _check_buyer(framework, step.record.buyer)
    if step.record.expires_at <= step.at:
        raise ValidationError({"expires_at": "It would have expired already. Choose a moment to come."})
    if not step.record.reason.strip():
        raise ValidationError({"reason": "Say why this buyer cannot wait for publication."})


def _check_buyer(framework: Framework, buyer: Organisation) -> None:
    """Refuse a buyer that could not tender under the framework with the release: its latest version says who may."""
    version = framework.versions.first()
    if version is None:
        raise Refused(f"{framework} has not been published, so nobody may buy under it. Publish it first.")
    if why_not := why_not_entitled(version, buyer):
        raise ValidationError({"buyer": f"{why_not} Choose one of these."})


def _terms(release: EarlyRelease, named: list[Supplier]) -> dict[str, Any]:
    return {
        "buyer": release.buyer_id,
        "list": release.framework_list.code,
        "area": release.area.code,
        "suppliers": sorted(firm.short_name for firm in named),
        "expires_at": release.expires_at,
        "reason": release.reason,
    }


def _accepted(step: Step[EarlyRelease], suppliers: list[UUID]) -> list[Supplier]:
    """The suppliers, each of which is accepted on the list and area. Raises ValidationError that names one which is not."""
    named = list(Supplier.objects.filter(pk__in=suppliers).select_related("organisation"))
    if not named or len(named) != len(set(suppliers)):
        raise ValidationError({"suppliers": "Choose at least one supplier, from those that the service knows."})
    listings = Listing.objects.on(step.record.framework_list, step.record.area).unbroken(step.at)
    accepted = set(listings.filter(supplier__in=named).values_list("supplier", flat=True))
    for firm in named:
        if firm.pk not in accepted:
            raise ValidationError({"suppliers": _why_not_accepted(step, firm)})
    return named


def _why_not_accepted(step: Step[EarlyRelease], firm: Supplier) -> str:
    listings = Listing.objects.on(step.record.framework_list, step.record.area).unended(step.at).filter(supplier=firm)
    if listings.with_agreements().filter(awaits_agreement=True).exists():
        return f"The agreement of {firm} to the framework’s terms is not countersigned yet. Take it out, or countersign first."
    return f"{firm} is not accepted on this list for this area. Take it out."


def suspend_listing(listing_id: UUID, *, ends_at: datetime, reason: str, by: Actor, at: datetime | None = None) -> Listing:
    """Keep a supplier from being asked until a moment, at which it returns by itself; a new version of the lists says so."""
    with moving(Listing, listing_id, "suspend_listing", by=by, at=at) as step:
        running = step.record.suspension_at(step.at)
        step.require(running is None, "The listing is suspended already. Lift that suspension first.")
        _suspend(step, ends_at, reason)
    return step.record


def suspend_at_least(listing_id: UUID, *, ends_at: datetime, reason: str, by: Actor, at: datetime) -> None:
    """Suspend a listing as part of a decision, in its transaction: one that is suspended for as long or longer stays as it is.

    A suspension that would end sooner ends now, and the decision's begins.
    """
    hold(Listing, listing_id)
    running = Suspension.objects.in_force(at).filter(listing=listing_id).first()
    if running is not None and running.ends_at >= ends_at:
        return
    with moving(Listing, listing_id, "suspend_listing", by=by, at=at) as step:
        if running is not None:
            running.lifted_at, running.lift_reason = step.at, f"It is suspended until {ending_text(ends_at)} instead."
            running.save()
            step.facts["instead_of"] = running.ends_at
        _suspend(step, ends_at, reason)


def _suspend(step: Step[Listing], ends_at: datetime, reason: str) -> None:
    listing = step.record
    require_standing(step)
    check_reason(reason)
    if ends_at <= step.at:
        raise ValidationError({"ends_at": "The suspension would have ended already. Choose a moment to come."})
    suspension = Suspension.objects.create(listing=listing, began_at=step.at, ends_at=ends_at, reason=reason, created_at=step.at)
    step.facts |= {"ends_at": ends_at, "reason": reason}
    step.tell(listing.supplier.organisation.people(Role.BID_MANAGER), "listing_suspended", about=suspension, follows=follows_of(Event.SUSPENDED))
    republish(step)
    hand_up(step, listing, Event.SUSPENDED, until=ends_at)


def reinstate_listing(listing_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> Listing:
    """Lift a suspension before its end; the supplier is asked again from now, if it has agreed to the framework's terms."""
    with moving(Listing, listing_id, "reinstate_listing", by=by, at=at) as step:
        listing = step.record
        require_standing(step)
        check_reason(reason)
        suspension = listing.suspension_at(step.at)
        if suspension is None:
            raise Refused("The listing is not suspended, so there is nothing to lift.")
        suspension.lifted_at, suspension.lift_reason = step.at, reason
        suspension.save()
        step.facts["reason"] = reason
        follows = follows_for(listing, Event.RETURNED, step.at)
        step.tell(listing.supplier.organisation.people(Role.BID_MANAGER), "listing_reinstated", about=suspension, follows=follows.sentences())
        republish(step)
        hand_up(step, listing, Event.RETURNED)
    return listing


def end_listing(listing_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> Listing:
    """Take a supplier off the list for the area for good; a new version of the lists leaves it out."""
    with moving(Listing, listing_id, "end_listing", by=by, at=at) as step:
        check_reason(reason)
        _end(step, Event.REMOVED, reason)
        step.tell(step.record.supplier.organisation.people(Role.BID_MANAGER), "listing_ended", follows=follows_of(Event.REMOVED))
    return step.record


def leave_list(listing_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> Listing:
    """Leave the list for the area for good, as the supplier whose listing it is; a new version of the lists leaves it out."""
    with moving(Listing, listing_id, "leave_list", by=by, at=at) as step:
        check_reason(reason, "the authority will read it")
        _end(step, Event.LEFT, reason)
        people = step.record.supplier.organisation.people(Role.BID_MANAGER) | step.record.docket_keeper().curators()
        step.tell(people, "listing_left", follows=follows_of(Event.LEFT))
    return step.record


def _end(step: Step[Listing], event: Event, reason: str) -> None:
    require_standing(step)
    listing = step.record
    listing.ended_at, listing.end_cause, listing.end_reason = step.at, event, reason
    listing.save()
    step.facts |= {"cause": event, "reason": reason}
    republish(step)
    hand_up(step, listing, event)


def hand_up(step: Step[Any], listing: Listing, event: Event, until: datetime | None = None, detail: str = "") -> None:
    """Let the floors above tell the buyers whom it concerns, in the same transaction, once this act is on the trail."""
    step.then(partial(listing_changed.send, Listing), listing=listing, event=event, until=until, detail=detail)


def follows_of(event: Event) -> tuple[str, ...]:
    """What becomes of invitations, bids and contracts, in sentences for the supplier's letter."""
    return CONSEQUENCES[event].sentences()


def follows_for(listing: Listing, event: Event, at: datetime) -> Consequences:
    """The same of this very listing, which may not be asked for after all: its agreement is to be countersigned, or it is suspended."""
    return consequences_of(event, is_asked=Listing.objects.unbroken(at).filter(pk=listing.pk).exists())


def require_standing(step: Step[Listing]) -> None:
    """Refuse what is done to a listing that has ended."""
    listing = step.record
    step.require(not listing.has_ended(step.at), f"The listing ended {ending_text(listing.ended_at)}. It cannot be changed any more.")


def check_reason(reason: str, reader: str = "the supplier will read it") -> None:
    """ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": f"Say why: {reader}."})


def republish(step: Step[Listing]) -> None:
    """The next version of the lists, if the listing has been published."""
    if step.record.published_at is not None:
        publish_version(step, step.record.docket_keeper())
