"""Regimes of procurement law, and classes of public bodies, as data that the authority can change."""

from datetime import date

from django.db import models

from commissioning.models.calendar import PeriodRule


class Regime(models.Model):
    """A law under which frameworks are set up, as far as it steers this service."""

    class Fee(models.TextChoices):
        NOT_ALLOWED = "none", "No fee"
        PERCENTAGE = "percentage", "A fixed percentage of the value of each awarded contract"
        UNREGULATED = "unregulated", "Not regulated"

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    longest_term_years = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Years; empty where there is no longest term.")
    exceptional_ground = models.CharField(
        max_length=300, blank=True, help_text="When a longer term is allowed, if its ground is stated; empty where it never is."
    )
    open_frameworks = models.BooleanField(default=False, help_text="Whether a framework may be open, and so reopen for new suppliers.")
    open_scheme_years = models.PositiveSmallIntegerField(null=True, blank=True, help_text="After so many years an open framework ends as a whole.")
    first_reopening_years = models.PositiveSmallIntegerField(null=True, blank=True, help_text="It reopens at least once in so many years at first,")
    later_reopening_years = models.PositiveSmallIntegerField(null=True, blank=True, help_text="and then at least once in each period of so many.")
    appeal_rule = models.ForeignKey(
        PeriodRule, on_delete=models.PROTECT, to_field="code", null=True, blank=True, related_name="+", help_text="For refused suppliers, by default."
    )
    standstill_rule = models.ForeignKey(
        PeriodRule, on_delete=models.PROTECT, to_field="code", null=True, blank=True, related_name="+", help_text="Before a contract, by default."
    )
    tender_rule = models.ForeignKey(
        PeriodRule,
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        blank=True,
        related_name="+",
        help_text="The least time from a tender notice, such as that of a framework, to its deadline.",
    )
    demands = models.JSONField(
        default=list, blank=True, help_text="What a framework must state before it is published, as a list of codes of checks, such as “buyers”."
    )
    criteria_lie_under = models.BooleanField(
        default=False, help_text="Whether each criterion of a call-off must refine a criterion of the framework."
    )
    criteria_source = models.CharField(max_length=120, blank=True, help_text="Where the law says so, as it is quoted to a buyer.")
    fee = models.CharField(max_length=12, choices=Fee, default=Fee.UNREGULATED, help_text="Which fee the framework's keeper may charge suppliers.")
    source = models.CharField(max_length=600)
    confidence = models.CharField(max_length=12, choices=PeriodRule.Confidence)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def longest_end(self, starts_on: date, *, is_open: bool) -> date | None:
        """The last day of the longest term that begins on this day, unless a ground is stated; None where there is no longest."""
        years = self.open_scheme_years if is_open and self.open_frameworks else self.longest_term_years
        return None if years is None else day_before(years_on(starts_on, years))


class OrganisationClass(models.Model):
    """A class of public bodies, such as primary care trusts, by which a framework says who may buy under it."""

    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=120, help_text="In the singular, such as Primary care trust.")
    order = models.PositiveSmallIntegerField(default=0)
    ods_role = models.CharField(max_length=10, blank=True, help_text="What the Organisation Data Service calls the role, such as RO179.")

    class Meta:
        ordering = ["order", "code"]
        verbose_name_plural = "organisation classes"

    def __str__(self) -> str:
        return self.name


def years_on(day: date, years: int) -> date:
    """The same day so many years later; of 29 February the day before, where that year has none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def day_before(day: date) -> date:
    """The day before."""
    return date.fromordinal(day.toordinal() - 1)
