"""Every door through which something comes in: pages that carry out an act, and acts of the API."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework import serializers

from commissioning.api import RecordViewSet, body_of
from commissioning.pages import ActPage, BeginPage
from tests.trust.input.stage import Scene, Stage


def routes(resolver: Any = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route of the product but the administration's, by name."""
    for route in (resolver or get_resolver()).url_patterns:
        if isinstance(route, URLResolver) and route.namespace != "admin":
            yield from routes(route, f"{space}{route.namespace}:" if route.namespace else space)
        elif isinstance(route, URLPattern):
            yield f"{space}{route.name}", route


@dataclass(frozen=True)
class PageDoor:
    """A page with the form of an act."""

    name: str
    view: type[ActPage]

    def scenes(self, stage: Stage) -> Iterator[Scene]:
        """Those who may carry it out, where and when it is offered."""
        act, model = self.view.act, self.view.model
        return stage.beginnings(model, act.verb) if issubclass(self.view, BeginPage) else stage.offers(model, act.verb, act.when)

    def address(self, scene: Scene) -> str:
        """Where it is."""
        return reverse(self.name, args=[] if scene.record is None else [scene.record.pk])


@dataclass(frozen=True)
class ApiDoor:
    """An act of the API; `plural` is its records' name in addresses."""

    route: str
    model: Any
    act: Callable[..., Any]
    begins: bool

    def scenes(self, stage: Stage) -> Iterator[Scene]:
        """Those who may carry it out; where a page does so too, when that offers it."""
        page = next((door for door in PAGES if door.view.act.verb == self.act.__name__ and door.view.model is self.model), None)
        if page:
            return page.scenes(stage)
        return stage.beginnings(self.model, self.act.__name__) if self.begins else stage.offers(self.model, self.act.__name__)

    def address(self, scene: Scene) -> str:
        """Where it is."""
        return reverse(self.route, args=[] if self.begins else [scene.record.pk])

    def fields(self) -> dict[str, serializers.Field]:
        """The fields of its body."""
        return dict(body_of(self.act)().fields)


def _page_doors() -> Iterator[PageDoor]:
    for name, route in routes():
        view = getattr(route.callback, "view_class", None)
        if isinstance(view, type) and issubclass(view, ActPage):
            yield PageDoor(name, view)


def _api_doors() -> Iterator[ApiDoor]:
    seen = set()
    for name, route in routes():
        view = getattr(route.callback, "cls", None)
        if not (isinstance(view, type) and issubclass(view, RecordViewSet)) or view in seen:
            continue
        seen.add(view)
        base = name.removesuffix("-list")
        for act in (*view.acts, *_written_out(view)):
            yield ApiDoor(f"{base}-{act.__name__.replace('_', '-')}", view.model, act, _begins(act))
        if view.begin is not None:
            begin = inspect.getattr_static(view, "begin")
            yield ApiDoor(name, view.model, getattr(begin, "__func__", begin), True)


def _begins(act: Callable[..., Any]) -> bool:
    """Whether the act takes no record."""
    return next(iter(inspect.signature(act).parameters.values())).kind is inspect.Parameter.KEYWORD_ONLY


def _written_out(view: Any) -> Iterator[Callable[..., Any]]:
    """Acts with a JSON body that have a method of their own instead of a place in `acts`: those the method's module names alike."""
    listed = {act.__name__ for act in view.acts}
    for extra in view.get_extra_actions():
        if "post" in extra.mapping and extra.__name__ not in listed and not extra.kwargs.get("parser_classes"):
            modules = [value for value in vars(inspect.getmodule(view)).values() if inspect.ismodule(value)]
            yield next(getattr(module, extra.__name__) for module in modules if inspect.isfunction(getattr(module, extra.__name__, None)))


PAGES = list(_page_doors())
API = list(_api_doors())


def named(door: Any) -> str:
    """What a test calls a door."""
    return door.name if isinstance(door, PageDoor) else f"{door.route}"
