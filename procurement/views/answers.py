"""The answers of a lot's bids side by side, as a file."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path

from commissioning.spreadsheets import csv_response, xlsx_response
from procurement.actions.evaluations import read_answers
from procurement.views.evaluations import ReadersPage


class AnswersFile(ReadersPage):
    """What the bidders for one lot answered: a row for each, a column for each question. That each was read is on the trail."""

    verb = "read_submission"

    def table(self) -> tuple[str, list[str], list[list[Any]]]:
        """Its name, headings and rows."""
        lot = get_object_or_404(self.record.lots, pk=self.kwargs["lot"])
        headings, rows = read_answers(lot.pk, by=self.viewer)
        return f"Answers {self.record.reference} lot {lot.number}", headings, rows


class AnswersCsv(AnswersFile):
    """As CSV."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file."""
        return csv_response(*self.table())


class AnswersXlsx(AnswersFile):
    """As XLSX."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The file."""
        return xlsx_response(*self.table())


urlpatterns = [
    path("<uuid:pk>/lots/<uuid:lot>/answers.csv", AnswersCsv.as_view(), name="answers_csv"),
    path("<uuid:pk>/lots/<uuid:lot>/answers.xlsx", AnswersXlsx.as_view(), name="answers_xlsx"),
]
