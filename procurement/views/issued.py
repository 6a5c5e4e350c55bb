"""An issued tender, up to the opening of bids: whom it went to, what they ask, its deadline; and nothing of who bids."""

from datetime import datetime
from typing import Any

from commissioning.models import User
from commissioning.pages import Act, act_paths
from procurement.actions import clarifications, extensions
from procurement.forms.tenders import AnswerClarification, ProposeExtension
from procurement.models import Tender, TenderClarification
from procurement.views import notices

ACTS = (
    Act(
        extensions.propose_extension,
        "Propose a later deadline",
        "A second person sets it. Nothing moves before that.",
        button="Propose",
        form=ProposeExtension,
        done="The later deadline waits for a second person to set it.",
        primary=False,
    ),
    Act(
        extensions.extend_deadline,
        "Set the later deadline",
        "Every supplier that was invited is told at the same moment. You cannot set what you proposed.",
        button="Set it",
        done="The deadline is later, and every supplier invited has been told.",
        when=lambda tender, at: tender.extensions.waiting().exists(),
        template="procurement/tenders/extend.html",
    ),
)
CLARIFICATION_ACTS = (
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


def context(tender: Tender, user: User, at: datetime) -> dict[str, Any]:
    """The notice, those who were invited, the questions, and a later deadline that waits."""
    asked = TenderClarification.objects.visible_to(user).of(tender)
    return {
        **notices.context(tender, user, at),
        "invitations": list(tender.invitations.select_related("supplier__organisation").order_by("supplier__organisation__name", "pk")),
        "clarifications": list(asked),
        "waiting_extension": tender.extensions.waiting().select_related("proposed_by").first(),
        "confirmed": list(tender.opening_confirmations.valid(at).select_related("opener")),
        "may_answer": user.has_perm("procurement.answer_clarification", tender) and tender.is_receiving(at),
        "may_write": user.has_perm("procurement.attach_document", tender) and tender.is_receiving(at),
    }


clarification_urlpatterns = act_paths(TenderClarification, CLARIFICATION_ACTS)
