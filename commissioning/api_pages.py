"""How the API cuts long lists into pages."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from django.db.models import Q
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import BasePagination, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from commissioning.feed import IN_ORDER, Place

PAGE, MOST = 100, 1000


class Pages(CursorPagination):
    """Keyset pages, newest first; no count is taken."""

    ordering: Any = ("-created_at", "-id")
    page_size = 25
    max_page_size = 100

    def get_page_size(self, request: Request) -> int:
        """How many rows were asked for."""
        return _size(request, default=self.page_size, at_most=self.max_page_size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """What may be asked."""
        return [*super().get_schema_operation_parameters(view), _size_in_schema(self.page_size, self.max_page_size)]


class FeedPages(BasePagination):
    """Pages of the feed of events, oldest first. `next` is always there: ask for it again later to get what is new."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The page after the cursor."""
        self.request = request
        self.after = request.query_params.get("cursor", "")
        entries = queryset.filter(_beyond(self.after)) if self.after else queryset
        self.page = list(entries.order_by(*IN_ORDER)[: _size(request, default=PAGE, at_most=MOST)])
        return self.page

    def get_paginated_response(self, data: Any) -> Response:
        """The page, and where it goes on."""
        cursor = _cursor(self.page[-1]) if self.page else self.after
        here = self.request.build_absolute_uri()
        return Response({"next": replace_query_param(here, "cursor", cursor) if cursor else here, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The answer's shape."""
        properties = {"next": {"type": "string", "format": "uri"}, "results": schema}
        return {"type": "object", "required": ["next", "results"], "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """What may be asked."""
        cursor = {"name": "cursor", "in": "query", "schema": {"type": "string"}, "description": "Where the last page ended; take it from `next`."}
        return [cursor, _size_in_schema(PAGE, MOST)]


def _size(request: Request, *, default: int, at_most: int) -> int:
    text = request.query_params.get("page_size", str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= at_most):
        raise ValidationError({"page_size": [f"Give a whole number from 1 to {at_most}."]})
    return int(text)


def _size_in_schema(default: int, at_most: int) -> dict[str, Any]:
    return {"name": "page_size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": at_most, "default": default}}


def _cursor(entry: Any) -> str:
    return urlsafe_b64encode(str(Place.of(entry)).encode()).decode()


def _beyond(cursor: str) -> Q:
    try:
        return Place.read(urlsafe_b64decode(cursor.encode()).decode()).beyond()
    except ValueError as error:
        raise NotFound("This cursor is not one of ours. Leave it out to begin at the beginning.") from error
