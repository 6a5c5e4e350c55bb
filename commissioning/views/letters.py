"""Letters to the viewer."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404

from commissioning.actions.letters import mark_read
from commissioning.models import Letter
from commissioning.pages import ListPage, OwnPage


class Letters(LoginRequiredMixin, ListPage):
    """The viewer's letters, newest first."""

    title = "Letters"
    model = Letter
    columns = ("Letter", "Written", "State")
    empty = "You have no letters. What the service writes to you by e-mail is kept here too."

    def get_queryset(self) -> Any:
        """Without the texts."""
        return super().get_queryset().defer("body")

    def row(self, record: Letter) -> Any:
        """Title, when it was written, whether it was read."""
        state = {"status": "read"} if record.read_at else {"status": "open", "text": "New"}
        return {"text": record.title, "href": record.get_absolute_url()}, record.created_at, state


class LetterPage(OwnPage):
    """One letter, as it was written; opening it notes that it was read."""

    template_name = "letters/show.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The letter, if it is to the viewer; else the same 404 as for nothing."""
        try:
            letter = mark_read(self.kwargs["pk"], by=self.person)
        except Letter.DoesNotExist as error:
            raise Http404 from error
        return {**super().get_context_data(**kwargs), "title": letter.title, "letter": letter}
