"""Pages of tenders: the public's list and the buyer's own, each tender's page, its documents."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from commissioning import intake
from commissioning.pages import ListPage, OwnPage, act_paths, find_visible
from procurement.filters import OpenTenderFilters, OwnTenderFilters
from procurement.models import Tender
from procurement.notice import documents_of
from procurement.views.drafting import TASKS, DraftTenderPage
from procurement.views.notices import Notice
from procurement.views.workspace import ACTS, TenderWorkspace


class OpenTenders(ListPage):
    """Tenders that receive bids now, for everybody to read."""

    title = "Open tenders"
    model = Tender
    order = "issued_at"
    template_name = "procurement/tenders/open.html"
    columns = ("Tender", "Buyer", "List and area", "Bids are due")
    empty = "No tender is open at this time. Tenders are shown here from the day they are issued until bids are due."
    filter_class = OpenTenderFilters

    def get_queryset(self) -> Any:
        """Those that receive bids, with what their row shows."""
        return super().get_queryset().receiving(self.at).select_related("buyer", "framework_list", "area")

    def row(self, record: Tender) -> Any:
        """Title, buyer, list and area, deadline."""
        link = {"text": record.title, "href": record.get_absolute_url()}
        return link, str(record.buyer), f"{record.framework_list}: {record.area}", record.closes_at


class YourTenders(OwnPage, ListPage):
    """The tenders of the viewer's own trust."""

    title = "Your tenders"
    model = Tender
    template_name = "procurement/tenders/yours.html"
    columns = ("Tender", "Reference", "Status", "Bids are due")
    empty = "There is no tender here. A procurement lead begins one by drafting it."
    filter_class = OwnTenderFilters

    def get_queryset(self) -> Any:
        """Those of the trust."""
        return super().get_queryset().bought_by(self.request.user)

    def row(self, record: Tender) -> Any:
        """Title, reference, status, deadline."""
        link = {"text": record.title, "href": record.get_absolute_url()}
        return link, record.reference, {"status": record.status, "text": record.phase_at(self.at)}, record.closes_at

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list, and whether the viewer may begin a tender."""
        return {**super().get_context_data(**kwargs), "may_draft": self.request.user.has_perm("procurement.draft_tender")}


@require_safe
def document(request: HttpRequest, pk: UUID, document_id: UUID) -> FileResponse:
    """A document of a tender that the viewer may see, as a download."""
    tender = find_visible(Tender, request.user, pk)
    return intake.serve(get_object_or_404(documents_of(tender), pk=document_id))


urlpatterns: list[URLPattern] = [
    path("", RedirectView.as_view(pattern_name="tender:index"), name="all"),
    path("open/", OpenTenders.as_view(), name="index"),
    path("yours/", YourTenders.as_view(), name="yours"),
    path("new/", DraftTenderPage.as_view(), name="draft_tender"),
    path("<uuid:pk>/", TenderWorkspace.as_view(), name="workspace"),
    path("<uuid:pk>/notice/", Notice.as_view(), name="notice"),
    path("<uuid:pk>/documents/<uuid:document_id>/", document, name="document"),
    *act_paths(Tender, (*TASKS, *ACTS)),
]
