"""A listed supplier was succeeded by another: its place on a list passes to the successor, if the authority accepts it."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.models import Role
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from commissioning.wording import date_text
from suppliers.actions.agreements import send_agreements
from suppliers.actions.listings import check_reason, follows_of, hand_up, republish, require_standing
from suppliers.consequences import Event
from suppliers.models import Listing, Supplier


def pass_to_successor(listing_id: UUID, *, successor: UUID, reason: str, by: Actor, at: datetime | None = None) -> Listing:
    """End a supplier's listing, and begin one of its successor for the same list and area, as the authority that accepts the successor.

    The successor is one by which the supplier's organisation was succeeded, after its last day. The next version of the lists says
    from whom it took over.
    """
    with moving(Listing, listing_id, "pass_to_successor", by=by, at=at) as step:
        listing = step.record
        require_standing(step)
        check_reason(reason, "both suppliers will read it")
        heir = _successor(step, successor)
        _require_room(step, heir)
        listing.ended_at, listing.end_cause, listing.end_reason = step.at, Event.SUCCEEDED, reason
        listing.save()
        begun = _begin(step, heir)
        step.facts |= {"cause": Event.SUCCEEDED, "reason": reason, "successor": heir.pk, "listing": begun.pk}
        follows = follows_of(Event.SUCCEEDED)
        step.tell(listing.supplier.organisation.people(Role.BID_MANAGER), "listing_passed", successor=heir, follows=follows)
        step.tell(heir.organisation.people(Role.BID_MANAGER), "listing_taken_over", about=begun)
        republish(step)
        hand_up(step, listing, Event.SUCCEEDED, detail=f"Its successor is {heir}.")
    return listing


def _successor(step: Step[Listing], successor: UUID) -> Supplier:
    """The successor. Raises ValidationError if the organisation was not succeeded by it, Refused before the supplier's last day is over."""
    company = step.record.supplier.organisation
    heir = Supplier.objects.filter(pk=successor, organisation__predecessors=company).select_related("organisation").first()
    if heir is None:
        raise ValidationError({"successor": f"{company} was not succeeded by it. Record the succession with the organisation first."})
    step.require(
        step.record.supplier.is_over(step.at),
        f"The last day of {company} is {date_text(company.valid_to) or 'not known'}. Its places pass once that day is over.",
    )
    found: Supplier = heir
    step.require(not found.is_over(step.at), f"The last day of {found} is over, so it is not put on a list any more. End this listing instead.")
    return found


def _require_room(step: Step[Listing], heir: Supplier) -> None:
    listing = step.record
    step.require(listing.published_at, "The listing is not published yet. Publish it first: then it can pass to the successor.")
    step.require(listing.suspension_at(step.at) is None, "The listing is suspended. Lift the suspension, or wait for its end.")
    stands = Listing.objects.on(listing.framework_list, listing.area).unended(step.at).filter(supplier=heir).exists()
    step.require(not stands, f"{heir} stands on this list for this area already, so it cannot take over another place. End this listing instead.")


def _begin(step: Step[Listing], heir: Supplier) -> Listing:
    """The successor's listing, published from now."""
    listing = step.record
    begun = Listing(
        supplier=heir,
        framework_list=listing.framework_list,
        area=listing.area,
        succeeds=listing,
        is_illustrative=listing.is_illustrative,
        listed_at=step.at,
        published_at=step.at,
        created_at=step.at,
    )
    begun.save(force_insert=True)
    begun.services.set(listing.services.all())
    send_agreements(step, listing.docket_keeper())
    return begun
