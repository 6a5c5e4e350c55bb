"""The form on which a question about a notice is answered to everybody, whatever the notice is of."""

from django import forms

from commissioning.clarifying import LONGEST
from commissioning.forms import ActForm


class AnswerClarification(ActForm):
    """The answer, and the question in the words that everybody reads."""

    question = forms.CharField(
        max_length=LONGEST,
        required=False,
        label="Question, as everybody will read it",
        help_text="Change it only where its words tell who asks. Left empty, it stays as it was asked; that is kept in any case.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    answer = forms.CharField(
        max_length=10000, label="Answer", help_text="Do not say who asked: everybody gets this text.", widget=forms.Textarea(attrs={"rows": 8})
    )

    def prepare(self) -> None:
        """Begin from the question as it was asked."""
        self.initial["question"] = self.record.question
