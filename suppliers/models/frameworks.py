"""Framework agreements as configuration: lists, areas, services, periods."""

from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse

from commissioning.clock import in_london
from commissioning.models import DocketedRecord, Organisation, PeriodRule, Record, RecordQuerySet, Role, move


class FrameworkStatus(models.TextChoices):
    """Where a framework stands."""

    DRAFT = "draft", "Draft"
    LIVE = "live", "In force"
    ENDED = "ended", "Ended"


class FrameworkQuerySet(RecordQuerySet):
    """Frameworks as their viewers see them."""

    def visible_to(self, user: Any) -> "FrameworkQuerySet":
        """Those announced, and to the authority's own people its drafts."""
        public = models.Q(status__in=[FrameworkStatus.LIVE, FrameworkStatus.ENDED])
        return self.filter(public | models.Q(authority__in=getattr(user, "organisations", ())))

    def trail_readable_by(self, user: Any) -> "FrameworkQuerySet":
        """Those of the viewer's own authority."""
        return self.filter(authority__in=getattr(user, "organisations", ()))


class Framework(DocketedRecord):
    """An agreement under which listed suppliers may be asked to tender."""

    Status = FrameworkStatus
    MOVES = {
        "describe_framework": move(FrameworkStatus.DRAFT),
        "add_list": move(FrameworkStatus.DRAFT),
        "add_area": move(FrameworkStatus.DRAFT),
        "add_service": move(FrameworkStatus.DRAFT, FrameworkStatus.LIVE),
        "establish_framework": move(FrameworkStatus.DRAFT, to=FrameworkStatus.LIVE),
        "open_round": move(FrameworkStatus.LIVE),
        "grant_early_release": move(FrameworkStatus.LIVE),
        "end_framework": move(FrameworkStatus.LIVE, to=FrameworkStatus.ENDED),
        "draft_tender": move(FrameworkStatus.LIVE),
    }

    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="frameworks")
    reference = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, max_length=10000)
    regime = models.CharField(max_length=20, help_text="The law it was set up under, such as PCR2006 or PA2023.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    status = models.CharField(max_length=10, choices=FrameworkStatus, default=FrameworkStatus.DRAFT, editable=False)
    appeal_rule = models.ForeignKey(
        PeriodRule, on_delete=models.PROTECT, to_field="code", related_name="+", help_text="How long a refused company may appeal."
    )
    standstill_rule = models.ForeignKey(
        PeriodRule,
        on_delete=models.PROTECT,
        to_field="code",
        related_name="+",
        help_text="How long a buyer waits between intended award and contract.",
    )

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "reference"]
        constraints = [models.CheckConstraint(condition=models.Q(ends_on__gt=models.F("starts_on")), name="a_framework_ends_after_it_starts")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("framework:workspace", args=[self.pk])

    def is_in_force(self, at: datetime) -> bool:
        """Whether buyers may call off under it at that moment: it is established, and within its term in London days."""
        return self.status == FrameworkStatus.LIVE and self.starts_on <= in_london(at).date() <= self.ends_on

    def curators(self) -> Any:
        """The authority's people who curate it."""
        return self.authority.people(Role.CURATOR)


class FrameworkPart(Record):
    """A named part of a framework."""

    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True, max_length=4000)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class PublicQuerySet(RecordQuerySet):
    """Parts of a framework: seen by whoever sees the framework."""

    def visible_to(self, user: Any) -> "PublicQuerySet":
        """Those of the frameworks that the viewer may see."""
        return self.filter(framework__in=Framework.objects.visible_to(user))


class FrameworkList(FrameworkPart):
    """One of the framework's lists, such as *micro*."""

    class Scope(models.TextChoices):
        MICRO = "micro", "A particular service"
        FUNCTION_MACRO = "function_macro", "A whole function"
        SERVICE_MACRO = "service_macro", "All commissioning of a service"
        END_TO_END = "end_to_end", "The whole of commissioning"

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="lists")
    scope_kind = models.CharField(max_length=20, choices=Scope)

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["framework", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["framework", "code"], name="one_list_per_code_of_a_framework")]


class ServiceArea(FrameworkPart):
    """One of the areas that every list is split into."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="areas")

    objects = PublicQuerySet.as_manager()

    class Meta:
        ordering = ["framework", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["framework", "code"], name="one_area_per_code_of_a_framework")]


class ServiceQuerySet(RecordQuerySet):
    """Services: seen by whoever sees the framework."""

    def visible_to(self, user: Any) -> "ServiceQuerySet":
        """Those of the frameworks that the viewer may see."""
        return self.filter(area__framework__in=Framework.objects.visible_to(user))


class Service(FrameworkPart):
    """A service on an area's menu."""

    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="services")

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["area", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["area", "code"], name="one_service_per_code_of_an_area")]
