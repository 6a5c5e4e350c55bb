"""Bids: a draft that its supplier works on, and the submissions that were received."""

from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.models import Answering, Record, RecordQuerySet, User, move
from procurement.models.invitations import Invitation
from procurement.models.tenders import Lot, Tender


class BidStatus(models.TextChoices):
    """Where a bid stands."""

    DRAFT = "draft", "Draft, not submitted"
    SUBMITTED = "submitted", "Submitted"
    WITHDRAWN = "withdrawn", "Withdrawn"


class BidQuerySet(RecordQuerySet):
    """Bids as their viewers see them."""

    def visible_to(self, user: Any) -> "BidQuerySet":
        """The supplier's own, and nobody else's: the buyer reads submissions, once they are opened."""
        return self.filter(invitation__supplier__organisation__in=getattr(user, "organisations", ()))


class Bid(Answering, Record):
    """A supplier's bid for one lot, as it is being written: its answers to the lot's questions, and its prices."""

    Status = BidStatus
    QUESTIONNAIRE = "lot.questionnaire"
    ROOT = "invitation__tender"
    MOVES = {
        "save_bid": move(),
        "attach_to_bid": move(),
        "remove_from_bid": move(),
        "submit_bid": move(to=BidStatus.SUBMITTED),
        "withdraw_bid": move(BidStatus.SUBMITTED, to=BidStatus.WITHDRAWN),
    }

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="bids", editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="bids", editable=False)
    status = models.CharField(max_length=12, choices=BidStatus, default=BidStatus.DRAFT, editable=False)
    prices = models.JSONField(default=dict, blank=True, help_text="Unit prices in pounds, as text, by price line id.")
    versions = models.PositiveIntegerField(default=0, editable=False, help_text="How many times it was submitted.")

    objects = BidQuerySet.as_manager()

    class Meta:
        ordering = ["lot__number"]
        constraints = [models.UniqueConstraint(fields=["invitation", "lot"], name="one_bid_per_supplier_and_lot")]

    def __str__(self) -> str:
        return f"Bid for {self.lot}"

    def get_absolute_url(self) -> str:
        """Its workspace."""
        return reverse("bid:workspace", args=[self.pk])

    def docket_keeper(self) -> Invitation:
        """The invitation: the docket of all that passes between the supplier and the tender."""
        return self.invitation


class SubmissionQuerySet(RecordQuerySet):
    """Submissions as their viewers see them."""

    def visible_to(self, user: Any) -> "SubmissionQuerySet":
        """The supplier's own; nobody else's before opening, and afterwards as `opened_to` says."""
        mine = getattr(user, "organisations", ())
        return self.filter(models.Q(bid__invitation__supplier__organisation__in=mine) | models.Q(pk__in=self.opened_to(user).values("pk")))

    def opened_to(self, user: Any) -> "SubmissionQuerySet":
        """Opened submissions of the viewer's own tenders that the viewer has declared no conflict with."""
        tenders = Tender.objects.filter(buyer__in=getattr(user, "organisations", ()), bids_opened_at__isnull=False)
        declared = tenders.filter(declarations__person_id=getattr(user, "pk", None), declarations__has_conflict=False)
        return self.filter(opened_at__isnull=False, bid__invitation__tender__in=declared)

    def counting(self) -> "SubmissionQuerySet":
        """Those that count: the last version of each bid that was not withdrawn."""
        return self.filter(superseded_at__isnull=True, withdrawn_at__isnull=True)


class Submission(Record):
    """One version of a bid as it was received, and never changed. A withdrawn one keeps no content."""

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="submissions", editable=False)
    version = models.PositiveIntegerField(editable=False)
    received_at = models.DateTimeField(editable=False)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    content = models.JSONField(null=True, editable=False, help_text="Answers, prices, the list of files with their hashes, and the salt.")
    content_hash = models.CharField(max_length=64, editable=False)
    total_price = models.DecimalField(max_digits=14, decimal_places=2, null=True, editable=False, help_text="Pounds, without VAT.")
    superseded_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    opened_at = models.DateTimeField(null=True, editable=False)
    excluded_reason = models.TextField(blank=True, max_length=4000, editable=False)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["bid", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "version"], name="one_submission_per_version_of_a_bid"),
            models.UniqueConstraint(
                fields=["bid"], condition=models.Q(superseded_at__isnull=True, withdrawn_at__isnull=True), name="one_submission_of_a_bid_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bid}, version {self.version}"

    def get_absolute_url(self) -> str:
        """Its page, for those who may read it."""
        return reverse("submission:workspace", args=[self.pk])

    def docket_keeper(self) -> Invitation:
        """The invitation."""
        return self.bid.invitation


class ReceiptQuerySet(RecordQuerySet):
    """Receipts as their viewers see them."""

    def visible_to(self, user: Any) -> "ReceiptQuerySet":
        """The supplier's own."""
        return self.filter(submission__bid__invitation__supplier__organisation__in=getattr(user, "organisations", ()))


class Receipt(Record):
    """The signed proof that a submission was received, which its supplier can check offline."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="receipt", editable=False)
    content = models.JSONField(editable=False)
    signature = models.TextField(editable=False)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Receipt for {self.submission}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("receipt:workspace", args=[self.pk])

    def docket_keeper(self) -> Invitation:
        """The invitation."""
        return self.submission.bid.invitation
