"""What the frame of every page shows: the menu, the letters that wait, and in the demo what time it plays."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from commissioning import clock, registry
from commissioning.models import DemoClock, Letter
from commissioning.templating import place

# More would not fit into one line of the header.
IN_THE_MENU = 7


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame's parts, for two queries of a signed-in person and one more in the demo."""
    user = getattr(request, "user", None)
    if user is None:
        return {}
    waiting = Letter.objects.visible_to(user).unread().count() if user.is_authenticated else 0
    return {**_navigation(request, user), "letters_waiting": waiting, "demo_clock": _demo_clock()}


def _navigation(request: HttpRequest, user: Any) -> dict[str, list[dict[str, Any]]]:
    """The menu, which has room for so many, and at the foot of the page what has no place in it."""
    links = sorted((link for link in registry.navigation if link.may is None or link.may(user)), key=lambda link: link.order)
    menu = [link for link in links if link.menu is None or link.menu(user)][:IN_THE_MENU]
    return {
        "navigation": [{**shown, "current": request.path.startswith(shown["href"])} for shown in _places(menu)],
        "more_places": _places([link for link in links if link not in menu]),
    }


def _places(links: list[registry.Link]) -> list[dict[str, Any]]:
    places = [(link.text, place(link.url_name)) for link in links]
    return [{"text": text, "href": href} for text, href in places if href]


def _demo_clock() -> dict[str, Any] | None:
    if not settings.DEMO:
        return None
    return {"now": clock.now(), "ahead_by": DemoClock.lead()}
