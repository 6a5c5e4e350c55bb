"""Pages of listings and early releases."""

from typing import Any

from django.urls import path

from commissioning.pages import Act, ListPage, OwnPage, RecordPage, act_paths
from suppliers.actions import listings, successions
from suppliers.forms.firms import PassToSuccessor, SuspendListing
from suppliers.forms.frameworks import GiveReason
from suppliers.models import EarlyRelease, Listing, Offer
from suppliers.views.offers import PROPOSE

ACTS = (
    Act(
        listings.suspend_listing,
        "Suspend the listing",
        "The supplier is not asked until the moment that you choose, and returns to the list then.",
        form=SuspendListing,
        done="The listing is suspended, and the supplier has been told.",
        when=lambda listing, at: not listing.has_ended(at) and listing.suspension_at(at) is None,
    ),
    Act(
        listings.reinstate_listing,
        "Lift the suspension",
        form=GiveReason,
        done="The suspension is lifted, and the supplier has been told.",
        when=lambda listing, at: not listing.has_ended(at) and listing.suspension_at(at) is not None,
    ),
    Act(
        listings.end_listing,
        "End the listing",
        "The supplier is taken off this list for this area for good, and the buyers whose tenders and contracts it concerns are told.",
        form=GiveReason,
        done="The listing has ended, and the supplier has been told.",
        when=lambda listing, at: not listing.has_ended(at),
        primary=False,
    ),
    Act(
        successions.pass_to_successor,
        "Pass the listing to the successor",
        "The successor of the supplier’s organisation stands on this list for this area from now, in its place. Invitations, bids and contracts "
        "stay as they are. Both are told, and so are the buyers whose tenders and contracts it concerns.",
        form=PassToSuccessor,
        done="The listing has passed to the successor. Both have been told.",
        when=lambda listing, at: not listing.has_ended(at) and listing.supplier.organisation.successors.exists(),
        primary=False,
    ),
    PROPOSE,
    Act(
        listings.leave_list,
        "Leave the list",
        "You are taken off this list for this area for good. Invitations, bids and contracts that you have stand. "
        "The authority is told, with your reason, and so are the buyers whose tenders and contracts it concerns, without it.",
        form=GiveReason,
        done="You have left the list. The authority and the buyers whom it concerns have been told.",
        when=lambda listing, at: not listing.has_ended(at),
        primary=False,
    ),
)


RELATED = (
    "supplier__organisation",
    "framework_list__framework",
    "area",
    "succeeds__supplier__organisation",
    "succeeded_by__supplier__organisation",
)


class ListingPage(RecordPage):
    """A supplier's place on a list, and what has become of it."""

    model = Listing
    acts = ACTS
    related = RELATED
    template_name = "suppliers/listing.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What it offers, its suspensions, and the one in force."""
        shows_reasons = self.record.shows_reasons_to(self.request.user)
        offers = Offer.objects.visible_to(self.request.user).filter(listing=self.record).select_related("listing")
        return {
            **super().get_context_data(**kwargs),
            "offer": offers.shown(self.at).first(),
            "offers": list(offers[:100]) if shows_reasons else [],
            "suspensions": list(self.record.suspensions.all()[:50]),
            "suspension": self.record.suspension_at(self.at),
            "awaits_agreement": not self.record.has_ended(self.at) and self.record.waits_for_agreement(),
            "has_ended": self.record.has_ended(self.at),
            "shows_reasons": shows_reasons,
        }


class EarlyReleases(OwnPage, ListPage):
    """Early releases that the viewer's commissioner has, or the viewer's authority granted."""

    title = "Early releases"
    model = EarlyRelease
    order = "granted_at"
    columns = ("Buyer", "List", "Area", "Granted", "Holds until", "In force")
    empty = "No early release has been granted."

    def get_queryset(self) -> Any:
        """With buyer, list and area."""
        return super().get_queryset().select_related("buyer", "framework_list", "area")

    def row(self, record: Any) -> Any:
        """Buyer, list, area, moments."""
        link = {"text": str(record.buyer), "href": record.get_absolute_url()}
        return link, str(record.framework_list), str(record.area), record.granted_at, record.expires_at, record.is_in_force(self.at)


class EarlyReleasePage(RecordPage):
    """Who may ask whom before publication."""

    model = EarlyRelease
    related = ("buyer", "framework", "framework_list", "area", "granted_by")
    template_name = "suppliers/early_release.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The suppliers that it names."""
        return {**super().get_context_data(**kwargs), "suppliers": list(self.record.suppliers.select_related("organisation"))}


urlpatterns = [path("<uuid:pk>/", ListingPage.as_view(), name="workspace"), *act_paths(Listing, ACTS)]
release_urlpatterns = [path("", EarlyReleases.as_view(), name="index"), path("<uuid:pk>/", EarlyReleasePage.as_view(), name="workspace")]
