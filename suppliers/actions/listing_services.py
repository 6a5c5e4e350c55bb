"""Who comes to stand on a list by a place that was accepted, and for which services of the area; its own listing, or that of its successor."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from commissioning.wording import date_text
from suppliers.holding_up import Part
from suppliers.models import AdmissionRound, Appeal, FreshDecision, Listing, Place
from suppliers.models.appeals import Remedy
from suppliers.models.listings import EndCause


def list_accepted(places: "QuerySet[Place]", *, at: datetime) -> list[Listing]:
    """Put the suppliers of these places on the lists, unpublished, each for the services there; in the caller's transaction.

    One that stands there already, itself or by its successor, stays as it is: it is listed for what the round adds once the round's list
    and area are published.
    """
    wanted = list(places.select_related("application"))
    standing = standing_for(wanted)
    made = Listing.objects.bulk_create(
        Listing(
            supplier_id=place.application.supplier_id,
            framework_list_id=place.framework_list_id,
            area_id=place.area_id,
            place=place,
            is_illustrative=place.is_illustrative,
            listed_at=at,
            created_at=at,
        )
        for place in wanted
        if place.pk not in standing
    )
    list_for_services({place.pk: listing.pk for listing in made if (place := listing.place)})
    return made


def standing_for(places: Iterable[Place]) -> dict[UUID, UUID]:
    """By place, the listing that stands where it asks: the supplier's own, or the one to which that has passed; in a query for each succession."""
    wanted = {(place.application.supplier_id, place.framework_list_id, place.area_id): place.pk for place in places}
    listings = Listing.objects.filter(supplier__in={where[0] for where in wanted})
    found, passed = {}, {}
    for pk, *where, ended_at, cause in listings.values_list("pk", "supplier", "framework_list", "area", "ended_at", "end_cause"):
        place = wanted.get((where[0], where[1], where[2]))
        if place is not None and ended_at is None:
            found[place] = pk
        elif place is not None and cause == EndCause.SUCCEEDED:
            passed[pk] = place
    while passed:
        heirs = list(Listing.objects.filter(succeeds__in=passed).values_list("pk", "succeeds", "ended_at"))
        found = {passed[before]: pk for pk, before, ended_at in heirs if ended_at is None} | found
        passed = {pk: passed[before] for pk, before, ended_at in heirs if ended_at is not None}
    return found


def why_none_is_listed(places: Iterable[Place], at: datetime) -> str:
    """A sentence about one of these places, whose supplier's last day is over and stands there neither itself nor by a successor; or nothing."""
    gone = [place for place in places if place.application.supplier.is_over(at)]
    standing = standing_for(gone) if gone else {}
    for place in gone:
        if place.pk not in standing:
            company = place.application.supplier.organisation
            return f"The last day of {company} was {date_text(company.valid_to)}, so it is not put on a list any more: {place}."
    return ""


def list_for_services(listings: Mapping[UUID, UUID]) -> None:
    """Let these listings, by the id of the place that each is for, stand for the services that it was accepted for. In the caller's transaction."""
    left_out = dict(Place.objects.filter(pk__in=listings.keys()).values_list("pk", "left_out"))
    left_out |= {place: [] for place in Place.objects.filter(_won(), pk__in=listings.keys()).values_list("pk", flat=True)}
    named = Place.services.through.objects.filter(place__in=listings.keys()).values_list("place", "service")
    through = Listing.services.through
    rows = [through(listing_id=listings[place], service_id=service) for place, service in named if str(service) not in left_out[place]]
    through.objects.bulk_create(rows, ignore_conflicts=True)


def _won() -> Q:
    """Places that an appeal brought their suppliers, for all services that they ask for."""
    listed = Appeal.objects.filter(remedy=Remedy.LISTED, carried_out_at__isnull=False)
    anew = FreshDecision.objects.filter(outcome=Place.Outcome.ACCEPTED, sent_at__isnull=False)
    return Q(pk__in=listed.values("place")) | Q(pk__in=anew.values("appeal__place"))


def widen(round_: AdmissionRound, parts: Collection[Part]) -> None:
    """Let suppliers that stood on these lists and areas before the round or an appeal accepted them stand for the services that it adds."""
    accepted = Place.objects.to_decide().filter(Q(outcome=Place.Outcome.ACCEPTED) | _won(), application__round=round_, listing__isnull=True)
    places = [place for place in accepted.select_related("application") if (place.framework_list_id, place.area_id) in parts]
    list_for_services(standing_for(places))
