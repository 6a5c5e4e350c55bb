"""Forms of advice on a tender."""

from django import forms

from commissioning.pages import ActForm


class AskForAdvice(ActForm):
    """What the advisers are asked."""

    question = forms.CharField(
        max_length=4000,
        label="What you would like advice on",
        help_text="The advisers read it with the tender.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class CommentOnTender(ActForm):
    """What an adviser says."""

    text = forms.CharField(max_length=10000, label="Your comment", help_text="The buyer’s team reads it.", widget=forms.Textarea(attrs={"rows": 8}))
