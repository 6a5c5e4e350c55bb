"""What suppliers offer, in the API."""

from typing import Any, ClassVar

from rest_framework import serializers

from suppliers.actions import offers
from suppliers.api_making import MakingViewSet
from suppliers.filters import OfferFilters
from suppliers.models import Offer


class OfferSerializer(serializers.ModelSerializer):
    """A revision of what a supplier offers with a listing; the reason, only the supplier and the authority read."""

    reason = serializers.SerializerMethodField()

    class Meta:
        model = Offer
        fields = ("id", "created_at", "listing", "number", "text", "status", "restores", "reason", "decided_at")
        read_only_fields = fields

    def get_reason(self, offer: Offer) -> str | None:
        """Why it was returned, or put back by the authority."""
        return offer.reason if offer.listing.shows_reasons_to(self.context["request"].user) else None


class OfferViewSet(MakingViewSet):
    """What suppliers offer: revisions that were approved, and to the supplier and the authority all."""

    model = Offer
    serializer_class = OfferSerializer
    filterset_class = OfferFilters
    acts = (offers.approve_offer, offers.return_offer, offers.restore_offer)
    makes: ClassVar = {"restore_offer": OfferSerializer}

    def narrowed(self, records: Any) -> Any:
        """With the listing, its supplier and its framework."""
        return records.select_related("listing__supplier", "listing__framework_list__framework")
