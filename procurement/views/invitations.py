"""Pages of a supplier's invitations: what is asked, what it answers, where its bids stand."""

from functools import cached_property
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from commissioning.clarification_pages import AT_ONCE
from commissioning.pages import Act, ListPage, OwnPage, RecordPage, act_paths
from procurement.actions import bids, clarifications, invitations
from procurement.filters import OwnInvitationFilters
from procurement.forms.bids import AskClarification, DraftBid, SayIntention
from procurement.models import Bid, Invitation, Receipt, TenderClarification
from procurement.notice import documents_of
from procurement.views.notices import key_dates, outcome_of, outcomes_for


def _is_open(invitation: Any, at: Any) -> bool:
    return invitation.tender.is_receiving(at)


ACTS = (
    Act(
        invitations.say_intention,
        "Say whether you mean to bid",
        "The buyer sees it when bids are opened, not before. It binds nobody, and you can change it until the deadline.",
        button="Save",
        form=SayIntention,
        done="Saved. The buyer does not see it before bids are opened.",
        when=_is_open,
        primary=False,
    ),
    Act(
        clarifications.ask_clarification,
        "Ask a question",
        "The answer goes to every supplier invited. Nobody is shown who asked, not even whoever answers.",
        button="Ask",
        form=AskClarification,
        done="Your question is asked. You get a letter when it is answered.",
        when=lambda invitation, at: _is_open(invitation, at) and at < invitation.tender.questions_close_at,
        primary=False,
    ),
)
DRAFT_BID = Act(bids.draft_bid, "Begin a bid", button="Begin", form=DraftBid, when=_is_open)


class Invitations(OwnPage, ListPage):
    """The tenders that the viewer's suppliers were invited to."""

    title = "Your invitations"
    model = Invitation
    order = "sent_at"
    columns = ("Tender", "Buyer", "Supplier", "Status", "Bids are due")
    empty = "You have no invitation. A buyer that calls off from a list on which you stand invites you, and you get a letter."
    filter_class = OwnInvitationFilters

    def get_queryset(self) -> Any:
        """Those to the viewer's own suppliers."""
        return super().get_queryset().to_suppliers_of(self.request.user).select_related("tender__buyer", "supplier__organisation")

    def row(self, record: Invitation) -> Any:
        """Tender, buyer, supplier, status, deadline."""
        tender = record.tender
        link = {"text": tender.title, "href": record.get_absolute_url()}
        return link, str(tender.buyer), str(record.supplier), {"status": tender.status, "text": tender.phase_at(self.at)}, tender.closes_at


class InvitationWorkspace(LoginRequiredMixin, RecordPage):
    """All that passes between the supplier and the tender; the supplier's people alone see it."""

    model = Invitation
    acts = ACTS
    template_name = "procurement/invitations/workspace.html"

    @cached_property
    def record(self) -> Any:
        """The invitation, if it is addressed to a supplier of the viewer; else the same 404 as for nothing."""
        own = Invitation.objects.visible_to(self.request.user).to_suppliers_of(self.request.user)
        related = ("tender__buyer", "tender__framework_list__framework", "tender__area", "supplier__organisation", "docket")
        return get_object_or_404(own.select_related(*related), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The dates, the lots with the bids for them, the questions, the documents and the receipts."""
        user, invitation = self.request.user, self.record
        own = {bid.lot_id: bid for bid in Bid.objects.visible_to(user).filter(invitation=invitation)}
        questions = TenderClarification.objects.visible_to(user).of(invitation.tender).waiting_first()
        receipts = Receipt.objects.visible_to(user).filter(submission__bid__invitation=invitation)
        return {
            **super().get_context_data(**kwargs),
            "title": str(invitation.tender),
            "is_open": _is_open(invitation, self.at),
            "may_draft": DRAFT_BID.is_offered(invitation, user, self.at),
            "lots": [(lot, own.get(lot.pk)) for lot in invitation.tender.lots.all()],
            "dates": key_dates(invitation.tender),
            "extensions": list(invitation.tender.extensions.made()),
            "clarifications": list(questions[:AT_ONCE]),
            "documents": list(documents_of(invitation.tender)),
            "outcomes": outcomes_for(invitation, user),
            "sequels": outcome_of(invitation.tender, user)["sequels"],
            "receipts": list(receipts.select_related("submission__bid__lot").order_by("-created_at", "pk")[:50]),
        }


urlpatterns: list[URLPattern] = [
    path("", Invitations.as_view(), name="index"),
    path("<uuid:pk>/", InvitationWorkspace.as_view(), name="workspace"),
    *act_paths(Invitation, (*ACTS, DRAFT_BID)),
]
