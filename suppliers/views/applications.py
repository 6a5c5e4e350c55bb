"""Pages of applications: a supplier's own, and those that the authority decides on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import FileResponse, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_safe

from commissioning import intake, proof
from commissioning.draft_forms import AttachFile, RemoveFile, Revision
from commissioning.draft_pages import WriteDraft
from commissioning.pages import Act, ActPage, ListPage, OwnPage, RecordPage, act_paths, find_visible
from suppliers.actions import application_files, applications, confirmations
from suppliers.applying import faults_of, has_unsent_changes, members_are_asked
from suppliers.assessment_state import is_assessed
from suppliers.filters import ApplicationFilters
from suppliers.forms.admissions import MaybeReason
from suppliers.forms.applications import SaveApplication
from suppliers.models import Appeal, Application, MemberConfirmation
from suppliers.reading_applications import content_in_full, draft_in_full
from suppliers.waiting import may_be_contested_until


def _is_receiving(application: Any, at: Any) -> bool:
    return application.round.is_receiving(at)


SAVE = Act(
    applications.save_application,
    "Write the application",
    button="Save the draft",
    form=SaveApplication,
    done="The draft is saved. It is not submitted.",
    when=_is_receiving,
    template="suppliers/applications/write.html",
)
SUBMIT = Act(
    applications.submit_application,
    "Submit the application",
    button="Submit the application",
    form=Revision,
    done="The application is received. Your receipt is below.",
    when=_is_receiving,
    template="suppliers/applications/submit.html",
)
ACTS = (
    Act(
        confirmations.ask_members,
        "Ask the members to confirm",
        "Each member of the consortium reads the draft as it is saved now, with its share of liability, and confirms or declines it. "
        "If the draft changes, they are asked again.",
        form=Revision,
        done="The members are asked.",
        when=lambda application, at: application.supplier.is_consortium and _is_receiving(application, at) and not members_are_asked(application),
    ),
    Act(
        applications.withdraw_application,
        "Withdraw the application",
        "Nothing is decided on it. Its statement, answers and files are removed from this service for good, in every version. That there was "
        "an application stays on record, with its hash. Until the deadline you can write and submit another.",
        form=MaybeReason,
        done="The application is withdrawn, and its content is removed.",
        when=lambda application, at: application.round.status == application.round.Status.OPEN,
        primary=False,
    ),
    Act(
        application_files.attach_to_application,
        "Attach a file",
        button="Attach",
        form=AttachFile,
        done="The file is attached.",
        when=_is_receiving,
        primary=False,
    ),
    Act(
        application_files.remove_from_application,
        "Remove a file",
        button="Remove",
        form=RemoveFile,
        done="The file is removed from the draft.",
        when=lambda application, at: _is_receiving(application, at) and application.attached().exists(),
        primary=False,
    ),
)


class Applications(OwnPage, ListPage):
    """The viewer's own applications, or for the authority those that it received."""

    title = "Applications"
    model = Application
    columns = ("Supplier", "Round", "Status", "Received", "Deadline")
    empty = "There is no application here. A supplier begins one from an admission round that is open."
    filter_class = ApplicationFilters

    def get_queryset(self) -> Any:
        """With supplier and round."""
        return super().get_queryset().select_related("supplier__organisation", "round")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A heading that says whose they are."""
        title = "Your applications" if self.request.user.has_perm("suppliers.apply") else self.title
        return {**super().get_context_data(**kwargs), "title": title}

    def row(self, record: Any) -> Any:
        """Supplier, round, status, moment of receipt, deadline."""
        link = {"text": str(record.supplier), "href": record.get_absolute_url()}
        status = {"status": record.status, "text": record.get_status_display()}
        return link, str(record.round), status, record.submitted_at, record.round.closes_at


class ApplicationPage(RecordPage):
    """What was received and decided; to the supplier also its draft."""

    model = Application
    acts = (SAVE, SUBMIT, *ACTS)
    related = ("round__framework__authority", "round__questionnaire", "supplier__organisation", "saved_by")
    template_name = "suppliers/applications/workspace.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The draft for its own people, the versions received, and the places with their decisions."""
        user: Any = self.request.user
        application = self.record
        is_own = application.supplier.organisation_id in user.organisations
        received, places = application.received(), self.places()
        is_receiving = application.round.is_receiving(self.at)
        shows_draft = is_own and (is_receiving or application.status == Application.Status.DRAFT)
        return {
            **super().get_context_data(**kwargs),
            "title": str(application.supplier),
            "is_own": is_own,
            "is_receiving": is_receiving,
            "shows_draft": shows_draft,
            "versions": list(application.versions.select_related("submitted_by")[:50]),
            "received": received,
            "faults": faults_of(application) if is_own else [],
            "confirmations": self.confirmations() if is_own else [],
            "is_changed": is_own and has_unsent_changes(application),
            **(draft_in_full(application) if shows_draft else content_in_full(application, received and received.content)),
            "places": places,
            "shows_assessment": application.round.decisions_are_shown_to(user) and is_assessed(application.round),
            "shows_decisions": application.round.decisions_are_shown_to(user),
            "may_decide": user.has_perm("suppliers.decide_place", application.round) and application.round.is_being_decided(self.at),
            "may_appeal": {place.pk: self.may_appeal_until(place) for place in places},
        }

    def confirmations(self) -> list[MemberConfirmation]:
        """What each member says, when the members were last asked."""
        said = MemberConfirmation.objects.visible_to(self.request.user).filter(request__application=self.record)
        return list(said.last_asked().select_related("company", "request", "answered_by"))

    def places(self) -> list[Any]:
        """The places with the appeals that the viewer may see, and what came of them."""
        appeals = Appeal.objects.visible_to(self.request.user).select_related("place", "against", "fresh_decision").order_by("created_at")
        places = self.record.places.select_related("application__round__framework", "application__supplier", "framework_list", "area", "listing")
        return list(places.prefetch_related("services", Prefetch("appeals", appeals, to_attr="appeals_shown")))

    def may_appeal_until(self, place: Any) -> datetime | None:
        """The end of the window in which the viewer may begin an appeal now; None if there is none."""
        if not self.request.user.has_perm("suppliers.draft_appeal", place):
            return None
        return may_be_contested_until(place, place.appeals_shown, self.at)


