"""Framework agreements as configuration: law, term, lists, areas, services, buyers, criteria, price, periods, letters."""

from collections.abc import Callable, Mapping
from copy import copy
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from commissioning.canon import plain
from commissioning.clock import from_wall, in_london
from commissioning.models import DocketedRecord, Organisation, PeriodRule, Record, RecordQuerySet, Regime, Role, move
from commissioning.wording import date_text
from suppliers import own_words
from suppliers.timing import counted_by

# How many days before its last day the end of a framework is announced, the earliest first.
NOTICE_DAYS = (180, 90, 30)


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

    def ending(self, at: datetime) -> "FrameworkQuerySet":
        """Those in force at that moment that end within the longest time of notice."""
        return self.in_force(at).filter(ends_on__lte=in_london(at).date() + timedelta(days=max(NOTICE_DAYS)))

    def in_force(self, at: datetime) -> "FrameworkQuerySet":
        """Those under which buyers may call off at that moment (`Framework.is_in_force` is the same rule)."""
        today = in_london(at).date()
        return self.filter(status=FrameworkStatus.LIVE, starts_on__lte=today, ends_on__gte=today)

    def with_publications(self) -> "FrameworkQuerySet":
        """With `first_published_at`, when their lists first came out (None: never), and `lists_version` and `lists_published_at` of the latest."""
        return self.annotate(
            first_published_at=models.Min("publications__published_at"),
            lists_version=models.Max("publications__version"),
            lists_published_at=models.Max("publications__published_at"),
        )


