"""What the pages share that only the people of the trust that buys may see."""

from functools import cached_property
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from commissioning.models import User
from commissioning.pages import RecordPage
from procurement.models import Tender

# Each evaluator, bid and criterion makes an entry of its own.
EVERYDAY = ("read_submission", "score_bid", "record_consensus")


class BuyersPage(LoginRequiredMixin, RecordPage):
    """A page about a tender for the trust whose tender it is, and for `verb`, if it names one, those who may carry that act out."""

    model = Tender
    verb = ""
    left_out = EVERYDAY

    @cached_property
    def record(self) -> Tender:
        """The tender, if it is the viewer's own trust's; else the same 404 as for nothing."""
        related = ("buyer", "framework_list", "area")
        return get_object_or_404(
            Tender.objects.visible_to(self.request.user).bought_by(self.request.user).select_related(*related), pk=self.kwargs["pk"]
        )

    @cached_property
    def viewer(self) -> User:
        """Who looks."""
        user = self.request.user
        assert isinstance(user, User)  # nobody else gets past the door
        return user

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A stranger gets 404, somebody without the right 403."""
        if request.user.is_authenticated and not self.may():
            raise PermissionDenied("You may not do this.")
        return super().dispatch(request, *args, **kwargs)

    def may(self) -> bool:
        """Whether the viewer has the right that the page asks for."""
        return not self.verb or self.viewer.has_perm(f"procurement.{self.verb}", self.record)
