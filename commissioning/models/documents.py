"""Files that people gave us, each with its hash."""

from typing import Any

from django.conf import settings
from django.db import models

from commissioning.models.base import Record
from commissioning.models.questions import Question


def stored_as(document: "Document", filename: str) -> str:
    """Where a file is kept: by its own id, never by the name that somebody gave it."""
    return f"documents/{document.pk.hex[:2]}/{document.pk.hex}"


class Document(Record):
    """A file that belongs to a record, pointed at by type and id; its type is read from its content."""

    subject_type = models.CharField(max_length=80, editable=False)
    subject_id = models.UUIDField(editable=False)
    purpose = models.CharField(max_length=60, editable=False)
    question = models.ForeignKey(Question, on_delete=models.PROTECT, null=True, related_name="+", editable=False, help_text="Which it answers.")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=120, editable=False)
    size = models.PositiveBigIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    file = models.FileField(upload_to=stored_as, max_length=200, editable=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["subject_id", "created_at"], name="documents_of_a_subject")]

    def __str__(self) -> str:
        return self.name

    def stamp(self) -> dict[str, Any]:
        """What a receipt says of the file: name, bytes and SHA-256."""
        return {"document": str(self.pk), "name": self.name, "bytes": self.size, "sha256": self.sha256}
