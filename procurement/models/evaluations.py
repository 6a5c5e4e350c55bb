"""Evaluation: declared interests, scores by each evaluator, the panel's consensus, and the ranking."""

from typing import Any

from django.db import models

from commissioning.models import Criterion, Record, RecordQuerySet, User
from procurement.models.bids import Submission
from procurement.models.tenders import Lot, Tender


class Declaration(Record):
    """What a member of the panel declares of their interests, once the bidders' names are known; without it no bid is shown."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="declarations", editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    has_conflict = models.BooleanField()
    statement = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["tender", "person"], name="one_declaration_per_person_and_tender"),
            models.CheckConstraint(condition=models.Q(has_conflict=False) | ~models.Q(statement=""), name="a_conflict_is_described"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.tender}"

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.tender


class ScoreQuerySet(RecordQuerySet):
    """Scores as their viewers see them."""

    def visible_to(self, user: Any) -> "ScoreQuerySet":
        """One's own; and those of the panel once scores are locked, for those who may read the bids."""
        readable = models.Q(submission__in=Submission.objects.opened_to(user))
        return self.filter(readable & (models.Q(evaluator_id=getattr(user, "pk", None)) | models.Q(submission__bid__lot__tender__scores_locked_at__isnull=False)))


class Score(Record):
    """One evaluator's score for one bid on one criterion, with its reason."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="scores", editable=False)
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores", editable=False)
    evaluator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    value = models.PositiveSmallIntegerField()
    reason = models.TextField(max_length=5000)

    objects = ScoreQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "criterion__number", "created_at"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "criterion", "evaluator"], name="one_score_per_evaluator_bid_and_criterion"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_score_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"


class Consensus(Record):
    """The panel's agreed score for one bid on one criterion, recorded by its chair."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="consensuses", editable=False)
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="consensuses", editable=False)
    chair = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    value = models.PositiveSmallIntegerField()
    reason = models.TextField(max_length=5000)

    class Meta:
        ordering = ["submission", "criterion__number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "criterion"], name="one_consensus_per_bid_and_criterion"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_consensus_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"


class ResultQuerySet(RecordQuerySet):
    """Results as their viewers see them."""

    def visible_to(self, user: Any) -> "ResultQuerySet":
        """The buyer's own; and to a supplier its own, once the award is announced."""
        mine = getattr(user, "organisations", ())
        own = models.Q(submission__bid__invitation__supplier__organisation__in=mine, lot__tender__award_announced_at__isnull=False)
        return self.filter(models.Q(lot__tender__buyer__in=mine) | own)


class Result(Record):
    """How one bid came out: its points and rank in its lot, or why it was excluded. Frozen when the evaluation is completed."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="results", editable=False)
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="result", editable=False)
    rank = models.PositiveSmallIntegerField(null=True, editable=False)
    quality_points = models.DecimalField(max_digits=6, decimal_places=2, editable=False)
    price_points = models.DecimalField(max_digits=6, decimal_places=2, editable=False)
    total_points = models.DecimalField(max_digits=6, decimal_places=2, editable=False)
    breakdown = models.JSONField(editable=False, help_text="Per criterion: weight, score, points and the panel's reason.")
    excluded_reason = models.TextField(blank=True, editable=False)

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ["lot__number", "rank"]

    def __str__(self) -> str:
        return f"{self.submission}: {self.total_points}"
