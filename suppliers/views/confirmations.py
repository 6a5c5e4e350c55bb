"""Pages on which a member of a consortium reads what it is asked to confirm, and answers."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_safe

from commissioning import intake
from commissioning.pages import Act, RecordPage, act_paths, find_visible
from suppliers.actions import confirmations
from suppliers.consortium import latest_request
from suppliers.forms.frameworks import GiveReason
from suppliers.models import MemberConfirmation
from suppliers.reading_applications import content_in_full


def _is_open(confirmation: Any, at: Any) -> bool:
    request = confirmation.request
    return request.application.round.is_receiving(at) and request == latest_request(request.application)


ACTS = (
    Act(
        confirmations.confirm_application,
        "Confirm",
        "You confirm, for your company, what the consortium is about to submit, with your company’s share of liability. If any of it changes, "
        "you are asked again.",
        done="Your company has confirmed the application.",
        when=_is_open,
    ),
    Act(
        confirmations.decline_application,
        "Decline",
        "The consortium cannot submit this until every member confirms it.",
        form=GiveReason,
        done="Your company has declined, and the consortium has been told why.",
        when=_is_open,
        primary=False,
    ),
)


class ConfirmationPage(LoginRequiredMixin, RecordPage):
    """What a member is asked to confirm, in full, and what it says."""

    model = MemberConfirmation
    acts = ACTS
    related = ("company", "answered_by", "request__application__round__questionnaire", "request__application__supplier__organisation")
    template_name = "suppliers/applications/confirmation.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The content as the member was asked about it."""
        request = self.record.request
        return {
            **super().get_context_data(**kwargs),
            "title": "Confirm the application",
            "application": request.application,
            "is_current": request == latest_request(request.application) and request.content is not None,
            **content_in_full(request.application, request.content),
        }


@login_required
@require_safe
def file(request: HttpRequest, pk: UUID, document_id: UUID) -> FileResponse:
    """A file of what is to be confirmed, as a download."""
    confirmation = find_visible(MemberConfirmation, request.user, pk)
    return intake.serve(get_object_or_404(confirmation.documents(), pk=document_id))


urlpatterns = [
    path("<uuid:pk>/", ConfirmationPage.as_view(), name="workspace"),
    path("<uuid:pk>/files/<uuid:document_id>/", file, name="file"),
    *act_paths(MemberConfirmation, ACTS),
]
