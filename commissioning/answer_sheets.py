"""Answers as a table to export: a column for each question, in its order; numbers and days as such, everything else in words.

A table fills one cell: a line for each of its rows, each filled column headed by its title, such as `Post: Lead; Days: 8`.
What was not asked of somebody says so; what was not answered is empty.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from commissioning import answers
from commissioning.answer_words import words
from commissioning.models import Question

NOT_ASKED = "Not asked"


def headings(questions: Iterable[Question]) -> list[str]:
    """A heading for each question, with its unit."""
    return [f"{question} ({question.unit})" if question.unit else str(question) for question in questions]


def cells(questions: Iterable[Question], given: Mapping[str, Any]) -> list[Any]:
    """One answerer's cells."""
    listed = list(questions)
    found = answers.examined(listed, given, complete=False)
    asked = {question.pk for question in found.asked}
    return [_cell(question, found.read.get(str(question.pk))) if question.pk in asked else NOT_ASKED for question in listed]


def _cell(question: Question, answer: Any) -> Any:
    return answer if isinstance(answer, Decimal | date) else words(question, answer)
