"""The public front page, and the desk of those who signed in."""

from typing import Any

from commissioning import registry
from commissioning.pages import OwnPage, Page


class Home(Page):
    """What this service is, and where to go."""

    title = "Framework procurement"
    template_name = "ground/home.html"


class Desk(OwnPage):
    """What needs the viewer, and by when."""

    title = "Your desk"
    template_name = "ground/desk.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Every floor's items, the most pressing first."""
        items = [item for provider in registry.desk for item in provider(self.request.user, self.at)]
        items.sort(key=lambda item: (item.due_at is None, item.due_at, item.title))
        return {**super().get_context_data(**kwargs), "items": items}