class WriteApplication(WriteDraft):
    """The draft of an application."""

    model = Application
    act = SAVE
    attach = application_files.attach_to_application
    check = "submit_application"


class SubmitApplication(ActPage):
    """The application as it will be submitted, to be read once more; or what is missing from it."""

    model = Application
    act = SUBMIT

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The application in full and what is wrong with it."""
        return {
            **super().get_context_data(**kwargs),
            **draft_in_full(self.record),
            "faults": faults_of(self.record),
            "received": self.record.received(),
            "is_receiving": _is_receiving(self.record, self.at),
        }


@login_required
@require_safe
def receipt(request: HttpRequest, pk: UUID, number: int) -> JsonResponse:
    """The signed receipt of one version, as a file that can be checked offline."""
    application = find_visible(Application, request.user, pk)
    version = get_object_or_404(application.versions, number=number)
    disposition = f'attachment; filename="application-receipt-version-{number}.json"'
    content = proof.receipt_file(version.receipt, version.signature)
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2}, headers={"Content-Disposition": disposition})


@login_required
@require_safe
def file(request: HttpRequest, pk: UUID, document_id: UUID) -> FileResponse:
    """A file of an application, as a download."""
    application = find_visible(Application, request.user, pk)
    return intake.serve(get_object_or_404(application.files_shown_to(request.user), pk=document_id))


urlpatterns = [
    path("", Applications.as_view(), name="index"),
    path("<uuid:pk>/", ApplicationPage.as_view(), name="workspace"),
    path("<uuid:pk>/receipts/<int:number>.json", receipt, name="receipt"),
    path("<uuid:pk>/files/<uuid:document_id>/", file, name="file"),
    path("<uuid:pk>/save-application/", WriteApplication.as_view(), name="save_application"),
    path("<uuid:pk>/submit-application/", SubmitApplication.as_view(), name="submit_application"),
    *act_paths(Application, ACTS),
]
