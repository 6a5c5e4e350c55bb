"""Pages of tenders."""

from django.urls import URLPattern, path

from commissioning.pages import act_paths
from procurement.models import Tender
from procurement.views.notices import Notice
from procurement.views.workspace import ACTS, TenderWorkspace

urlpatterns: list[URLPattern] = [
    path("<uuid:pk>/", TenderWorkspace.as_view(), name="workspace"),
    path("<uuid:pk>/notice/", Notice.as_view(), name="notice"),
    *act_paths(Tender, ACTS),
]
