"""The API's own description, and the ground's part of it."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from commissioning.api_ground import Me, router

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("me/", Me.as_view(), name="api-me"),
    *router.urls,
]
