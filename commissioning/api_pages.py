"""How the API cuts long lists into pages."""

from typing import Any

from rest_framework.pagination import CursorPagination


class Pages(CursorPagination):
    """Keyset pages, newest first; no count is taken."""

    ordering: Any = ("-created_at", "-id")
    page_size = 25
    page_size_query_param = "page_size"
    max_page_size = 100
