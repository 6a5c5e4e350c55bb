"""What is done to one place on the lists that was asked for: it is decided, or a refusal is appealed against."""

from typing import Any

from django.urls import path, reverse

from commissioning.pages import Act, ActForm, ActPage
from suppliers.actions import admissions, appeals
from suppliers.forms.admissions import DecidePlace
from suppliers.models import Place
from suppliers.models.appeals import standing_on
from suppliers.reading_applications import content_in_full

DECIDE = Act(
    admissions.decide_place,
    "Decide on this place",
    "The decision is a draft until all decisions of the round are sent at one moment.",
    button="Save the draft decision",
    form=DecidePlace,
    done="The draft decision is saved.",
    template="suppliers/decide_place.html",
)
APPEAL = Act(
    appeals.draft_appeal,
    "Appeal against the refusal",
    "You begin a draft that only your own people see. It is no appeal until you lodge it.",
    button="Begin an appeal",
    done="The draft is begun. Write your grounds, then lodge the appeal.",
    template="suppliers/draft_appeal.html",
)


class DecidePage(ActPage):
    """The application beside the decision on one of its places; then the next place without a decision."""

    model = Place
    act = DECIDE

    def carry_out(self, form: ActForm) -> Any:
        """The act is one on the round."""
        return self.act.action(self.record.application.round_id, place=self.record.pk, by=self.request.user, **form.as_act())

    def where_to(self, result: Any) -> str:
        """The next undecided place of the same application, then of the round; then the round."""
        undecided = Place.objects.visible_to(self.request.user).to_decide().undecided().filter(application__round=result)
        order = ("application__submitted_at", "framework_list__order", "area__order")
        following = undecided.filter(application=self.record.application_id).order_by(*order).first() or undecided.order_by(*order).first()
        return reverse("place:decide_place", args=[following.pk]) if following else result.get_absolute_url()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The version that was received."""
        application = self.record.application
        received = application.received()
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "application": application,
            **content_in_full(application, received and received.content),
            "proposal": context["form"].proposal,
            "cancel_href": application.get_absolute_url(),
        }


class DraftAppealPage(ActPage):
    """The refusal that stands beside the beginning of an appeal against it."""

    model = Place
    act = APPEAL

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The refusal, with the end of its window; nothing of it before it is sent."""
        return {**super().get_context_data(**kwargs), "standing": standing_on(self.record)}


urlpatterns = [
    path("<uuid:pk>/decide-place/", DecidePage.as_view(), name="decide_place"),
    path("<uuid:pk>/draft-appeal/", DraftAppealPage.as_view(), name="draft_appeal"),
]
