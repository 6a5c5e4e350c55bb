"""The page on which anybody checks a receipt."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse

from commissioning import proof
from commissioning.pages import Page


class CheckForm(forms.Form):
    """A receipt, as a file or as text."""

    file = forms.FileField(required=False, label="Receipt file", help_text="The JSON file that was downloaded.")
    text = forms.CharField(required=False, label="Or its text", max_length=proof.LONGEST_FILE, widget=forms.Textarea(attrs={"rows": 8}))

    def clean(self) -> dict[str, Any]:
        """What the receipt proves."""
        given = self.cleaned_data
        raw = given["file"].read(proof.LONGEST_FILE + 1) if given.get("file") else given.get("text", "").encode()
        if not raw.strip():
            raise forms.ValidationError("Choose a receipt file, or paste its text.")
        try:
            verdict = proof.examine(raw)
            return {**given, "verdict": verdict, "said": proof.rows_of(verdict.content) if verdict.holds else []}
        except proof.NotAReceipt as fault:
            raise forms.ValidationError(str(fault)) from fault


class CheckReceipt(Page):
    """Anybody checks a receipt: whether we signed it, and whether our trail holds it."""

    title = "Check a receipt"
    template_name = "ground/check_receipt.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and what was found."""
        return {"form": CheckForm(), "verdict": None, "said": [], "kinds": proof.kinds_text(), **super().get_context_data(**kwargs)}

    def post(self, request: HttpRequest) -> HttpResponse:
        """What the receipt proves."""
        form = CheckForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=400)
        found = {name: form.cleaned_data[name] for name in ("verdict", "said")}
        return self.render_to_response(self.get_context_data(form=form, **found))