class Framework(DocketedRecord):
    """An agreement under which listed suppliers may be asked to tender.

    What its fields say is in force. Once it is published, what is to be otherwise waits in `changes` for the next version.
    """

    Status = FrameworkStatus
    MOVES = {
        "describe_framework": move(FrameworkStatus.DRAFT, FrameworkStatus.LIVE),
        "set_term": move(FrameworkStatus.DRAFT, FrameworkStatus.LIVE),
        "set_periods": move(FrameworkStatus.DRAFT, FrameworkStatus.LIVE),
        "set_timing": move(FrameworkStatus.DRAFT, FrameworkStatus.LIVE),
        "set_buyers": move(FrameworkStatus.DRAFT, FrameworkStatus.LIVE),
        "set_award_criteria": move(FrameworkStatus.DRAFT),
        "set_price_and_fee": move(FrameworkStatus.DRAFT),
        "describe_selection": move(FrameworkStatus.DRAFT),
        "set_reopening": move(FrameworkStatus.DRAFT),
        "set_agreement_terms": move(FrameworkStatus.DRAFT),
        "set_letters": move(FrameworkStatus.DRAFT, FrameworkStatus.LIVE),
        "add_list": move(FrameworkStatus.DRAFT),
        "add_area": move(FrameworkStatus.DRAFT),
        "add_service": move(FrameworkStatus.DRAFT, FrameworkStatus.LIVE),
        "remove_part": move(FrameworkStatus.DRAFT, FrameworkStatus.LIVE),
        "publish_framework": move(FrameworkStatus.DRAFT, FrameworkStatus.LIVE, to=FrameworkStatus.LIVE),
        "discard_changes": move(FrameworkStatus.LIVE),
        "add_appeal_ground": move(FrameworkStatus.DRAFT, FrameworkStatus.LIVE),
        "open_round": move(FrameworkStatus.LIVE),
        "issue_variation": move(FrameworkStatus.LIVE),
        "grant_early_release": move(FrameworkStatus.LIVE),
        "republish_lists": move(),
        "end_framework": move(FrameworkStatus.LIVE, to=FrameworkStatus.ENDED),
        "draft_tender": move(FrameworkStatus.LIVE),
        "announce_due_of_framework": move(),
    }

    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="frameworks")
    reference = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, max_length=10000)
    regime = models.ForeignKey(Regime, on_delete=models.PROTECT, to_field="code", related_name="+", help_text="The law that it is set up under.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    longest_ends_on = models.DateField(null=True, blank=True, help_text="The last day to which the term may be extended; empty: it may not be.")
    term_ground = models.TextField(blank=True, max_length=4000, help_text="Why the term is longer than the law allows without a ground.")
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
    tender_rule = models.ForeignKey(
        PeriodRule,
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        blank=True,
        related_name="+",
        help_text="The least time that a call-off gives suppliers to tender; empty: none is set.",
    )
    timing = models.JSONField(
        default=dict, blank=True, help_text="The codes of other period rules than the usual, by what they time: steps of call-offs and of appeals."
    )
    buyer_classes = models.JSONField(default=list, blank=True, help_text="Who may buy under it: the codes of classes of bodies.")
    named_buyers = models.JSONField(default=list, blank=True, help_text="Who else may: the ids of organisations.")
    criteria = models.JSONField(default=list, blank=True, help_text="The award criteria, a tree of rows; siblings weigh 100 together.")
    price_mechanism = models.TextField(blank=True, max_length=4000, help_text="The price, or how it is found.")
    estimated_value = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Pounds without VAT, over the whole term.",
    )
    fee_percent = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(100))],
        help_text="What a supplier pays the authority of each awarded contract's value; empty: nothing.",
    )
    selection_process = models.TextField(blank=True, max_length=10000, help_text="How a supplier is selected for a contract.")
    asks_at_most = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)], help_text="How many suppliers a call-off invites; empty: everyone on the list."
    )
    reopens = models.BooleanField(null=True, blank=True, help_text="Whether it is an open framework; empty: it has not been said.")
    reopening = models.TextField(blank=True, max_length=4000, help_text="How an open framework reopens.")
    agreement_terms = models.TextField(blank=True, max_length=20000, help_text="What each listed supplier signs; empty: nobody signs anything.")
    letters = models.JSONField(default=dict, blank=True, help_text="Its own paragraphs, by the letter that they go into.")
    changes = models.JSONField(default=dict, blank=True, editable=False, help_text="What the next version is to say otherwise.")

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "reference"]
        constraints = [models.CheckConstraint(condition=models.Q(ends_on__gt=models.F("starts_on")), name="a_framework_ends_after_it_starts")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its public page."""
        return reverse("framework:workspace", args=[self.pk])

    @property
    def ends_at(self) -> datetime:
        """The midnight that ends its last day."""
        return from_wall(datetime.combine(self.ends_on + timedelta(days=1), time()))

    def is_in_force(self, at: datetime) -> bool:
        """Whether buyers may call off under it at that moment: it is established, and within its term in London days."""
        return self.status == FrameworkStatus.LIVE and self.starts_on <= in_london(at).date() <= self.ends_on

    def phase_at(self, at: datetime) -> str:
        """What to call where it stands at that moment: in force within its term alone, in London days."""
        today = in_london(at).date()
        if self.status == FrameworkStatus.LIVE and today < self.starts_on:
            return f"In force from {date_text(self.starts_on)}"
        if self.status == FrameworkStatus.LIVE and today > self.ends_on:
            return f"Its term ended on {date_text(self.ends_on)}"
        return FrameworkStatus(self.status).label

    def counts_by(self, timed: str) -> str:
        """The code of the rule by which it times this (a key of `timing.TIMED`)."""
        return counted_by(self.timing)[timed]

    def notice_due(self, on: date) -> int | None:
        """How many days before the end the notice is that is due on that day in London; None if none is.

        Only the latest counts: one that was missed is not made up for, and a later last day has notices of its own.
        """
        if self.status != FrameworkStatus.LIVE or on > self.ends_on:
            return None
        passed = [days for days in NOTICE_DAYS if self.starts_on < self.ends_on - timedelta(days=days) <= on]
        return min(passed, default=None)

    def say(self, **terms: Any) -> None:
        """Write these terms down, by the names of their columns: at once in a draft, for the next version once it is published."""
        for name, value in terms.items():
            if self.status == FrameworkStatus.DRAFT:
                setattr(self, name, value)
            elif value == getattr(self, name):
                self.changes.pop(name, None)
            else:
                self.changes[name] = plain(value)
        self.drafted().check_fields()

    def drafted(self) -> "Framework":
        """The framework as its next version would have it; itself, if nothing waits for one. Not to be saved."""
        if not self.changes:
            return self
        other = copy(self)
        columns = {field.attname: field for field in self._meta.concrete_fields}
        for name in self.changes.keys() & columns.keys():
            setattr(other, name, columns[name].to_python(self.changes[name]))
        return other

    @property
    def services_to_come(self) -> list[dict[str, Any]]:
        """The services that wait for the next version: id, area (its id), code, name, description, order."""
        waiting: list[dict[str, Any]] = self.changes.get("services", [])
        return waiting

    def add_to_come(self, service: "Service") -> None:
        """Let a service wait for the next version."""
        row = {name: getattr(service, name) for name in ("id", "code", "name", "description", "order")}
        self.changes["services"] = [*self.services_to_come, plain({**row, "area": service.area_id})]

    def paragraphs_of(self, template: str, places: Callable[[], Mapping[str, object]] = dict) -> list[str]:
        """Its own paragraphs for a letter of this kind."""
        return own_words.paragraphs(self.letters, template, lambda: {"framework": self.title, "authority": self.authority.name, **places()})

    def own_words(self, template: str) -> list[str]:
        """Its own paragraphs for a letter about itself."""
        return self.paragraphs_of(template)

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
