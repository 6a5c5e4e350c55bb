"""Questions as data: one definition for the form, the check, the summary, the API's schema, the export and the score sheet.

Whoever is asked keeps the answers: a bid, an application. Such an owner is `Answering` (commissioning.models.drafts): it says in
`QUESTIONNAIRE` by which path it comes to its questionnaire; it keeps its answers by question id, with a revision, and has its
files by question (`attached`). `commissioning.answering.said_by(owner)` gives what `answers.clean` reads; what that returns, and
nothing else, is submitted.
"""

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from commissioning.models.base import Record

MOST_WORDS, MOST_DECIMALS, MOST_TABLE_ROWS, MOST_FILES_PER_QUESTION = 20_000, 6, 200, 20


class Questionnaire(Record):
    """A set of questions that an admission round or a lot asks of every supplier."""

    title = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.title


class Question(Record):
    """One question: what an answer to it must be, when it is asked, and how the answer is judged.

    A column of a table is a question too, of each row; it is kept with the table and has no row of its own.
    """

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        MONEY = "money", "Money, in pounds"
        DATE = "date", "Date"
        CHOICE = "choice", "Choice"
        TABLE = "table", "Table"
        FILE = "file", "File"
        DECLARATION = "declaration", "Declaration"

    class Judging(models.TextChoices):
        SCORED = "scored", "Scored by people"
        PASS_FAIL = "pass_fail", "Pass or fail"
        INFORMATION = "information", "For information"

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=200, blank=True, help_text="The title of the section that it stands in.")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.TEXT)
    prompt = models.CharField(max_length=500)
    help_text = models.TextField(blank=True, max_length=2000)
    mandatory = models.BooleanField(default=True)
    word_limit = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_WORDS)])
    unit = models.CharField(max_length=60, blank=True, help_text="For a number: what is counted.")
    least = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True, help_text="For a number or money.")
    most = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True, help_text="For a number or money.")
    decimals = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(MOST_DECIMALS)], help_text="For a number: how many digits after the point; 0 for whole."
    )
    earliest = models.DateField(null=True, blank=True)
    latest = models.DateField(null=True, blank=True)
    choices = models.JSONField(default=list, blank=True, help_text="For a choice: the options, as a list of texts.")
    several = models.BooleanField(default=False, help_text="For a choice: whether more than one option may be chosen.")
    columns = models.JSONField(default=list, blank=True, help_text="For a table: its columns, each defined like a question.")
    least_rows = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(MOST_TABLE_ROWS)])
    most_rows = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_TABLE_ROWS)])
    most_files = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_FILES_PER_QUESTION)])
    judging = models.CharField(max_length=12, choices=Judging, default=Judging.SCORED)
    weight = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(100))],
        help_text="For a scored question: out of 100 among the scored ones.",
    )
    pass_rule = models.JSONField(default=dict, blank=True, help_text="For pass or fail: which answers definitely pass or definitely fail.")
    shown_if_question = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The number of the earlier question on which it depends.")
    shown_if_answers = models.JSONField(default=list, blank=True, help_text="It is asked if that question has one of these answers.")

    class Meta:
        ordering = ["questionnaire", "number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="one_question_per_number"),
            models.CheckConstraint(
                condition=models.Q(shown_if_question__isnull=True) | models.Q(shown_if_question__lt=models.F("number")),
                name="a_question_depends_on_an_earlier_one",
            ),
            models.CheckConstraint(condition=models.Q(weight__isnull=True) | models.Q(judging="scored"), name="only_a_scored_question_has_a_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.prompt}"

    @classmethod
    def defining_fields(cls) -> list[str]:
        """The names of all that defines a question, in order: for the notice and its hash, the API, and copies."""
        return [field.name for field in cls._meta.concrete_fields if field.name not in {"id", "created_at", "questionnaire"}]

    def definition(self) -> dict[str, Any]:
        """All that defines it, by name."""
        return {name: getattr(self, name) for name in self.defining_fields()}

    @cached_property
    def per_row(self) -> "list[Question]":
        """What a table asks in each row: its columns, numbered from 1."""
        return [Question(number=place, **_read_column(column)) for place, column in enumerate(self.columns, start=1)]

    @property
    def is_judged(self) -> bool:
        """Whether its answer is scored, or passes or fails."""
        return self.judging != self.Judging.INFORMATION

    @property
    def is_conditional(self) -> bool:
        """Whether it is asked of some only."""
        return self.shown_if_question is not None


def _read_column(column: dict[str, Any]) -> dict[str, Any]:
    """A column as it is kept, in JSON, with decimals and dates as such."""
    fields = {field.name: field for field in Question._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in column.items()}
