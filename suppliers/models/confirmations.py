"""What the members of a consortium are asked to confirm before it applies, and what each of them says."""

from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.models import Document, Organisation, Record, RecordQuerySet, User, move
from suppliers.models.applications import Application


class ConfirmationRequest(Record):
    """An application as its members were asked to confirm it; once it is withdrawn nothing of the content stays but the hash."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="confirmation_requests", editable=False)
    number = models.PositiveIntegerField(editable=False)
    content = models.JSONField(null=True, editable=False, help_text="What a version of the application would keep.")
    content_hash = models.CharField(max_length=64, editable=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["application", "-number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="one_request_per_number_of_an_application")]

    def __str__(self) -> str:
        return f"{self.application}, request {self.number}"

    def docket_keeper(self) -> Application:
        """Its application."""
        return self.application


class ConfirmationStatus(models.TextChoices):
    """What a member says."""

    WAITING = "waiting", "Waiting for an answer"
    CONFIRMED = "confirmed", "Confirmed"
    DECLINED = "declined", "Declined"


S = ConfirmationStatus


class MemberAnswer(Record):
    """What a member of a consortium says of what it is asked to confirm; it can think again."""

    Status = ConfirmationStatus

    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    status = models.CharField(max_length=12, choices=ConfirmationStatus, default=S.WAITING, editable=False)
    reason = models.TextField(blank=True, max_length=4000, help_text="Why the member declines.")
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @staticmethod
    def moves(confirm: str, decline: str) -> dict[str, Any]:
        """The life of an answer, by the names that its two acts have."""
        return {confirm: move(S.WAITING, S.DECLINED, to=S.CONFIRMED), decline: move(S.WAITING, S.CONFIRMED, to=S.DECLINED)}


class MemberConfirmationQuerySet(RecordQuerySet):
    """Confirmations as their viewers see them."""

    def visible_to(self, user: Any) -> "MemberConfirmationQuerySet":
        """The member's own people, and those of the consortium; nobody else, not even the other members."""
        mine = getattr(user, "organisations", ())
        return self.filter(models.Q(company__in=mine) | models.Q(request__application__supplier__organisation__in=mine))

    def last_asked(self) -> "MemberConfirmationQuerySet":
        """Those of the last time that the members of each application were asked."""
        later = ConfirmationRequest.objects.filter(application=models.OuterRef("request__application"), number__gt=models.OuterRef("request__number"))
        return self.exclude(models.Exists(later))


class MemberConfirmation(MemberAnswer):
    """A member's answer to what it was asked to confirm: this very content, with its share of liability."""

    ROOT = "request__application__round"
    MOVES = MemberAnswer.moves("confirm_application", "decline_application")

    request = models.ForeignKey(ConfirmationRequest, on_delete=models.PROTECT, related_name="confirmations", editable=False)

    objects = MemberConfirmationQuerySet.as_manager()

    class Meta:
        ordering = ["request", "created_at", "company__name"]
        constraints = [models.UniqueConstraint(fields=["request", "company"], name="one_answer_per_member_and_request")]

    def __str__(self) -> str:
        return f"{self.company}: {self.request.application}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("memberconfirmation:workspace", args=[self.pk])

    def docket_keeper(self) -> Application:
        """The application."""
        return self.request.application

    def documents(self) -> "models.QuerySet[Document]":
        """The files that the member was shown, as long as they are kept."""
        stamps = (self.request.content or {}).get("files", ())
        shown = Document.objects.filter(subject_id=self.request.application_id, pk__in=[stamp["document"] for stamp in stamps])
        return shown.filter(purpose=Application.ATTACHED)
