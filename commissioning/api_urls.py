"""The API's own description, and the ground's part of it."""

from django.urls import path

from commissioning.api_ground import Me, router
from commissioning.api_reference import Description

urlpatterns = [
    path("schema/", Description.as_view(), name="api-schema"),
    path("me/", Me.as_view(), name="api-me"),
    *router.urls,
]
