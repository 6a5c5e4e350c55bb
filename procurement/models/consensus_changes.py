"""Changes of what was agreed, scores and what passes, once prices are known: the old value beside the new, who wants it, and who confirmed it."""

from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.models import Criterion, Question, Record, RecordQuerySet, Role, User
from procurement.models.bids import Submission
from procurement.models.evaluations import Declaration
from procurement.models.tenders import Tender


class ConsensusChangeQuerySet(RecordQuerySet):
    """Changes as their viewers see them, and by where they stand."""

    def visible_to(self, user: Any) -> "ConsensusChangeQuerySet":
        """Those of the bids that the viewer may read; to an approver, all of their trust's, but not to one who declared a conflict."""
        kept_from = Declaration.objects.conflicted().filter(person_id=getattr(user, "pk", None)).values("tender")
        approved_for = [organisation for organisation, role in getattr(user, "roles", ()) if role == Role.APPROVER]
        to_approve = self.filter(submission__bid__invitation__tender__buyer__in=approved_for).exclude(
            submission__bid__invitation__tender__in=kept_from
        )
        readable = models.Q(submission__in=Submission.objects.opened_to(user))
        return self.filter(readable | models.Q(pk__in=to_approve.values("pk")))

    def of(self, tender: Tender) -> "ConsensusChangeQuerySet":
        """Those of one tender, with what names them, in the order in which they were proposed."""
        mine = self.filter(submission__bid__invitation__tender=tender)
        bid = ("submission__bid__lot", "submission__bid__invitation__supplier__organisation")
        return mine.select_related(*bid, "criterion", "question", "proposed_by", "decided_by").order_by("created_at", "pk")

    def waiting(self) -> "ConsensusChangeQuerySet":
        """Those that nobody has decided yet."""
        return self.filter(decided_at__isnull=True)


class ConsensusChange(Record):
    """The chair's proposal to change what was agreed after prices are known; it counts once a second person confirms it, and is kept either way.

    It is about the agreed score on a criterion, or about whether the answer to a question passes: its values are 1 then (passes) and 0 (fails).
    """

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="consensus_changes", editable=False)
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    old_value = models.PositiveSmallIntegerField(editable=False)
    old_reason = models.TextField(editable=False)
    value = models.PositiveSmallIntegerField(editable=False)
    reason = models.TextField(max_length=5000, editable=False, help_text="Why the new value; the bidder is given this reason.")
    discussion = models.TextField(max_length=5000, editable=False, help_text="What the panel discussed, and why it changes.")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    is_confirmed = models.BooleanField(default=False, editable=False)
    decision_reason = models.TextField(blank=True, max_length=5000, editable=False)

    objects = ConsensusChangeQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "criterion"], condition=models.Q(decided_at__isnull=True), name="one_change_of_an_agreed_score_waits_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["submission", "question"], condition=models.Q(decided_at__isnull=True), name="one_change_of_what_passes_waits_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(criterion__isnull=True, question__isnull=False, value__lte=1, old_value__lte=1)
                | models.Q(criterion__isnull=False, question__isnull=True),
                name="a_change_is_of_an_agreed_score_or_of_what_passes",
            ),
            models.CheckConstraint(condition=~models.Q(discussion=""), name="a_change_of_an_agreed_score_was_discussed"),
            models.CheckConstraint(
                condition=models.Q(is_confirmed=False) | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("proposed_by"))),
                name="two_people_change_an_agreed_score",
            ),
        ]

    def __str__(self) -> str:
        bidder = self.submission.bid.invitation.supplier.organisation
        return f"{bidder}, {self.submission.bid.lot}, {self.topic}: {self.before} to {self.after}"

    def get_absolute_url(self) -> str:
        """Its place on the evaluation page."""
        return f"{reverse('tender:evaluation', args=[self.docket_keeper().pk])}#changes-of-scores"

    def docket_keeper(self) -> Tender:
        """The tender."""
        return self.submission.bid.invitation.tender

    @property
    def what(self) -> str:
        """What it changes, in words."""
        return "an agreed score" if self.criterion else "what passes"

    @property
    def topic(self) -> str:
        """The criterion or question, as the notice numbers it."""
        return f"{self.criterion.number}. {self.criterion.title}" if self.criterion else str(self.question)

    @property
    def before(self) -> str:
        """What stood, in words."""
        return self._in_words(self.old_value)

    @property
    def after(self) -> str:
        """What is to stand, in words."""
        return self._in_words(self.value)

    def _in_words(self, value: int) -> str:
        return str(value) if self.criterion else "passes" if value else "fails"

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        if self.decided_at is None:
            return "waiting"
        return "confirmed" if self.is_confirmed else "refused"

    def content(self) -> dict[str, Any]:
        """What the trail keeps the hash of: the scores themselves are not for everybody who reads the trail."""
        about = {"change": self.pk, "bid": self.submission_id, "criterion": self.criterion_id, "question": self.question_id}
        own = {**about, "old_value": self.old_value, "value": self.value}
        said = {"old_reason": self.old_reason, "reason": self.reason, "discussion": self.discussion}
        return {**own, **said, "is_confirmed": self.is_confirmed, "decision_reason": self.decision_reason}
