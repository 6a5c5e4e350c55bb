"""The trail: what happened, in numbered and hash-chained entries, a chain per docket."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from commissioning.canon import digest, utc_text

BEFORE_THE_FIRST = "0" * 64


class Docket(models.Model):
    """The chain of one tender, admission round, contract, organisation, ... and where it has got to."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=60, editable=False)
    title = models.CharField(max_length=300, editable=False)
    head_number = models.PositiveIntegerField(default=0, editable=False)
    head_hash = models.CharField(max_length=64, default=BEFORE_THE_FIRST, editable=False)
    signed_number = models.PositiveIntegerField(default=0, editable=False, help_text="The last entry that a checkpoint signed as its head.")
    signed_in = models.PositiveIntegerField(default=0, editable=False, help_text="The number of that checkpoint.")

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(head_number__gt=models.F("signed_number")), name="dockets_to_sign")]

    def __str__(self) -> str:
        return self.title


class TrailEntry(models.Model):
    """One thing that happened, who did it and when. The database refuses to change or remove it.

    Its id is random: a running number over all dockets would let a reader of one count what happens on those that are sealed.
    """

    class Outcome(models.TextChoices):
        DONE = "done", "Done"
        REFUSED = "refused", "Refused"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    docket = models.ForeignKey(Docket, on_delete=models.PROTECT, related_name="entries", editable=False)
    number = models.PositiveIntegerField(editable=False)
    at = models.DateTimeField(editable=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    actor_name = models.CharField(max_length=200, blank=True, editable=False, help_text="As it was then, whatever they are called since.")
    job = models.CharField(max_length=60, blank=True, editable=False)
    verb = models.CharField(max_length=80, editable=False)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.DONE, editable=False)
    subject_type = models.CharField(max_length=80, editable=False)
    subject_id = models.UUIDField(editable=False)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder, editable=False)
    recorded_at = models.DateTimeField(editable=False, help_text="When the row was written: never before its transaction began.")
    previous_hash = models.CharField(max_length=64, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name_plural = "trail entries"
        ordering = ["docket", "number"]
        constraints = [
            models.UniqueConstraint(fields=["docket", "number"], name="one_entry_per_number_of_a_docket"),
            models.CheckConstraint(
                condition=(models.Q(actor__isnull=False, job="") & ~models.Q(actor_name=""))
                | (models.Q(actor__isnull=True, actor_name="") & ~models.Q(job="")),
                name="an_entry_names_somebody_or_a_job",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_id", "number"], name="entries_of_a_subject"),
            models.Index(fields=["recorded_at", "docket", "number"], name="entries_as_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.docket} #{self.number}: {self.verb}"

    def content(self) -> dict[str, Any]:
        """What the hash covers, as plain values."""
        return {
            "docket": str(self.docket_id),
            "number": self.number,
            "at": utc_text(self.at),
            "actor": str(self.actor_id or ""),
            "actor_name": self.actor_name,
            "job": self.job,
            "verb": self.verb,
            "outcome": self.outcome,
            "subject": f"{self.subject_type}:{self.subject_id}",
            "facts": self.facts,
            "previous": self.previous_hash,
        }

    def expected_hash(self) -> str:
        """The SHA-256, in hexadecimal, that this entry's content has."""
        return digest(self.content())


class Checkpoint(models.Model):
    """The signed heads of chains that grew since the checkpoint before it, from which it follows, so that a chain cut short is noticed."""

    number = models.PositiveIntegerField(unique=True, editable=False)
    previous_hash = models.CharField(max_length=64, default=BEFORE_THE_FIRST, editable=False)
    at = models.DateTimeField(editable=False)
    heads = models.JSONField(editable=False)
    signature = models.TextField(editable=False)

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"Checkpoint {self.number} of {utc_text(self.at)}"

    def content(self) -> dict[str, Any]:
        """What the signature covers: an old checkpoint cannot be passed off as a new one."""
        return {"number": self.number, "previous": self.previous_hash, "at": utc_text(self.at), "heads": self.heads}

    def hash(self) -> str:
        """The SHA-256, in hexadecimal, that the next checkpoint holds of this one."""
        return digest({**self.content(), "signature": self.signature})
