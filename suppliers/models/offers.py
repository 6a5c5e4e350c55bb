"""What a listed supplier offers there: numbered revisions of a text, shown to everybody once a curator has approved them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from commissioning.models import Record, RecordQuerySet, User, move
from suppliers.models.firms import ConsortiumMember, Supplier
from suppliers.models.frameworks import Framework
from suppliers.models.listings import Listing

MOST_CHARACTERS = 4000


class OfferStatus(models.TextChoices):
    """Where a revision stands."""

    PROPOSED = "proposed", "Waits for the authority"
    APPROVED = "approved", "Approved"
    RETURNED = "returned", "Returned"


S = OfferStatus


class OfferQuerySet(RecordQuerySet):
    """Revisions as their viewers see them."""

    def visible_to(self, user: Any) -> "OfferQuerySet":
        """Those approved, of listings that the viewer may see; to the supplier and the authority all of theirs."""
        mine = getattr(user, "organisations", ())
        approved = Q(status=S.APPROVED, listing__in=Listing.objects.visible_to(user))
        return self.filter(approved | Q(listing__supplier__organisation__in=mine) | Q(listing__framework_list__framework__authority__in=mine))

    def shown(self, at: datetime) -> "OfferQuerySet":
        """Of each listing that which everybody read at that moment: the latest that was approved by then."""
        later = Offer.objects.filter(listing=OuterRef("listing"), number__gt=OuterRef("number"), status=S.APPROVED, decided_at__lte=at)
        return self.filter(~Exists(later), status=S.APPROVED, decided_at__lte=at)

    def to_decide(self, user: Any, at: datetime) -> "OfferQuerySet":
        """Those of listings that stand which wait for the viewer's authorities, and are not of a supplier that the viewer acts for or is part of."""
        members = ConsortiumMember.objects.filter(consortium=OuterRef("listing__supplier"), company__in=user.organisations)
        mine = Listing.objects.unended(at).filter(framework_list__framework__authority__in=user.organisations)
        found = self.filter(status=S.PROPOSED, listing__in=mine).exclude(listing__supplier__organisation__in=user.organisations)
        return found.exclude(Exists(members.since(OuterRef("listing__listed_at"))))


class Offer(Record):
    """A revision of what a supplier says that it offers with one of its listings."""

    Status = OfferStatus
    ROOT = "listing__framework_list__framework"
    MOVES = {
        "approve_offer": move(S.PROPOSED, to=S.APPROVED),
        "return_offer": move(S.PROPOSED, to=S.RETURNED),
        "restore_offer": move(S.APPROVED, S.RETURNED),
    }

    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="offers", editable=False)
    number = models.PositiveIntegerField(editable=False)
    text = models.TextField(max_length=MOST_CHARACTERS, editable=False)
    status = models.CharField(max_length=10, choices=OfferStatus, default=S.PROPOSED, editable=False)
    restores = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", editable=False, help_text="Whose text it takes up.")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    reason = models.TextField(blank=True, max_length=4000, editable=False, help_text="Why it was returned, or put back by the authority.")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["listing", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "number"], name="one_offer_per_number_of_a_listing"),
            models.UniqueConstraint(fields=["listing"], condition=Q(status=S.PROPOSED), name="one_offer_of_a_listing_waits"),
            models.CheckConstraint(condition=~Q(status=S.RETURNED) | ~Q(reason=""), name="an_offer_is_returned_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.listing}: revision {self.number}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("offer:workspace", args=[self.pk])

    def docket_keeper(self) -> Framework:
        """The framework."""
        return self.listing.docket_keeper()

    def phase(self, at: datetime) -> str:
        """What to call where it stands: what waited when its listing ended waits for nobody."""
        if self.status == S.PROPOSED and self.listing.has_ended(at):
            return "Not decided on"
        return OfferStatus(self.status).label

    @property
    def authority_id(self) -> UUID:
        """The organisation that keeps the list."""
        return self.listing.authority_id

    @property
    def supplier(self) -> Supplier:
        """Whose offer it is."""
        return self.listing.supplier

    def parties(self) -> frozenset[UUID]:
        """The organisations that gain by it: those that gain by the listing."""
        return self.listing.parties()
