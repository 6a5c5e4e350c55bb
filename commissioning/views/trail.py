"""The whole trail of one docket, to read on the page or to check at home."""

import json
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from commissioning.canon import canonical
from commissioning.models import Docket, DocketedRecord
from commissioning.pages import OwnPage
from commissioning.reading_trail import find_chain
from commissioning.trail import first_break

PAGE = 50
# A longer chain is checked when somebody asks for it, not whenever the page is opened.
CHECKED_AT_ONCE = 1000


class Trail(OwnPage):
    """Who did what and when, newest first, and whether the chain holds."""

    template_name = "ground/trail.html"

    @cached_property
    def chain(self) -> tuple[Docket, DocketedRecord]:
        """The docket and its keeper; a stranger gets the same 404 as for nothing."""
        if (found := find_chain(self.kwargs["pk"], self.request.user)) is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of entries, and the state of the chain."""
        docket, keeper = self.chain
        window = list(self._entries(docket)[: PAGE + 1])
        next_href = f"?before={window[PAGE - 1].number}" if len(window) > PAGE else ""
        is_checked = docket.head_number <= CHECKED_AT_ONCE or "check" in self.request.GET
        return {
            **super().get_context_data(**kwargs),
            "title": f"Trail of {docket.title}",
            "docket": docket,
            "keeper": keeper,
            "entries": window[:PAGE],
            "page": {"previous_href": self.request.path if "before" in self.request.GET else "", "next_href": next_href},
            "is_checked": is_checked,
            "broken": first_break(docket) if is_checked else None,
        }

    def _entries(self, docket: Docket) -> Any:
        entries = docket.entries.order_by("-number")
        before = self.request.GET.get("before", "")
        return entries.filter(number__lt=int(before)) if before.isdecimal() and len(before) < 10 else entries


@require_safe
@login_required
def download(request: HttpRequest, pk: Any) -> StreamingHttpResponse:
    """Every entry as JSON, with what its hash covers, so that anybody can work the chain out again."""
    if (found := find_chain(pk, request.user)) is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="trail-{pk}.json"'}
    return StreamingHttpResponse(_written_out(found[0]), content_type="application/json", headers=headers)


def _written_out(docket: Docket) -> Iterator[bytes]:
    head = {"docket": str(docket.pk), "kind": docket.kind, "title": docket.title, "head": [docket.head_number, docket.head_hash]}
    yield json.dumps(head)[:-1].encode() + b', "entries": ['
    entries = docket.entries.filter(number__lte=docket.head_number).order_by("number")
    for place, entry in enumerate(entries.iterator(chunk_size=500)):
        yield (b",\n" if place else b"\n") + canonical({"content": entry.content(), "hash": entry.hash})
    yield b"\n]}\n"
