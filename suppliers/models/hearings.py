"""How an appeal is heard: what the officer asks, each question with its own clock, and the hearing with its minutes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from commissioning.models import Record, RecordQuerySet, User, move
from suppliers.models.appeals import Appeal


class FurtherInformationQuerySet(RecordQuerySet):
    """The officers' questions, as their viewers see them, and by time."""

    def visible_to(self, user: Any) -> "FurtherInformationQuerySet":
        """Those about the appeals that the viewer may see: they are papers of the appeal."""
        return self.filter(appeal__in=Appeal.objects.visible_to(user))

    def awaited(self, at: datetime) -> "FurtherInformationQuerySet":
        """Those that can be answered at that moment (`FurtherInformation.is_awaited` is the same rule)."""
        return self.filter(answered_at__isnull=True, ends_at__gt=at, appeal__in=Appeal.objects.undecided())

    def unanswered(self, at: datetime) -> "FurtherInformationQuerySet":
        """Those whose time is over, without an answer."""
        return self.filter(answered_at__isnull=True, ends_at__lte=at, appeal__in=Appeal.objects.undecided())


class FurtherInformation(Record):
    """A question of the officer to the appellant or to the authority's curators, and the answer; each with its own clock."""

    class AskedOf(models.TextChoices):
        APPELLANT = "appellant", "The appellant"
        CURATORS = "curators", "The framework’s curators"

    ROOT = "appeal__place__application__round"
    MOVES = {"give_information": move(), "announce_due_of_information": move()}

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="information", editable=False)
    number = models.PositiveSmallIntegerField(editable=False)
    asked_of = models.CharField(max_length=12, choices=AskedOf)
    question = models.TextField(max_length=10000)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", editable=False)
    asked_at = models.DateTimeField(editable=False)
    ends_at = models.DateTimeField(editable=False, help_text="The first moment at which an answer is late.")
    answer = models.TextField(blank=True, max_length=20000)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = FurtherInformationQuerySet.as_manager()

    class Meta:
        ordering = ["appeal", "number"]
        constraints = [
            models.UniqueConstraint(fields=["appeal", "number"], name="one_question_per_number_of_an_appeal"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__lt=F("ends_at")), name="further_information_comes_before_its_end"
            ),
        ]

    def __str__(self) -> str:
        return f"Question {self.number}: {self.appeal.place}"

    def get_absolute_url(self) -> str:
        """The appeal's page."""
        return self.appeal.get_absolute_url()

    def docket_keeper(self) -> Appeal:
        """The appeal."""
        return self.appeal

    @property
    def authority_id(self) -> UUID:
        """The organisation whose curators may be asked."""
        return self.appeal.authority_id

    def is_awaited(self, at: datetime) -> bool:
        """Whether it can be answered at that moment (`FurtherInformationQuerySet.awaited` is the same rule)."""
        return self.answered_at is None and at < self.ends_at and self.appeal.is_undecided


class HearingQuerySet(RecordQuerySet):
    """Hearings as their viewers see them, and by time."""

    def visible_to(self, user: Any) -> "HearingQuerySet":
        """Those of the appeals that the viewer may see."""
        return self.filter(appeal__in=Appeal.objects.visible_to(user))

    def arranged(self) -> "HearingQuerySet":
        """Those that are to come: neither held nor adjourned, of appeals that wait for them."""
        return self.filter(held_at__isnull=True, adjourned_at__isnull=True, appeal__in=Appeal.objects.undecided())

    def open_for_comments(self, at: datetime) -> "HearingQuerySet":
        """Those on whose minutes the appellant may comment at that moment (`Hearing.may_be_commented_on` is the same rule)."""
        return self.filter(commented_at__isnull=True, comments_end_at__gt=at, appeal__in=Appeal.objects.undecided())

    def past_comments(self, at: datetime) -> "HearingQuerySet":
        """Those on whose minutes nobody has commented in time, of appeals that wait for a decision."""
        return self.filter(commented_at__isnull=True, comments_end_at__lte=at, appeal__in=Appeal.objects.undecided())


class Hearing(Record):
    """One sitting on an appeal: oral, or on the papers. It is arranged, then held or adjourned; its minutes may be commented on within a clock."""

    class Form(models.TextChoices):
        ORAL = "oral", "Oral"
        WRITTEN = "written", "Written, on the papers"

    ROOT = "appeal__place__application__round"
    MOVES = {"announce_due_of_hearing": move()}

    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="hearings", editable=False)
    number = models.PositiveSmallIntegerField(editable=False)
    form = models.CharField(max_length=10, choices=Form)
    starts_at = models.DateTimeField(help_text="When it is held; on the papers, from when they are considered.")
    where = models.CharField(max_length=500, blank=True, help_text="Where, or how: a room, a telephone number, an address.")
    arranged_at = models.DateTimeField(editable=False)
    adjourned_at = models.DateTimeField(null=True, editable=False)
    adjournment_reason = models.TextField(blank=True, max_length=4000, editable=False)
    held_at = models.DateTimeField(null=True, editable=False)
    attended = models.TextField(blank=True, max_length=4000, editable=False)
    minutes = models.TextField(blank=True, max_length=20000, editable=False)
    comments_end_at = models.DateTimeField(null=True, editable=False, help_text="The first moment at which a comment on the minutes is late.")
    comments = models.TextField(blank=True, max_length=20000, editable=False)
    commented_at = models.DateTimeField(null=True, editable=False)

    objects = HearingQuerySet.as_manager()

    class Meta:
        ordering = ["appeal", "number"]
        constraints = [
            models.UniqueConstraint(fields=["appeal", "number"], name="one_hearing_per_number_of_an_appeal"),
            models.UniqueConstraint(
                fields=["appeal"], condition=Q(held_at__isnull=True, adjourned_at__isnull=True), name="one_arranged_hearing_at_a_time"
            ),
            models.CheckConstraint(condition=Q(adjourned_at__isnull=True) | Q(held_at__isnull=True), name="an_adjourned_hearing_was_not_held"),
            models.CheckConstraint(
                condition=Q(commented_at__isnull=True) | Q(commented_at__lt=F("comments_end_at")), name="minutes_are_commented_on_before_the_end"
            ),
        ]

    def __str__(self) -> str:
        return f"Hearing {self.number}: {self.appeal.place}"

    def get_absolute_url(self) -> str:
        """The appeal's page."""
        return self.appeal.get_absolute_url()

    def docket_keeper(self) -> Appeal:
        """The appeal."""
        return self.appeal

    def may_be_commented_on(self, at: datetime) -> bool:
        """Whether the appellant may comment at that moment (`HearingQuerySet.open_for_comments` is the same rule)."""
        return self.commented_at is None and self.comments_end_at is not None and at < self.comments_end_at and self.appeal.is_undecided
