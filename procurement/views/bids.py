"""Pages of a bid: its draft, its check and submission, its versions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from commissioning import intake
from commissioning.answer_forms import what_is_asked_now
from commissioning.answer_words import in_sections
from commissioning.answering import said_by
from commissioning.answers import asked
from commissioning.pages import Act, ActForm, ActPage, RecordPage, act_paths, find_visible
from commissioning.refusals import Refused
from procurement.actions import bids, documents
from procurement.bidding import counting_of, faults_of, has_unsubmitted_changes, price_of
from procurement.forms.bids import RemoveFromBid, Revision, SaveBid
from procurement.forms.tenders import AttachFile
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
        form=RemoveFromBid,
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


class WriteBid(ActPage):
    """The draft as one form: saved whole, right or wrong, with files; a colleague's changes are not overwritten unseen."""

    model = Bid
    act = SAVE

    def bound_form(self) -> ActForm:
        """What was typed; or what is kept, with what is wrong with it beside its field."""
        if self.request.method == "POST":
            return super().bound_form()
        kept = SaveBid(record=self.record, user=self.request.user, initial={"more": self.request.GET.get("more", "")})
        kept.show_faults()
        return kept

    def carry_out(self, form: ActForm) -> Any:
        """Save the texts, then each file; one that is refused does not undo the rest."""
        before = asked(self.record.questions(), said_by(self.record))
        bid = super().carry_out(form)
        if sentence := what_is_asked_now(before, bid):
            messages.info(self.request, sentence)
        given = [*form.chosen_files(), *((None, file) for file in form.cleaned_data["attachments"])]  # type: ignore[attr-defined]
        for question, file in given:
            try:
                documents.attach_to_bid(bid.pk, file=file, question=question and question.pk, by=self.request.user)  # type: ignore[arg-type]
            except (ValidationError, Refused) as refusal:
                text = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
                messages.error(self.request, f"{text} Everything else is saved.")
        return bid

    def again(self, form: ActForm, *, status: int, refusal: str | None = None) -> HttpResponse:
        """What was typed; after a colleague's change, to be saved over it once it has been compared."""
        if status == 412:
            del self.record
            form = SaveBid(_with_revision(self.request.POST, self.record.revision), record=self.record, user=self.request.user)
        return super().again(form, status=status, refusal=refusal)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and after a colleague's change what differs from it."""
        context = super().get_context_data(**kwargs)
        form = context["form"]
        return {
            **context,
            "differing": form.differing() if context["refusal"] == bids.CHANGED_MEANWHILE else [],
            "files": list(self.record.attached().filter(question__isnull=True)),
            "is_open": _is_open(self.record, self.at),
        }

    def where_to(self, result: Any) -> str:
        """On to the check, or back to the draft, with more rows in a table if they were asked for."""
        if "check" in self.request.POST:
            return reverse("bid:submit_bid", args=[result.pk])
        href = reverse("bid:save_bid", args=[result.pk])
        table = next((question for question in result.questions() if str(question.pk) == self.request.POST.get("more")), None)
        return f"{href}?more={table.pk}#question-{table.number}" if table else href


def _with_revision(data: Any, revision: int) -> Any:
    changed = data.copy()
    changed["revision"] = str(revision)
    return changed


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
