"""Admission rounds: who applied for which list and area, and what was decided."""

from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.models import DocketedRecord, Record, RecordQuerySet, move
from suppliers.models.firms import Supplier
from suppliers.models.frameworks import Framework, FrameworkList, ServiceArea


class RoundStatus(models.TextChoices):
    """Where an admission round stands; that it is closed follows from its deadline."""

    DRAFT = "draft", "Draft"
    OPEN = "open", "Open for applications"
    DECIDED = "decided", "Decisions sent"
    PUBLISHED = "published", "Lists published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class RoundQuerySet(RecordQuerySet):
    """Admission rounds as their viewers see them."""

    def visible_to(self, user: Any) -> "RoundQuerySet":
        """Those announced, and to the authority's own people its drafts."""
        return self.filter(~models.Q(status=RoundStatus.DRAFT) | models.Q(framework__authority__in=getattr(user, "organisations", ())))

    def trail_readable_by(self, user: Any) -> "RoundQuerySet":
        """Those of the viewer's own authority."""
        return self.filter(framework__authority__in=getattr(user, "organisations", ()))


class AdmissionRound(DocketedRecord):
    """A call for applications to a framework's lists, up to the publication of the lists."""

    Status = RoundStatus
    MOVES = {
        "announce_round": move(RoundStatus.DRAFT, to=RoundStatus.OPEN),
        "apply": move(RoundStatus.OPEN),
        "extend_round": move(RoundStatus.OPEN),
        "decide_place": move(RoundStatus.OPEN),
        "send_decisions": move(RoundStatus.OPEN, to=RoundStatus.DECIDED),
        "publish_lists": move(RoundStatus.DECIDED, to=RoundStatus.PUBLISHED),
        "withdraw_round": move(RoundStatus.DRAFT, RoundStatus.OPEN, to=RoundStatus.WITHDRAWN),
        "announce_due_of_round": move(),
    }

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="rounds")
    title = models.CharField(max_length=200)
    notice = models.TextField(blank=True, max_length=20000)
    status = models.CharField(max_length=12, choices=RoundStatus, default=RoundStatus.DRAFT, editable=False)
    announced_at = models.DateTimeField(null=True, editable=False)
    closes_at = models.DateTimeField()
    decisions_sent_at = models.DateTimeField(null=True, editable=False)
    appeals_end_at = models.DateTimeField(null=True, editable=False, help_text="The first moment at which no appeal can be lodged.")
    published_at = models.DateTimeField(null=True, editable=False)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(announced_at__isnull=True) | models.Q(closes_at__gt=models.F("announced_at")),
                name="a_round_closes_after_it_is_announced",
            )
        ]
        indexes = [
            models.Index(fields=["closes_at"], name="rounds_by_deadline"),
            models.Index(fields=["appeals_end_at"], name="rounds_by_end_of_appeals"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("admissionround:workspace", args=[self.pk])

    def is_open(self, at: datetime) -> bool:
        """Whether applications are received at that moment."""
        return self.status == RoundStatus.OPEN and at < self.closes_at

    def appeals_are_open(self, at: datetime) -> bool:
        """Whether an appeal can be lodged at that moment."""
        return self.decisions_sent_at is not None and self.appeals_end_at is not None and self.decisions_sent_at <= at < self.appeals_end_at


class ApplicationStatus(models.TextChoices):
    """Where an application stands."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ApplicationQuerySet(RecordQuerySet):
    """Applications as their viewers see them."""

    def visible_to(self, user: Any) -> "ApplicationQuerySet":
        """The supplier's own; and once submitted, the authority's."""
        mine = getattr(user, "organisations", ())
        to_authority = models.Q(round__framework__authority__in=mine, submitted_at__isnull=False)
        return self.filter(models.Q(supplier__organisation__in=mine) | to_authority)

    trail_readable_by = visible_to


class Application(DocketedRecord):
    """A supplier's application to a round, for one or more places on the lists."""

    Status = ApplicationStatus
    ROOT = "round"
    MOVES = {
        "save_application": move(ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED),
        "submit_application": move(ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED, to=ApplicationStatus.SUBMITTED),
        "withdraw_application": move(ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED, to=ApplicationStatus.WITHDRAWN),
    }

    round = models.ForeignKey(AdmissionRound, on_delete=models.PROTECT, related_name="applications", editable=False)
    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="applications", editable=False)
    status = models.CharField(max_length=12, choices=ApplicationStatus, default=ApplicationStatus.DRAFT, editable=False)
    statement = models.TextField(blank=True, max_length=20000)
    submitted_at = models.DateTimeField(null=True, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["round", "supplier"], name="one_application_per_supplier_and_round")]

    def __str__(self) -> str:
        return f"{self.supplier}: {self.round}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("application:workspace", args=[self.pk])


class PlaceQuerySet(RecordQuerySet):
    """Places applied for, as their viewers see them."""

    def visible_to(self, user: Any) -> "PlaceQuerySet":
        """Those of the applications that the viewer may see."""
        return self.filter(application__in=Application.objects.visible_to(user))


class Place(Record):
    """One list and area that an application asks for, and the decision on it (a draft until decisions are sent)."""

    class Outcome(models.TextChoices):
        UNDECIDED = "undecided", "Not decided"
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Not accepted"

    ROOT = "application__round"
    MOVES = {"lodge_appeal": move()}

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="places", editable=False)
    framework_list = models.ForeignKey(FrameworkList, on_delete=models.PROTECT, related_name="+", editable=False)
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="+", editable=False)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.UNDECIDED, editable=False)
    reasons = models.TextField(blank=True, max_length=10000)
    decided_by = models.ForeignKey("commissioning.User", on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["application", "framework_list__order", "area__order"]
        constraints = [
            models.UniqueConstraint(fields=["application", "framework_list", "area"], name="one_decision_per_application_list_and_area"),
            models.CheckConstraint(condition=models.Q(outcome="undecided") | ~models.Q(reasons=""), name="a_decision_gives_reasons"),
        ]

    def __str__(self) -> str:
        return f"{self.framework_list}, {self.area}"

    def docket_keeper(self) -> Application:
        """Its application."""
        return self.application
