"""Who stands on which list, from when; and who was let in early."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.urls import reverse

from commissioning.models import DocketedRecord, Organisation, Record, RecordQuerySet, User, move
from commissioning.wording import ending_text
from suppliers.consequences import Event
from suppliers.models.agreements import FrameworkAgreement
from suppliers.models.applications import Place
from suppliers.models.firms import Supplier
from suppliers.models.frameworks import Framework, FrameworkList, Service, ServiceArea


class ListingQuerySet(RecordQuerySet):
    """Listings as their viewers see them."""

    def visible_to(self, user: Any) -> "ListingQuerySet":
        """Those published; to a supplier its own and to the authority all of its frameworks'."""
        mine = getattr(user, "organisations", ())
        return self.filter(
            models.Q(published_at__isnull=False) | models.Q(supplier__organisation__in=mine) | models.Q(framework_list__framework__authority__in=mine)
        )

    def standing(self, at: datetime) -> "ListingQuerySet":
        """Those published, agreed, and neither ended nor suspended at that moment."""
        return self.unbroken(at).filter(published_at__lte=at)

    def unbroken(self, at: datetime) -> "ListingQuerySet":
        """Those made, published or not, agreed, and neither ended nor suspended at that moment."""
        return self.unended(at).agreed().filter(~models.Exists(Suspension.objects.in_force(at).filter(listing=models.OuterRef("pk"))))

    def unended(self, at: datetime) -> "ListingQuerySet":
        """Those made, published or not, and not ended at that moment."""
        return self.filter(listed_at__lte=at).filter(models.Q(ended_at__isnull=True) | models.Q(ended_at__gt=at))

    def with_agreements(self) -> "ListingQuerySet":
        """With `awaits_agreement`: whether the framework has terms to sign, and the supplier's agreement to them is not countersigned."""
        binding = FrameworkAgreement.objects.countersigned().filter(
            framework=models.OuterRef("framework_list__framework"), supplier=models.OuterRef("supplier")
        )
        awaits = ~models.Q(framework_list__framework__agreement_terms="") & ~models.Exists(binding)
        return self.annotate(awaits_agreement=models.ExpressionWrapper(awaits, models.BooleanField()))

    def agreed(self) -> "ListingQuerySet":
        """Those whose framework has no terms to sign, or whose supplier's agreement to them is countersigned."""
        return self.with_agreements().filter(awaits_agreement=False)

    def with_suspensions(self, at: datetime) -> "ListingQuerySet":
        """With `in_suspension`, each one's suspensions in force at that moment, in one query for all."""
        return self.prefetch_related(models.Prefetch("suspensions", queryset=Suspension.objects.in_force(at), to_attr="in_suspension"))

    def on(self, framework_list: FrameworkList, area: ServiceArea) -> "ListingQuerySet":
        """Those on this list, for this area."""
        return self.filter(framework_list=framework_list, area=area)


class EndCause(models.TextChoices):
    """How a listing ended."""

    REMOVED = Event.REMOVED.value, "Removed by the authority"
    LEFT = Event.LEFT.value, "Left of its own accord"
    SUCCEEDED = Event.SUCCEEDED.value, "Passed to its successor"


class Listing(Record):
    """A supplier's place on a list for an area, with the services of it for which it is listed."""

    ROOT = "framework_list__framework"
    MOVES = {
        "suspend_listing": move(),
        "reinstate_listing": move(),
        "end_listing": move(),
        "leave_list": move(),
        "pass_to_successor": move(),
        "propose_offer": move(),
    }

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="listings", editable=False)
    framework_list = models.ForeignKey(FrameworkList, on_delete=models.PROTECT, related_name="listings", editable=False)
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="listings", editable=False)
    services = models.ManyToManyField(Service, related_name="listings", editable=False)
    place = models.OneToOneField(Place, on_delete=models.PROTECT, null=True, related_name="listing", editable=False)
    succeeds = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="succeeded_by",
        editable=False,
        help_text="The listing that it took over.",
    )
    is_illustrative = models.BooleanField(default=False, editable=False, help_text="Which supplier held which list is not on the public record.")
    listed_at = models.DateTimeField(editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    end_cause = models.CharField(max_length=10, choices=EndCause, blank=True, editable=False)
    end_reason = models.TextField(blank=True, max_length=4000, editable=False)

    objects = ListingQuerySet.as_manager()

    class Meta:
        ordering = ["framework_list__order", "area__order", "supplier__short_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "framework_list", "area"],
                condition=models.Q(ended_at__isnull=True),
                name="one_listing_per_supplier_list_and_area",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, end_cause="") | (models.Q(ended_at__isnull=False) & ~models.Q(end_cause="")),
                name="a_listing_that_has_ended_says_how",
            ),
            models.CheckConstraint(
                condition=models.Q(place__isnull=False, succeeds__isnull=True) | models.Q(place__isnull=True, succeeds__isnull=False),
                name="a_listing_comes_of_a_place_or_of_another_listing",
            ),
        ]
        indexes = [models.Index(fields=["framework_list", "area", "published_at"], name="listings_of_a_list_and_area")]

    def __str__(self) -> str:
        return f"{self.supplier} on {self.framework_list}, {self.area}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("listing:workspace", args=[self.pk])

    def docket_keeper(self) -> Framework:
        """The framework."""
        return self.framework_list.framework

    def parties(self) -> frozenset[UUID]:
        """The organisations that gain by it: its supplier, and those that were members of it at any time since it was listed."""
        return self.supplier.parties(self.listed_at)

    def own_words(self, template: str) -> list[str]:
        """The framework's own paragraphs."""
        return self.docket_keeper().paragraphs_of(template, lambda: {"supplier": self.supplier})

    @property
    def authority_id(self) -> UUID:
        """The organisation that keeps the list."""
        return self.framework_list.framework.authority_id

    def shows_reasons_to(self, user: Any) -> bool:
        """Whether this viewer may read why it was suspended or ended: the supplier and the authority."""
        return bool({self.supplier.organisation_id, self.authority_id} & set(getattr(user, "organisations", ())))

    def has_ended(self, at: datetime) -> bool:
        """Whether it has ended by that moment."""
        return self.ended_at is not None and self.ended_at <= at

    def waits_for_agreement(self) -> bool:
        """Whether its supplier has yet to agree to the framework's terms."""
        return Listing.objects.with_agreements().filter(pk=self.pk, awaits_agreement=True).exists()

    def suspension_at(self, at: datetime) -> "Suspension | None":
        """The suspension that keeps it off the list at that moment, if there is one."""
        return self.suspensions.in_force(at).first()


