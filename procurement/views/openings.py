"""The page where bids are opened, and the record of their opening."""

from typing import Any

from django.urls import path
from django.utils.dateparse import parse_datetime

from commissioning.pages import Act
from procurement.actions.openings import confirm_opening
from procurement.views.buyers import BuyersPage

ACTS = (
    Act(
        confirm_opening,
        title="Confirm that the bids be opened",
        intro="All bids are opened at once when a second opener confirms within 30 minutes of you. It is recorded in your name.",
        button="Confirm",
        done="Your confirmation is recorded.",
        when=lambda tender, at: tender.is_closed_unopened(at),
        unless=lambda tender, user, at: tender.opening_confirmations.counting(tender, at).filter(opener=user).exists(),
        template="procurement/openings/confirm.html",
    ),
)


class OpeningPage(BuyersPage):
    """Who has confirmed and until when it counts; and once the bids are opened, the record of it."""

    template_name = "procurement/openings/opening.html"
    acts = ACTS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The confirmations and the record."""
        tender = self.record
        opening = getattr(tender, "opening", None)
        confirmations = tender.opening_confirmations.select_related("opener").order_by("-confirmed_at")
        return {
            **super().get_context_data(**kwargs),
            "title": f"Opening of bids: {tender}",
            "openers": list(tender.openers.order_by("name", "pk")),
            "confirmations": [(confirmation, confirmation.is_valid(self.at)) for confirmation in confirmations],
            "opening": opening,
            "bids": [{**bid, "received_at": parse_datetime(bid["received_at"])} for bid in (opening.bids if opening else ())],
        }


urlpatterns = [path("<uuid:pk>/opening/", OpeningPage.as_view(), name="opening")]
