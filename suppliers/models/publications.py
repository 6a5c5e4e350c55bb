"""The lists as they were published: versions that never change, and which round's lists and areas each of them brought."""

from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.models import Record, RecordQuerySet
from suppliers.models.admissions import AdmissionRound
from suppliers.models.applications import Place
from suppliers.models.frameworks import Framework, FrameworkList, ServiceArea


class PublicationQuerySet(RecordQuerySet):
    """Published versions of the lists."""

    def visible_to(self, user: Any) -> "PublicationQuerySet":
        """All: they were published."""
        return self.all()

    def as_at(self, moment: datetime) -> "PublicationQuerySet":
        """Those published by that moment, the latest first."""
        return self.filter(published_at__lte=moment).order_by("-version")


class ListPublication(Record):
    """A numbered, immutable version of a framework's lists, as the public saw it.

    `round` is the admission round that it followed; none where a listing was suspended, brought back or ended.
    """

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="publications", editable=False)
    round = models.ForeignKey(AdmissionRound, on_delete=models.PROTECT, null=True, related_name="publications", editable=False)
    version = models.PositiveIntegerField(editable=False)
    published_at = models.DateTimeField(editable=False)
    entries = models.JSONField(editable=False, help_text="The listed suppliers, by list and area, as published.")
    entries_hash = models.CharField(max_length=64, editable=False)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["framework", "-version"]
        constraints = [models.UniqueConstraint(fields=["framework", "version"], name="one_publication_per_version")]

    def __str__(self) -> str:
        return f"{self.framework}, version {self.version}"

    def get_absolute_url(self) -> str:
        """The lists as they were in this version."""
        return f"{reverse('framework:lists', args=[self.framework_id])}?version={self.version}"

    def docket_keeper(self) -> Framework:
        """The framework."""
        return self.framework

    def own_words(self, template: str) -> list[str]:
        """The framework's own paragraphs."""
        return self.framework.paragraphs_of(template)


class PublishedPart(Record):
    """One list and area of a round, which that version published; never changed."""

    publication = models.ForeignKey(ListPublication, on_delete=models.PROTECT, related_name="parts", editable=False)
    round = models.ForeignKey(AdmissionRound, on_delete=models.PROTECT, related_name="published_parts", editable=False)
    framework_list = models.ForeignKey(FrameworkList, on_delete=models.PROTECT, related_name="+", editable=False)
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["publication", "framework_list__order", "area__order"]
        constraints = [models.UniqueConstraint(fields=["round", "framework_list", "area"], name="a_round_publishes_each_list_and_area_once")]

    def __str__(self) -> str:
        return f"{self.framework_list}, {self.area}"

    def docket_keeper(self) -> Framework:
        """The framework."""
        return self.publication.framework


def unpublished(places: models.QuerySet[Place]) -> models.QuerySet[Place]:
    """Those of these places whose list and area their round has not published yet."""
    where = {"framework_list": models.OuterRef("framework_list"), "area": models.OuterRef("area")}
    return places.exclude(models.Exists(PublishedPart.objects.filter(round=models.OuterRef("application__round"), **where)))
