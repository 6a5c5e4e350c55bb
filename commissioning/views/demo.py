"""The demo's own pages: move the clock, change hats. Their routes exist in the embedded demo alone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.dateparse import parse_datetime

from commissioning import calendars
from commissioning.actions.demo import move_demo_clock
from commissioning.demo_people import find_player, players
from commissioning.forms import MoveDemoClock
from commissioning.pages import OwnPage
from commissioning.refusals import Refused
from commissioning.wording import moment_text

# As many deadlines as fit on a page.
OFFERED = 10


class Clock(OwnPage):
    """To the next deadline, or to any later moment."""

    title = "Move the clock"
    template_name = "ground/demo_clock.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The viewer's next deadlines, and a form for another moment."""
        ahead = [deadline for deadline in calendars.deadlines_of(self.person, self.at) if deadline.at > self.at][:OFFERED]
        return {"form": MoveDemoClock(), "refusal": None, **super().get_context_data(**kwargs), "deadlines": ahead}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Move it, or say why not."""
        deadline = _moment(request.POST.get("deadline", ""))
        form = MoveDemoClock(None if deadline else request.POST)
        if not deadline and not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=400)
        to = deadline or form.cleaned_data["to"]
        try:
            move_demo_clock(to=to, by=self.person)
        except Refused as refusal:
            return self.render_to_response(self.get_context_data(form=form, refusal=str(refusal)), status=409)
        messages.success(request, f"It is now {moment_text(to)}.")
        return redirect("demo_clock")


def _moment(text: str) -> Any:
    """The moment of a button, to the microsecond; None if there is none."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


class Hats(OwnPage):
    """Go on as somebody else."""

    title = "Change hats"
    template_name = "ground/demo_hats.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who there is, by organisation."""
        return {**super().get_context_data(**kwargs), "groups": players()}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Be that person, in a new session."""
        person = find_player(request.POST.get("person", ""))
        if person is None:
            return redirect("demo_hats")
        login(request, person, backend="commissioning.accounts.ByEmail")
        messages.success(request, f"You are now {person}.")
        return redirect("desk")


urlpatterns = [
    path("demo/clock/", Clock.as_view(), name="demo_clock"),
    path("demo/hats/", Hats.as_view(), name="demo_hats"),
]
