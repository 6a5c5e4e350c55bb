"""What a bid and an application have in common: a draft of answers that several people write without overwriting each other."""

from datetime import datetime
from operator import attrgetter
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from commissioning.models.documents import Document
from commissioning.models.questions import Question


class Answering(models.Model):
    """An owner of answers. `revision` counts its saves, so that two writers notice each other.

    A model that is one says in `QUESTIONNAIRE` by which path it comes to what it answers; its files are documents that point at
    it, with `ATTACHED` as their purpose.
    """

    QUESTIONNAIRE: ClassVar[str]
    ATTACHED = "answer"

    revision = models.PositiveIntegerField(default=0, editable=False, help_text="How many times it was saved, so that two writers notice each other.")
    answers = models.JSONField(default=dict, blank=True, help_text="Answers by question id, as they were typed.")
    saved_at = models.DateTimeField(null=True, editable=False)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        abstract = True

    def questions(self) -> list[Question]:
        """What it is asked, in order."""
        return list(attrgetter(self.QUESTIONNAIRE)(self).questions.all())

    def attached(self) -> "models.QuerySet[Document]":
        """The files attached to the draft now; `question` says which question one answers, if any."""
        return Document.objects.filter(subject_id=self.pk, subject_type=self._meta.label_lower, purpose=self.ATTACHED, withdrawn_at__isnull=True)

    def mark_saved(self, person: Any, at: datetime) -> None:
        """Count a change of the draft, with who made it and when."""
        self.revision += 1
        self.saved_by, self.saved_at = person, at
