"""The form of a questionnaire: a field for each question that is asked, tables of as many rows as are wanted, files by question.

It needs no script. A question that depends on an earlier answer comes once that answer is saved, and the page says so; more
rows of a table come with a button that saves as well, so that nothing that was typed or chosen is lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from commissioning import answers
from commissioning.answer_fields import cell_for, field_for
from commissioning.answer_words import words
from commissioning.answering import said_by
from commissioning.models import Answering, Document, Question
from commissioning.models.questions import MOST_TABLE_ROWS
from commissioning.pages import ActForm
from commissioning.wording import plural

Kind = Question.Kind
MORE_ROWS = 3


class TableRow(forms.Form):
    """A row of a table, a field for each column."""

    @property
    def row_title(self) -> str:
        """What the row is called."""
        return f"Row {int((self.prefix or '-0').rsplit('-', 1)[1]) + 1}"

    def typed(self) -> dict[str, str]:
        """What was typed, by column title."""
        titled = ((str(field.label), self.cleaned_data.get(name)) for name, field in self.fields.items())
        return {title: text for title, text in titled if text}


class _Table(forms.BaseFormSet):
    """The rows of a table, of which each may be left empty."""

    def initial_form_count(self) -> int:
        """None has to be there."""
        return 0


@dataclass(frozen=True)
class Asked:
    """A question on the page: its field, or the rows of its table, or its files, and what is wrong with it."""

    question: Question
    name: str
    table: Any = None
    files: tuple[Document, ...] = ()
    fault: str = ""

    @property
    def anchor(self) -> str:
        """The id of its place on the page."""
        return f"question-{self.question.number}"


class AnswersForm(ActForm):
    """The answers of a draft; its record is `Answering`. Its act takes `revision` and `answers`; files are attached one by one."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """A field for each question that is asked, with what is kept."""
        owner: Answering = self.record
        self.said = said_by(owner)
        self.questions = self._on_the_page(owner)
        self.tables = {question.pk: self._table(question) for question in self.questions if question.kind == Kind.TABLE}
        for question in self.questions:
            if question.kind != Kind.TABLE:
                self.fields[name_of(question)] = field_for(question, str(question))
        self.initial.update({f"q-{key}": answer for key, answer in owner.answers.items()})
        self.initial["revision"] = owner.revision
        self.table_faults: dict[Any, str] = {}

    def _on_the_page(self, owner: Answering) -> list[Question]:
        """What is asked after the answers kept; and what was on the page that was sent, whatever a colleague has saved since."""
        questions = owner.questions()
        on_the_page = {str(question.pk) for question in answers.asked(questions, self.said)}
        on_the_page |= {name[2:38] for name in self.data if name.startswith("q-")}
        return [question for question in questions if str(question.pk) in on_the_page]

    def _table(self, question: Question) -> Any:
        row = type("Row", (TableRow,), {f"c{column.number}": cell_for(column) for column in question.per_row})
        most = question.most_rows or MOST_TABLE_ROWS
        prefix = name_of(question)
        if self.is_bound and f"{prefix}-TOTAL_FORMS" in self.data:
            return forms.formset_factory(row, formset=_Table, extra=0, max_num=most, absolute_max=MOST_TABLE_ROWS + MORE_ROWS)(
                self.data, prefix=prefix
            )
        kept = self.record.answers.get(str(question.pk))
        rows = [self._kept_row(question, each) for each in kept if isinstance(each, dict)] if isinstance(kept, list) else []
        blank = MORE_ROWS if self.initial.get("more") == str(question.pk) or not rows else 1
        extra = max(min(max(len(rows) + blank, question.least_rows or 1), most), len(rows))
        made = forms.formset_factory(row, formset=_Table, extra=extra, max_num=max(most, len(rows)), absolute_max=MOST_TABLE_ROWS + MORE_ROWS)
        return made(initial=rows, prefix=prefix)

    def _kept_row(self, table: Question, row: dict[str, Any]) -> dict[str, Any]:
        return {f"c{column.number}": row.get(column.prompt, "") for column in table.per_row}

    def is_valid(self) -> bool:
        """Whether it can be saved: whatever was typed can."""
        return super().is_valid() and all(table.is_valid() for table in self.tables.values() if table.is_bound)

    def as_act(self) -> dict[str, Any]:
        """The answers by question id, as they were typed, and the revision that was read."""
        typed: dict[str, Any] = {}
        for question in self.questions:
            table = self.tables.get(question.pk)
            if table is not None and table.is_bound:
                typed[str(question.pk)] = self._rows(table) or None
            elif table is None and question.kind != Kind.FILE:
                typed[str(question.pk)] = self.cleaned_data[name_of(question)] or None
        return {"revision": self.cleaned_data["revision"], "answers": typed}

    def _rows(self, table: Any) -> list[dict[str, str]]:
        return [row for row in (form.typed() for form in table.forms) if row]

    def chosen_files(self) -> Iterable[tuple[Question, Any]]:
        """The files that were chosen, each with its question."""
        for question in self.questions:
            if question.kind == Kind.FILE:
                yield from ((question, file) for file in self.cleaned_data[name_of(question)])

    def show_faults(self) -> None:
        """Say beside each field what is wrong with what is kept; what is missing is not wrong yet."""
        self.full_clean()
        self.cleaned_data = {}
        wrong = answers.faults(self.questions, self._said_on_the_page(), complete=False)
        for question in self.questions:
            if fault := wrong.get(str(question.pk)):
                if question.kind == Kind.TABLE:
                    self.table_faults[question.pk] = fault
                else:
                    self.add_error(name_of(question), ValidationError(fault))

    def _said_on_the_page(self) -> dict[str, Any]:
        keys = {str(question.pk) for question in self.questions}
        return {key: answer for key, answer in self.said.items() if key in keys}

    def own_problems(self) -> list[dict[str, str]]:
        """What is wrong with tables, for the summary of what is wrong."""
        return [{"text": fault, "href": f"#{part.anchor}"} for part in self.parts() if (fault := self.table_faults.get(part.question.pk, ""))]

    def parts(self) -> list[Asked]:
        """The questions on the page."""
        files: dict[Any, list[Document]] = {}
        for document in self.record.attached().filter(question__isnull=False):
            files.setdefault(document.question_id, []).append(document)
        return [
            Asked(
                question, name_of(question), self.tables.get(question.pk), tuple(files.get(question.pk, ())), self.table_faults.get(question.pk, "")
            )
            for question in self.questions
        ]

    def sections(self) -> list[tuple[str, list[Asked]]]:
        """The questions on the page, section by section."""
        return [(title, list(group)) for title, group in groupby(self.parts(), key=lambda part: part.question.section)]

    @property
    def has_conditions(self) -> bool:
        """Whether some questions are asked only after some answers."""
        return any(question.is_conditional for question in self.record.questions())

    @property
    def wants_files(self) -> bool:
        """Whether a question on the page is answered by files."""
        return any(question.kind == Kind.FILE for question in self.questions)

    def differing(self) -> list[tuple[str, str]]:
        """Each answer that was typed otherwise than it is kept now, with what is kept."""
        kept = self.record.answers
        return [(str(question), words(question, kept.get(str(question.pk)))) for question in self.questions if self._differs(question, kept)]

    def _differs(self, question: Question, kept: dict[str, Any]) -> bool:
        if question.kind == Kind.FILE:
            return False
        if question.kind == Kind.TABLE:
            table = self.tables[question.pk]
            return table.is_bound and table.is_valid() and self._rows(table) != (kept.get(str(question.pk)) or [])
        return (self[name_of(question)].value() or "") != (kept.get(str(question.pk)) or "")


def name_of(question: Question) -> str:
    """What the question's field is called on the page."""
    return f"q-{question.pk}"


def what_is_asked_now(before: Iterable[Question], owner: Answering) -> str:
    """A sentence about the questions that came and went with what was saved; nothing if none did."""
    then, now = set(before), set(answers.asked(owner.questions(), said_by(owner)))
    came, went = len(now - then), len(then - now)
    kept = "not asked any more; what you answered there is kept, and not submitted."
    sentences = [
        f"{plural(came, 'more question is', 'more questions are')} asked because of what you answered." if came else "",
        f"{plural(went, 'question is', 'questions are')} {kept}" if went else "",
    ]
    return " ".join(filter(None, sentences))
