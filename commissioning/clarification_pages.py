"""The page of all questions about one notice, whatever the notice is of; who asked is on none of them."""

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from commissioning.models import Clarification
from commissioning.pages import ListPage, find_visible

# So many stand on the page of the notice itself.
AT_ONCE = 25


def route_to_answer(route: str, notice: Any, user: Any, at: datetime) -> str:
    """The route of the page on which the viewer could answer a question now; empty if they could not."""
    verb = route.partition(":")[2]
    return route if user.has_perm(f"{notice._meta.app_label}.{verb}", notice) and notice.is_receiving(at) else ""


class Clarifications(ListPage):
    """What was asked about one notice, the latest first, as far as the viewer may know of it."""

    title = "Questions and answers"
    notice_model: ClassVar[Any]
    # The route of the page on which a question is answered.
    answers_at: ClassVar[str]
    template_name = "layouts/clarifications.html"
    empty = "There is no question here."

    @cached_property
    def notice(self) -> Any:
        """What the questions are about, if the viewer may see it."""
        return find_visible(self.notice_model, self.request.user, self.kwargs["pk"])

    def get_queryset(self) -> Any:
        """Those about it."""
        return super().get_queryset().of(self.notice)

    def row(self, record: Clarification) -> Any:
        """None: each is shown in full."""
        return ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The questions, and where the viewer may answer them."""
        route = route_to_answer(self.answers_at, self.notice, self.request.user, self.at)
        return {**super().get_context_data(**kwargs), "notice": self.notice, "answer_route": route}
