"""Admission rounds: a call for applications, its deadline, the decisions and the window for appeals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.urls import reverse

from commissioning.models import DocketedRecord, Questionnaire, Record, RecordQuerySet, move
from commissioning.wording import ending_text
from suppliers.models.frameworks import Framework


class RoundStatus(models.TextChoices):
    """Where an admission round stands; that it is closed follows from its deadline."""

    DRAFT = "draft", "Draft"
    OPEN = "open", "Open for applications"
    DECIDED = "decided", "Decisions sent"
    PUBLISHED = "published", "Lists published"
    WITHDRAWN = "withdrawn", "Withdrawn"


S = RoundStatus

# Where a round stands in time, in the order of its life: a name for addresses, and what people call it.
PHASES = (
    ("draft", S.DRAFT.label),
    ("receiving", S.OPEN.label),
    ("being_decided", "Closed, being decided"),
    ("hearing_appeals", "Decided, appeals open"),
    ("past_appeals", "Decided, appeal window over"),
    ("published", S.PUBLISHED.label),
    ("withdrawn", S.WITHDRAWN.label),
)


class RoundQuerySet(RecordQuerySet):
    """Admission rounds as their viewers see them, and by where they stand in time."""

    def visible_to(self, user: Any) -> "RoundQuerySet":
        """Those that were announced, and to the authority's own people all of theirs."""
        return self.filter(models.Q(announced_at__isnull=False) | models.Q(framework__authority__in=getattr(user, "organisations", ())))

    def trail_readable_by(self, user: Any) -> "RoundQuerySet":
        """Those of the viewer's own authority."""
        return self.filter(framework__authority__in=getattr(user, "organisations", ()))

    def receiving(self, at: datetime) -> "RoundQuerySet":
        """Those that receive applications at that moment."""
        return self.filter(status=S.OPEN, closes_at__gt=at)

    def being_decided(self, at: datetime) -> "RoundQuerySet":
        """Those whose deadline has passed and whose decisions have not gone out."""
        return self.filter(status=S.OPEN, closes_at__lte=at)

    def hearing_appeals(self, at: datetime) -> "RoundQuerySet":
        """Those in which an appeal can be lodged at that moment."""
        return self.filter(decisions_sent_at__lte=at, appeals_end_at__gt=at)

    def past_appeals(self, at: datetime) -> "RoundQuerySet":
        """Those whose appeal window is over and whose lists are not published."""
        return self.filter(status=S.DECIDED, appeals_end_at__lte=at)

    def in_phase(self, phase: str, at: datetime) -> "RoundQuerySet":
        """Those that stand in this phase (one of PHASES) at that moment (`AdmissionRound.phase_at` is the same rule)."""
        in_time = {
            "receiving": self.receiving,
            "being_decided": self.being_decided,
            "hearing_appeals": self.hearing_appeals,
            "past_appeals": self.past_appeals,
        }
        return in_time[phase](at) if phase in in_time else self.filter(status=phase)


