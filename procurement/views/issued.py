"""An issued tender, up to the opening of bids: whom it went to, what they ask, its deadline; and nothing of who bids."""

from datetime import datetime
from typing import Any

from commissioning.clarification_pages import AT_ONCE, route_to_answer
from commissioning.models import User
from commissioning.pages import Act
from procurement.actions import extensions
from procurement.forms.tenders import ExtendDeadline, ProposeExtension
from procurement.models import Tender, TenderClarification
from procurement.views import notices, openers
from procurement.views.clarifications import ANSWERS_AT

ACTS = (
    Act(
        extensions.propose_extension,
        "Propose a later deadline",
        "A second person sets it. Nothing moves before that.",
        button="Propose",
        form=ProposeExtension,
        done="The later deadline waits for a second person to set it.",
        primary=False,
        template="procurement/tenders/propose_extension.html",
    ),
    Act(
        extensions.extend_deadline,
        "Set the later deadline",
        "Every supplier that was invited is told at the same moment. You cannot set what you proposed.",
        button="Set it",
        form=ExtendDeadline,
        done="The deadline is later, and every supplier invited has been told.",
        when=lambda tender, at: tender.extensions.waiting().exists(),
        template="procurement/tenders/extend.html",
    ),
)


def context(tender: Tender, user: User, at: datetime) -> dict[str, Any]:
    """The notice, those who were invited, the questions, and a later deadline that waits."""
    asked = TenderClarification.objects.visible_to(user).of(tender).waiting_first()
    return {
        **notices.context(tender, user, at),
        **openers.context(tender),
        "invitations": list(
            tender.invitations.select_related("supplier__organisation")
            .prefetch_related("supplier__changes")
            .order_by("supplier__organisation__name", "pk")
        ),
        "clarifications": list(asked[:AT_ONCE]),
        "waiting_extension": tender.extensions.waiting().select_related("proposed_by").first(),
        "confirmed": list(tender.opening_confirmations.counting(tender, at)),
        "answer_route": route_to_answer(ANSWERS_AT, tender, user, at),
        "may_write": user.has_perm("procurement.attach_document", tender) and tender.is_receiving(at),
    }
