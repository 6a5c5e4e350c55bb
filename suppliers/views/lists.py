"""The published lists: the matrix, one list and area, the versions, and the downloads."""

from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from commissioning import clock
from commissioning.canon import utc_text
from commissioning.pages import ListPage, Page, find_visible
from commissioning.spreadsheets import csv_response, xlsx_response
from commissioning.wording import date_text
from suppliers import publishing
from suppliers.forms.lists import AsAt, OfService
from suppliers.models import Framework, FrameworkList, ListPublication, Offer, Service, ServiceArea

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def publication_of(framework: Framework, user: Any, version: str | None) -> ListPublication | None:
    """The version that is asked for, or the latest; None before the first. Http404 for one that there is not."""
    versions = ListPublication.objects.visible_to(user).filter(framework=framework)
    if not version:
        return versions.order_by("-version").first()
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise Http404
    return get_object_or_404(versions, version=int(version))


def day_of(text: str) -> date:
    """The day that an address names as 2007-06-01. Http404 for what is none."""
    try:
        day = parse_date(text) if text.isascii() else None
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise Http404
    return day


def published_by(framework: Framework, user: Any, moment: datetime) -> ListPublication | None:
    """The version that was the latest at that moment; None before the first."""
    return ListPublication.objects.visible_to(user).filter(framework=framework).as_at(moment).first()


class _OfAFramework(Page):
    """A page about one version of a framework's lists: the latest, an earlier one, or that of a day."""

    @cached_property
    def framework(self) -> Framework:
        """The framework, if the viewer may see it."""
        return find_visible(Framework, self.request.user, self.kwargs["pk"], ["authority"])

    @cached_property
    def form(self) -> AsAt:
        """The day, from its boxes or as the address names it."""
        asked = self.request.GET
        if text := asked.get("as_at"):
            day = day_of(text)
            return AsAt({"as_at_day": str(day.day), "as_at_month": str(day.month), "as_at_year": f"{day.year:04}"}, at=self.at)
        return AsAt(asked if any(name.startswith("as_at_") for name in asked) else None, at=self.at)

    @cached_property
    def day(self) -> date | None:
        """The day as at which the lists are shown, if one was asked for and there was."""
        return self.form.cleaned_data["as_at"] if self.form.is_valid() else None

    @cached_property
    def publication(self) -> ListPublication | None:
        """The version that the page shows."""
        if self.day is not None:
            return published_by(self.framework, self.request.user, publishing.end_of(self.day, self.at))
        return publication_of(self.framework, self.request.user, self.request.GET.get("version"))

    @cached_property
    def latest(self) -> ListPublication | None:
        """The latest version."""
        is_asked = self.day is not None or self.request.GET.get("version")
        return publication_of(self.framework, self.request.user, None) if is_asked else self.publication

    @property
    def moment(self) -> datetime:
        """The moment for which the page speaks: the end of the day, the publication of an earlier version, or now."""
        if self.day is not None:
            return publishing.end_of(self.day, self.at)
        return self.publication.published_at if self.publication and self.publication != self.latest else self.at

    @property
    def entries(self) -> list[dict[str, Any]]:
        """Those of the version; none before the first."""
        return self.publication.entries if self.publication else []

    @property
    def query(self) -> str:
        """What follows an address, so that it is about the same version."""
        if self.day is not None:
            return f"?as_at={self.day.isoformat()}"
        return f"?version={self.publication.version}" if self.request.GET.get("version") and self.publication else ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; 400 with what is wrong, for a day or a service that there is not."""
        wrong = any(form.is_bound and not form.is_valid() for form in self.asked())
        return self.render_to_response(self.get_context_data(**kwargs), status=400 if wrong else 200)

    def asked(self) -> list[Form]:
        """The forms that the address fills in."""
        return [self.form]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The framework, the version, and whether it is not the latest."""
        return {
            **super().get_context_data(**kwargs),
            "framework": self.framework,
            "publication": self.publication,
            "latest": self.latest,
            "is_illustrative": any(entry["is_illustrative"] for entry in self.entries),
            "query": self.query,
            "form": self.form,
            "day": self.day,
            "day_text": date_text(self.day),
        }


class FrameworkLists(_OfAFramework):
    """How many suppliers stand on each list for each area, as a picture and as a table."""

    template_name = "suppliers/lists.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The matrix."""
        lists, areas = list(self.framework.lists.all()), list(self.framework.areas.all())
        count = publishing.counts(self.entries)
        return {
            **super().get_context_data(**kwargs),
            "title": f"Published lists: {self.framework}",
            "areas": list(zip(LETTERS, areas, strict=False)),
            "matrix": [(each, [(area, count[each.code, area.code]) for area in areas]) for each in lists],
            "suppliers": len({entry["supplier"] for entry in self.entries}),
        }


class PublishedLists(ListPage):
    """Every framework whose lists are published, to choose from: that whose lists came out last before the others."""

    title = "Published lists"
    model = Framework
    order = "first_published_at"
    columns = ("Framework", "Authority", "Where it stands", "Version", "As at")
    template_name = "suppliers/published_lists.html"

    def get_queryset(self) -> Any:
        """With their authorities, and what was published of their lists."""
        return super().get_queryset().with_publications().filter(first_published_at__isnull=False).select_related("authority")

    def row(self, record: Any) -> Any:
        """The framework, by the address of its lists; its authority, and the latest version with its date."""
        lists = {"text": record.title, "href": reverse("framework:lists", args=[record.pk])}
        status = {"status": record.status, "text": record.get_status_display()}
        return lists, str(record.authority), status, f"Version {record.lists_version}", record.lists_published_at


