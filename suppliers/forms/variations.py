"""Forms of variations of a framework's terms."""

from django import forms

from commissioning.form_fields import DayField
from commissioning.pages import ActForm


class IssueVariation(ActForm):
    """What changes, why, and by when it is answered."""

    title = forms.CharField(max_length=200)
    text = forms.CharField(max_length=20000, label="What changes", widget=forms.Textarea(attrs={"rows": 12}), help_text="The very text that binds.")
    reason = forms.CharField(max_length=4000, label="Why", widget=forms.Textarea(attrs={"rows": 4}))
    answer_by = DayField(label="Last day to answer")
