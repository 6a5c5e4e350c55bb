"""Pages of this floor."""

from django.urls import URLPattern, URLResolver, include, path

from suppliers.views import (
    agreements,
    appeals,
    applications,
    assessments,
    changes,
    confirmations,
    enquiries,
    firms,
    frameworks,
    imports,
    listings,
    lists,
    offers,
    places,
    rounds,
    shares,
    variations,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("lists/", lists.PublishedLists.as_view(), name="published_lists"),
    path("frameworks/", include((frameworks.urlpatterns, "framework"))),
    path("suppliers/", include((firms.urlpatterns, "supplier"))),
    path("organisation-imports/", include((imports.urlpatterns, "organisationimport"))),
    path("rounds/", include(([*rounds.urlpatterns, *enquiries.round_urlpatterns, *assessments.round_urlpatterns], "admissionround"))),
    path("enquiries/", include((enquiries.urlpatterns, "enquiry"))),
    path("round-clarifications/", include((enquiries.clarification_urlpatterns, "roundclarification"))),
    path("applications/", include(([*applications.urlpatterns, *assessments.application_urlpatterns], "application"))),
    path("confirmations/", include((confirmations.urlpatterns, "memberconfirmation"))),
    path("places/", include((places.urlpatterns, "place"))),
    path("appeals/", include((appeals.urlpatterns, "appeal"))),
    path("further-information/", include((appeals.information_urlpatterns, "furtherinformation"))),
    path("listings/", include((listings.urlpatterns, "listing"))),
    path("offers/", include((offers.urlpatterns, "offer"))),
    path("supplier-changes/", include((changes.urlpatterns, "supplierchange"))),
    path("shares/", include((shares.urlpatterns, "shareconfirmation"))),
    path("agreements/", include((agreements.urlpatterns, "frameworkagreement"))),
    path("variations/", include((variations.urlpatterns, "frameworkvariation"))),
    path("variation-answers/", include((variations.answer_urlpatterns, "variationanswer"))),
    path("early-releases/", include((listings.release_urlpatterns, "earlyrelease"))),
]
