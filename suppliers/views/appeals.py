"""Pages of appeals: the appellant's, and the officers'."""

from typing import Any

from django.urls import path

from commissioning.pages import Act, ListPage, OwnPage, RecordPage, act_paths
from suppliers.actions import appeals
from suppliers.filters import AppealFilters
from suppliers.forms.admissions import DecideAppeal, HearAppeal, MaybeReason
from suppliers.models import Appeal

ACTS = (
    Act(
        appeals.acknowledge_appeal,
        "Acknowledge the appeal",
        "You become its officer, and the appellant is told.",
        done="The appeal is acknowledged.",
    ),
    Act(appeals.hear_appeal, "Record the hearing", form=HearAppeal, done="The hearing is recorded."),
    Act(
        appeals.uphold_appeal,
        "Uphold the appeal",
        "The appellant stands on the list for the area from now, and is published with the others.",
        form=DecideAppeal,
        done="The appeal is upheld, and the appellant has been told.",
    ),
    Act(
        appeals.dismiss_appeal,
        "Dismiss the appeal",
        "The refusal stands.",
        form=DecideAppeal,
        done="The appeal is dismissed, and the appellant has been told.",
    ),
    Act(appeals.withdraw_appeal, "Withdraw the appeal", "The refusal stands.", form=MaybeReason, done="The appeal is withdrawn.", primary=False),
)
RELATED = ("place__application__supplier__organisation", "place__application__round__framework__authority", "place__framework_list", "place__area")


class Appeals(OwnPage, ListPage):
    """The viewer's own appeals, or for the authority those against its decisions."""

    title = "Appeals"
    model = Appeal
    order = "lodged_at"
    columns = ("Place", "Appellant", "Round", "Status", "Lodged")
    empty = "No appeal has been lodged."
    filter_class = AppealFilters

    def get_queryset(self) -> Any:
        """With place, appellant and round."""
        return super().get_queryset().select_related(*RELATED)

    def row(self, record: Any) -> Any:
        """Place, appellant, round, status, moment."""
        link = {"text": str(record.place), "href": record.get_absolute_url()}
        status = {"status": record.status, "text": record.get_status_display()}
        return link, str(record.place.application.supplier), str(record.round), status, record.lodged_at


class AppealPage(RecordPage):
    """The decision, the grounds, the hearing and the outcome."""

    model = Appeal
    acts = ACTS
    related = (*RELATED, "officer", "place__listing")
    template_name = "suppliers/appeal.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its dates, and whether the viewer took part in the decision."""
        user: Any = self.request.user
        appeal = self.record
        is_of_authority = appeal.authority_id in user.organisations
        return {**super().get_context_data(**kwargs), "dates": self.dates(), "took_part": is_of_authority and not appeal.is_free_of(user)}

    def dates(self) -> list[dict[str, Any]]:
        """The appeal's moments in the order in which they come, those to come last."""
        appeal, round_ = self.record, self.record.round
        dates = [
            {"title": "Decisions sent", "at": round_.decisions_sent_at},
            {"title": "Lodged", "at": appeal.lodged_at},
            {"title": "Window for appeals ends", "at": round_.appeals_end_at, "is_end": True},
            {"title": "Heard", "at": appeal.heard_at},
            {"title": "Decided", "at": appeal.decided_at},
        ]
        return sorted(dates, key=lambda date: (date["at"] is None, date["at"] or self.at))


urlpatterns = [
    path("", Appeals.as_view(), name="index"),
    path("<uuid:pk>/", AppealPage.as_view(), name="workspace"),
    *act_paths(Appeal, ACTS),
]
