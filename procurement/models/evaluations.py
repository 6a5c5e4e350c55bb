"""Evaluation: declared interests, scores by each evaluator, the panel's consensus, and the ranking."""

from typing import Any

from django.db import models
from django.urls import reverse

from commissioning import clock
from commissioning.models import Criterion, Question, Record, RecordQuerySet, User
from procurement.models.bids import Submission
from procurement.models.tenders import Lot, Tender


class DeclarationQuerySet(RecordQuerySet):
    """Declarations as their viewers see them."""

    def visible_to(self, user: Any) -> "DeclarationQuerySet":
        """Those of the viewer's own trust: who is on the panel is no secret there."""
        return self.filter(tender__buyer__in=getattr(user, "organisations", ()))

    def cleared(self) -> "DeclarationQuerySet":
        """Those of people who may read the bids."""
        return self.filter(has_conflict=False)

    def conflicted(self) -> "DeclarationQuerySet":
        """Those of people who may not."""
        return self.filter(has_conflict=True)


class Declaration(Record):
    """What a member of the panel declares of their interests, once the bidders' names are known; without it no bid is shown."""

    tender = models.ForeignKey(Tender, on_delete=models.PROTECT, related_name="declarations", editable=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    has_conflict = models.BooleanField()
    statement = models.TextField(blank=True, max_length=4000)
    declared_at = models.DateTimeField(editable=False, default=clock.now)

    objects = DeclarationQuerySet.as_manager()

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
        locked = models.Q(submission__bid__lot__tender__scores_locked_at__isnull=False)
        return self.filter(readable & (models.Q(evaluator_id=getattr(user, "pk", None)) | locked))

    def by(self, user: Any) -> "ScoreQuerySet":
        """That person's own."""
        return self.filter(evaluator_id=getattr(user, "pk", None))

    def standing(self) -> "ScoreQuerySet":
        """Those of evaluators without a conflict: what somebody scored before they declared one is kept, and does not count."""
        cleared = Declaration.objects.cleared().filter(
            tender=models.OuterRef("submission__bid__invitation__tender"), person=models.OuterRef("evaluator")
        )
        return self.filter(models.Exists(cleared))


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

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.submission.bid.invitation.tender

    def content(self) -> dict[str, Any]:
        """What the trail keeps the hash of: the score itself is hidden from the rest of the panel until scores are locked."""
        return {"score": self.pk, "bid": self.submission_id, "criterion": self.criterion_id, "value": self.value, "reason": self.reason}


class ConsensusQuerySet(RecordQuerySet):
    """Agreed scores as their viewers see them."""

    def visible_to(self, user: Any) -> "ConsensusQuerySet":
        """Those of the bids that the viewer may read."""
        return self.filter(submission__in=Submission.objects.opened_to(user))


class Consensus(Record):
    """The panel's agreed score for one bid on one criterion, recorded by its chair."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="consensuses", editable=False)
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="consensuses", editable=False)
    chair = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    value = models.PositiveSmallIntegerField()
    reason = models.TextField(max_length=5000, help_text="Why this score; the bidder is given this reason.")
    discussion = models.TextField(
        blank=True, max_length=5000, help_text="What the panel said where its scores lay two or more apart; kept by the buyer."
    )

    objects = ConsensusQuerySet.as_manager()

    class Meta:
        ordering = ["submission", "criterion__number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "criterion"], name="one_consensus_per_bid_and_criterion"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_consensus_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.submission.bid.invitation.tender

    def about(self) -> dict[str, Any]:
        """What it is of."""
        return {"submission": self.submission, "criterion": self.criterion}

    def content(self) -> dict[str, Any]:
        """What the trail keeps the hash of."""
        own = {"consensus": self.pk, "bid": self.submission_id, "criterion": self.criterion_id, "value": self.value}
        return {**own, "reason": self.reason, "discussion": self.discussion}


class SettledTie(Record):
    """The order that the chair gave to bids of a lot that nothing declared in the tender parts."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="settled_ties", editable=False)
    order = models.JSONField(editable=False, help_text="The submissions' ids, the best first.")
    reason = models.TextField(max_length=5000, editable=False)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="a_tie_is_settled_with_a_reason")]

    def __str__(self) -> str:
        return f"Tie in {self.lot}"

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.lot.tender

    def content(self) -> dict[str, Any]:
        """What the trail keeps the hash of: which bids are equal is not for everybody who reads the trail."""
        return {"lot": self.lot_id, "order": self.order, "reason": self.reason}


