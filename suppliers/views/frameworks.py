"""Pages of frameworks: the public page, and the workspace of those who curate it."""

from typing import Any

from django.urls import path

from commissioning.pages import Act, BeginPage, ListPage, RecordPage, act_paths
from suppliers.actions import admissions, appeal_grounds, frameworks, listings
from suppliers.configuration import content_of, for_people
from suppliers.filters import FrameworkFilters
from suppliers.forms.frameworks import AddList, AddPart, AddService, DraftFramework, GiveReason, GrantEarlyRelease, OpenRound
from suppliers.models import AdmissionRound, EarlyRelease, Framework, FrameworkVariation
from suppliers.reopening import why_closed
from suppliers.views import framework_terms, framework_versions, list_changes, lists, variations

DRAFT = Act(frameworks.draft_framework, "Draft a framework", form=DraftFramework, done="The framework is drafted. Go through its tasks in any order.")
ACTS = (
    framework_terms.ACTS[0],
    Act(frameworks.add_list, "Add a list", form=AddList, done="The list is added."),
    Act(frameworks.add_area, "Add an area", "Every list is kept for each area.", form=AddPart, done="The area is added."),
    Act(
        frameworks.add_service,
        "Add a service",
        "Once the framework is published, it comes with the next version.",
        form=AddService,
        done="The service is added.",
        primary=False,
    ),
    Act(
        appeal_grounds.add_appeal_ground,
        "Add a ground of appeal",
        "A refusal under the framework can be appealed against on this ground from then on.",
        form=AddPart,
        done="The ground is added.",
        primary=False,
    ),
    *framework_terms.ACTS[1:],
    Act(
        admissions.open_round,
        "Draft an admission round",
        form=OpenRound,
        done="The round is drafted. Announce it when it is ready.",
        when=lambda framework, at: not why_closed(framework),
    ),
    Act(
        listings.grant_early_release,
        "Grant an early release",
        "It lets one buyer ask the suppliers that you name before the lists are published. Nobody else is asked.",
        form=GrantEarlyRelease,
        done="The early release is granted, and the buyer has been told.",
        primary=False,
    ),
    variations.ISSUE,
    Act(
        frameworks.end_framework,
        "End the framework",
        "No round begins under it and nobody is asked from its lists any more. Contracts run on.",
        form=GiveReason,
        done="The framework has ended.",
        primary=False,
    ),
)


class Frameworks(ListPage):
    """Every framework that the viewer may see."""

    title = "Frameworks"
    model = Framework
    columns = ("Title", "Authority", "Status", "First day", "Last day")
    empty = "No framework is in force yet."
    filter_class = FrameworkFilters
    template_name = "suppliers/frameworks.html"

    def get_queryset(self) -> Any:
        """With their authorities."""
        return super().get_queryset().select_related("authority")

    def row(self, record: Any) -> Any:
        """Title, authority, status, term."""
        status = {"status": record.status, "text": record.phase_at(self.at)}
        return {"text": record.title, "href": record.get_absolute_url()}, str(record.authority), status, record.starts_on, record.ends_on

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether the viewer may begin one."""
        return {**super().get_context_data(**kwargs), "may_draft": self.request.user.has_perm("suppliers.draft_framework")}


class FrameworkPage(RecordPage):
    """What a framework says, its rounds, and for those who curate it what its next version lacks."""

    model = Framework
    acts = ACTS
    related = framework_terms.RELATED
    template_name = "suppliers/framework.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its parts, the latest rounds and early releases, and what is missing."""
        user: Any = self.request.user
        framework = self.record
        latest = framework.versions.first()
        curates = user.has_perm("suppliers.publish_framework", framework)
        releases = EarlyRelease.objects.visible_to(user).filter(framework=framework).select_related("buyer", "framework_list", "area")
        return {
            **super().get_context_data(**kwargs),
            "version": latest,
            "content": for_people(latest.content if latest else content_of(framework)),
            "drafting": framework_terms.drafting_context(framework) if curates else None,
            "rounds": list(AdmissionRound.objects.visible_to(user).filter(framework=framework)[:10]),
            "grounds": list(framework.appeal_grounds.all()),
            "releases": list(releases[:10]),
            "variations": list(FrameworkVariation.objects.visible_to(user).filter(framework=framework)[:100]),
            "publication": framework.publications.defer("entries").first(),
        }


class DraftPage(BeginPage):
    """A form for a new framework."""

    model = Framework
    act = DRAFT
    cancel = "framework:index"


urlpatterns = [
    path("", Frameworks.as_view(), name="index"),
    path("draft/", DraftPage.as_view(), name="draft_framework"),
    path("<uuid:pk>/", FrameworkPage.as_view(), name="workspace"),
    path("<uuid:pk>/lists/", lists.FrameworkLists.as_view(), name="lists"),
    path("<uuid:pk>/lists/versions/", lists.Versions.as_view(), name="versions"),
    path("<uuid:pk>/lists/changes/", list_changes.Changes.as_view(), name="list_changes"),
    path("<uuid:pk>/lists/<slug:list_code>/<slug:area_code>/", lists.ListAndArea.as_view(), name="list_and_area"),
    path("<uuid:pk>/lists.<str:kind>", lists.download, name="download"),
    *framework_terms.urlpatterns,
    *framework_versions.urlpatterns,
    *act_paths(Framework, ACTS),
]
