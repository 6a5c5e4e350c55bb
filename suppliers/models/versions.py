"""Published versions of a framework's configuration."""

from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.models import PeriodRule, Record, RecordQuerySet
from suppliers.models.frameworks import Framework
from suppliers.timing import TIMED


class FrameworkVersionQuerySet(RecordQuerySet):
    """Published versions of frameworks."""

    def visible_to(self, user: Any) -> "FrameworkVersionQuerySet":
        """All: they were published."""
        return self.all()

    def counting_by(self, rule_code: str) -> "FrameworkVersionQuerySet":
        """Those that name this period rule, with their frameworks, the latest first."""
        named = models.Q(standstill_rule=rule_code) | models.Q(tender_rule=rule_code) | models.Q(content__periods__appeal__code=rule_code)
        for timed in TIMED:
            named |= models.Q(**{f"content__timing__{timed}__code": rule_code})
        return self.filter(named).select_related("framework").order_by("-published_at", "-number")


class FrameworkVersion(Record):
    """A numbered, immutable version of what a framework says, as everybody reads it; tenders keep the one that they were drafted under."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="versions", editable=False)
    number = models.PositiveIntegerField(editable=False)
    published_at = models.DateTimeField(editable=False)
    content = models.JSONField(editable=False, help_text="All that the framework says.")
    content_hash = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the content.")
    standstill_rule = models.ForeignKey(PeriodRule, on_delete=models.PROTECT, to_field="code", related_name="+", editable=False)
    tender_rule = models.ForeignKey(PeriodRule, on_delete=models.PROTECT, to_field="code", null=True, related_name="+", editable=False)

    objects = FrameworkVersionQuerySet.as_manager()

    class Meta:
        ordering = ["framework", "-number"]
        constraints = [models.UniqueConstraint(fields=["framework", "number"], name="one_version_per_number_of_a_framework")]

    def __str__(self) -> str:
        return f"{self.framework}, version {self.number}"

    def timing(self) -> dict[str, str]:
        """The codes of the rules by which call-offs under it are timed, their standstill among them."""
        return {**{timed: rule["code"] for timed, rule in self.content["timing"].items()}, "standstill": self.standstill_rule_id}

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("framework:version", args=[self.framework_id, self.number])

    def docket_keeper(self) -> Framework:
        """The framework."""
        return self.framework