class PassDecision(Record):
    """What the chair decided of an answer that passes or fails, where the rule of the notice leaves it to a person."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="pass_decisions", editable=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+", editable=False)
    chair = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    passes = models.BooleanField()
    reason = models.TextField(max_length=4000)

    class Meta:
        ordering = ["submission", "question__number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "question"], name="one_decision_per_bid_and_question"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_decision_that_a_bid_passes_or_fails_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {'passes' if self.passes else 'fails'}"

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.submission.bid.invitation.tender

    def about(self) -> dict[str, Any]:
        """What it is of."""
        return {"submission": self.submission, "question": self.question}

    @property
    def value(self) -> int:
        """As a change of it keeps what stood: 1 if it passes, else 0."""
        return int(self.passes)

    def content(self) -> dict[str, Any]:
        """What the trail keeps the hash of."""
        return {"bid": self.submission_id, "question": self.question_id, "passes": self.passes, "reason": self.reason}


class ResultQuerySet(RecordQuerySet):
    """Results as their viewers see them."""

    def visible_to(self, user: Any) -> "ResultQuerySet":
        """Those of the bids that the viewer may read; once the award is announced, all of the viewer's own trust, and to a supplier its own.

        Somebody of the trust who declared a conflict sees none.
        """
        mine = getattr(user, "organisations", ())
        kept_from = Declaration.objects.conflicted().filter(person_id=getattr(user, "pk", None)).values("tender")
        announced = self.filter(lot__tender__award_announced_at__isnull=False)
        ours = announced.filter(lot__tender__buyer__in=mine).exclude(lot__tender__in=kept_from)
        own = announced.filter(submission__bid__invitation__supplier__organisation__in=mine)
        readable = models.Q(submission__in=Submission.objects.opened_to(user))
        return self.filter(readable | models.Q(pk__in=ours.values("pk")) | models.Q(pk__in=own.values("pk")))


class Result(Record):
    """How one bid came out: its points and rank in its lot, or why it was excluded. Frozen when the evaluation is completed."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="results", editable=False)
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="result", editable=False)
    rank = models.PositiveSmallIntegerField(null=True, editable=False)
    quality_points = models.DecimalField(max_digits=6, decimal_places=2, editable=False)
    price_points = models.DecimalField(max_digits=6, decimal_places=2, null=True, editable=False, help_text="None where no price was looked at.")
    total_points = models.DecimalField(max_digits=6, decimal_places=2, null=True, editable=False, help_text="None for a bid that was excluded.")
    breakdown = models.JSONField(editable=False, help_text="Per criterion: weight, score, points and the panel's reason.")
    is_abnormally_low = models.BooleanField(default=False, editable=False, help_text="To be asked for an explanation, never rejected by a sum alone.")
    excluded_reason = models.TextField(blank=True, editable=False)

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ["lot__number", models.F("rank").asc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "rank"], name="one_bid_per_rank_of_a_lot"),
            models.CheckConstraint(
                condition=models.Q(rank__isnull=False, excluded_reason="") | (models.Q(rank__isnull=True) & ~models.Q(excluded_reason="")),
                name="a_bid_is_ranked_or_excluded_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission}: {self.excluded_reason or self.total_points}"

    def get_absolute_url(self) -> str:
        """The ranking."""
        return f"{reverse('tender:ranking', args=[self.lot.tender_id])}#lot-{self.lot.number}"

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.lot.tender
