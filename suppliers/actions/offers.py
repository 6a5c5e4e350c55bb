"""What a supplier offers with a listing: proposed by its people, approved or returned by a curator, and put back to what it said before."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.models import Role
from commissioning.models.people import Actor
from commissioning.moves import Step, beginning, moving
from suppliers.models import Listing, Offer
from suppliers.models.offers import MOST_CHARACTERS


def propose_offer(listing_id: UUID, *, text: str, by: Actor, at: datetime | None = None) -> Offer:
    """Propose what the listing is to say that the supplier offers; everybody reads it once a curator has approved it."""
    listing = Listing.objects.get(pk=listing_id)
    offer = Offer(listing=listing, text=text.strip())
    with beginning(offer, "propose_offer", by=by, at=at, within=listing) as step:
        if not offer.text:
            raise ValidationError({"text": "Say what you offer."})
        if len(offer.text) > MOST_CHARACTERS:
            raise ValidationError({"text": f"Say it in {MOST_CHARACTERS:,} characters at most. These are {len(offer.text):,}."})
        offer.listing = step.within_a(Listing)
        _begin(step)
        _tell_curators(step)
    return offer


def _begin(step: Step[Offer]) -> None:
    """The next revision of its listing: one that stands, and of which no other revision waits."""
    offer = step.record
    _require_listing_stands(step)
    latest = Offer.objects.filter(listing=offer.listing).first()
    is_free = latest is None or latest.status != Offer.Status.PROPOSED
    step.require(is_free, f"Revision {latest.number if latest else 0} waits for the authority. Wait until it is approved or returned.")
    shown = Offer.objects.filter(listing=offer.listing).shown(step.at).first()
    step.require(shown is None or shown.text != offer.text, "This is what everybody reads already. Change it, or leave it as it is.")
    offer.number, offer.proposed_by = latest.number + 1 if latest else 1, step.person
    step.facts |= {"listing": offer.listing_id, "number": offer.number}


def _require_listing_stands(step: Step[Offer]) -> None:
    step.require(not step.record.listing.has_ended(step.at), "The listing has ended, so nothing is offered with it any more.")


def _tell_curators(step: Step[Offer]) -> None:
    step.tell(step.record.listing.docket_keeper().curators(), "offer_proposed")


def approve_offer(offer_id: UUID, *, by: Actor, at: datetime | None = None) -> Offer:
    """Let everybody read a revision that was proposed, in place of what the listing said before."""
    with moving(Offer, offer_id, "approve_offer", by=by, at=at) as step:
        _decide(step)
    return step.record


def return_offer(offer_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> Offer:
    """Give a revision that was proposed back to the supplier, with the reason; what the listing said before stays."""
    with moving(Offer, offer_id, "return_offer", by=by, at=at) as step:
        _require_reason(reason)
        step.record.reason = reason.strip()
        _decide(step)
    return step.record


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Give the reason: the supplier will read it."})


def _decide(step: Step[Offer], *, is_put_back: bool = False) -> None:
    offer = step.record
    _require_listing_stands(step)
    offer.decided_by, offer.decided_at = step.person, step.at
    step.facts |= {"listing": offer.listing_id, "number": offer.number, "reason": offer.reason}
    step.tell(offer.supplier.organisation.people(Role.BID_MANAGER), "offer_decided", is_put_back=is_put_back)


def restore_offer(offer_id: UUID, *, reason: str = "", by: Actor, at: datetime | None = None) -> Offer:
    """Take up the text of an earlier revision as the next one.

    The supplier's people propose it again. A curator puts a text back that was approved before, at once and with a reason.
    """
    earlier = Offer.objects.select_related("listing").get(pk=offer_id)
    offer = Offer(listing=earlier.listing, text=earlier.text, restores=earlier)
    with beginning(offer, "restore_offer", by=by, at=at, within=earlier) as step:
        earlier = step.within_a(Offer)
        offer.listing = earlier.listing
        _begin(step)
        step.facts["restores"] = earlier.number
        if earlier.supplier.organisation_id in step.person.organisations:
            _tell_curators(step)
        else:
            step.require(earlier.status == Offer.Status.APPROVED, "This revision was never approved. Only what everybody has read can be put back.")
            _require_reason(reason)
            offer.status, offer.reason = Offer.Status.APPROVED, reason.strip()
            _decide(step, is_put_back=True)
    return offer
