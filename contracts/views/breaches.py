"""Pages of reports of breaches: the commissioner's, the supplier's and the authority's."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_safe

from commissioning import intake
from commissioning.pages import Act, ListPage, OwnPage, RecordPage, act_paths, find_visible
from commissioning.wording import ending_text
from contracts import breach_forms as forms
from contracts.actions import breach_files, breaches
from contracts.breach_waiting import waits_for
from contracts.filters import BreachReportFilters
from contracts.models import BreachReport
from contracts.models.breaches import REPLY_FILE, REPORT_FILE

RELATED = ("contract__buyer", "contract__supplier__organisation", "listing__framework_list", "listing__area")


def tag_of(report: BreachReport, at: Any) -> dict[str, str]:
    """Where it stands at that moment, as a tag."""
    return {"status": report.outcome or report.status, "text": report.phase_at(at)}


DRAFT = Act(
    breaches.draft_breach_report,
    "Report a breach",
    "Only your own people see the draft. You can attach files to it before you report it to the authority.",
    button="Save the draft",
    form=forms.WriteBreachReport,
    done="The draft is saved. It is not reported.",
    when=lambda contract, at: contract.status in breaches.BOUND,
    primary=False,
)
ACTS = (
    Act(
        breaches.report_breach,
        "Report the breach",
        "The authority and the supplier are told. The supplier may reply, and then the authority decides.",
        done="The breach is reported. The supplier and the authority have been told.",
    ),
    Act(
        breaches.reply_to_breach_report,
        "Reply to the report",
        "You can reply once. Attach what you rely on before you reply.",
        button="Send the reply",
        form=forms.ReplyToBreachReport,
        done="Your reply is with the authority and the commissioner.",
        when=BreachReport.awaits_reply,
    ),
    Act(
        breaches.decide_breach_report,
        "Decide the report",
        "A suspension or a removal is carried out at once, and everybody whom it concerns is told.",
        form=forms.DecideBreachReport,
        done="The report is decided, and both sides have been told.",
        when=BreachReport.can_be_decided,
        template="contracts/decide_breach_report.html",
    ),
    Act(breaches.write_breach_report, "Change the draft", button="Save", form=forms.WriteBreachReport, done="The draft is saved.", primary=False),
    Act(
        breach_files.attach_to_breach_report,
        "Attach a file",
        button="Attach",
        form=forms.AttachToBreachReport,
        done="The file is attached.",
        primary=False,
    ),
    Act(
        breach_files.remove_from_breach_report,
        "Remove a file",
        button="Remove",
        form=forms.RemoveBreachFile,
        done="The file is removed.",
        when=lambda report, at: report.files(REPORT_FILE).exists(),
        primary=False,
    ),
    Act(
        breach_files.attach_to_breach_reply,
        "Attach a file to the reply",
        button="Attach",
        form=forms.AttachToBreachReply,
        done="The file is attached. Others read it once you have replied.",
        when=BreachReport.awaits_reply,
        primary=False,
    ),
    Act(
        breach_files.remove_from_breach_reply,
        "Remove a file of the reply",
        button="Remove",
        form=forms.RemoveReplyFile,
        done="The file is removed.",
        when=lambda report, at: report.files(REPLY_FILE).exists(),
        primary=False,
    ),
    Act(
        breaches.withdraw_breach_report,
        "Withdraw the report",
        "Nothing follows from it. The supplier and the authority are told.",
        form=forms.WithdrawBreachReport,
        done="The report is withdrawn, and the supplier and the authority have been told.",
        primary=False,
    ),
)


class BreachReports(OwnPage, ListPage):
    """The reports that the viewer's side made, received, or decides."""

    title = "Breach reports"
    model = BreachReport
    columns = ("Contract", "Commissioner", "Supplier", "Reported", "Where it stands", "Waits for", "By")
    empty = "There is no report of a breach here. A commissioner reports one from the page of the contract."
    filter_class = BreachReportFilters

    def get_queryset(self) -> Any:
        """With the parties."""
        return super().get_queryset().with_parties()

    def row(self, record: Any) -> Any:
        """Contract, parties, moment, phase, and whose step is next by when."""
        waiting = waits_for(record, self.at)
        link = {"text": str(record.contract), "href": record.get_absolute_url()}
        next_step = (waiting.who, ending_text(waiting.by)) if waiting else ("", "")
        return link, str(record.contract.buyer), str(record.supplier), record.reported_at, tag_of(record, self.at), *next_step


class BreachReportPage(RecordPage):
    """The report with its files, the reply with its own, and the decision; each with its moment."""

    model = BreachReport
    acts = ACTS
    related = (*RELATED, "contract__award__lot__tender__framework_list__framework__authority")
    template_name = "contracts/breach_report.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The papers that the viewer may read, the dates, and what it waits for."""
        report = self.record
        files = list(report.files_shown_to(self.request.user))
        return {
            **super().get_context_data(**kwargs),
            "tag": tag_of(report, self.at),
            "report_files": [each for each in files if each.purpose == REPORT_FILE],
            "reply_files": [each for each in files if each.purpose == REPLY_FILE],
            "waiting": waits_for(report, self.at),
            "dates": self.dates(),
        }

    def dates(self) -> list[dict[str, Any]]:
        """The report's moments in the order in which they come, those to come last."""
        report = self.record
        dates = [
            {"title": "Reported", "at": report.reported_at},
            {"title": "Replied", "at": report.replied_at},
            {"title": "Time for a reply ends", "at": report.reply_ends_at, "is_end": True},
            {"title": "Withdrawn", "at": report.withdrawn_at},
            {"title": "Decided", "at": report.decided_at},
        ]
        shown = [date for date in dates if date["at"] or date["title"] != "Withdrawn"]
        return sorted(shown, key=lambda date: (date["at"] is None, date["at"] or self.at))


@login_required
@require_safe
def file(request: HttpRequest, pk: UUID, document_id: UUID) -> FileResponse:
    """A file of the report or of the reply, as a download."""
    report = find_visible(BreachReport, request.user, pk)
    return intake.serve(get_object_or_404(report.files_shown_to(request.user), pk=document_id))


urlpatterns = [
    path("", BreachReports.as_view(), name="index"),
    path("<uuid:pk>/", BreachReportPage.as_view(), name="workspace"),
    path("<uuid:pk>/files/<uuid:document_id>/", file, name="file"),
    *act_paths(BreachReport, ACTS),
]
