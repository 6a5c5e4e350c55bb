"""Publishing the lists, in numbered versions that never change."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from commissioning.canon import digest, plain
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from commissioning.refusals import Refused
from commissioning.wording import ending_text, plural
from suppliers.models import AdmissionRound, Appeal, Framework, FreshDecision, Listing, ListPublication, Supplier
from suppliers.recipients import bid_managers


def publish_lists(round_id: UUID, *, by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Publish the framework's lists with those whom the round admitted, as the next version.

    Refused while a window for appeals runs, or an appeal in the round is open or not carried out; an early release is the way around.
    """
    with moving(AdmissionRound, round_id, "publish_lists", by=by, at=at) as step:
        round_ = step.record
        step.require(
            round_.is_past_appeals(step.at),
            f"Appeals can be lodged until {ending_text(round_.appeals_end_at)}. A buyer that cannot wait needs an early release.",
        )
        _require_appeals_done(step)
        Listing.objects.filter(place__application__round=round_, published_at__isnull=True, ended_at__isnull=True).update(published_at=step.at)
        round_.published_at = step.at
        publish_version(step, round_.framework, round_)
    return round_


def _require_appeals_done(step: Step[AdmissionRound]) -> None:
    """Nothing is published while an appeal in the round is open, a decision on one is not carried out, or a new window for appeals runs."""
    appeals = Appeal.objects.filter(place__application__round=step.record)
    waiting = appeals.undecided().count()
    step.require(not waiting, f"{plural(waiting, 'appeal is', 'appeals are')} open. Each must be decided or withdrawn first.")
    undone = appeals.blocking().count()
    step.require(not undone, f"{plural(undone, 'decision on an appeal is', 'decisions on appeals are')} not carried out yet. Do that first.")
    window = FreshDecision.objects.contestable(step.at).filter(appeal__in=appeals).order_by("appeals_end_at").last()
    if window is not None:
        ends = ending_text(window.appeals_end_at)
        raise Refused(f"The refusal of {window.appeal.place}, made anew, can be appealed against until {ends}. Wait for that end.")


def publish_version(step: Step[Any], framework: Framework, round_: AdmissionRound | None = None) -> ListPublication:
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
    step.facts |= {"version": version, "entries": len(entries), "entries_hash": publication.entries_hash}
    if round_ is not None:
        _tell_listed(step, publication)
    return publication


def _tell_listed(step: Step[Any], publication: ListPublication) -> None:
    listed = Supplier.objects.filter(pk__in={entry["supplier"] for entry in publication.entries})
    people = [person for those in bid_managers(listed).values() for person in those]
    step.tell(people, "lists_published", about=publication)


def published(framework: Framework, at: datetime) -> Iterable[Listing]:
    """The published listings of the framework that have not ended, each with `in_suspension`, its suspensions in force at that moment."""
    listings = Listing.objects.filter(framework_list__framework=framework, published_at__lte=at).unended(at)
    return listings.with_suspensions(at).select_related("supplier__organisation", "framework_list", "area")


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
        "is_illustrative": listing.is_illustrative,
    }
