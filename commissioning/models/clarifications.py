"""Questions that suppliers ask about a notice, and the answers that everybody gets."""

from django.conf import settings
from django.db import models

from commissioning.models.base import Record
from commissioning.models.people import Organisation
from commissioning.models.trail import Docket


class Clarification(Record):
    """One question and its answer. Who asked is kept apart, and not shown."""

    about = models.ForeignKey(Docket, on_delete=models.PROTECT, related_name="clarifications", editable=False)
    number = models.PositiveIntegerField(
        null=True, editable=False, help_text="Given with the answer, so that nobody learns from it how many questions wait."
    )
    question = models.TextField(max_length=5000)
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
