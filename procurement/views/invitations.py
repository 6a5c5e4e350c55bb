"""Pages of invitations."""

from django.urls import URLPattern, path

from commissioning.pages import RecordPage
from procurement.models import Invitation


class InvitationWorkspace(RecordPage):
    """The supplier's page."""

    model = Invitation
    template_name = "procurement/invitations/workspace.html"


urlpatterns: list[URLPattern] = [path("<uuid:pk>/", InvitationWorkspace.as_view(), name="workspace")]