class SuspensionQuerySet(RecordQuerySet):
    """Suspensions by time."""

    def in_force(self, at: datetime) -> "SuspensionQuerySet":
        """Those that keep a listing off its list at that moment."""
        unlifted = models.Q(lifted_at__isnull=True) | models.Q(lifted_at__gt=at)
        return self.filter(unlifted, began_at__lte=at, ends_at__gt=at)

    def run_out(self, at: datetime) -> "SuspensionQuerySet":
        """Those whose end has brought a listing back that stands at that moment, under a framework in force."""
        later = Suspension.objects.filter(listing=models.OuterRef("listing"), began_at__gte=models.OuterRef("ends_at"), began_at__lte=at)
        standing = Listing.objects.unended(at).filter(framework_list__framework__in=Framework.objects.in_force(at))
        return self.filter(~models.Exists(later), lifted_at__isnull=True, ends_at__lte=at, listing__in=standing)


class Suspension(Record):
    """A time during which a listed supplier is not asked; it ends by itself, or is lifted before."""

    ROOT = "listing__framework_list__framework"
    MOVES = {"announce_due_of_suspension": move()}

    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="suspensions", editable=False)
    began_at = models.DateTimeField(editable=False)
    ends_at = models.DateTimeField(editable=False, help_text="The first moment at which the supplier may be asked again.")
    reason = models.TextField(max_length=4000, editable=False)
    lifted_at = models.DateTimeField(null=True, editable=False)
    lift_reason = models.TextField(blank=True, max_length=4000, editable=False)

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        ordering = ["-began_at"]
        constraints = [models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("began_at")), name="a_suspension_ends_after_it_begins")]

    def __str__(self) -> str:
        return f"Suspension: {self.listing}"

    def get_absolute_url(self) -> str:
        """The listing's page."""
        return self.listing.get_absolute_url()

    def docket_keeper(self) -> Framework:
        """The framework."""
        return self.listing.docket_keeper()

    def own_words(self, template: str) -> list[str]:
        """The framework's own paragraphs."""
        ends = ending_text(self.ends_at)
        return self.docket_keeper().paragraphs_of(template, lambda: {"supplier": self.listing.supplier, "suspension_ends": ends})


class EarlyReleaseQuerySet(RecordQuerySet):
    """Early releases as their viewers see them."""

    def visible_to(self, user: Any) -> "EarlyReleaseQuerySet":
        """Those granted to the viewer's commissioner, or by the viewer's authority."""
        mine = getattr(user, "organisations", ())
        return self.filter(models.Q(buyer__in=mine) | models.Q(framework__authority__in=mine))

    def in_force(self, at: datetime) -> "EarlyReleaseQuerySet":
        """Those granted and not yet expired at that moment."""
        return self.filter(granted_at__lte=at, expires_at__gt=at)

    def expired(self, at: datetime) -> "EarlyReleaseQuerySet":
        """Those that hold no more at that moment."""
        return self.filter(expires_at__lte=at)


class EarlyRelease(Record):
    """The authority's leave for one buyer to ask named suppliers before a list is published."""

    ROOT = "framework"
    MOVES = {"announce_due_of_early_release": move()}

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="early_releases", editable=False)
    buyer = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="early_releases", editable=False)
    framework_list = models.ForeignKey(FrameworkList, on_delete=models.PROTECT, related_name="+", editable=False)
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="+", editable=False)
    suppliers = models.ManyToManyField(Supplier, related_name="early_releases", editable=False)
    reason = models.TextField(max_length=4000)
    granted_at = models.DateTimeField(editable=False)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    expires_at = models.DateTimeField(editable=False, help_text="The first moment at which it no longer holds.")

    objects = EarlyReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("granted_at")), name="an_early_release_expires_after_it_is_granted")
        ]

    def __str__(self) -> str:
        return f"{self.buyer}: {self.framework_list}, {self.area}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("earlyrelease:workspace", args=[self.pk])

    @property
    def authority_id(self) -> UUID:
        """The organisation that granted it."""
        return self.framework.authority_id

    def is_in_force(self, at: datetime) -> bool:
        """Whether it holds at that moment (`EarlyReleaseQuerySet.in_force` is the same rule)."""
        return self.granted_at <= at < self.expires_at

    def docket_keeper(self) -> DocketedRecord:
        """The framework."""
        return self.framework

    def own_words(self, template: str) -> list[str]:
        """The framework's own paragraphs."""
        return self.framework.paragraphs_of(template, lambda: {"buyer": self.buyer, "expires": ending_text(self.expires_at)})
