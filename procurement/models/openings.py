"""The opening of bids, by two people at once."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.models import Record, RecordQuerySet, User
from procurement.models.tenders import Tender

# A confirmation made at noon no longer counts from half past twelve on.
CONFIRMATION_LASTS = timedelta(minutes=30)
OPENERS_NEEDED = 2


class ChangeOfOpenersQuerySet(RecordQuerySet):
    """Changes of openers as their viewers see them."""

    def visible_to(self, user: Any) -> "ChangeOfOpenersQuerySet":
        """Those of the viewer's own trust."""
        return self.filter(tender__buyer__in=getattr(user, "organisations", ()))

    def waiting(self) -> "ChangeOfOpenersQuerySet":
        """Those proposed, and not confirmed yet."""
        return self.filter(confirmed_at__isnull=True)


class ChangeOfOpeners(Record):
    """Other openers, whom one person proposes and a second confirms; those confirmed are kept for ever."""

    ROOT = "tender"

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="changes_of_openers", editable=False)
    openers = models.ManyToManyField(User, related_name="+", editable=False)
    reason = models.TextField(max_length=4000)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    confirmed_at = models.DateTimeField(null=True, editable=False)

    objects = ChangeOfOpenersQuerySet.as_manager()

    class Meta:
        ordering = ["tender", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["tender"], condition=models.Q(confirmed_at__isnull=True), name="one_change_of_openers_waits_at_a_time"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("proposed_by")), name="two_people_change_the_openers"
            ),
        ]

    def __str__(self) -> str:
        return f"Change of the openers of {self.tender}"

    def get_absolute_url(self) -> str:
        """The tender's page."""
        return self.tender.get_absolute_url()

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.tender


class OpeningQuerySet(RecordQuerySet):
    """Openings as their viewers see them."""

    def visible_to(self, user: Any) -> "OpeningQuerySet":
        """Those of the viewer's own trust."""
        return self.filter(tender__buyer__in=getattr(user, "organisations", ()))


class Opening(Record):
    """The record of an opening: which bids, with which hashes, by whom, when."""

    tender = models.OneToOneField(Tender, on_delete=models.PROTECT, related_name="opening", editable=False)
    opened_at = models.DateTimeField(editable=False)
    openers = models.JSONField(default=list, editable=False, help_text="Who confirmed it, and when.")
    bids = models.JSONField(editable=False, help_text="For each: lot, supplier, version, hash, when received, and the head of its docket.")

    objects = OpeningQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Opening of {self.tender}"

    def get_absolute_url(self) -> str:
        """The opening record."""
        return reverse("tender:opening", args=[self.tender_id])

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.tender


class OpeningConfirmationQuerySet(RecordQuerySet):
    """Confirmations, and those that still count."""

    def visible_to(self, user: Any) -> "OpeningConfirmationQuerySet":
        """Those of the viewer's own trust."""
        return self.filter(tender__buyer__in=getattr(user, "organisations", ()))

    def valid(self, at: datetime) -> "OpeningConfirmationQuerySet":
        """Those that have not lapsed at that moment, and came after the deadline that is in force: it may have been moved since."""
        return self.filter(confirmed_at__gt=at - CONFIRMATION_LASTS, confirmed_at__lte=at, confirmed_at__gte=models.F("tender__closes_at"))

    def counting(self, tender: Tender, at: datetime) -> "OpeningConfirmationQuerySet":
        """Those of the tender that count towards its opening at that moment: they are valid, and who made them opens its bids still."""
        return self.valid(at).filter(tender=tender, opener__in=tender.opening_team()).select_related("opener")


class OpeningConfirmation(Record):
    """An opener's word that the bids be opened now; it lapses if no second one joins in time."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="opening_confirmations", editable=False)
    opener = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    confirmed_at = models.DateTimeField(editable=False)

    objects = OpeningConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["confirmed_at"]

    def __str__(self) -> str:
        return f"{self.opener} confirms the opening of {self.tender}"

    def get_absolute_url(self) -> str:
        """The opening page."""
        return reverse("tender:opening", args=[self.tender_id])

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.tender

    @property
    def lapses_at(self) -> datetime:
        """The first moment at which it no longer counts."""
        return self.confirmed_at + CONFIRMATION_LASTS

    def is_valid(self, at: datetime) -> bool:
        """Whether it still counts at that moment (`OpeningConfirmationQuerySet.valid` is the same rule)."""
        closes_at = self.tender.closes_at
        return closes_at is not None and closes_at <= self.confirmed_at <= at < self.lapses_at