class AdmissionRound(DocketedRecord):
    """A call for applications to a framework's lists, up to the publication of the lists."""

    Status = RoundStatus
    ROOT = "framework"
    MOVES = {
        "describe_round": move(S.DRAFT),
        "set_round_questions": move(),
        "copy_round_questions": move(),
        "announce_round": move(S.DRAFT, to=S.OPEN),
        "apply": move(S.OPEN, untold=True),
        "enquire": move(S.OPEN, untold=True),
        "answer_enquiry": move(S.OPEN),
        "amend_round": move(S.OPEN),
        "extend_round": move(S.OPEN),
        "set_limits": move(S.DRAFT),
        "name_assessors": move(S.DRAFT, S.OPEN),
        "declare_conflicts": move(S.OPEN),
        "save_assessment": move(S.OPEN),
        "lock_assessment": move(S.OPEN),
        "moderate_application": move(S.OPEN),
        "draft_decisions": move(S.OPEN),
        "decide_place": move(S.OPEN),
        "send_decisions": move(S.OPEN, to=S.DECIDED),
        "publish_some_lists": move(S.DECIDED),
        "publish_lists": move(S.DECIDED, to=S.PUBLISHED),
        "withdraw_round": move(S.DRAFT, S.OPEN, to=S.WITHDRAWN),
        "reissue_round": move(S.WITHDRAWN),
        "announce_due_of_round": move(),
    }

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="rounds", editable=False)
    title = models.CharField(max_length=200)
    notice = models.TextField(blank=True, max_length=20000)
    questionnaire = models.OneToOneField(Questionnaire, on_delete=models.PROTECT, related_name="admission_round", editable=False)
    status = models.CharField(max_length=12, choices=RoundStatus, default=S.DRAFT, editable=False)
    announced_at = models.DateTimeField(null=True, editable=False)
    closes_at = models.DateTimeField(help_text="The deadline: an application that comes at this moment is late.")
    questions_close_at = models.DateTimeField(
        null=True, blank=True, help_text="The first moment at which no question can be asked; without one, the deadline is."
    )
    answers_due_at = models.DateTimeField(null=True, blank=True, help_text="When every question is to be answered by; empty: it has not been said.")
    decisions_due_at = models.DateTimeField(null=True, blank=True, help_text="When decisions are meant to be sent by; empty: it has not been said.")
    decisions_sent_at = models.DateTimeField(null=True, editable=False)
    appeals_end_at = models.DateTimeField(null=True, editable=False, help_text="The first moment at which no appeal can be lodged.")
    published_at = models.DateTimeField(null=True, editable=False)
    withdrawal_reason = models.TextField(blank=True, max_length=4000, editable=False)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="replaced_by",
        editable=False,
        help_text="The withdrawn round in whose place it came.",
    )

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(announced_at__isnull=True) | models.Q(closes_at__gt=models.F("announced_at")),
                name="a_round_closes_after_it_is_announced",
            ),
            models.CheckConstraint(
                condition=models.Q(questions_close_at__isnull=True) | models.Q(questions_close_at__lte=models.F("closes_at")),
                name="questions_about_a_round_close_before_it",
            ),
            models.CheckConstraint(
                condition=models.Q(answers_due_at__isnull=True) | models.Q(answers_due_at__lte=models.F("closes_at")),
                name="questions_about_a_round_are_answered_before_it_closes",
            ),
            models.CheckConstraint(
                condition=models.Q(decisions_due_at__isnull=True) | models.Q(decisions_due_at__gt=models.F("closes_at")),
                name="decisions_are_due_after_the_deadline",
            ),
            models.CheckConstraint(
                condition=models.Q(decisions_sent_at__isnull=True) | models.Q(decisions_sent_at__gte=models.F("closes_at")),
                name="decisions_go_out_after_the_deadline",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True) | models.Q(published_at__gte=models.F("appeals_end_at")),
                name="lists_are_published_after_the_appeal_window",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "closes_at"], name="rounds_by_deadline"),
            models.Index(fields=["status", "appeals_end_at"], name="rounds_by_end_of_appeals"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("admissionround:workspace", args=[self.pk])

    def own_words(self, template: str) -> list[str]:
        """The framework's own paragraphs."""
        return self.framework.paragraphs_of(template, lambda: {"round": self.title, "deadline": ending_text(self.closes_at)})

    @property
    def authority_id(self) -> UUID:
        """The organisation that decides."""
        return self.framework.authority_id

    def is_receiving(self, at: datetime) -> bool:
        """Whether applications are received at that moment (`RoundQuerySet.receiving` is the same rule)."""
        return self.status == S.OPEN and at < self.closes_at

    def is_sealed(self, at: datetime) -> bool:
        """Whether nobody but the applicants may know of applications at that moment (`ApplicationQuerySet.known_to` is the same rule)."""
        return at < self.closes_at

    @property
    def questions_end_at(self) -> datetime:
        """The first moment at which no question can be asked."""
        return self.questions_close_at or self.closes_at

    def takes_questions(self, at: datetime) -> bool:
        """Whether a question can be asked at that moment."""
        return self.is_receiving(at) and at < self.questions_end_at

    def replacement_shown_to(self, user: Any) -> "AdmissionRound | None":
        """The round that came in its place, if there is one that the viewer may see."""
        found: AdmissionRound | None = getattr(self, "replaced_by", None)
        may_see = found is not None and (found.announced_at is not None or self.authority_id in getattr(user, "organisations", ()))
        return found if may_see else None

    def is_to_be_replaced(self) -> bool:
        """Whether it was announced, withdrawn, and nothing has come in its place."""
        return self.status == S.WITHDRAWN and self.announced_at is not None and getattr(self, "replaced_by", None) is None

    def is_being_decided(self, at: datetime) -> bool:
        """Whether the deadline has passed and decisions are yet to go out (`RoundQuerySet.being_decided` is the same rule)."""
        return self.status == S.OPEN and at >= self.closes_at

    def hears_appeals(self, at: datetime) -> bool:
        """Whether an appeal can be lodged at that moment (`RoundQuerySet.hearing_appeals` is the same rule)."""
        if self.decisions_sent_at is None or self.appeals_end_at is None:
            return False
        return self.decisions_sent_at <= at < self.appeals_end_at

    def is_past_appeals(self, at: datetime) -> bool:
        """Whether the window is over and the lists are unpublished (`RoundQuerySet.past_appeals` is the same rule)."""
        return self.status == S.DECIDED and self.appeals_end_at is not None and at >= self.appeals_end_at

    def phase_at(self, at: datetime) -> str:
        """What to call where it stands at that moment."""
        called = dict(PHASES)
        if self.is_being_decided(at):
            return called["being_decided"]
        if self.hears_appeals(at):
            return called["hearing_appeals"]
        if self.is_past_appeals(at):
            return called["past_appeals"]
        return RoundStatus(self.status).label

    def decisions_are_shown_to(self, user: Any) -> bool:
        """Whether this viewer may read outcomes: the authority always, others once the decisions have gone out."""
        return self.decisions_sent_at is not None or self.authority_id in getattr(user, "organisations", ())


class RoundExtension(Record):
    """A deadline that was moved later, and why; every supplier was told."""

    round = models.ForeignKey(AdmissionRound, on_delete=models.PROTECT, related_name="extensions", editable=False)
    closed_at = models.DateTimeField(editable=False, help_text="The deadline before.")
    closes_at = models.DateTimeField(editable=False, help_text="The deadline since.")
    reason = models.TextField(max_length=4000)

    class Meta:
        ordering = ["created_at"]
        constraints = [models.CheckConstraint(condition=models.Q(closes_at__gt=models.F("closed_at")), name="a_rounds_deadline_only_moves_later")]

    def __str__(self) -> str:
        return f"Extension of {self.round}"

    def get_absolute_url(self) -> str:
        """The round's page."""
        return self.round.get_absolute_url()

    def docket_keeper(self) -> AdmissionRound:
        """The round."""
        return self.round


class RoundAmendment(Record):
    """A notice that was changed after it was announced, and why; every supplier was told."""

    round = models.ForeignKey(AdmissionRound, on_delete=models.PROTECT, related_name="amendments", editable=False)
    number = models.PositiveIntegerField(editable=False)
    before = models.TextField(max_length=20000, editable=False, help_text="The notice before.")
    since = models.TextField(max_length=20000, editable=False, help_text="The notice since.")
    reason = models.TextField(max_length=4000)

    class Meta:
        ordering = ["round", "number"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="one_amendment_per_number_of_a_round")]

    def __str__(self) -> str:
        return f"Amendment {self.number} of {self.round}"

    def get_absolute_url(self) -> str:
        """The round's page."""
        return self.round.get_absolute_url()

    def docket_keeper(self) -> AdmissionRound:
        """The round."""
        return self.round
