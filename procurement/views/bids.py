"""Pages of bids."""

from django.urls import URLPattern, path

from commissioning.pages import RecordPage
from procurement.models import Bid


class BidWorkspace(RecordPage):
    """The supplier's page."""

    model = Bid
    template_name = "procurement/bids/workspace.html"


urlpatterns: list[URLPattern] = [path("<uuid:pk>/", BidWorkspace.as_view(), name="workspace")]
