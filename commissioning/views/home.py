"""The public front page, and the desk of those who signed in."""

from itertools import islice
from typing import Any

from commissioning import calendars, registry
from commissioning.desk_notes import notes_for
from commissioning.models import Letter, Membership
from commissioning.pages import OwnPage, Page

# From each floor; a desk that shows more is not read.
MOST = 50


class Home(Page):
    """What this service is, and where to go."""

    title = "Framework procurement"
    template_name = "ground/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the way to all that is published."""
        published = sorted((link for link in registry.navigation if link.may is None), key=lambda link: link.order)
        return {**super().get_context_data(**kwargs), "published": published}


class Desk(OwnPage):
    """What needs the viewer, and by when."""

    title = "Your desk"
    template_name = "ground/desk.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Every floor's items, the most pressing first, and the letters that wait."""
        items = [item for provider in registry.desk for item in islice(provider(self.request.user, self.at), MOST)]
        items.sort(key=lambda item: (item.due_at is None, item.due_at, item.title))
        letters = Letter.objects.visible_to(self.request.user).unread().defer("body").order_by("-created_at", "-pk")[:5]
        dates = calendars.upcoming(self.person, self.at)[:5]
        roles = self._roles()
        shown = {"items": items, "dates": dates, "letters": letters, "roles": roles, "notes": notes_for(roles)}
        return {**super().get_context_data(**kwargs), **shown}

    def _roles(self) -> list[Membership]:
        memberships = self.person.memberships.filter(ended_at__isnull=True)
        return list(memberships.select_related("organisation").order_by("organisation__name", "role"))
