"""Where the link in a letter of invitation leads."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache

from commissioning.actions.people import accept_invitation
from commissioning.forms import AcceptInvitation
from commissioning.invitations import invitation_of
from commissioning.models import PersonalInvitation
from commissioning.pages import Page
from commissioning.refusals import Refused


@method_decorator(never_cache, name="dispatch")
class Accept(Page):
    """Come in: a new person chooses a password, one who has a password signs in first."""

    template_name = "ground/accept_invitation.html"

    @cached_property
    def invitation(self) -> PersonalInvitation:
        """The invitation that the link was signed for; a link that we did not sign leads nowhere."""
        if (invitation := invitation_of(self.kwargs["token"])) is None:
            raise Http404
        return invitation

    @property
    def is_theirs(self) -> bool:
        """Whether whoever holds the link may accept: a new person by the link, one with a password only when signed in."""
        return not self.invitation.user.has_usable_password() or self.request.user == self.invitation.user

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is offered, and what has to be done for it."""
        invitation = self.invitation
        is_new = not invitation.user.has_usable_password()
        form = kwargs.get("form") or (AcceptInvitation() if is_new else None)
        is_open = not invitation.accepted_at and not invitation.withdrawn_at and self.at < invitation.expires_at
        state = {"invitation": invitation, "is_theirs": self.is_theirs, "is_open": is_open, "refusal": None}
        return {**state, **super().get_context_data(**kwargs), "title": f"Act for {invitation.organisation}", "form": form}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Accept, or say what stands in the way."""
        if not self.is_theirs:
            raise Http404
        is_new = not self.invitation.user.has_usable_password()
        form = AcceptInvitation(request.POST) if is_new else None
        if form and not form.is_valid():
            return self.again(form, 400)
        try:
            accept_invitation(self.invitation.pk, password=form.cleaned_data["password"] if form else "", by=self.invitation.user)
        except ValidationError as error:
            assert form
            form.add_error("password", error.message_dict.get("password", error.messages))
            return self.again(form, 400)
        except Refused as refusal:
            return self.again(form, 409, str(refusal))
        messages.success(request, f"You now act for {self.invitation.organisation}.")
        return redirect("desk")

    def again(self, form: AcceptInvitation | None, status: int, refusal: str | None = None) -> HttpResponse:
        """The page with what is wrong."""
        return self.render_to_response(self.get_context_data(form=form, refusal=refusal), status=status)
