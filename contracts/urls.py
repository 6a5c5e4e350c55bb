"""Pages of this floor."""

from django.urls import URLPattern, URLResolver, include, path

from contracts.views import breaches, contracts

urlpatterns: list[URLPattern | URLResolver] = [
    path("contracts/", include((contracts.urlpatterns, "contract"))),
    path("breach-reports/", include((breaches.urlpatterns, "breachreport"))),
    path("functions/", contracts.own_arrangements, name="own_arrangements"),
]
