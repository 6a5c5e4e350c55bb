"""The questions about a tender and their answers, page by page; who asked is on none of them."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import path

from commissioning.pages import Act, ListPage, act_paths, find_visible
from procurement.actions import clarifications
from procurement.filters import OwnClarificationFilters
from procurement.forms.tenders import AnswerClarification
from procurement.models import Tender, TenderClarification

# So many stand on the page of the tender itself.
AT_ONCE = 25
ACTS = (
    Act(
        clarifications.answer_clarification,
        "Answer the question",
        "Every supplier invited gets the question and your answer at the same moment. Who asked is shown to nobody.",
        button="Answer to all",
        form=AnswerClarification,
        done="The answer has gone to every supplier invited.",
        template="procurement/tenders/answer.html",
    ),
)


def may_answer(tender: Tender, user: Any, at: datetime) -> bool:
    """Whether the viewer could answer a question now."""
    return user.has_perm("procurement.answer_clarification", tender) and tender.is_receiving(at)


class Clarifications(LoginRequiredMixin, ListPage):
    """What was asked about one tender, the latest first, as far as the viewer may know of it."""

    title = "Questions and answers"
    model = TenderClarification
    template_name = "procurement/tenders/clarifications.html"
    empty = "There is no question here."
    filter_class = OwnClarificationFilters

    @cached_property
    def tender(self) -> Tender:
        """The tender, if the viewer may see it."""
        found: Tender = find_visible(Tender, self.request.user, self.kwargs["pk"])
        return found

    def get_queryset(self) -> Any:
        """Those about it."""
        return super().get_queryset().of(self.tender)

    def row(self, record: TenderClarification) -> Any:
        """None: each is shown in full."""
        return ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The questions, and whether the viewer may answer."""
        asks = may_answer(self.tender, self.request.user, self.at)
        return {**super().get_context_data(**kwargs), "tender": self.tender, "may_answer": asks}


tender_urlpatterns = [path("<uuid:pk>/clarifications/", Clarifications.as_view(), name="clarifications")]
urlpatterns = act_paths(TenderClarification, ACTS)
