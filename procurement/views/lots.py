"""Pages on which a lot of a draft tender is put together."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from commissioning.pages import Act, ActPage, act_paths
from procurement.actions import lots
from procurement.forms.lots import LotForm
from procurement.forms.rows import CriteriaForm, PriceScheduleForm, QuestionsForm
from procurement.models import Lot

ACTS = (
    Act(lots.change_lot, "Change the lot", button="Save", form=LotForm, done="The lot is saved."),
    Act(lots.remove_lot, "Remove the lot", "Its criteria, questions and price schedule go with it.", button="Remove", done="The lot is removed."),
)
CRITERIA = Act(
    lots.set_criteria,
    "Say what bids are judged on",
    "The weights sum to exactly 100, and exactly one criterion is for price. To take a row out, empty it.",
    button="Save",
    form=CriteriaForm,
    done="The criteria are saved.",
    template="procurement/tenders/rows.html",
)
QUESTIONS = Act(
    lots.set_questions,
    "Ask the bidders",
    "Evaluators judge quality by the answers. To take a question out, empty it.",
    button="Save",
    form=QuestionsForm,
    done="The questions are saved.",
    template="procurement/tenders/rows.html",
)
PRICES = Act(
    lots.set_price_schedule,
    "Set the price schedule",
    "Bidders price one unit of each line, in pounds without VAT. The total is each price times its quantity, added up. To take a line out, empty it.",
    button="Save",
    form=PriceScheduleForm,
    done="The price schedule is saved.",
    template="procurement/tenders/rows_table.html",
)


class RowsPage(ActPage):
    """A form of several rows, to which more can be added before it is saved."""

    model = Lot

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """More rows, or the act."""
        if "more" in request.POST:
            return self.again(self.bound_form(), status=200)
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows, for the summary of what is wrong."""
        context = super().get_context_data(**kwargs)
        return {**context, "formset": context["form"].formset}


class CriteriaPage(RowsPage):
    """What a lot is judged on."""

    act = CRITERIA


class QuestionsPage(RowsPage):
    """What a lot asks."""

    act = QUESTIONS


class PriceSchedulePage(RowsPage):
    """What a lot has priced."""

    act = PRICES


urlpatterns: list[URLPattern] = [
    path("<uuid:pk>/set-criteria/", CriteriaPage.as_view(), name="set_criteria"),
    path("<uuid:pk>/set-questions/", QuestionsPage.as_view(), name="set_questions"),
    path("<uuid:pk>/set-price-schedule/", PriceSchedulePage.as_view(), name="set_price_schedule"),
    *act_paths(Lot, ACTS),
]
