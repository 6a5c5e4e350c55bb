"""Search over all floors: each answers from what the viewer may see."""

from itertools import islice
from typing import Any

from commissioning import registry
from commissioning.pages import Page

# One letter finds everything, and nothing.
SHORTEST, LONGEST, MOST = 2, 100, 20


class Search(Page):
    """What was looked for, and what each floor found; at most twenty from each."""

    title = "Search"
    template_name = "ground/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The answers by kind."""
        text = " ".join(self.request.GET.get("q", "").replace("\x00", "").split())[:LONGEST]
        found: dict[str, list[registry.Found]] = {}
        for provider in registry.searches if len(text) >= SHORTEST else ():
            for answer in islice(provider(self.request.user, text), MOST):
                found.setdefault(answer.kind, []).append(answer)
        return {**super().get_context_data(**kwargs), "q": text, "found": found, "is_too_short": 0 < len(text) < SHORTEST, "most": MOST}
