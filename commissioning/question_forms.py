"""The form in which a questionnaire is written: its record has a `questionnaire`, and its act takes `questions`."""

from typing import Any

from django import forms
from django.forms.utils import ErrorDict

from commissioning.column_lines import HOW, as_lines, from_lines
from commissioning.form_fields import DayField, PlainNumber
from commissioning.models import Question
from commissioning.questionnaires import MOST_QUESTIONS, ColumnEntry
from commissioning.row_forms import PlainWhole, Row, RowsForm

_SHORT = forms.Textarea(attrs={"rows": 2})
_RULE = {
    "passing": "Options that pass, one to a line",
    "failing": "Options that fail, one to a line",
    "passes_from": "Passes from",
    "passes_to": "Passes up to",
    "fails_below": "Fails below",
    "fails_above": "Fails above",
}
_LISTS = ("choices", "shown_if_answers")


class QuestionRow(Row):
    """A question: what is asked always, and folded away what only some kinds, judgings and places need."""

    # Every box in which something is typed, so that nothing typed is passed over.
    told_by = (
        *("prompt", "section", "word_limit", "help_text", "choices", "unit", "least", "most", "decimals", "earliest", "latest", "most_files"),
        *("columns", "least_rows", "most_rows", "weight", *_RULE, "shown_if_question", "shown_if_answers", "place"),
    )
    called = "Question"
    folded = {
        "Limits": ("several", "unit", "least", "most", "decimals", "earliest", "latest", "most_files"),
        "Columns of a table": ("columns", "least_rows", "most_rows"),
        "How it is judged": ("judging", "weight", *_RULE),
        "When it is asked, and where it stands": ("shown_if_question", "shown_if_answers", "place", "remove"),
    }
    prompt = forms.CharField(max_length=500, label="Question")
    kind = forms.ChoiceField(choices=Question.Kind, label="Kind of answer")
    section = forms.CharField(max_length=200, required=False, label="Section that it stands in")
    mandatory = forms.BooleanField(required=False, initial=True, label="It must be answered")
    word_limit = PlainWhole(min_value=1, max_value=20000, required=False, label="Most words, for text")
    help_text = forms.CharField(max_length=2000, required=False, label="Help for whoever answers", widget=_SHORT)
    choices = forms.CharField(max_length=60000, required=False, label="Options of a choice, one to a line", widget=forms.Textarea(attrs={"rows": 3}))
    several = forms.BooleanField(required=False, initial=False, label="Of a choice, more than one option may be chosen")
    unit = forms.CharField(max_length=60, required=False, label="Unit, for a number", help_text="For example, days.")
    least = PlainNumber(signed=True, max_digits=14, decimal_places=2, required=False, label="Least, for a number or money")
    most = PlainNumber(signed=True, max_digits=14, decimal_places=2, required=False, label="Most, for a number or money")
    decimals = PlainWhole(max_value=6, required=False, label="Digits after the point, for a number", help_text="0 for a whole number.")
    earliest = DayField(required=False, label="Earliest, for a date")
    latest = DayField(required=False, label="Latest, for a date")
    most_files = PlainWhole(min_value=1, max_value=20, required=False, label="Most files, for a file", help_text="One, if it is left empty.")
    columns = forms.CharField(max_length=20000, required=False, label="Columns", help_text=HOW, widget=forms.Textarea(attrs={"rows": 4}))
    least_rows = PlainWhole(max_value=200, required=False, label="Least rows")
    most_rows = PlainWhole(min_value=1, max_value=200, required=False, label="Most rows")
    judging = forms.ChoiceField(choices=Question.Judging, required=False, initial=Question.Judging.SCORED, label="Judging")
    weight = PlainNumber(
        max_digits=5, decimal_places=2, required=False, label="Weight, if scored", help_text="Out of 100 among the scored questions; all or none."
    )
    passing = forms.CharField(max_length=60000, required=False, label=_RULE["passing"], widget=_SHORT)
    failing = forms.CharField(
        max_length=60000,
        required=False,
        label=_RULE["failing"],
        widget=_SHORT,
        help_text="A person decides on others. A declaration passes if made.",
    )
    passes_from = forms.CharField(max_length=40, required=False, label=_RULE["passes_from"], help_text="A number, amount or date like 2007-05-21.")
    passes_to = forms.CharField(max_length=40, required=False, label=_RULE["passes_to"])
    fails_below = forms.CharField(max_length=40, required=False, label=_RULE["fails_below"])
    fails_above = forms.CharField(max_length=40, required=False, label=_RULE["fails_above"])
    shown_if_question = PlainWhole(
        min_value=1, max_value=MOST_QUESTIONS, required=False, label="Only after question number", help_text="An earlier choice or declaration."
    )
    shown_if_answers = forms.CharField(
        max_length=60000,
        required=False,
        label="If its answer is one of these, one to a line",
        widget=_SHORT,
        help_text="Of a declaration: yes or no.",
    )
    remove = forms.BooleanField(required=False, initial=False, label="Take this question out")
    place = PlainWhole(min_value=1, max_value=MOST_QUESTIONS, required=False, label="Move it to place", help_text="Left empty, it stays where it is.")

    def clean_columns(self) -> list[ColumnEntry]:
        """The lines as columns."""
        return from_lines(self.cleaned_data["columns"])

    def as_entry(self) -> dict[str, Any]:
        """The question as the act takes it: lists for lines, and the rule in one."""
        entry = super().as_entry()
        entry.pop("place", None)
        entry.pop("remove", None)
        rule = {name: entry.pop(name) for name in _RULE if name in entry}
        lines = {name: entry.get(name, "").splitlines() for name in _LISTS}
        return {**entry, **lines, "pass_rule": {**rule, **{name: rule[name].splitlines() for name in ("passing", "failing") if name in rule}}}

    @property
    def is_taken_out(self) -> bool:
        """Whether its box for that is ticked: then nothing else in it matters."""
        return bool(self.data.get(self.add_prefix("remove")))

    def full_clean(self) -> None:
        """What is wrong with it, unless it is taken out."""
        super().full_clean()
        if self.is_bound and self.is_taken_out:
            self._errors = ErrorDict()

    @property
    def number(self) -> int:
        """Its number on the page."""
        return int((self.prefix or "-0").rsplit("-", 1)[1]) + 1


