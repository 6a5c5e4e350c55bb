"""Advice: a buyer asks the authority's central support advisers about one tender, and they read it and comment on it."""

from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.models import Organisation, Record, RecordQuerySet, Role, User, move
from procurement.models.tenders import Tender


class AdviceQuerySet(RecordQuerySet):
    """Requests for advice as their viewers see them."""

    def visible_to(self, user: Any) -> "AdviceQuerySet":
        """The buyer's own people; and until it ends, the advisers who are asked."""
        return self.filter(models.Q(tender__buyer__in=getattr(user, "organisations", ())) | models.Q(pk__in=self.asked_of(user).values("pk")))

    def asked_of(self, user: Any) -> "AdviceQuerySet":
        """Those that have not ended and are asked of an authority whose adviser this person is."""
        advised = [where for where, role in getattr(user, "roles", ()) if role == Role.CENTRAL_SUPPORT_ADVISER]
        return self.open().filter(authority__in=advised)

    def open(self) -> "AdviceQuerySet":
        """Those that have not ended."""
        return self.filter(ended_at__isnull=True)

    def unanswered(self) -> "AdviceQuerySet":
        """Those on which nobody has commented yet."""
        return self.filter(comments__isnull=True)


class Advice(Record):
    """A buyer's request for advice on one tender. While it lasts, advisers read the tender as suppliers would, and never a bid."""

    ROOT = "tender"
    MOVES = {"comment_on_tender": move(), "end_advice": move()}

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="advice", editable=False)
    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    question = models.TextField(max_length=4000)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = AdviceQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name_plural = "advice"
        constraints = [
            models.UniqueConstraint(fields=["tender"], condition=models.Q(ended_at__isnull=True), name="one_request_for_advice_at_a_time_on_a_tender")
        ]

    def __str__(self) -> str:
        return f"Advice on {self.tender}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("advice:workspace", args=[self.pk])

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.tender


class AdviceComment(Record):
    """What an adviser says of a tender; it stays as it was said."""

    advice = models.ForeignKey(Advice, on_delete=models.PROTECT, related_name="comments", editable=False)
    text = models.TextField(max_length=10000)
    said_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.said_by} on {self.advice.tender}"

    def get_absolute_url(self) -> str:
        """The page of the advice."""
        return self.advice.get_absolute_url()

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.advice.tender
