"""Pages of this floor."""

from django.urls import URLPattern, URLResolver, include, path

from procurement.views import (
    advice,
    answers,
    awards,
    bids,
    challenges,
    clarifications,
    evaluations,
    invitations,
    lots,
    moderation,
    openings,
    rankings,
    receipts,
    tenders,
)

after_the_deadline = [
    *openings.urlpatterns,
    *evaluations.urlpatterns,
    *moderation.urlpatterns,
    *rankings.urlpatterns,
    *answers.urlpatterns,
    *awards.tender_urlpatterns,
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("tenders/", include(([*tenders.urlpatterns, *clarifications.tender_urlpatterns, *after_the_deadline], "tender"))),
    path("advice/", include((advice.urlpatterns, "advice"))),
    path("lots/", include((lots.urlpatterns, "lot"))),
    path("invitations/", include(([*invitations.urlpatterns, *challenges.invitation_urlpatterns], "invitation"))),
    path("clarifications/", include((clarifications.urlpatterns, "tenderclarification"))),
    path("bids/", include((bids.urlpatterns, "bid"))),
    path("outcomes/", include((awards.urlpatterns, "awardnotice"))),
    path("challenges/", include((challenges.urlpatterns, "challenge"))),
    path("receipts/", include((receipts.urlpatterns, "receipt"))),
]
