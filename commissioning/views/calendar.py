"""The calendar of deadlines, and its feed."""

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from commissioning import calendars, clock
from commissioning.pages import OwnPage
from commissioning.registry import Deadline


class DeadlineCalendar(OwnPage):
    """The viewer's deadlines, month by month."""

    title = "Calendar"
    template_name = "ground/calendar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What is to come, under the London month in which it ends."""
        months = [(month, list(group)) for month, group in groupby(calendars.upcoming(self.person, self.at), key=_month)]
        return {**super().get_context_data(**kwargs), "months": months, "feed": calendars.link_of(self.person)}


def _month(deadline: Deadline) -> str:
    """The London month that it ends: midnight belongs to the day before."""
    return f"{clock.in_london(deadline.at - timedelta(microseconds=1)):%B %Y}"


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The same for a calendar program; who reads it is told by its secret address alone."""
    if (person := calendars.person_of(token)) is None:
        raise Http404
    at = clock.now()
    body = calendars.as_icalendar(calendars.deadlines_of(person, at), at)
    headers = {"Content-Disposition": 'inline; filename="deadlines.ics"', "Cache-Control": "private, no-store"}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
