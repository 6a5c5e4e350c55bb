"""The questions about a tender and their answers, page by page; who asked is on none of them."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import path

from commissioning.clarification_forms import AnswerClarification
from commissioning.clarification_pages import Clarifications
from commissioning.pages import Act, act_paths
from procurement.actions import clarifications
from procurement.filters import OwnClarificationFilters
from procurement.models import Tender, TenderClarification

ANSWERS_AT = "tenderclarification:answer_clarification"
ACTS = (
    Act(
        clarifications.answer_clarification,
        "Answer the question",
        "Every supplier invited gets the question and your answer at the same moment. Who asked is shown to nobody.",
        button="Answer to all",
        form=AnswerClarification,
        done="The answer has gone to every supplier invited.",
        template="layouts/answer.html",
    ),
)


class TenderClarifications(LoginRequiredMixin, Clarifications):
    """What was asked about one tender."""

    model = TenderClarification
    notice_model = Tender
    answers_at = ANSWERS_AT
    filter_class = OwnClarificationFilters


tender_urlpatterns = [path("<uuid:pk>/clarifications/", TenderClarifications.as_view(), name="clarifications")]
urlpatterns = act_paths(TenderClarification, ACTS)
