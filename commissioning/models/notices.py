"""The outbox: letters that were written when something happened, and then sent."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse

from commissioning.models.base import Record, RecordQuerySet


class LetterQuerySet(RecordQuerySet):
    """Letters, as seen by people and by the sweeper."""

    def visible_to(self, user: Any) -> "LetterQuerySet":
        """Those addressed to this person."""
        return self.filter(recipient_id=getattr(user, "pk", None))

    def unread(self) -> "LetterQuerySet":
        """Those that their recipient has not opened."""
        return self.filter(read_at__isnull=True)

    def unsent(self) -> "LetterQuerySet":
        """Those whose e-mail has not gone out."""
        return self.filter(sent_at__isnull=True)


class Letter(Record):
    """A letter to one person, in the words of its day; its e-mail goes out after the act is committed."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="letters", editable=False)
    subject_type = models.CharField(max_length=80, editable=False)
    subject_id = models.UUIDField(editable=False)
    template = models.CharField(max_length=80, editable=False)
    title = models.CharField(max_length=300, editable=False)
    body = models.TextField(editable=False, help_text="HTML, rendered when the letter was written.")
    link = models.CharField(max_length=300, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False, help_text="How often the mail server refused its e-mail.")
    next_try_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    read_at = models.DateTimeField(null=True, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "subject_type", "subject_id", "template"], name="one_letter_per_recipient_subject_and_template"
            )
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="letters_of_a_person"),
            models.Index(fields=["claimed_at"], condition=models.Q(sent_at__isnull=True), name="letters_to_send"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The letter's page."""
        return reverse("letter", args=[self.pk])


class Announcement(models.Model):
    """That something which fell due was told, so that it is told once."""

    subject_type = models.CharField(max_length=80, editable=False)
    subject_id = models.UUIDField(editable=False)
    what = models.CharField(max_length=60, editable=False)
    at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_id", "what"], name="each_thing_is_announced_once")]

    def __str__(self) -> str:
        return f"{self.what} of {self.subject_type} {self.subject_id}"
