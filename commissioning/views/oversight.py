"""What waits at the framework authority, how long its steps take, and how much its frameworks are used; for those who keep the register."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from commissioning import clock, registry
from commissioning.models import User
from commissioning.pages import OwnPage, signed_in
from commissioning.registry import Use
from commissioning.rules import oversees
from commissioning.spreadsheets import csv_response, json_response, xlsx_response

HEADINGS = ("framework", "commissioner", "list", "area", "tenders issued", "lots awarded", "contracts signed", "value of contracts in pounds")
MOST_BARS, MOST_ROWS = 12, 200
_DOWNLOADS = {"csv": csv_response, "xlsx": xlsx_response, "json": json_response}


def _require_may(person: User) -> None:
    if not oversees(person):
        raise PermissionDenied("This is for those who keep a framework.")


def uses_of(person: User, at: datetime) -> list[Use]:
    """What each commissioner has done for each list and area, the floors' parts added up; the largest value first."""
    told = [use for provider in registry.uses for use in provider(person, at)]
    grouped = _grouped(told, lambda use: use.place)
    return sorted((Use(place, *_totals(some)) for place, some in grouped.items()), key=_by_value)


def _grouped(uses: Iterable[Use], key: Callable[[Use], Any]) -> dict[Any, list[Use]]:
    found: dict[Any, list[Use]] = {}
    for use in uses:
        found.setdefault(key(use), []).append(use)
    return found


def _totals(uses: Iterable[Use]) -> tuple[int, int, int, Decimal]:
    some = list(uses)
    counts = (sum(use.tenders for use in some), sum(use.awards for use in some), sum(use.contracts for use in some))
    return *counts, sum((use.value for use in some), Decimal(0))


def _by_value(use: Use) -> tuple[Any, ...]:
    return -use.value, -use.contracts, -use.tenders, use.place


class Oversight(OwnPage):
    """Queues, the pace of each step, and the use of the frameworks by commissioner, list and area."""

    title = "Work and use of the framework"
    template_name = "ground/oversight.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each floor's part, gathered."""
        _require_may(self.person)
        uses = uses_of(self.person, self.at)
        return {
            **super().get_context_data(**kwargs),
            "queues": [queue for provider in registry.queues for queue in provider(self.person, self.at)],
            "paces": [pace for provider in registry.paces for pace in provider(self.person, self.at)],
            "by_buyer": self._rows(uses, lambda use: (use.place.buyer,)),
            "by_place": self._rows(uses, lambda use: (use.place.framework_list, use.place.area, use.place.framework)),
            "bars": [(buyer, value) for (buyer,), (*_, value) in self._totals(uses, lambda use: (use.place.buyer,))[:MOST_BARS] if value],
            "whole": _totals(uses),
        }

    def _totals(self, uses: list[Use], key: Callable[[Use], tuple[str, ...]]) -> list[tuple[tuple[str, ...], tuple[int, int, int, Decimal]]]:
        totals = [(place, _totals(some)) for place, some in _grouped(uses, key).items()]
        return sorted(totals, key=lambda one: (-one[1][3], -one[1][2], -one[1][0], one[0]))

    def _rows(self, uses: list[Use], key: Callable[[Use], tuple[str, ...]]) -> list[tuple[Any, ...]]:
        shown = self._totals(uses, key)[:MOST_ROWS]
        return [(*place, tenders, awards, contracts, {"amount": value, "numeric": True}) for place, (tenders, awards, contracts, value) in shown]


@login_required
def download(request: HttpRequest, kind: str) -> HttpResponseBase:
    """The use of the frameworks as CSV, XLSX or JSON: a row for each commissioner, list and area."""
    person = signed_in(request)
    _require_may(person)
    if kind not in _DOWNLOADS:
        raise Http404
    rows = [(*use.place, use.tenders, use.awards, use.contracts, use.value) for use in uses_of(person, clock.now())]
    return _DOWNLOADS[kind]("use-of-the-framework", HEADINGS, rows)
