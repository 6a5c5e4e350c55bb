"""Pages of receipts: a supplier's own, and one on which anybody checks a receipt."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from commissioning import signing
from commissioning.pages import RecordPage
from procurement.models import Receipt


class ReceiptWorkspace(RecordPage):
    """The supplier's page."""

    model = Receipt
    template_name = "procurement/receipts/workspace.html"


@require_safe
def key(request: HttpRequest) -> HttpResponse:
    """The public key that receipts are checked with, as PEM."""
    return HttpResponse(signing.public_key_pem(), content_type="application/x-pem-file")


urlpatterns: list[URLPattern] = [path("<uuid:pk>/", ReceiptWorkspace.as_view(), name="workspace")]
key_urlpatterns: list[URLPattern] = [path("keys/receipts.pem", key, name="receipt_key")]
