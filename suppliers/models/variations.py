"""Variations of a framework's terms: issued by the authority, and accepted or declined by each supplier whose agreement they would change."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.urls import reverse

from commissioning.models import Record, RecordQuerySet, Role, User, move
from suppliers.models.agreements import FrameworkAgreement
from suppliers.models.frameworks import Framework


class VariationStatus(models.TextChoices):
    """Where a variation stands."""

    ISSUED = "issued", "Issued"
    WITHDRAWN = "withdrawn", "Withdrawn"


class FrameworkVariationQuerySet(RecordQuerySet):
    """Variations as their viewers see them."""

    def visible_to(self, user: Any) -> "FrameworkVariationQuerySet":
        """Those of the viewer's authority, and those that the viewer's supplier was asked about or has signed; for ever."""
        mine = getattr(user, "organisations", ())
        asked = models.Exists(VariationAnswer.objects.filter(variation=models.OuterRef("pk"), agreement__supplier__organisation__in=mine))
        return self.filter(models.Q(framework__authority__in=mine) | asked)

    def open_at(self, at: datetime) -> "FrameworkVariationQuerySet":
        """Those that can be answered at that moment."""
        return self.filter(status=VariationStatus.ISSUED, answers_end_at__gt=at, framework__in=Framework.objects.in_force(at))


class FrameworkVariation(Record):
    """A numbered change of a framework's terms, which binds a supplier that accepts it, and whoever signs the terms after it."""

    Status = VariationStatus
    ROOT = "framework"
    MOVES = {"withdraw_variation": move(VariationStatus.ISSUED, to=VariationStatus.WITHDRAWN)}

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="variations", editable=False)
    number = models.PositiveIntegerField(editable=False)
    title = models.CharField(max_length=200, editable=False)
    text = models.TextField(max_length=20000, editable=False)
    text_hash = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the text.")
    reason = models.TextField(max_length=4000, editable=False, help_text="Why the authority issues it.")
    status = models.CharField(max_length=10, choices=VariationStatus, default=VariationStatus.ISSUED, editable=False)
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    answers_end_at = models.DateTimeField(editable=False, help_text="The first moment at which it can be answered no more.")
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawal_reason = models.TextField(max_length=4000, blank=True, editable=False)

    objects = FrameworkVariationQuerySet.as_manager()

    class Meta:
        ordering = ["framework", "number"]
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="one_variation_per_number_of_a_framework")]

    def __str__(self) -> str:
        return f"Variation {self.number}: {self.title}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("frameworkvariation:workspace", args=[self.pk])

    def docket_keeper(self) -> Framework:
        """The framework."""
        return self.framework

    @property
    def authority_id(self) -> UUID:
        """The organisation that issued it."""
        return self.framework.authority_id

    def is_open_at(self, at: datetime) -> bool:
        """Whether it can be answered at that moment (`FrameworkVariationQuerySet.open_at` is the same rule)."""
        return self.status == VariationStatus.ISSUED and at < self.answers_end_at and self.framework.is_in_force(at)


class AnswerStatus(models.TextChoices):
    """What a supplier says."""

    WAITING = "waiting", "Not answered"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"


A = AnswerStatus


class VariationAnswerQuerySet(RecordQuerySet):
    """Answers as their viewers see them."""

    def visible_to(self, user: Any) -> "VariationAnswerQuerySet":
        """The supplier's own, and those of the viewer's authority."""
        mine = getattr(user, "organisations", ())
        return self.filter(models.Q(agreement__supplier__organisation__in=mine) | models.Q(variation__framework__authority__in=mine))

    def open_at(self, at: datetime) -> "VariationAnswerQuerySet":
        """Those that can be given at that moment (`VariationAnswer.is_open_at` is the same rule)."""
        binding = FrameworkAgreement.objects.countersigned()
        return self.filter(variation__in=FrameworkVariation.objects.open_at(at), agreement__in=binding)


class VariationAnswer(Record):
    """What one supplier says to a variation: it was asked, and may think otherwise until the end; or it has signed the terms as varied."""

    Status = AnswerStatus
    ROOT = "variation__framework"
    MOVES = {
        "accept_variation": move(A.WAITING, A.DECLINED, to=A.ACCEPTED),
        "decline_variation": move(A.WAITING, to=A.DECLINED),
        "accept_by_signing": move(A.WAITING, A.DECLINED, to=A.ACCEPTED),
    }

    variation = models.ForeignKey(FrameworkVariation, on_delete=models.PROTECT, related_name="answers", editable=False)
    agreement = models.ForeignKey(FrameworkAgreement, on_delete=models.PROTECT, related_name="answers", editable=False)
    status = models.CharField(max_length=10, choices=AnswerStatus, default=A.WAITING, editable=False)
    reason = models.TextField(max_length=4000, blank=True, editable=False, help_text="Why the supplier declines.")
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = VariationAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["variation", "agreement__supplier__short_name"]
        constraints = [models.UniqueConstraint(fields=["variation", "agreement"], name="one_answer_per_agreement_and_variation")]

    def __str__(self) -> str:
        return f"{self.variation}: {self.agreement.supplier}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("variationanswer:workspace", args=[self.pk])

    def docket_keeper(self) -> FrameworkAgreement:
        """The supplier's agreement, whose trail both sides read."""
        return self.agreement

    @property
    def supplier(self) -> Any:
        """Whose answer it is."""
        return self.agreement.supplier

    def is_open_at(self, at: datetime) -> bool:
        """Whether it can be given at that moment: the variation is open, and the agreement that it would change is countersigned."""
        return self.variation.is_open_at(at) and self.agreement.status == FrameworkAgreement.Status.COUNTERSIGNED

    def curators(self) -> Any:
        """The authority's people who read it."""
        return self.variation.framework.authority.people(Role.CURATOR)
