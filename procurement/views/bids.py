"""Pages of a bid: its draft, its check and submission, its versions."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from commissioning import intake
from commissioning.answer_words import in_sections
from commissioning.answering import said_by
from commissioning.draft_forms import AttachFile, RemoveFile, Revision
from commissioning.draft_pages import WriteDraft
from commissioning.pages import Act, ActPage, RecordPage, act_paths, find_visible
from procurement.actions import bids, documents
from procurement.bidding import counting_of, faults_of, has_unsubmitted_changes, price_of
from procurement.forms.bids import SaveBid
from procurement.models import Bid, Receipt
from procurement.views.notices import outcome_of, outcomes_for


def _is_open(bid: Any, at: Any) -> bool:
    return bid.invitation.tender.is_receiving(at)


SAVE = Act(
    bids.save_bid,
    "Write the bid",
    button="Save the draft",
    form=SaveBid,
    done="The draft is saved. A draft is not a bid: submit it before the deadline.",
    when=_is_open,
    template="procurement/bids/write.html",
)
SUBMIT = Act(
    bids.submit_bid,
    "Submit the bid",
    button="Submit the bid",
    form=Revision,
    done="The bid is received. Keep the receipt.",
    when=_is_open,
    template="procurement/bids/submit.html",
)
ACTS = (
    Act(
        bids.withdraw_bid,
        "Withdraw the bid",
        "Its answers, prices and files are removed from this service for good, in every version. That there was a bid stays on record, "
        "with its hash. Until the deadline you can bid again.",
        done="The bid is withdrawn, and its content is removed.",
        when=_is_open,
        primary=False,
    ),
    Act(documents.attach_to_bid, "Attach a file", button="Attach", form=AttachFile, done="The file is attached.", when=_is_open, primary=False),
    Act(
        documents.remove_from_bid,
        "Remove a file",
        button="Remove",
        form=RemoveFile,
        done="The file is removed from the draft.",
        when=lambda bid, at: _is_open(bid, at) and bid.attached().exists(),
        primary=False,
    ),
)


class BidWorkspace(LoginRequiredMixin, RecordPage):
    """The bid as it stands: what is submitted, what is only a draft, what is missing."""

    model = Bid
    acts = (SAVE, SUBMIT, *ACTS)
    related = ("invitation__tender", "invitation__supplier__organisation", "invitation__docket", "lot__questionnaire", "saved_by")
    template_name = "procurement/bids/workspace.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The draft, and every version with its receipt."""
        bid = self.record
        versions = list(bid.submissions.select_related("submitted_by", "receipt"))
        received = next((version for version in versions if version.superseded_at is None and version.withdrawn_at is None), None)
        return {
            **super().get_context_data(**kwargs),
            "title": str(bid.lot),
            "is_open": _is_open(bid, self.at),
            "faults": faults_of(bid),
            "versions": versions,
            "received": received,
            "is_changed": has_unsubmitted_changes(bid, received),
            "outcomes": outcomes_for(bid.invitation, self.request.user),
            "sequels": outcome_of(bid.invitation.tender, self.request.user)["sequels"],
            **in_full(bid),
        }


def in_full(bid: Bid) -> dict[str, Any]:
    """The draft's answers, prices and files, as they are read before it is submitted."""
    worked_out = price_of(bid, complete=False)
    return {
        "sections": in_sections(bid.questions(), said_by(bid), complete=True),
        "prices": [(line, bid.prices.get(str(line.pk), ""), cost) for line, cost in worked_out.lines],
        "total": price_of(bid).total,
        "files": list(bid.attached().filter(question__isnull=True)),
    }


class WriteBid(WriteDraft):
    """The draft of a bid."""

    model = Bid
    act = SAVE
    attach = documents.attach_to_bid
    check = "submit_bid"


class SubmitBid(ActPage):
    """The bid as it will be submitted, to be read once more; or what is missing from it."""

    model = Bid
    act = SUBMIT

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The bid in full and what is wrong with it."""
        return {
            **super().get_context_data(**kwargs),
            **in_full(self.record),
            "faults": faults_of(self.record),
            "received": counting_of(self.record),
            "is_open": _is_open(self.record, self.at),
        }

    def where_to(self, result: Any) -> str:
        """The receipt."""
        received = Receipt.objects.visible_to(self.request.user).filter(submission__in=result.submissions.counting())
        return reverse("receipt:workspace", args=[get_object_or_404(received).pk])


@login_required
@require_safe
def file(request: HttpRequest, pk: UUID, document_id: UUID) -> FileResponse:
    """A file of the viewer's own bid, as a download."""
    bid = find_visible(Bid, request.user, pk)
    return intake.serve(get_object_or_404(bid.attached(), pk=document_id))


urlpatterns: list[URLPattern] = [
    path("<uuid:pk>/", BidWorkspace.as_view(), name="workspace"),
    path("<uuid:pk>/save-bid/", WriteBid.as_view(), name="save_bid"),
    path("<uuid:pk>/submit-bid/", SubmitBid.as_view(), name="submit_bid"),
    path("<uuid:pk>/files/<uuid:document_id>/", file, name="file"),
    *act_paths(Bid, ACTS),
]
