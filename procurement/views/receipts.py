"""Pages of receipts."""

from django.urls import URLPattern, path

from commissioning.pages import RecordPage
from procurement.models import Receipt


class ReceiptWorkspace(RecordPage):
    """The supplier's page."""

    model = Receipt
    template_name = "procurement/receipts/workspace.html"


urlpatterns: list[URLPattern] = [path("<uuid:pk>/", ReceiptWorkspace.as_view(), name="workspace")]
