"""Intended and confirmed awards, what every bidder was told of them, and challenges to them."""

from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.models import Record, RecordQuerySet, User, move
from procurement.models.bids import Submission
from procurement.models.evaluations import Declaration
from procurement.models.invitations import Invitation
from procurement.models.tenders import Lot, Tender
from suppliers.models import Supplier


class AwardStatus(models.TextChoices):
    """Where an award stands."""

    INTENDED = "intended", "Intended"
    CONFIRMED = "confirmed", "Confirmed"
    SET_ASIDE = "set_aside", "Set aside"


class AwardQuerySet(RecordQuerySet):
    """Awards as their viewers see them, and as they move on, all of a tender together."""

    def visible_to(self, user: Any) -> "AwardQuerySet":
        """The buyer's; those who bid for the lot; and everybody once it is confirmed."""
        mine = getattr(user, "organisations", ())
        bid = models.Q(
            lot__in=Submission.objects.filter(bid__invitation__supplier__organisation__in=mine, opened_at__isnull=False).values("bid__lot")
        )
        return self.filter(models.Q(lot__tender__buyer__in=mine) | bid | models.Q(status=AwardStatus.CONFIRMED))

    def intended(self) -> "AwardQuerySet":
        """Those that wait for the standstill to end."""
        return self.filter(status=AwardStatus.INTENDED)

    def confirmed(self) -> "AwardQuerySet":
        """Those that are final."""
        return self.filter(status=AwardStatus.CONFIRMED)

    def become_confirmed(self, at: datetime) -> int:
        """Those intended are confirmed at that moment; how many."""
        return self.intended().update(status=AwardStatus.CONFIRMED, confirmed_at=at)

    def become_set_aside(self, at: datetime) -> int:
        """Those intended are set aside at that moment; how many."""
        return self.intended().update(status=AwardStatus.SET_ASIDE, set_aside_at=at)


class Award(Record):
    """The decision to let a lot to a supplier: intended through the standstill, then confirmed or set aside."""

    Status = AwardStatus
    ROOT = "lot__tender"

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="awards", editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="awards", editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="awards", editable=False)
    value = models.DecimalField(max_digits=14, decimal_places=2, editable=False, help_text="Pounds, without VAT, as bid.")
    status = models.CharField(max_length=12, choices=AwardStatus, default=AwardStatus.INTENDED, editable=False)
    reasons = models.TextField(max_length=10000, editable=False, help_text="Characteristics and relative advantages of the winning bid.")
    confirmed_at = models.DateTimeField(null=True, editable=False)
    set_aside_at = models.DateTimeField(null=True, editable=False)

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["lot__number", "-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["lot"], condition=~models.Q(status="set_aside"), name="one_award_per_lot"),
            models.CheckConstraint(condition=~models.Q(reasons=""), name="an_award_gives_reasons"),
        ]

    def __str__(self) -> str:
        return f"{self.lot}: {self.supplier}"

    @property
    def supplier_name(self) -> str:
        """What the supplier was called when the award was confirmed, or announced while it is not."""
        return self.supplier.name_at(self.confirmed_at or self.created_at)

    @property
    def supplier_then_and_now(self) -> str:
        """The name of that day, with the present one where it has another since."""
        return self.supplier.then_and_now(self.confirmed_at or self.created_at)

    def get_absolute_url(self) -> str:
        """The tender's outcome."""
        return reverse("tender:award", args=[self.lot.tender_id])

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.lot.tender


class UnawardedLot(Record):
    """The decision to let a lot to nobody, with its reasons; superseded if the evaluation is opened again."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="decisions_not_to_award", editable=False)
    reasons = models.TextField(max_length=10000, editable=False)
    set_aside_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["lot__number", "-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["lot"], condition=models.Q(set_aside_at__isnull=True), name="a_lot_is_left_unawarded_once"),
            models.CheckConstraint(condition=~models.Q(reasons=""), name="a_lot_is_left_unawarded_with_reasons"),
        ]

    def __str__(self) -> str:
        return f"{self.lot}: no award"

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.lot.tender


class AwardNoticeQuerySet(RecordQuerySet):
    """Award notices as their viewers see them."""

    def visible_to(self, user: Any) -> "AwardNoticeQuerySet":
        """The bidder's own, and the buyer's, but not to somebody who declared a conflict."""
        mine = getattr(user, "organisations", ())
        kept_from = Declaration.objects.conflicted().filter(person_id=getattr(user, "pk", None)).values("tender")
        ours = self.filter(invitation__tender__buyer__in=mine).exclude(invitation__tender__in=kept_from)
        return self.filter(models.Q(invitation__supplier__organisation__in=mine) | models.Q(pk__in=ours.values("pk")))

    def standing(self) -> "AwardNoticeQuerySet":
        """Those that have not been set aside."""
        return self.filter(set_aside_at__isnull=True)


class AwardNotice(Record):
    """What one bidder was told of the award, in the words and numbers of that day (reg 32 PCR 2006); all bidders at the same moment."""

    ROOT = "invitation__tender"

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="award_notices", editable=False)
    standstill_ends_at = models.DateTimeField(editable=False, help_text="The first moment at which the award can be confirmed.")
    content = models.JSONField(editable=False, help_text="For each lot bid for: the outcome, the criteria, own and winner's scores, the reasons.")
    set_aside_at = models.DateTimeField(null=True, editable=False)

    objects = AwardNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["invitation"], condition=models.Q(set_aside_at__isnull=True), name="one_award_notice_per_bidder"),
            models.CheckConstraint(condition=models.Q(standstill_ends_at__gt=models.F("created_at")), name="a_standstill_ends_after_the_notice"),
        ]

    def __str__(self) -> str:
        return f"Award notice to {self.invitation.supplier}"

    def get_absolute_url(self) -> str:
        """The bidder's outcome."""
        return reverse("awardnotice:workspace", args=[self.pk])

    def own_words(self, template: str) -> list[str]:
        """The framework's own paragraphs."""
        return self.invitation.own_words(template)

    def docket_keeper(self) -> Invitation:
        """The invitation: what one bidder is told is on no docket that another reads."""
        return self.invitation


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
    reasons = models.TextField(blank=True, max_length=20000, help_text="Why it was decided so, or why it was withdrawn.")

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["invitation"], condition=models.Q(status="open"), name="one_open_challenge_per_bidder"),
            models.CheckConstraint(condition=~models.Q(grounds=""), name="a_challenge_states_its_grounds"),
        ]

    def __str__(self) -> str:
        return f"Challenge by {self.invitation.supplier}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("challenge:workspace", args=[self.pk])

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.invitation.tender
