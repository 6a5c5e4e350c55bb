"""Pages of what suppliers offer with their listings."""

from datetime import datetime
from typing import Any

from django.urls import path

from commissioning.pages import Act, RecordPage, act_paths
from suppliers.actions import offers
from suppliers.forms.offers import ProposeOffer, RestoreOffer, ReturnOffer
from suppliers.models import Offer
from suppliers.text_differences import differences

PROPOSE = Act(
    offers.propose_offer,
    "Say what you offer",
    "The authority reads it first. Until it has approved it, everybody reads what the listing says now.",
    button="Propose it",
    form=ProposeOffer,
    done="It is proposed, and the authority has been told.",
    when=lambda listing, at: not listing.has_ended(at),
    primary=False,
)


def _listing_stands(offer: Any, at: datetime) -> bool:
    return not offer.listing.has_ended(at)


ACTS = (
    Act(
        offers.approve_offer,
        "Approve it",
        "Everybody reads it from now on, in place of what the listing says.",
        button="Approve",
        done="It is approved, and the supplier has been told.",
        when=_listing_stands,
    ),
    Act(
        offers.return_offer,
        "Return it",
        "What the listing says now stays.",
        button="Return it",
        form=ReturnOffer,
        done="It is returned, and the supplier has been told why.",
        when=_listing_stands,
        primary=False,
    ),
    Act(
        offers.restore_offer,
        "Take this text up again",
        "It becomes the next revision: proposed, if you act for the supplier; approved at once, if the authority puts it back.",
        button="Take it up again",
        form=RestoreOffer,
        done="The text is taken up again as the next revision.",
        when=_listing_stands,
        primary=False,
    ),
)


class OfferPage(RecordPage):
    """One revision; to the supplier and the authority with what it changed, and what became of it."""

    model = Offer
    acts = ACTS
    related = ("listing__supplier__organisation", "listing__framework_list__framework", "listing__area", "restores", "proposed_by", "decided_by")
    template_name = "suppliers/offer.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The revision before it, with the differences, and the others."""
        offer = self.record
        is_inside = offer.listing.shows_reasons_to(self.request.user)
        revisions = (
            list(Offer.objects.visible_to(self.request.user).filter(listing=offer.listing).select_related("listing")[:100]) if is_inside else []
        )
        before = next((each for each in revisions if each.number == offer.number - 1), None)
        return {
            **super().get_context_data(**kwargs),
            "is_inside": is_inside,
            "revisions": revisions,
            "before": before,
            "pieces": differences(before.text, offer.text) if before else [],
        }

    def trail(self) -> list[Any]:
        """Nothing of it here: the framework's page has its trail."""
        return []


urlpatterns = [path("<uuid:pk>/", OfferPage.as_view(), name="workspace"), *act_paths(Offer, ACTS)]
