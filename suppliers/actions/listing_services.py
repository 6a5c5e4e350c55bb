"""For which services of its area a listing stands: those of the place that it came of, and those that a later round adds."""

from collections.abc import Collection, Mapping
from uuid import UUID

from suppliers.holding_up import Part
from suppliers.models import AdmissionRound, Listing, Place


def list_for_services(listings: Mapping[UUID, UUID]) -> None:
    """Let these listings, by the id of the place that each is for, stand for the services that it was accepted for. In the caller's transaction."""
    left_out = dict(Place.objects.filter(pk__in=listings.keys()).values_list("pk", "left_out"))
    named = Place.services.through.objects.filter(place__in=listings.keys()).values_list("place", "service")
    through = Listing.services.through
    rows = [through(listing_id=listings[place], service_id=service) for place, service in named if str(service) not in left_out[place]]
    through.objects.bulk_create(rows, ignore_conflicts=True)


def widen(round_: AdmissionRound, parts: Collection[Part]) -> None:
    """Let suppliers that stood on these lists and areas before the round accepted them stand for the services that it adds."""
    accepted = Place.objects.to_decide().filter(application__round=round_, outcome=Place.Outcome.ACCEPTED, listing__isnull=True)
    places = {
        (supplier, framework_list, area): pk
        for pk, supplier, framework_list, area in accepted.values_list("pk", "application__supplier", "framework_list", "area")
        if (framework_list, area) in parts
    }
    standing = Listing.objects.filter(ended_at__isnull=True, supplier__in=[key[0] for key in places])
    rows = standing.values_list("pk", "supplier", "framework_list", "area")
    list_for_services({places[where]: pk for pk, *key in rows if (where := (key[0], key[1], key[2])) in places})