class QuestionsForm(RowsForm):
    """The questions of a questionnaire, in order."""

    row, path, argument = QuestionRow, "questionnaire.questions", "questions"

    def initial_of(self, record: Question) -> dict[str, Any]:
        """Lists as lines."""
        given = {name: value for name, value in record.definition().items() if name in QuestionRow.base_fields}
        rule = {name: "\n".join(value) if isinstance(value, list) else value for name, value in record.pass_rule.items()}
        if record.kind != Question.Kind.FILE:
            given.pop("most_files")
        return {**given, **rule, **{name: "\n".join(given[name]) for name in _LISTS}, "columns": as_lines(record.columns)}

    def is_valid(self) -> bool:
        """Whether every row is right, and none depends on one that was emptied."""
        if not super().is_valid():
            return False
        kept = {form.number for form in self._filled()}
        for form in self._filled():
            earlier = form.cleaned_data["shown_if_question"]
            if earlier is not None and earlier not in kept:
                form.add_error("shown_if_question", f"There is no question {earlier} on this page.")
        return not any(form.errors for form in self.formset.forms)

    def as_act(self) -> dict[str, Any]:
        """The questions in their new order; those that depend on others go with the numbers that these get."""
        ordered = sorted(self._filled(), key=lambda form: (form.cleaned_data["place"] or form.number, not form.cleaned_data["place"]))
        renumbered = {form.number: place for place, form in enumerate(ordered, start=1)}
        entries = [form.as_entry() for form in ordered]
        for entry in entries:
            if "shown_if_question" in entry:
                entry["shown_if_question"] = renumbered[entry["shown_if_question"]]
        return {self.argument: entries}

    def _filled(self) -> list[QuestionRow]:
        return [form for form in self.formset.forms if form.has_changed() and not form.is_taken_out]
