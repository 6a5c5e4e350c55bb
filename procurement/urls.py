"""Pages of this floor."""

from django.urls import URLPattern, URLResolver, include, path

from procurement.views import bids, invitations, lots, receipts, tenders

urlpatterns: list[URLPattern | URLResolver] = [
    path("tenders/", include((tenders.urlpatterns, "tender"))),
    path("lots/", include((lots.urlpatterns, "lot"))),
    path("invitations/", include((invitations.urlpatterns, "invitation"))),
    path("bids/", include((bids.urlpatterns, "bid"))),
    path("receipts/", include((receipts.urlpatterns, "receipt"))),
]
