"""Pages on which a company reads what it is to bear in a consortium, and agrees or declines."""

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
from suppliers.actions import new_members
from suppliers.forms.frameworks import GiveReason
from suppliers.models import ShareConfirmation, SupplierChange
from suppliers.reading_applications import shares_in_words


def _is_open(share: Any, at: Any) -> bool:
    return bool(share.change.status == SupplierChange.Status.TOLD)


ACTS = (
    Act(
        new_members.confirm_share,
        "Confirm",
        "You confirm, for your company, its part in the consortium and its share of liability, once the authority has recorded the members.",
        done="Your company has confirmed its share.",
        when=_is_open,
    ),
    Act(
        new_members.decline_share,
        "Decline",
        "The authority cannot record the new members until every company confirms.",
        form=GiveReason,
        done="Your company has declined, and the consortium has been told why.",
        when=_is_open,
        primary=False,
    ),
)


class SharePage(LoginRequiredMixin, RecordPage):
    """What a company is to bear, beside whom, and what it says."""

    model = ShareConfirmation
    acts = ACTS
    related = ("company", "answered_by", "change__supplier__organisation", "change__authority")
    template_name = "suppliers/share.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The members before and from then on, and the files."""
        change = self.record.change
        return {
            **super().get_context_data(**kwargs),
            "title": "Confirm a share of liability",
            "change": change,
            "files": list(change.files()),
            "before": shares_in_words(change.old_members),
            "shares": list(change.shares.select_related("company")),
            "shown": {self.record.pk},
        }


@login_required
@require_safe
def file(request: HttpRequest, pk: UUID, document_id: UUID) -> FileResponse:
    """A file that the consortium attached, as a download."""
    return intake.serve(get_object_or_404(find_visible(ShareConfirmation, request.user, pk).change.files(), pk=document_id))


urlpatterns = [
    path("<uuid:pk>/", SharePage.as_view(), name="workspace"),
    path("<uuid:pk>/files/<uuid:document_id>/", file, name="file"),
    *act_paths(ShareConfirmation, ACTS),
]
