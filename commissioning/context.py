"""What the frame of every page shows: the menu, the letters that wait, and in the demo what time it plays."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from commissioning import clock, registry
from commissioning.models import DemoClock, Letter
from commissioning.templating import place


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame's parts, for two queries of a signed-in person and one more in the demo."""
    user = getattr(request, "user", None)
    if user is None:
        return {}
    waiting = Letter.objects.visible_to(user).unread().count() if user.is_authenticated else 0
    return {"navigation": _navigation(request, user), "letters_waiting": waiting, "demo_clock": _demo_clock()}


def _navigation(request: HttpRequest, user: Any) -> list[dict[str, Any]]:
    links = sorted((link for link in registry.navigation if link.may is None or link.may(user)), key=lambda link: link.order)
    places = [(link.text, place(link.url_name)) for link in links]
    return [{"text": text, "href": href, "current": request.path.startswith(href)} for text, href in places if href]


def _demo_clock() -> dict[str, Any] | None:
    if not settings.DEMO:
        return None
    return {"now": clock.now(), "ahead_by": DemoClock.lead()}
