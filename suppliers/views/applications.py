"""Pages of applications: a supplier's own, and those that the authority decides on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.http import require_safe

from commissioning.pages import Act, ListPage, OwnPage, RecordPage, act_paths, find_visible
from suppliers.actions import applications
from suppliers.filters import ApplicationFilters
from suppliers.forms.admissions import MaybeReason, SaveApplication
from suppliers.models import Appeal, Application, FrameworkList, ServiceArea
from suppliers.waiting import may_be_contested_until


def _is_receiving(application: Any, at: Any) -> bool:
    return application.round.is_receiving(at)


ACTS = (
    Act(
        applications.save_application,
        "Write the application",
        "Only your own people see the draft. What you have submitted stays as it was received until you submit again.",
        button="Save",
        form=SaveApplication,
        done="The draft is saved. It is not submitted.",
        when=_is_receiving,
    ),
    Act(
        applications.submit_application,
        "Submit the application",
        "The draft as it is saved is handed in. You get a signed receipt, and can replace or withdraw it until the deadline.",
        button="Submit",
        done="The application is received. Your receipt is below.",
        when=_is_receiving,
    ),
    Act(
        applications.withdraw_application,
        "Withdraw the application",
        "Nothing is decided on it. Until the deadline you can submit it again.",
        form=MaybeReason,
        done="The application is withdrawn.",
        when=lambda application, at: application.round.status == application.round.Status.OPEN,
        primary=False,
    ),
)


class Applications(OwnPage, ListPage):
    """The viewer's own applications, or for the authority those that it received."""

    title = "Applications"
    model = Application
    columns = ("Supplier", "Round", "Status", "Received", "Deadline")
    empty = "There is no application here. A supplier begins one from an admission round that is open."
    filter_class = ApplicationFilters

    def get_queryset(self) -> Any:
        """With supplier and round."""
        return super().get_queryset().select_related("supplier__organisation", "round")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A heading that says whose they are."""
        title = "Your applications" if self.request.user.has_perm("suppliers.apply") else self.title
        return {**super().get_context_data(**kwargs), "title": title}

    def row(self, record: Any) -> Any:
        """Supplier, round, status, moment of receipt, deadline."""
        link = {"text": str(record.supplier), "href": record.get_absolute_url()}
        status = {"status": record.status, "text": record.get_status_display()}
        return link, str(record.round), status, record.submitted_at, record.round.closes_at


class ApplicationPage(RecordPage):
    """What was received and decided; to the supplier also its draft."""

    model = Application
    acts = ACTS
    related = ("round__framework__authority", "supplier__organisation")
    template_name = "suppliers/application.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The draft for its own people, the versions received, and the places with their decisions."""
        user: Any = self.request.user
        application = self.record
        is_own = application.supplier.organisation_id in user.organisations
        versions = list(application.versions.select_related("submitted_by")[:50])
        places = self.places()
        return {
            **super().get_context_data(**kwargs),
            "title": str(application.supplier),
            "is_own": is_own,
            "versions": versions,
            "received": versions[0] if versions else None,
            "wanted": self.wanted() if is_own else [],
            "places": places,
            "shows_decisions": application.round.decisions_are_shown_to(user),
            "may_decide": user.has_perm("suppliers.decide_place", application.round) and application.round.is_being_decided(self.at),
            "may_appeal": {place.pk: self.may_appeal_until(place) for place in places},
        }

    def places(self) -> list[Any]:
        """The places with the appeals that the viewer may see, and what came of them."""
        appeals = Appeal.objects.visible_to(self.request.user).select_related("place", "against", "fresh_decision").order_by("created_at")
        places = self.record.places.select_related("application__round__framework", "application__supplier", "framework_list", "area", "listing")
        return list(places.prefetch_related(Prefetch("appeals", appeals, to_attr="appeals_shown")))

    def may_appeal_until(self, place: Any) -> datetime | None:
        """The end of the window in which the viewer may begin an appeal now; None if there is none."""
        if not self.request.user.has_perm("suppliers.draft_appeal", place):
            return None
        return may_be_contested_until(place, place.appeals_shown, self.at)

    def wanted(self) -> list[str]:
        """The places that the draft asks for, in words."""
        user: Any = self.request.user
        framework = self.record.round.framework_id
        lists = {str(each.pk): each.name for each in FrameworkList.objects.visible_to(user).filter(framework=framework)}
        areas = {str(each.pk): each.name for each in ServiceArea.objects.visible_to(user).filter(framework=framework)}
        pairs = {tuple(pair) for pair in self.record.wanted}
        return [f"{lists[list_id]}: {areas[area_id]}" for list_id in lists for area_id in areas if (list_id, area_id) in pairs]


@login_required
@require_safe
def receipt(request: HttpRequest, pk: UUID, number: int) -> JsonResponse:
    """The signed receipt of one version, as a file that can be checked offline."""
    application = find_visible(Application, request.user, pk)
    version = get_object_or_404(application.versions, number=number)
    content = {"receipt": version.receipt, "signature": version.signature}
    return JsonResponse(content, headers={"Content-Disposition": f'attachment; filename="application-receipt-version-{number}.json"'})


urlpatterns = [
    path("", Applications.as_view(), name="index"),
    path("<uuid:pk>/", ApplicationPage.as_view(), name="workspace"),
    path("<uuid:pk>/receipts/<int:number>.json", receipt, name="receipt"),
    *act_paths(Application, ACTS),
]
