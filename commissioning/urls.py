"""The switchboard: which application answers which address. It names the floors, and imports none of them."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("commissioning.views.urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("suppliers.urls")),
    path("", include("procurement.urls")),
    path("", include("contracts.urls")),
    path("api/v1/", include("commissioning.api_urls")),
    path("api/v1/", include("suppliers.api")),
    path("api/v1/", include("procurement.api")),
    path("api/v1/", include("contracts.api")),
]
handler400 = "commissioning.views.errors.bad_request"
handler403 = "commissioning.views.errors.forbidden"
handler404 = "commissioning.views.errors.not_found"
handler429 = "commissioning.views.errors.too_many"
handler500 = "commissioning.views.errors.server_error"
