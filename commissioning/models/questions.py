"""Questions as data: one definition for the form, the check, the summary and the export."""

from django.db import models

from commissioning.models.base import Record


class Questionnaire(Record):
    """A set of questions that an admission round or a lot asks of every supplier."""

    title = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.title


class Question(Record):
    """One question, and what an answer to it must be."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        MONEY = "money", "Money, in pounds"
        DATE = "date", "Date"
        CHOICE = "choice", "Choice"
        DECLARATION = "declaration", "Declaration"

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.TEXT)
    prompt = models.CharField(max_length=500)
    help_text = models.TextField(blank=True, max_length=2000)
    mandatory = models.BooleanField(default=True)
    word_limit = models.PositiveIntegerField(null=True, blank=True)
    choices = models.JSONField(default=list, blank=True, help_text="For a choice: the options, as a list of texts.")

    class Meta:
        ordering = ["questionnaire", "number"]
        constraints = [models.UniqueConstraint(fields=["questionnaire", "number"], name="one_question_per_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.prompt}"
