"""Questions that suppliers ask about a notice, and the answers that everybody gets."""

from typing import Any, Self

from django.conf import settings
from django.db import models

from commissioning.models.base import DocketedRecord, Record, RecordQuerySet
from commissioning.models.people import Organisation
from commissioning.models.trail import Docket


class ClarificationQuerySet(RecordQuerySet):
    """Questions about notices; who asked is in none of these rows."""

    def of(self, notice: DocketedRecord) -> Self:
        """Those about this tender or round, in their order; those not yet answered last."""
        return self.filter(about_id=notice.docket_id).order_by(models.F("number").asc(nulls_last=True), "created_at", "pk")

    def waiting_first(self) -> Self:
        """Those not yet answered, the oldest first; then the others, the latest answer first."""
        return self.order_by(models.F("number").desc(nulls_first=True), "created_at", "pk")

    def asked_by(self, organisation_id: Any) -> Self:
        """Those that the organisation asked: for its own count, and for nobody else to be shown."""
        return self.filter(asker__organisation=organisation_id)

    def unanswered(self) -> Self:
        """Those that wait for an answer."""
        return self.filter(answered_at__isnull=True)


class ClarificationManager(models.Manager[Any]):
    """Begins from the questions about notices of the model's own kind, for those about all kinds stand in one table."""

    def get_queryset(self) -> Any:
        """Those whose docket is of that kind."""
        return super().get_queryset().filter(about__kind=self.model.ABOUT)


class Clarification(Record):
    """One question and its answer. Who asked is kept apart, and not shown."""

    about = models.ForeignKey(Docket, on_delete=models.PROTECT, related_name="clarifications", editable=False)
    number = models.PositiveIntegerField(
        null=True, editable=False, help_text="Given with the answer, so that nobody learns from it how many questions wait."
    )
    question = models.TextField(max_length=5000)
    as_asked = models.TextField(
        blank=True, max_length=5000, editable=False, help_text="The words in which it came, where they told who asked and were put otherwise for all."
    )
    answer = models.TextField(blank=True, max_length=10000)
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        ordering = ["about", "number"]
        constraints = [models.UniqueConstraint(fields=["about", "number"], name="one_clarification_per_number")]

    def __str__(self) -> str:
        return f"Clarification {self.number}" if self.number else "Clarification that is not yet answered"


class ClarificationAsker(models.Model):
    """Who asked: kept for a challenge, and joined to no page that a rival or the answerer sees."""

    clarification = models.OneToOneField(Clarification, on_delete=models.PROTECT, primary_key=True, related_name="asker", editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)

    def __str__(self) -> str:
        return f"Who asked clarification {self.clarification_id}"
