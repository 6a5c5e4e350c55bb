"""Periods of law and closed days, as data that the authority can change."""

from django.db import models

# What a rule names as its regime when it is a choice of this service, and not of a law.
HOUSE = "HOUSE"


class PeriodRuleQuerySet(models.QuerySet["PeriodRule"]):
    """Period rules by what they are for."""

    def fitting(self, purpose: str, law: str = "", chosen: str = "") -> "PeriodRuleQuerySet":
        """Those that count forward for this purpose, of one law or of this service if a law is named; and the one that is chosen already."""
        fits = models.Q(purpose=purpose, length__gt=0)
        if law:
            fits &= models.Q(regime__in=[law, HOUSE])
        return self.filter(fits | models.Q(code=chosen)).order_by("title", "code")


class PeriodRule(models.Model):
    """How one legal period is counted."""

    class Purpose(models.TextChoices):
        APPEAL = "appeal", "Appeals of refused suppliers"
        STANDSTILL = "standstill", "Standstill between intended award and contract"
        TENDER = "tender", "The least time from a notice to its deadline"
        CALL_OFF_STEP = "call_off_step", "A step of a call-off"
        APPEAL_STEP = "appeal_step", "A step of an appeal"
        BREACH_STEP = "breach_step", "A step of a report of a breach"
        OTHER = "other", "Anything else"

    class Unit(models.TextChoices):
        CALENDAR = "calendar", "Calendar days"
        WORKING = "working", "Working days"

    class FirstDay(models.TextChoices):
        DAY_AFTER = "day_after", "The day after the event"
        SAME_DAY = "same_day", "The day of the event, if it is a working day"

    class Calendar(models.TextChoices):
        ENGLAND_AND_WALES = "ENG", "England and Wales"
        ANY_UK = "UK", "A holiday in any part of the United Kingdom"

    class End(models.TextChoices):
        MIDNIGHT = "midnight", "Midnight at the end of the last day"
        TIME_STATED = "time_stated", "The time of day that the notice states, on the last day or later"

    class Confidence(models.TextChoices):
        VERIFIED = "verified", "Read in the source"
        PARTLY = "partly", "Partly read, or a secondary source"
        UNVERIFIED = "unverified", "From memory: check before relying on it"
        HOUSE = "house", "A choice of this service, not of the law"

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120, blank=True, help_text="What it is called where people choose one.")
    purpose = models.CharField(max_length=20, choices=Purpose, default=Purpose.OTHER, help_text="What a framework or a regime may use it for.")
    regime = models.CharField(max_length=20)
    trigger = models.CharField(max_length=200, help_text="The event from which it runs.")
    length = models.SmallIntegerField(help_text="How many days; negative counts back from the event.")
    unit = models.CharField(max_length=10, choices=Unit)
    first_day = models.CharField(max_length=10, choices=FirstDay, default=FirstDay.DAY_AFTER)
    skipped_days = models.PositiveSmallIntegerField(
        default=0,
        help_text="Days of the period, working or not, that pass before counting starts: 1 where the law counts from the day after it begins.",
    )
    rolls_forward = models.BooleanField(
        default=False, help_text="A last day that is not a working day moves to the next one (counting back: to the one before)."
    )
    least_working_days = models.PositiveSmallIntegerField(
        default=0, help_text="How many working days the period must hold; one with fewer runs on until it does."
    )
    end = models.CharField(max_length=12, choices=End, default=End.MIDNIGHT)
    length_from_receipt = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Days after the last receipt that end the period instead, if that is earlier; empty where receipt does not matter.",
    )
    calendar = models.CharField(max_length=10, choices=Calendar, default=Calendar.ENGLAND_AND_WALES)
    source = models.CharField(max_length=300)
    confidence = models.CharField(max_length=12, choices=Confidence)

    objects = PeriodRuleQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(length=0), name="a_period_counts_at_least_one_day"),
            models.CheckConstraint(
                condition=models.Q(length_from_receipt__isnull=True) | models.Q(length_from_receipt__gte=1, length__gte=1),
                name="a_period_from_receipt_counts_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.code


class ClosedDay(models.Model):
    """A one-off day that is not a working day, beyond the bank holidays that the calendars know."""

    on = models.DateField()
    calendar = models.CharField(max_length=10, choices=PeriodRule.Calendar)
    reason = models.CharField(max_length=200)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["on", "calendar"], name="one_closed_day_per_date_and_calendar")]

    def __str__(self) -> str:
        return f"{self.on:%d %B %Y}: {self.reason}"
