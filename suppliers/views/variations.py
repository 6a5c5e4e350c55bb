"""Pages of variations: what changes, who has accepted it, and a supplier's own answer."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_safe

from commissioning.pages import Act, ListPage, RecordPage, act_paths, find_visible
from commissioning.spreadsheets import csv_response
from suppliers.actions import variations
from suppliers.forms.frameworks import GiveReason
from suppliers.forms.variations import IssueVariation
from suppliers.models import FrameworkVariation, VariationAnswer

BY_NAME = "agreement__supplier__organisation__name"
HEADINGS = ("Supplier", "Answer", "Answered", "Reason")
ISSUE = Act(
    variations.issue_variation,
    "Issue a variation of the terms",
    "Each supplier whose agreement is countersigned is asked to accept it. Whoever signs the terms later signs them as varied.",
    button="Issue it now",
    form=IssueVariation,
    done="The variation is issued, and the suppliers have been told.",
    when=lambda framework, at: bool(framework.agreement_terms) and framework.is_in_force(at),
    primary=False,
)
ACTS = (
    Act(
        variations.withdraw_variation,
        "Withdraw the variation",
        "It binds nobody from then on, whoever has accepted it. The suppliers read the reason.",
        form=GiveReason,
        done="The variation is withdrawn, and the suppliers have been told.",
        primary=False,
    ),
)
ANSWERS = (
    Act(
        variations.accept_variation,
        "Accept the variation",
        "Your company’s agreement is changed so from now on.",
        done="Your company has accepted the variation.",
        when=lambda answer, at: answer.is_open_at(at),
    ),
    Act(
        variations.decline_variation,
        "Decline the variation",
        "Your company stays bound by the terms as they are for it now. The authority reads the reason, and decides what follows.",
        form=GiveReason,
        done="Your company has declined, and the authority has been told why.",
        when=lambda answer, at: answer.is_open_at(at),
        primary=False,
    ),
)


def answers_to(variation: FrameworkVariation, user: Any) -> Any:
    """The answers that the viewer may see, by supplier."""
    found = VariationAnswer.objects.visible_to(user).filter(variation=variation).select_related("agreement__supplier__organisation")
    return found.order_by(BY_NAME, "pk")


class VariationPage(LoginRequiredMixin, RecordPage, ListPage):
    """What changes and why; to the authority all answers, a page at a time, to a supplier its own."""

    model = FrameworkVariation
    acts = ACTS
    related = ("framework",)
    template_name = "suppliers/agreements/variation.html"
    order = BY_NAME
    ascending = True
    page_size = 100
    columns = HEADINGS
    empty = "Nobody has been asked yet, and nobody has signed it."

    def get_queryset(self) -> Any:
        """The answers."""
        return answers_to(self.record, self.request.user)

    def row(self, record: Any) -> Any:
        """Supplier, answer, moment, reason."""
        status = {"status": record.status, "text": record.get_status_display()}
        return {"text": str(record.supplier), "href": record.get_absolute_url()}, status, record.answered_at, record.reason

    def trail(self) -> list[Any]:
        """Nothing of it here: the framework's page has its trail."""
        return []


class AnswerPage(LoginRequiredMixin, RecordPage):
    """What a supplier is asked to accept, and what it says."""

    model = VariationAnswer
    acts = ANSWERS
    related = ("variation__framework", "agreement__supplier__organisation", "answered_by")
    template_name = "suppliers/agreements/answer.html"


@login_required
@require_safe
def answers_csv(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Who has accepted, declined, or not answered, as a table: the answers that the viewer may see, as on the page."""
    variation = find_visible(FrameworkVariation, request.user, pk, ["framework"])
    rows = ((str(each.supplier), each.get_status_display(), each.answered_at, each.reason) for each in answers_to(variation, request.user))
    return csv_response(f"variation-{variation.number}-answers", HEADINGS, rows)


urlpatterns = [
    path("<uuid:pk>/", VariationPage.as_view(), name="workspace"),
    path("<uuid:pk>/answers.csv", answers_csv, name="answers"),
    *act_paths(FrameworkVariation, ACTS),
]
answer_urlpatterns = [path("<uuid:pk>/", AnswerPage.as_view(), name="workspace"), *act_paths(VariationAnswer, ANSWERS)]
