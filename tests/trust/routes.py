"""Every route of the service, as its URLconf and its OpenAPI document know them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from drf_spectacular.generators import SchemaGenerator

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PART = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Functions that are posted to; the others are read.
POSTED_TO = {"end_token", "renew_calendar_link"}
SOMEBODY = UUID("6f5d6e1c-0f5e-4b52-9d6e-3c1d6a1f2b3c")


@dataclass(frozen=True)
class Route:
    """One pattern of the URLconf: `methods` are those that its view knows, as far as the view says."""

    name: str
    pattern: str
    methods: tuple[str, ...]

    def __str__(self) -> str:
        return self.name

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of what stands in the address."""
        return tuple(one or other for one, other in _PART.findall(self.pattern))

    @property
    def is_api(self) -> bool:
        """Whether programs ask here."""
        return self.pattern.startswith("api/v1/")

    @property
    def is_admin(self) -> bool:
        """Whether it is the administration's."""
        return self.name.startswith("admin:")

    def address(self, words: dict[str, Any]) -> str:
        """The address, with these in the places of its parts; KeyError for a part that has none."""
        bare = _PART.sub(lambda part: str(words[part[1] or part[2]]), self.pattern)
        return "/" + re.sub(r"[\^$]", "", bare)


def routes() -> list[Route]:
    """Each route, by name."""
    return sorted(_routes(get_resolver().url_patterns), key=lambda route: route.name)


def _routes(patterns: Any, start: str = "", space: str = "") -> Iterator[Route]:
    for each in patterns:
        path = start + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from _routes(each.url_patterns, path, f"{space}{each.namespace}:" if each.namespace else space)
        elif isinstance(each, URLPattern):
            # Django's administration keeps an address of old without a name, which leads to the record's page.
            name = f"{space}{each.name or path}"
            yield Route(name, path, ("POST",) if name in POSTED_TO else _methods(each.callback))


def _methods(view: Any) -> tuple[str, ...]:
    """What the view says that it answers; a function says nothing, and is taken to be read."""
    if actions := getattr(view, "actions", None):
        return tuple(method for method in METHODS if method.lower() in actions)
    kind = getattr(view, "view_class", None) or getattr(view, "cls", None)
    return tuple(method for method in METHODS if hasattr(kind, method.lower())) if kind else ("GET",)


def strange(address: str) -> str:
    """The same address, with ids that nothing has."""
    return _IDS.sub(lambda found: str(uuid5(SOMEBODY, found[0])), address)


def without_ids(text: str) -> str:
    """The text, without what differs from one answer to the next: ids, and what protects a form or a page."""
    secrets = r'(name="csrfmiddlewaretoken" value|csrfToken|csrf_token|nonce)(=|: ?)"[^"]*"'
    return re.sub(secrets, "", _IDS.sub("", text))


@cache
def schema() -> dict[str, Any]:
    """The OpenAPI document."""
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return document


@dataclass(frozen=True)
class Operation:
    """One path and method of the document."""

    path: str
    method: str
    route: str
    media: str
    is_required: bool


@cache
def operations() -> dict[tuple[str, str], Operation]:
    """What the document offers, by the name of the route and the method."""
    found = [_operation(path, method, told) for path, methods in schema()["paths"].items() for method, told in methods.items()]
    return {(each.route, each.method): each for each in found}


def _operation(path: str, method: str, told: dict[str, Any]) -> Operation:
    content = told.get("requestBody", {}).get("content", {})
    media, body = next(iter(content.items()), ("application/json", {"schema": {}}))
    shape = body["schema"]
    if "$ref" in shape:
        shape = schema()["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    return Operation(path, method.upper(), _name_at(path), media, bool(shape.get("required")))


def _name_at(path: str) -> str:
    return resolve(re.sub(r"\{\w+\}", str(SOMEBODY), path)).view_name
