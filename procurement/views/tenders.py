"""Pages of tenders: the public's list and the buyer's own, each tender's page, its documents."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Prefetch
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from commissioning import intake
from commissioning.pages import ListPage, OwnPage, act_paths, find_visible
from commissioning.wording import pounds
from procurement.filters import OpenTenderFilters, OwnTenderFilters
from procurement.models import Award, Lot, Tender
from procurement.notice import documents_of
from procurement.views.drafting import TASKS, DraftTenderPage
from procurement.views.notices import Notice
from procurement.views.workspace import ACTS, TenderWorkspace

TABS = (("Open", "tender:index"), ("Closed", "tender:closed"), ("Awarded", "tender:awarded"))


class PublicTenders(ListPage):
    """Tenders by where they stand, for everybody to read."""

    model = Tender
    template_name = "procurement/tenders/open.html"
    filter_class = OpenTenderFilters
    intro: ClassVar[str] = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list, and the ways to the others."""
        tabs = [{"text": text, "href": reverse(name)} for text, name in TABS]
        return {**super().get_context_data(**kwargs), "intro": self.intro, "tabs": tabs}


class OpenTenders(PublicTenders):
    """Tenders that receive bids now."""

    title = "Open tenders"
    intro = (
        "Tenders under the frameworks that receive bids now. The suppliers on the list for their area were invited; everybody can read the notice."
    )
    order = "issued_at"
    columns = ("Tender", "Buyer", "List and area", "Bids are due")
    empty = "No tender is open at this time. Tenders are shown here from the day they are issued until bids are due."

    def get_queryset(self) -> Any:
        """Those that receive bids, with what their row shows."""
        return super().get_queryset().receiving(self.at).select_related("buyer", "framework_list", "area")

    def row(self, record: Tender) -> Any:
        """Title, buyer, list and area, deadline."""
        link = {"text": record.title, "href": record.get_absolute_url()}
        return link, str(record.buyer), f"{record.framework_list}: {record.area}", record.closes_at


class ClosedTenders(PublicTenders):
    """Tenders that receive bids no more, and are not awarded."""

    title = "Closed tenders"
    intro = "Tenders whose deadline has passed and whose award is not confirmed, and those cancelled after they were issued."
    order = "closes_at"
    columns = ("Tender", "Buyer", "List and area", "Status", "Bids were due")
    empty = "No tender is closed and not yet awarded."

    def get_queryset(self) -> Any:
        """Those, with what their row shows."""
        return super().get_queryset().closed_without_award(self.at).select_related("buyer", "framework_list", "area")

    def row(self, record: Tender) -> Any:
        """Title, buyer, list and area, status, deadline."""
        link = {"text": record.title, "href": record.get_absolute_url()}
        status = {"status": record.status, "text": record.phase_at(self.at)}
        return link, str(record.buyer), f"{record.framework_list}: {record.area}", status, record.closes_at


class AwardedTenders(PublicTenders):
    """Tenders whose award is confirmed, with who won."""

    title = "Awarded tenders"
    intro = "Tenders whose award is confirmed, with the winner of each lot and the value of its bid in pounds without VAT."
    order = "awarded_at"
    columns = ("Tender", "Buyer", "Awarded to", "Awarded on")
    empty = "No tender is awarded yet."

    def get_queryset(self) -> Any:
        """Those, with their awards, in a constant number of queries."""
        user = self.request.user
        confirmed = Award.objects.visible_to(user).confirmed().select_related("supplier__organisation").prefetch_related("supplier__changes")
        lots = (
            Lot.objects.visible_to(self.request.user).order_by("number").prefetch_related(Prefetch("awards", confirmed, to_attr="confirmed_awards"))
        )
        return super().get_queryset().awarded().select_related("buyer").prefetch_related(Prefetch("lots", lots, to_attr="lots_with_awards"))

    def row(self, record: Any) -> Any:
        """Title, buyer, winners with their values, the moment."""
        link = {"text": record.title, "href": record.get_absolute_url()}
        winners = [
            f"Lot {lot.number}: {award.supplier_then_and_now}, {pounds(award.value)}"
            for lot in record.lots_with_awards
            for award in lot.confirmed_awards
        ]
        return link, str(record.buyer), "; ".join(winners) or "Nobody", record.awarded_at


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
    path("closed/", ClosedTenders.as_view(), name="closed"),
    path("awarded/", AwardedTenders.as_view(), name="awarded"),
    path("yours/", YourTenders.as_view(), name="yours"),
    path("new/", DraftTenderPage.as_view(), name="draft_tender"),
    path("<uuid:pk>/", TenderWorkspace.as_view(), name="workspace"),
    path("<uuid:pk>/notice/", Notice.as_view(), name="notice"),
    path("<uuid:pk>/documents/<uuid:document_id>/", document, name="document"),
    *act_paths(Tender, (*TASKS, *ACTS)),
]
