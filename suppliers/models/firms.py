"""Suppliers: companies, and consortia of companies."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from commissioning.clock import in_london
from commissioning.models import DocketedRecord, Organisation, Record, RecordQuerySet, move


class SupplierQuerySet(RecordQuerySet):
    """Suppliers as their viewers see them."""

    def visible_to(self, user: Any) -> "SupplierQuerySet":
        """All: their profiles are public."""
        return self.all()

    def trail_readable_by(self, user: Any) -> "SupplierQuerySet":
        """Whoever may read the organisation's trail."""
        return self.filter(organisation__in=Organisation.objects.trail_readable_by(user))


class Supplier(Record):
    """A company or consortium that may be listed; `short_name` is its name in addresses."""

    class Kind(models.TextChoices):
        COMPANY = "company", "Company"
        CONSORTIUM = "consortium", "Consortium"

    ROOT = "organisation"
    MOVES = {"describe_supplier": move(), "tell_of_change": move(), "tell_of_new_members": move()}

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="supplier", editable=False)
    short_name = models.SlugField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.COMPANY, editable=False)
    profile = models.TextField(blank=True, max_length=4000)
    website = models.URLField(blank=True)

    objects = SupplierQuerySet.as_manager()

    class Meta:
        ordering = ["short_name"]

    def __str__(self) -> str:
        return self.organisation.name

    def get_absolute_url(self) -> str:
        """Its public profile."""
        return reverse("supplier:profile", args=[self.pk])

    def docket_keeper(self) -> DocketedRecord:
        """Its organisation."""
        return self.organisation

    def name_on(self, day: date) -> str:
        """What it was called on that day, as far as changes of its name were recorded here; they can be fetched before, as `changes`."""
        later = [each for each in self.changes.all() if each.is_of_name and each.status == each.Status.RECORDED and each.effective_on > day]
        return min(later, key=lambda each: each.effective_on).old_name if later else self.organisation.name

    def name_at(self, at: datetime | None) -> str:
        """What it was called on the day of that moment in London; or is called now, if there is none yet."""
        return self.name_on(in_london(at).date()) if at else self.organisation.name

    def then_and_now(self, at: datetime | None) -> str:
        """What it was called at that moment, with its present name where it has another since."""
        then, now = self.name_at(at), self.organisation.name
        return then if then == now else f"{then} (now {now})"

    @property
    def is_consortium(self) -> bool:
        """Whether it has members that stand in for it."""
        return self.kind == self.Kind.CONSORTIUM

    def members_now(self) -> list["ConsortiumMember"]:
        """The members of a consortium, the lead first; all that ever were can be fetched before, as `all_members`."""
        return [member for member in self.all_members.all() if member.left_at is None]

    def members_at(self, at: datetime | None) -> list["ConsortiumMember"]:
        """Who the members of a consortium were at that moment, the lead first; or are now, if there is none yet."""
        if at is None:
            return self.members_now()
        return [member for member in self.all_members.all() if member.created_at <= at and (member.left_at is None or at < member.left_at)]

    def earlier_members(self) -> list["ConsortiumMember"]:
        """The places in a consortium that have ended, each with its share, the last to end first."""
        ended = [member for member in self.all_members.all() if member.left_at is not None]
        return sorted(ended, key=lambda member: member.left_at, reverse=True)

    def is_over(self, at: datetime) -> bool:
        """Whether the last day of its organisation was before the day of that moment in London."""
        last = self.organisation.valid_to
        return last is not None and last < in_london(at).date()

    def parties(self, since: datetime) -> frozenset[UUID]:
        """The organisations that gain by its success: its own, and those that are members of a consortium, or were at any time since then."""
        return frozenset({self.organisation_id, *self.all_members.since(since).values_list("company", flat=True)})


class MemberQuerySet(RecordQuerySet):
    """Members of consortia."""

    def visible_to(self, user: Any) -> "MemberQuerySet":
        """All: they stand in the consortium's public profile."""
        return self.all()

    def current(self) -> "MemberQuerySet":
        """The places of those who are members now."""
        return self.filter(left_at__isnull=True)

    def since(self, moment: Any) -> "MemberQuerySet":
        """The places of those who are members now, or were at any time since that moment: whoever left before it has no part in what came after."""
        return self.filter(models.Q(left_at__isnull=True) | models.Q(left_at__gt=moment))


class ConsortiumMember(Record):
    """A company's place in a consortium with its share of liability, from its creation until it leaves or its share or part is another."""

    consortium = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="all_members", editable=False)
    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="consortium_places", editable=False)
    leads = models.BooleanField(default=False, editable=False)
    liability_share = models.DecimalField(
        max_digits=5, decimal_places=2, validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))], help_text="Percent."
    )
    is_illustrative = models.BooleanField(default=False, help_text="Not on the public record; shown so that the service can be seen at work.")
    left_at = models.DateTimeField(null=True, editable=False, help_text="Until when it was a member with this share and part.")

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["-leads", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["consortium", "company"], condition=models.Q(left_at__isnull=True), name="one_place_per_company_in_a_consortium"
            ),
            models.UniqueConstraint(
                fields=["consortium"], condition=models.Q(leads=True, left_at__isnull=True), name="one_company_leads_a_consortium"
            ),
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True) | models.Q(left_at__gte=models.F("created_at")), name="a_member_leaves_after_it_joined"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} in {self.consortium}"

    def docket_keeper(self) -> DocketedRecord:
        """The consortium's organisation."""
        return self.consortium.organisation
