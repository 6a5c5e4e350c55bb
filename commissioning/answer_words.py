"""Answers as people read them, in sections: for the page that is checked before submission, for assessors, and for sheets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from commissioning import answers
from commissioning.models import Question
from commissioning.wording import date_text, plural

Kind = Question.Kind


@dataclass(frozen=True)
class Line:
    """A question that is asked, with its answer as read (as typed if it cannot be read; None: there is none) and what is wrong."""

    question: Question
    answer: Any = None
    fault: str = ""

    @property
    def text(self) -> str:
        """The answer in words."""
        return words(self.question, self.answer)

    @property
    def rows(self) -> list[list[str]]:
        """A table's rows, a text for each column."""
        if self.question.kind != Kind.TABLE or not isinstance(self.answer, list):
            return []
        return [[words(column, row.get(column.prompt)) for column in self.question.per_row] for row in self.answer]

    @property
    def files(self) -> list[dict[str, Any]]:
        """The stamps of its files."""
        return self.answer if self.question.kind == Kind.FILE and isinstance(self.answer, list) else []


@dataclass(frozen=True)
class Section:
    """Questions that stand together under a title; the title may be empty."""

    title: str
    lines: list[Line] = field(default_factory=list)


def in_sections(questions: Iterable[Question], given: Mapping[str, Any], *, complete: bool = False) -> list[Section]:
    """The questions that are asked of whoever gives these answers, section by section, each with its answer."""
    found = answers.examined(questions, given, complete=complete)
    lines = [_line(question, given, found) for question in found.asked]
    return [Section(title, list(group)) for title, group in groupby(lines, key=lambda line: line.question.section)]


def _line(question: Question, given: Mapping[str, Any], found: answers.Examined) -> Line:
    key = str(question.pk)
    return Line(question, found.read.get(key, given.get(key)), found.faults.get(key, ""))


def words(question: Question, answer: Any) -> str:
    """An answer as text; nothing for none. A table has a line for each row, its filled cells headed by their columns' titles."""
    if answer is None or answer is False or answer == []:
        return ""
    if question.kind == Kind.TABLE and isinstance(answer, list):
        return "\n".join(_row_in_words(question, row) for row in answer)
    if question.kind == Kind.FILE and isinstance(answer, list):
        return "; ".join(stamp["name"] for stamp in answer)
    if isinstance(answer, list):
        return "; ".join(map(str, answer))
    return _cell_in_words(question, answer)


def _row_in_words(table: Question, row: Mapping[str, Any]) -> str:
    titled = ((column.prompt, words(column, row.get(column.prompt))) for column in table.per_row)
    return "; ".join(f"{title}: {text}" for title, text in titled if text)


def _cell_in_words(question: Question, answer: Any) -> str:
    if question.kind == Kind.DECLARATION:
        return "Yes" if answer is True or answer in {"yes", "true", "on"} else str(answer)
    if isinstance(answer, Decimal):
        number = answers.in_digits(answer, "£" if question.kind == Kind.MONEY else "")
        return f"{number} {question.unit}".strip()
    return date_text(answer) if isinstance(answer, date) else str(answer)


def what_is_asked(question: Question) -> str:
    """What an answer must be, as the notice says it."""
    limits = limits_in_words(question)
    return f"{question.get_kind_display()}{': ' if limits else ''}{limits}"


def limits_in_words(question: Question) -> str:
    """What an answer must keep to, apart from its kind; nothing if there is no limit."""
    return "; ".join(filter(None, _limits(question)))


def _limits(question: Question) -> Iterable[str]:
    sign = "£" if question.kind == Kind.MONEY else ""
    if question.word_limit:
        yield f"up to {plural(question.word_limit, 'word')}"
    yield question.unit
    if question.decimals is not None:
        yield "a whole number" if question.decimals == 0 else f"up to {plural(question.decimals, 'digit')} after the point"
    yield from (f"{word} {answers.in_digits(bound, sign)}" for word, bound in (("from", question.least), ("to", question.most)) if bound is not None)
    yield from (f"{word} {date_text(day)}" for word, day in (("from", question.earliest), ("to", question.latest)) if day)
    if question.choices:
        yield f"{'one or more of' if question.several else 'one of'} {', '.join(f'“{option}”' for option in question.choices)}"
    if question.kind == Kind.FILE:
        yield f"up to {plural(question.most_files, 'file')}"
    if question.kind == Kind.TABLE:
        yield from _limits_of_a_table(question)


def _limits_of_a_table(table: Question) -> Iterable[str]:
    if table.least_rows:
        yield f"at least {plural(table.least_rows, 'row')}"
    if table.most_rows:
        yield f"at most {plural(table.most_rows, 'row')}"
    yield f"columns {', '.join(map(_column_in_words, table.per_row))}"


def _column_in_words(column: Question) -> str:
    asked = what_is_asked(column)
    return f"{column.prompt} ({asked[:1].lower()}{asked[1:]}{'' if column.mandatory else ', optional'})"


def when_it_is_asked(question: Question) -> str:
    """On which earlier answers it depends; nothing if it is asked of everybody."""
    if question.shown_if_question is None:
        return ""
    named = " or ".join(f"“{answer}”" for answer in question.shown_if_answers)
    return f"Asked if the answer to question {question.shown_if_question} is {named}."
