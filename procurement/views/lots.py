"""Pages on which a lot of a draft tender is put together."""

from django.urls import URLPattern, path

from commissioning.pages import Act, act_paths
from commissioning.question_forms import QuestionsForm
from commissioning.row_pages import RowsPage
from procurement.actions import lots
from procurement.forms.lots import CopyFromLot, CopyQuestions, LotForm
from procurement.forms.rows import CriteriaForm, PriceScheduleForm
from procurement.models import Lot

ACTS = (
    Act(lots.change_lot, "Change the lot", button="Save", form=LotForm, done="The lot is saved."),
    Act(
        lots.copy_questions,
        "Copy the questions of another lot",
        "They take the place of those that this lot has, with all that is said of them. You can change them afterwards.",
        button="Copy",
        form=CopyQuestions,
        done="The questions are copied.",
        primary=False,
    ),
    Act(
        lots.copy_from_lot,
        "Copy from another lot",
        "What you copy takes the place of what this lot has. You can change it afterwards.",
        button="Copy",
        form=CopyFromLot,
        done="Copied.",
        primary=False,
    ),
    Act(lots.remove_lot, "Remove the lot", "Its criteria, questions and price schedule go with it.", button="Remove", done="The lot is removed."),
)
CRITERIA = Act(
    lots.set_criteria,
    "Say what bids are judged on",
    "The weights sum to exactly 100, and exactly one criterion is for price. To take a row out, empty it.",
    button="Save",
    form=CriteriaForm,
    done="The criteria are saved.",
    template="layouts/rows.html",
)
QUESTIONS = Act(
    lots.set_questions,
    "Ask the bidders",
    "Evaluators judge quality by the answers. To take a question out, tick the box at its end. Once the tender is issued nothing here changes.",
    button="Save",
    form=QuestionsForm,
    done="The questions are saved.",
    template="procurement/tenders/questions.html",
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


class LotRowsPage(RowsPage):
    """Rows of a lot."""

    model = Lot


class CriteriaPage(LotRowsPage):
    """What a lot is judged on."""

    act = CRITERIA


class QuestionsPage(LotRowsPage):
    """What a lot asks."""

    act = QUESTIONS


class PriceSchedulePage(LotRowsPage):
    """What a lot has priced."""

    act = PRICES


urlpatterns: list[URLPattern] = [
    path("<uuid:pk>/set-criteria/", CriteriaPage.as_view(), name="set_criteria"),
    path("<uuid:pk>/set-questions/", QuestionsPage.as_view(), name="set_questions"),
    path("<uuid:pk>/set-price-schedule/", PriceSchedulePage.as_view(), name="set_price_schedule"),
    *act_paths(Lot, ACTS),
]
