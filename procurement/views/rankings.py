"""The ranking of each lot, and the score sheet as a file."""

from typing import Any

from django.http import HttpRequest
from django.urls import path

from commissioning.spreadsheets import csv_response, xlsx_response
from procurement import score_sheets
from procurement.models import Result
from procurement.panel import bidder_of, prices_are_open
from procurement.standings import Standing, standings
from procurement.views.evaluations import ReadersPage


class RankingPage(ReadersPage):
    """How the bids of each lot came out, and what a reader must know before relying on the order."""

    verb = "read_submission"
    template_name = "procurement/evaluations/ranking.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The frozen results of each lot, with what makes their order fragile."""
        tender = self.record
        is_frozen = prices_are_open(tender)
        found = Result.objects.visible_to(self.viewer).filter(lot__tender=tender)
        results = list(found.select_related("submission__bid__invitation__supplier__organisation")) if is_frozen else []
        by_lot = {standing.lot.pk: standing for standing in standings(tender)} if results else {}
        lots = [
            {"lot": lot, "results": [result for result in results if result.lot_id == lot.pk], "cautions": _cautions(by_lot.get(lot.pk))}
            for lot in tender.lots.order_by("number")
        ]
        return {**super().get_context_data(**kwargs), "title": "Ranking", "lots": lots, "is_frozen": is_frozen, "bidder_of": bidder_of}


def _cautions(standing: Standing | None) -> list[str]:
    """What made the order, or could unmake it, in sentences."""
    if standing is None:
        return []

    def names(keys: Any) -> str:
        return " and ".join(bidder_of(standing.bids[key]) for key in keys)

    partings = [
        f"{names(parting.above)} and {names(parting.below)} have the same total; {parting.by} put the first before the second."
        for parting in standing.ranking.partings
    ]
    ties = [f"{names(tie)} came out equal in everything that was declared. The chair put them in order." for tie in standing.ranking.ties]
    reversals = [
        f"Without {names([reversal.without])}, {names(reversal.first)} would come first: the price formula depends on which bids are compared."
        for reversal in standing.ranking.reversals
    ]
    return [*partings, *ties, *reversals]


class ScoreSheetFile(ReadersPage):
    """The score sheet as a file."""

    verb = "read_submission"

    def name(self) -> str:
        """What the file is called."""
        return f"Score sheet {self.record.reference}"


class ScoreSheetCsv(ScoreSheetFile):
    """As CSV."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file, as it is read."""
        return csv_response(self.name(), score_sheets.HEADINGS, score_sheets.rows(self.record, self.viewer))


class ScoreSheetXlsx(ScoreSheetFile):
    """As XLSX."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file."""
        return xlsx_response(self.name(), score_sheets.HEADINGS, score_sheets.rows(self.record, self.viewer))


urlpatterns = [
    path("<uuid:pk>/ranking/", RankingPage.as_view(), name="ranking"),
    path("<uuid:pk>/scores.csv", ScoreSheetCsv.as_view(), name="scores_csv"),
    path("<uuid:pk>/scores.xlsx", ScoreSheetXlsx.as_view(), name="scores_xlsx"),
]
