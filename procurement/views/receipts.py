"""Pages of receipts: a supplier's own, and one on which anybody checks a receipt."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from commissioning import signing
from commissioning.pages import Page, RecordPage, find_visible
from commissioning.wording import marked_instant
from procurement import proof
from procurement.models import Receipt


class ReceiptWorkspace(LoginRequiredMixin, RecordPage):
    """What was received and when, with the signature; and the file to keep."""

    model = Receipt
    related = ("submission__bid__lot", "submission__bid__invitation__tender", "submission__bid__invitation__docket")
    template_name = "procurement/receipts/workspace.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The receipt's content in words."""
        context = super().get_context_data(**kwargs)
        return {**context, "title": "Receipt", "trail": [], "said": in_words(self.record.content), "submission": self.record.submission}


def in_words(content: dict[str, Any]) -> list[tuple[str, Any]]:
    """What a receipt says, as rows of a page."""
    return [
        ("Tender", f"{content['tender']['title']} ({content['tender']['reference']})"),
        ("Lot", f"{content['lot']['number']}: {content['lot']['title']}"),
        ("Bidder", content["supplier"]["name"]),
        ("Version", str(content["version"])),
        ("Received", _moment(content["received_at"])),
        ("Deadline then in force", _moment(content["deadline"])),
        ("SHA-256 of the bid", content["content_hash"]),
        *(("File", f"{file['name']}, {file['bytes']:,} bytes, SHA-256 {file['sha256']}") for file in content["files"]),
        ("Place on the trail", f"Entry {content['trail']['entry']} of {content['trail']['docket']}, after {content['trail']['follows']}"),
    ]


def _moment(text: str) -> dict[str, Any]:
    return {"html": marked_instant(parse_datetime(text))}


@login_required
@require_safe
def download(request: HttpRequest, pk: UUID) -> JsonResponse:
    """The receipt as a file that can be checked offline."""
    receipt = find_visible(Receipt, request.user, pk)
    name = f"receipt-{receipt.content['tender']['reference']}-lot-{receipt.content['lot']['number']}-version-{receipt.content['version']}.json"
    response = JsonResponse(proof.receipt_file(receipt), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_safe
def bid_as_received(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bid that the receipt is about, salt and all, for its own supplier: the bytes that the receipt's SHA-256 is of."""
    return proof.bid_file(find_visible(Receipt, request.user, pk))


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public key that receipts are checked with, as PEM."""
    return HttpResponse(signing.public_key_pem(), content_type="application/x-pem-file")


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
            return {**given, "verdict": proof.examine(raw)}
        except proof.NotAReceipt as fault:
            raise forms.ValidationError(str(fault)) from fault


class CheckReceipt(Page):
    """Anybody checks a receipt: whether we signed it, and whether our trail holds it."""

    title = "Check a receipt"
    template_name = "procurement/receipts/check.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and what was found."""
        return {"form": CheckForm(), "verdict": None, "said": [], **super().get_context_data(**kwargs)}

    def post(self, request: HttpRequest) -> HttpResponse:
        """What the receipt proves."""
        form = CheckForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=400)
        verdict: proof.Verdict = form.cleaned_data["verdict"]
        said = in_words(verdict.content) if verdict.holds else []
        return self.render_to_response(self.get_context_data(form=form, verdict=verdict, said=said))


urlpatterns: list[URLPattern] = [
    path("check/", CheckReceipt.as_view(), name="check"),
    path("<uuid:pk>/", ReceiptWorkspace.as_view(), name="workspace"),
    path("<uuid:pk>/download/", download, name="download"),
    path("<uuid:pk>/bid/", bid_as_received, name="bid"),
]
key_urlpatterns: list[URLPattern] = [path("keys/receipts.pem", key, name="receipt_key")]
