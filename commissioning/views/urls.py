"""Pages of the ground floor."""

from django.urls import path

from commissioning.views import health, home

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("desk/", home.Desk.as_view(), name="desk"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
