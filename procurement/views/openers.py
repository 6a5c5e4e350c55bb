"""Who opens a tender's bids: shown with the tender, and changed by two people."""

from typing import Any

from commissioning.pages import Act
from procurement.actions import openers
from procurement.forms.openers import ConfirmOpeners, ProposeOpeners
from procurement.models import Tender

ACTS = (
    Act(
        openers.propose_openers,
        "Propose other openers",
        "A second person confirms them, who is none of them. You cannot name yourself. Until then the openers stay who they are.",
        button="Propose",
        form=ProposeOpeners,
        done="The openers wait for a second person to confirm them.",
        primary=False,
    ),
    Act(
        openers.confirm_openers,
        "Confirm the openers",
        "From then on they, and nobody else, can open the bids. You cannot confirm what you proposed, or yourself.",
        button="Confirm",
        form=ConfirmOpeners,
        done="The openers have changed, and have been told.",
        when=lambda tender, at: tender.changes_of_openers.waiting().exists(),
        template="procurement/openings/confirm_openers.html",
    ),
)


def context(tender: Tender) -> dict[str, Any]:
    """Those who may open the bids, and others who are proposed, in three queries."""
    waiting = tender.changes_of_openers.waiting().select_related("proposed_by").prefetch_related("openers")
    return {"openers": list(tender.openers.order_by("name", "pk")), "waiting_openers": waiting.first()}
