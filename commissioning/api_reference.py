"""The API's description: made once in a process, for it is the same for everybody; and taken apart for a page that people read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.utils.encoding import force_bytes
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Field:
    """Something to send: in the address, a header or the body."""

    name: str
    kind: str
    where: str
    required: bool
    description: str = ""


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked of the API."""

    method: str
    path: str
    description: str
    needs_sign_in: bool
    fields: list[Field] = field(default_factory=list)


@cache
def description() -> dict[str, Any]:
    """The API in OpenAPI."""
    told: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return told


@cache
def _written(renderer: type[BaseRenderer]) -> bytes:
    return force_bytes(renderer().render(description(), renderer_context={}))


class Description(SpectacularAPIView):
    """The API's description in OpenAPI, as YAML or as JSON."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """As it was made when somebody first asked."""
        renderer = request.accepted_renderer
        headers = {"Content-Disposition": f'inline; filename="{self._get_filename(request, None)}"'}
        return HttpResponse(
            _written(renderer.__class__),  # type: ignore[arg-type]
            content_type=renderer.media_type,
            headers=headers,
        )


@cache
def operations() -> dict[str, list[Operation]]:
    """Every operation, by the noun of its path."""
    schema = description()
    groups: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        noun = path.removeprefix("/api/v1/").split("/")[0]
        groups.setdefault(noun, []).extend(_operation(schema, path, method, methods[method]) for method in _METHODS if method in methods)
    return groups


def _operation(schema: dict[str, Any], path: str, method: str, told: dict[str, Any]) -> Operation:
    is_open = {} in told.get("security", [{}])
    return Operation(method.upper(), path, told.get("description", ""), not is_open, [*_parameters(told), *_body(schema, told)])


def _parameters(told: dict[str, Any]) -> Iterator[Field]:
    for one in told.get("parameters", ()):
        if one["in"] != "path":
            yield Field(one["name"], _kind(one.get("schema", {})), one["in"], one.get("required", False), one.get("description", ""))


def _body(schema: dict[str, Any], told: dict[str, Any]) -> Iterator[Field]:
    for content in list(told.get("requestBody", {}).get("content", {}).values())[:1]:
        shape = _resolved(schema, content["schema"])
        for name, one in shape.get("properties", {}).items():
            yield Field(name, _kind(one), "body", name in shape.get("required", ()), one.get("description", ""))


def _resolved(schema: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    """The shape itself, where only its name is given."""
    if "$ref" not in shape:
        return shape
    named: dict[str, Any] = schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    return named


def _kind(shape: dict[str, Any]) -> str:
    """What a value must be, in a word or two."""
    if shape.get("type") == "array":
        return f"list of {_kind(shape['items'])}"
    if "enum" in shape:
        return "one of " + ", ".join(str(value) for value in shape["enum"])
    if one := next(iter(shape.get("allOf") or shape.get("oneOf") or ()), None):
        return _kind(one)
    if "$ref" in shape:
        return shape["$ref"].rpartition("/")[2]
    return str(shape.get("format") or shape.get("type") or "anything")
