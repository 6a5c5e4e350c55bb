"""The published versions of a framework: their list, each as everybody reads it, and as a file."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from commissioning.canon import utc_text
from commissioning.pages import ListPage, Page, find_visible
from suppliers.configuration import differences, for_people
from suppliers.models import Framework, FrameworkVersion


def _version(user: Any, pk: UUID, number: int) -> FrameworkVersion:
    """The version, of a framework that the viewer may see."""
    versions = FrameworkVersion.objects.visible_to(user).filter(framework__in=Framework.objects.visible_to(user))
    return get_object_or_404(versions.select_related("framework"), framework=pk, number=number)


class Versions(ListPage):
    """Every version of a framework that was published."""

    model = FrameworkVersion
    order = "published_at"
    columns = ("Version", "Published", "SHA-256 of its content")
    empty = "The framework has not been published yet."

    @cached_property
    def framework(self) -> Framework:
        """The framework, if the viewer may see it."""
        found: Framework = find_visible(Framework, self.request.user, self.kwargs["pk"])
        return found

    def get_queryset(self) -> Any:
        """Its own, without their content."""
        return super().get_queryset().filter(framework=self.framework).defer("content")

    def row(self, record: Any) -> Any:
        """Number, moment and hash."""
        return {"text": f"Version {record.number}", "href": record.get_absolute_url()}, record.published_at, {"code": record.content_hash}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The heading."""
        return {**super().get_context_data(**kwargs), "title": f"Versions of the framework: {self.framework}"}


class VersionPage(Page):
    """One version as everybody reads it, and what it changed."""

    template_name = "suppliers/framework_version.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Its content, the number of the latest, and what differs from the version before."""
        version = _version(self.request.user, self.kwargs["pk"], self.kwargs["number"])
        siblings = FrameworkVersion.objects.visible_to(self.request.user).filter(framework=version.framework_id)
        before = siblings.filter(number=version.number - 1).first()
        return {
            **super().get_context_data(**kwargs),
            "title": str(version),
            "version": version,
            "content": for_people(version.content),
            "latest": siblings.values_list("number", flat=True).order_by("-number").first(),
            "changes": differences(before.content, version.content) if before else [],
        }


@require_safe
def download(request: HttpRequest, pk: UUID, number: int) -> JsonResponse:
    """A version as JSON, with the hash of its content."""
    version = _version(request.user, pk, number)
    name = f"{version.framework.reference}-version-{number}.json"
    told = {
        "framework": version.framework.reference,
        "version": number,
        "published_at": utc_text(version.published_at),
        "content_hash": version.content_hash,
        "content": version.content,
    }
    return JsonResponse(told, headers={"Content-Disposition": f'attachment; filename="{name}"'})


urlpatterns: list[URLPattern] = [
    path("<uuid:pk>/versions/", Versions.as_view(), name="history"),
    path("<uuid:pk>/versions/<int:number>/", VersionPage.as_view(), name="version"),
    path("<uuid:pk>/versions/<int:number>.json", download, name="version_download"),
]
