"""Questions about a round: a supplier's own, and the answers that everybody reads; who asked is on none of the common pages."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import path

from commissioning.clarification_forms import AnswerClarification
from commissioning.clarification_pages import AT_ONCE, Clarifications
from commissioning.pages import Act, RecordPage, act_paths
from suppliers.actions import enquiries
from suppliers.filters import OwnRoundClarificationFilters
from suppliers.forms.admissions import Enquire, EnquireFurther
from suppliers.models import AdmissionRound, Enquiry, RoundClarification

ANSWERS_AT = "roundclarification:answer_enquiry"
_TO_ALL = "The answer goes to every supplier, and everybody can read it. Nobody is shown who asked, not even whoever answers."
ENQUIRE = Act(
    enquiries.enquire,
    "Ask a question",
    _TO_ALL,
    button="Ask",
    form=Enquire,
    done="Your question is asked. You get a letter when it is answered.",
    when=lambda round_, at: round_.takes_questions(at),
    primary=False,
)
ACTS = (
    Act(
        enquiries.enquire_further,
        "Ask another question",
        _TO_ALL,
        button="Ask",
        form=EnquireFurther,
        done="Your question is asked. You get a letter when it is answered.",
        when=lambda enquiry, at: enquiry.round.takes_questions(at),
    ),
)
ANSWERS = (
    Act(
        enquiries.answer_enquiry,
        "Answer the question",
        "Every supplier gets the question and your answer at the same moment. Who asked is shown to nobody.",
        button="Answer to all",
        form=AnswerClarification,
        done="The answer has gone to every supplier.",
        template="layouts/answer.html",
    ),
)


class EnquiryPage(LoginRequiredMixin, RecordPage):
    """What one supplier asked about a round; its own people alone see it."""

    model = Enquiry
    acts = ACTS
    related = ("round__framework", "supplier__organisation")
    template_name = "suppliers/enquiry.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its own questions, those that wait first."""
        enquiry = self.record
        own = RoundClarification.objects.visible_to(self.request.user).of(enquiry.round).asked_by(enquiry.supplier.organisation_id)
        return {**super().get_context_data(**kwargs), "title": "Your questions", "clarifications": list(own.waiting_first()[:AT_ONCE])}


class RoundClarifications(Clarifications):
    """What was asked about one round."""

    model = RoundClarification
    notice_model = AdmissionRound
    answers_at = ANSWERS_AT
    filter_class = OwnRoundClarificationFilters


urlpatterns = [path("<uuid:pk>/", EnquiryPage.as_view(), name="workspace"), *act_paths(Enquiry, ACTS)]
round_urlpatterns = [path("<uuid:pk>/clarifications/", RoundClarifications.as_view(), name="clarifications")]
clarification_urlpatterns = act_paths(RoundClarification, ANSWERS)
