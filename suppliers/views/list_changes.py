"""What differs between two versions of a framework's published lists."""

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from commissioning.pages import Page, find_visible
from suppliers.forms.lists import Compare
from suppliers.models import Framework, ListPublication
from suppliers.publishing import changes


class Changes(Page):
    """Who joined, left, was suspended or came back between two versions, which the viewer may choose."""

    template_name = "suppliers/list_changes.html"

    @cached_property
    def framework(self) -> Framework:
        """The framework, if the viewer may see it."""
        found: Framework = find_visible(Framework, self.request.user, self.kwargs["pk"])
        return found

    @cached_property
    def versions(self) -> dict[int, ListPublication]:
        """The two versions by number, with their entries; the latest and the one before it, if none were asked for."""
        if not self.form.is_valid():
            return {}
        wanted = {self.form.cleaned_data["since"], self.form.cleaned_data["version"]}
        found = ListPublication.objects.visible_to(self.request.user).filter(framework=self.framework, version__in=wanted)
        return {publication.version: publication for publication in found}

    @cached_property
    def form(self) -> Compare:
        """The two numbers. Http404 before anything is published."""
        published = ListPublication.objects.visible_to(self.request.user).filter(framework=self.framework)
        latest = published.order_by("-version").values_list("version", flat=True).first()
        if latest is None:
            raise Http404
        asked = self.request.GET if {"since", "version"} & self.request.GET.keys() else {"since": latest - 1, "version": latest}
        return Compare(asked, latest=latest)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; 400 with what is wrong, for versions that there are not."""
        return self.render_to_response(self.get_context_data(**kwargs), status=200 if self.form.is_valid() else 400)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What differs, with the names of lists and areas."""
        context = {**super().get_context_data(**kwargs), "title": f"What changed: {self.framework}", "framework": self.framework, "form": self.form}
        if not self.form.is_valid():
            return {**context, "rows": None}
        words = self.form.cleaned_data
        before, after = (self.versions[number] if number else None for number in (words["since"], words["version"]))
        found = changes(before.entries if before else [], after.entries if after else [])
        lists = dict(self.framework.lists.values_list("code", "name"))
        areas = dict(self.framework.areas.values_list("code", "name"))
        rows = [(change, lists[change.list], areas[change.area]) for change in found]
        return {**context, "before": before, "after": after, "rows": rows}