class ListAndArea(_OfAFramework):
    """Who stands on one list for one area, all of them or those for one service, and what may be asked of them."""

    template_name = "suppliers/list_and_area.html"

    @cached_property
    def framework_list(self) -> FrameworkList:
        """The list."""
        return get_object_or_404(self.framework.lists, code=self.kwargs["list_code"])

    @cached_property
    def area(self) -> ServiceArea:
        """The area."""
        return get_object_or_404(self.framework.areas, code=self.kwargs["area_code"])

    @cached_property
    def menu(self) -> list[Service]:
        """The area's services."""
        return list(self.area.services.all())

    @cached_property
    def narrowing(self) -> OfService:
        """The service to which the page is narrowed."""
        asked = self.request.GET
        return OfService(asked if "service" in asked else None, services={service.code: service.name for service in self.menu})

    def asked(self) -> list[Form]:
        """The day and the service."""
        return [self.form, self.narrowing]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The list, the area with its services, and the entries."""
        framework_list, area = self.framework_list, self.area
        code = self.narrowing.cleaned_data["service"] if self.narrowing.is_valid() else ""
        entries = publishing.for_service(publishing.standing_on(self.entries, framework_list.code, area.code), code)
        offers = Offer.objects.visible_to(self.request.user).shown(self.moment).filter(listing__in=[entry["listing"] for entry in entries])
        return {
            **super().get_context_data(**kwargs),
            "title": f"{framework_list}: {area}",
            "framework_list": framework_list,
            "area": area,
            "services": self.menu,
            "narrowing": self.narrowing,
            "is_narrowed": bool(code),
            "offers": list(offers.select_related("listing__supplier__organisation").order_by("listing__supplier__organisation__name")),
            "asks_for_version": self.request.GET.get("version", ""),
            "entries": [
                (entry, publishing.moment_of(entry["listed_at"]), self._suspended_until(entry), list(publishing.services(entry).values()))
                for entry in entries
            ],
        }

    def _suspended_until(self, entry: dict[str, Any]) -> Any:
        return publishing.moment_of(entry["suspended_until"]) if publishing.is_suspended(entry, self.moment) else None


class Versions(ListPage):
    """Every version of the lists that was published."""

    model = ListPublication
    order = "published_at"
    columns = ("Version", "Published", "After", "What changed", "SHA-256 of its entries")
    empty = "The lists have not been published yet."

    @cached_property
    def framework(self) -> Framework:
        """The framework, if the viewer may see it."""
        return find_visible(Framework, self.request.user, self.kwargs["pk"])

    def get_queryset(self) -> Any:
        """The framework's own, without their entries."""
        return super().get_queryset().filter(framework=self.framework).select_related("round").defer("entries")

    def row(self, record: Any) -> Any:
        """Number, moment, round and hash."""
        why = str(record.round) if record.round else "A change of a listing, or of a supplier"
        changes = f"{reverse('framework:list_changes', args=[self.framework.pk])}?since={record.version - 1}&version={record.version}"
        changed = {"text": f"Changes since version {record.version - 1}", "href": changes} if record.version > 1 else ""
        return (
            {"text": f"Version {record.version}", "href": record.get_absolute_url()},
            record.published_at,
            why,
            changed,
            {"code": record.entries_hash},
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The heading."""
        return {**super().get_context_data(**kwargs), "title": f"Versions of the lists: {self.framework}"}


@require_safe
def download(request: HttpRequest, pk: UUID, kind: str) -> HttpResponseBase:
    """The published lists as CSV, XLSX or JSON."""
    framework = find_visible(Framework, request.user, pk)
    publication = _asked_for(framework, request)
    if publication is None or kind not in {"csv", "xlsx", "json"}:
        raise Http404
    name = f"{framework.reference}-lists-version-{publication.version}"
    if kind == "json":
        return JsonResponse(_as_json(framework, publication), headers={"Content-Disposition": f'attachment; filename="{name}.json"'})
    lists = dict(framework.lists.values_list("code", "name"))
    areas = dict(framework.areas.values_list("code", "name"))
    rows = publishing.rows(publication.entries, lists, areas)
    return csv_response(name, publishing.HEADINGS, rows) if kind == "csv" else xlsx_response(name, publishing.HEADINGS, rows)


def _asked_for(framework: Framework, request: HttpRequest) -> ListPublication | None:
    """The version of a day, by its number, or the latest."""
    if text := request.GET.get("as_at"):
        day, at = day_of(text), clock.now()
        return None if publishing.is_to_come(day, at) else published_by(framework, request.user, publishing.end_of(day, at))
    return publication_of(framework, request.user, request.GET.get("version"))


def _as_json(framework: Framework, publication: ListPublication) -> dict[str, Any]:
    return {
        "framework": framework.reference,
        "version": publication.version,
        "published_at": utc_text(publication.published_at),
        "entries_hash": publication.entries_hash,
        "entries": publication.entries,
    }
