"""Publishing the lists, each for each area as soon as nothing holds it up, in numbered versions that never change."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.canon import digest, plain
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from commissioning.refusals import Refused
from commissioning.wording import ending_text
from suppliers.actions.applications import ListAndArea
from suppliers.actions.listing_services import widen
from suppliers.holding_up import Part, held_up, parts_left
from suppliers.models import AdmissionRound, Framework, FrameworkList, Listing, ListPublication, PublishedPart, ServiceArea, Supplier
from suppliers.recipients import bid_managers


def publish_lists(round_id: UUID, *, by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Publish all of the round's lists and areas that are left, with those whom it admitted, as the next version.

    Refused while a window for appeals runs on one of them, or an appeal about it is open or not carried out. Those that nothing
    holds up can be published meanwhile; an early release is the way around for the others.
    """
    with moving(AdmissionRound, round_id, "publish_lists", by=by, at=at) as step:
        _require_past_appeals(step)
        _publish(step, parts_left(step.record))
        step.record.published_at = step.at
    return step.record


def publish_some_lists(round_id: UUID, *, places: list[ListAndArea], by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Publish some of the round's lists and areas, as the next version, while appeals hold others up.

    With all that are left, it is the publication of the round, as `publish_lists` makes it.
    """
    with moving(AdmissionRound, round_id, "publish_some_lists", by=by, at=at) as step:
        _require_past_appeals(step)
        left = parts_left(step.record)
        chosen = {(place["framework_list"], place["area"]) for place in places}
        if not chosen or not chosen <= set(left):
            raise ValidationError({"places": "Choose lists and areas that were applied for in the round and that it has not published yet."})
        if chosen == set(left):
            step.then(publish_lists, round_id)
        else:
            _publish(step, [part for part in left if part in chosen])
    return step.record


def _require_past_appeals(step: Step[AdmissionRound]) -> None:
    ends = ending_text(step.record.appeals_end_at)
    step.require(step.record.is_past_appeals(step.at), f"Appeals can be lodged until {ends}. A buyer that cannot wait needs an early release.")


def _publish(step: Step[AdmissionRound], parts: Collection[Part]) -> None:
    """Let those whom the round admitted to these lists and areas stand on them, and make the version that says so."""
    round_ = step.record
    # An appeal that is lodged at its last instant in another round holds that round's lock: wait for it, then look.
    list(AdmissionRound.objects.select_for_update().filter(framework=round_.framework).order_by("pk").values_list("pk"))
    reasons = held_up(round_.framework, step.at)
    for part in parts:
        if part in reasons:
            raise Refused(f"{_name(round_.framework, part)}: {reasons[part]}")
    waiting = Listing.objects.filter(place__application__round=round_, published_at__isnull=True, ended_at__isnull=True)
    admitted = [listing for listing in waiting if (listing.framework_list_id, listing.area_id) in parts]
    Listing.objects.filter(pk__in=[listing.pk for listing in admitted]).update(published_at=step.at)
    widen(round_, parts)
    publication = publish_version(step, round_.framework, round_, parts)
    _tell_admitted(step, publication, admitted)


def _name(framework: Framework, part: Part) -> str:
    return f"{framework.lists.get(pk=part[0])}, {framework.areas.get(pk=part[1])}"


def publish_version(step: Step[Any], framework: Framework, round_: AdmissionRound | None = None, parts: Collection[Part] = ()) -> ListPublication:
    """The lists as they stand at the step's moment, as the framework's next version; in the step's transaction, under the framework's lock."""
    entries = plain([_entry(listing) for listing in published(framework, step.at)])
    version = 1 + (framework.publications.order_by("-version").values_list("version", flat=True).first() or 0)
    publication = ListPublication.objects.create(
        framework=framework,
        round=round_,
        version=version,
        published_at=step.at,
        entries=entries,
        entries_hash=digest(entries),
        created_at=step.at,
    )
    where = {"publication": publication, "round": round_, "created_at": step.at}
    PublishedPart.objects.bulk_create(PublishedPart(framework_list_id=each, area_id=area, **where) for each, area in parts)
    step.facts |= {"version": version, "entries": len(entries), "entries_hash": publication.entries_hash}
    if parts:
        step.facts["lists"] = _codes(parts)
    return publication


def _codes(parts: Collection[Part]) -> list[list[str]]:
    """The codes of these lists and areas, as a trail names them."""
    lists = dict(FrameworkList.objects.filter(pk__in={part[0] for part in parts}).values_list("pk", "code"))
    areas = dict(ServiceArea.objects.filter(pk__in={part[1] for part in parts}).values_list("pk", "code"))
    return [[lists[framework_list], areas[area]] for framework_list, area in parts]


def _tell_admitted(step: Step[Any], publication: ListPublication, admitted: list[Listing]) -> None:
    """A letter to each supplier that stands on a list since this version."""
    firms = Supplier.objects.filter(pk__in={listing.supplier_id for listing in admitted})
    people = [person for those in bid_managers(firms).values() for person in those]
    step.tell(people, "lists_published", about=publication)


def published(framework: Framework, at: datetime) -> Iterable[Listing]:
    """The published listings of the framework that have not ended, each with its suspensions in force then, and whether it awaits an agreement."""
    listings = Listing.objects.filter(framework_list__framework=framework, published_at__lte=at).unended(at).prefetch_related("services")
    related = ("supplier__organisation", "framework_list", "area", "succeeds__supplier__organisation")
    return listings.with_suspensions(at).with_agreements().select_related(*related)


def _entry(listing: Any) -> dict[str, Any]:
    suspension = next(iter(listing.in_suspension), None)
    return {
        "listing": listing.pk,
        "list": listing.framework_list.code,
        "area": listing.area.code,
        "supplier": listing.supplier_id,
        "short_name": listing.supplier.short_name,
        "name": listing.supplier.organisation.name,
        "listed_at": listing.listed_at,
        "suspended_until": suspension.ends_at if suspension else None,
        "awaits_agreement": listing.awaits_agreement,
        "is_illustrative": listing.is_illustrative,
        "took_over_from": listing.succeeds.supplier.organisation.name if listing.succeeds else None,
        "services": [{"code": service.code, "name": service.name} for service in listing.services.all()],
    }
