"""Intended and confirmed awards, and challenges to them."""

from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.models import Record, RecordQuerySet, User, move
from procurement.models.bids import Submission
from procurement.models.invitations import Invitation
from procurement.models.tenders import Lot, Tender
from suppliers.models import Supplier


class AwardStatus(models.TextChoices):
    """Where an award stands."""

    INTENDED = "intended", "Intended"
    CONFIRMED = "confirmed", "Confirmed"
    SET_ASIDE = "set_aside", "Set aside"


class AwardQuerySet(RecordQuerySet):
    """Awards as their viewers see them."""

    def visible_to(self, user: Any) -> "AwardQuerySet":
        """The buyer's; those who bid for the lot; and everybody once it is confirmed."""
        mine = getattr(user, "organisations", ())
        bid = models.Q(lot__in=Submission.objects.filter(bid__invitation__supplier__organisation__in=mine, opened_at__isnull=False).values("bid__lot"))
        return self.filter(models.Q(lot__tender__buyer__in=mine) | bid | models.Q(status=AwardStatus.CONFIRMED))


class Award(Record):
    """The decision to let a lot to a supplier: intended through the standstill, then confirmed or set aside."""

    Status = AwardStatus
    ROOT = "lot__tender"

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="awards", editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="awards", editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="awards", editable=False)
    value = models.DecimalField(max_digits=14, decimal_places=2, editable=False, help_text="Pounds, without VAT, as bid.")
    status = models.CharField(max_length=12, choices=AwardStatus, default=AwardStatus.INTENDED, editable=False)
    reasons = models.TextField(max_length=10000, editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    set_aside_at = models.DateTimeField(null=True, editable=False)

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["lot__number"]
        constraints = [
            models.UniqueConstraint(fields=["lot"], condition=~models.Q(status="set_aside"), name="one_award_per_lot"),
        ]

    def __str__(self) -> str:
        return f"{self.lot}: {self.supplier}"

    def get_absolute_url(self) -> str:
        """The tender's outcome."""
        return f"{self.lot.tender.get_absolute_url()}#outcome"

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.lot.tender


class ChallengeStatus(models.TextChoices):
    """Where a challenge stands."""

    OPEN = "open", "Open"
    WITHDRAWN = "withdrawn", "Withdrawn"
    REJECTED = "rejected", "Rejected"
    UPHELD = "upheld", "Upheld"


class ChallengeQuerySet(RecordQuerySet):
    """Challenges as their viewers see them."""

    def visible_to(self, user: Any) -> "ChallengeQuerySet":
        """The challenger's own, and the buyer's."""
        mine = getattr(user, "organisations", ())
        return self.filter(models.Q(invitation__supplier__organisation__in=mine) | models.Q(invitation__tender__buyer__in=mine))

    def standing(self) -> "ChallengeQuerySet":
        """Those that keep the award from being confirmed."""
        return self.filter(status=ChallengeStatus.OPEN)


class Challenge(Record):
    """A bidder's challenge to an intended award. While it is open, the award cannot be confirmed."""

    Status = ChallengeStatus
    ROOT = "invitation__tender"
    MOVES = {
        "reject_challenge": move(ChallengeStatus.OPEN, to=ChallengeStatus.REJECTED),
        "uphold_challenge": move(ChallengeStatus.OPEN, to=ChallengeStatus.UPHELD),
        "withdraw_challenge": move(ChallengeStatus.OPEN, to=ChallengeStatus.WITHDRAWN),
    }

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="challenges", editable=False)
    status = models.CharField(max_length=12, choices=ChallengeStatus, default=ChallengeStatus.OPEN, editable=False)
    grounds = models.TextField(max_length=20000)
    lodged_at = models.DateTimeField(editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    reasons = models.TextField(blank=True, max_length=20000)

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Challenge by {self.invitation.supplier}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("challenge:workspace", args=[self.pk])

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.invitation.tender
