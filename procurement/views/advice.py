"""Pages of advice: for the buyer's people, and for the central support advisers whom they asked."""

from typing import Any

from django.urls import path

from commissioning.pages import Act, ListPage, OwnPage, RecordPage, act_paths, offered
from procurement.actions import advice
from procurement.forms.advice import AskForAdvice, CommentOnTender
from procurement.models import Advice, Tender

ASK = Act(
    advice.ask_for_advice,
    "Ask central support for advice",
    "The authority’s advisers can then read this tender as suppliers would, and comment on it, until you end it. They never see a bid or a price.",
    button="Ask for advice",
    form=AskForAdvice,
    done="The advisers have been asked.",
    when=lambda tender, at: tender.status not in advice.OVER and not tender.advice.open().exists(),
    primary=False,
)
ACTS = (
    Act(
        advice.comment_on_tender,
        "Comment on the tender",
        form=CommentOnTender,
        done="The buyer has been told of your comment.",
        when=lambda one, at: one.ended_at is None,
    ),
    Act(
        advice.end_advice,
        "End the advice",
        "From then on the advisers read no more of the tender than everybody may. What they said stays.",
        done="The advice has ended.",
        when=lambda one, at: one.ended_at is None,
        primary=False,
    ),
)


def context(tender: Tender, user: Any) -> dict[str, Any]:
    """What was asked about the tender and what advisers said, for its page; in two queries."""
    asked = Advice.objects.visible_to(user).filter(tender=tender).select_related("authority").prefetch_related("comments__said_by")
    return {"advice": list(asked[:20])}


class AdviceList(OwnPage, ListPage):
    """What the viewer's trust has asked, and what the viewer is asked as an adviser."""

    title = "Advice on tenders"
    model = Advice
    columns = ("Tender", "Buyer", "Asked", "Ended")
    empty = "No advice is asked for. A procurement lead asks for it on a tender’s page."

    def get_queryset(self) -> Any:
        """With the tender and its buyer."""
        return super().get_queryset().select_related("tender__buyer")

    def row(self, record: Any) -> Any:
        """Tender, buyer, when it was asked for, and when it ended."""
        return {"text": record.tender.title, "href": record.get_absolute_url()}, str(record.tender.buyer), record.created_at, record.ended_at


class AdvicePage(RecordPage):
    """What was asked, and what advisers said."""

    model = Advice
    acts = ACTS
    related = ("tender__buyer", "authority", "asked_by")
    template_name = "procurement/advice.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The comments, first to last; and for the buyer's people, what they could ask next."""
        comments = list(self.record.comments.select_related("said_by")[:200])
        more = offered((ASK,), self.record.tender, self.request.user, self.at) if self.record.ended_at else []
        shown = super().get_context_data(**kwargs)
        return {**shown, "acts": [*shown["acts"], *({**act, "primary": True} for act in more)], "comments": comments}


urlpatterns = [
    path("", AdviceList.as_view(), name="index"),
    path("<uuid:pk>/", AdvicePage.as_view(), name="workspace"),
    *act_paths(Advice, ACTS),
]
