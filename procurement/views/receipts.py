"""Pages of a supplier's own receipts."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from commissioning.pages import RecordPage, find_visible
from commissioning.proof import rows_of
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
        return {**context, "title": "Receipt", "trail": [], "said": rows_of(self.record.content), "submission": self.record.submission}


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


urlpatterns: list[URLPattern] = [
    path("<uuid:pk>/", ReceiptWorkspace.as_view(), name="workspace"),
    path("<uuid:pk>/download/", download, name="download"),
    path("<uuid:pk>/bid/", bid_as_received, name="bid"),
]
