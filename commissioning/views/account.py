"""One's own account, and people's pages."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from commissioning import calendars
from commissioning.actions import accounts
from commissioning.forms import GiveReason, RenamePerson
from commissioning.models import Membership, User
from commissioning.pages import Act, OwnPage, RecordPage, act_paths, signed_in

ACTS = (
    Act(accounts.rename_person, "Correct the name", form=RenamePerson, done="The name is corrected.", primary=False),
    Act(
        accounts.deactivate_person,
        "Close this account",
        "Nobody can sign in with it any more. Its roles stay, and what was done stays on record.",
        form=GiveReason,
        done="The account is closed.",
        when=lambda person, at: person.is_active,
        primary=False,
    ),
    Act(
        accounts.reactivate_person,
        "Open this account again",
        form=GiveReason,
        done="The account is open.",
        when=lambda person, at: not person.is_active,
    ),
)


class Account(OwnPage):
    """How the viewer signs in, their API tokens and the link to their calendar."""

    title = "Your account"
    template_name = "ground/account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Roles, tokens and the feed."""
        person: Any = self.person
        roles = Membership.objects.visible_to(person).filter(user=person, ended_at__isnull=True).select_related("organisation")
        tokens = person.auth_token_set.order_by("-created").values("token_key", "created", "expiry")[:100]
        return {**super().get_context_data(**kwargs), "roles": roles, "tokens": tokens, "feed": calendars.link_of(person)}


@method_decorator([login_required, never_cache, reauthentication_required], name="dispatch")
class NewToken(OwnPage):
    """Makes an API token, and shows it this one time; asks for the password again if that was some time ago."""

    title = "Make an API token"
    template_name = "ground/new_token.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make it."""
        token = accounts.create_api_token(self.person.pk, by=self.person)
        return render(request, "ground/token.html", {"title": "Your new API token", "token": token})


@require_POST
@login_required
def end_token(request: HttpRequest) -> HttpResponse:
    """End one of the viewer's tokens."""
    person = signed_in(request)
    accounts.revoke_api_token(person.pk, token=request.POST.get("token", ""), by=person)
    messages.success(request, "The token has ended.")
    return redirect("account")


@require_POST
@login_required
def renew_feed(request: HttpRequest) -> HttpResponse:
    """Replace the link to the viewer's calendar."""
    person = signed_in(request)
    accounts.renew_calendar_link(person.pk, by=person)
    messages.success(request, "Your calendar has a new link. The old one works no more.")
    return redirect("account")


class PersonPage(RecordPage):
    """A person, as they themselves, their colleagues and curators see them."""

    model = User
    acts = ACTS
    template_name = "ground/person.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The roles that the viewer may know of."""
        memberships = Membership.objects.visible_to(self.request.user).filter(user=self.record, ended_at__isnull=True)
        return {**super().get_context_data(**kwargs), "roles": memberships.select_related("organisation")}


urlpatterns = [path("<uuid:pk>/", PersonPage.as_view(), name="workspace"), *act_paths(User, ACTS)]
