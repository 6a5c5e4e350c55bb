"""Drafting a framework or its next version: a list of tasks, each a page of its own, a check of what the law demands, and publishing."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.urls import URLPattern, path, reverse

from commissioning.pages import Act, OwnPage, act_href, act_paths, find_visible
from commissioning.row_pages import RowsPage
from suppliers.actions import framework_versions, frameworks, terms
from suppliers.configuration import content_of, differences
from suppliers.demands import Demand, demands, missing
from suppliers.forms import terms as forms
from suppliers.models import Framework

SAVED = "Saved."


def is_changed(framework: Framework) -> bool:
    """Whether there is something to publish: a draft, or changes that wait for the next version."""
    return framework.status == Framework.Status.DRAFT or bool(framework.changes)


# What the content of a version is made of.
RELATED = ("authority", "regime", "appeal_rule", "standstill_rule", "tender_rule")
CRITERIA = Act(
    terms.set_award_criteria,
    "Set the award criteria",
    "Criteria that are part of the same one weigh exactly 100 together. What one weighs in the whole is the product of the weights on the way "
    "to it. To take a row out, empty it.",
    button="Save",
    form=forms.SetAwardCriteria,
    done="The criteria are saved.",
    template="layouts/rows.html",
)
# Reached from the list of tasks, and so not offered again as buttons.
TASKS = (
    Act(frameworks.describe_framework, "Describe the framework", button="Save", form=forms.DescribeFramework, done=SAVED),
    Act(terms.set_term, "Set the term", button="Save", form=forms.SetTerm, done=SAVED),
    Act(terms.set_periods, "Set the periods", button="Save", form=forms.SetPeriods, done=SAVED),
    Act(
        terms.set_timing,
        "Set the timetable of call-offs and appeals",
        "A call-off's dates are proposed by these rules, and the clocks of an appeal run by them. Other rules are added in the administration.",
        button="Save",
        form=forms.SetTiming,
        done=SAVED,
    ),
    Act(terms.set_buyers, "Say who may buy", "Nobody else can draft a tender under the framework.", button="Save", form=forms.SetBuyers, done=SAVED),
    Act(terms.set_price_and_fee, "State the price and the fee", button="Save", form=forms.SetPriceAndFee, done=SAVED),
    Act(terms.describe_selection, "Describe the selection process", button="Save", form=forms.DescribeSelection, done=SAVED),
    Act(terms.set_reopening, "Say whether it is open", button="Save", form=forms.SetReopening, done=SAVED),
    Act(
        terms.set_agreement_terms,
        "Write the terms of the agreement",
        "A listed supplier is asked in a call-off once it has signed them and you have countersigned. After the framework is published they change "
        "by variations alone.",
        button="Save",
        form=forms.SetAgreementTerms,
        done=SAVED,
    ),
    Act(
        terms.set_letters,
        "Write paragraphs for letters",
        "They go into the letters of these kinds that are sent under the framework. A letter without a paragraph of yours is sent as it is.",
        button="Save",
        form=forms.SetLetters,
        done="The letters are saved.",
    ),
    Act(frameworks.remove_part, "Take a part out", button="Take it out", form=forms.RemovePart, done="It is taken out."),
)
ACTS = (
    Act(
        framework_versions.publish_framework,
        "Publish the framework",
        "Everybody reads this version from then on, and it never changes. With the first one the framework is in force, and its lists and areas are "
        "fixed; what is drafted after that becomes the next version.",
        button="Publish it now",
        done="The version is published.",
        when=lambda framework, at: is_changed(framework) and not missing(framework),
    ),
    Act(
        framework_versions.discard_changes,
        "Discard what is drafted",
        "What was drafted for the next version is forgotten. What is in force stays.",
        done="What was drafted is forgotten.",
        when=lambda framework, at: bool(framework.changes),
        primary=False,
    ),
)
# The tasks in the order of the list: title, act, and the codes of the demands that it meets.
LISTED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Description and law", "describe_framework", ("description",)),
    ("Term", "set_term", ("term",)),
    ("Lists", "add_list", ("lists",)),
    ("Areas", "add_area", ("areas",)),
    ("Services", "add_service", ("services",)),
    ("Entitled buyers", "set_buyers", ("buyers",)),
    ("Award criteria", "set_award_criteria", ("criteria",)),
    ("Price, value and fee", "set_price_and_fee", ("price", "value", "fee")),
    ("Selection process", "describe_selection", ("selection",)),
    ("Whether it is open", "set_reopening", ("openness", "reopening")),
    ("Periods", "set_periods", ("periods",)),
    ("Timetable of call-offs and appeals", "set_timing", ()),
    ("Agreement that suppliers sign", "set_agreement_terms", ()),
    ("Letters", "set_letters", ()),
)


def tasks(framework: Framework, asked: list[Demand]) -> list[dict[str, Any]]:
    """The tasks that can be done now, as the component takes them; a change that waits for the next version says so."""
    may = [task for task in LISTED if framework.MOVES[task[1]].may_start_from(framework.status)]
    return [_task(framework, title, verb, [demand for demand in asked if demand.code in codes]) for title, verb, codes in may]


def _task(framework: Framework, title: str, verb: str, asked: list[Demand]) -> dict[str, Any]:
    lacking = " ".join(demand.missing for demand in asked if demand.missing)
    status: dict[str, Any] = {"text": "Done"} if asked else {"text": "Optional"}
    if lacking:
        status = {"tag": {"text": "To do", "colour": "blue"}}
    hint = {"hint": {"text": lacking}} if lacking else {}
    return {"title": {"text": title}, "href": reverse(f"framework:{verb}", args=[framework.pk]), "status": status, **hint}


def drafting_context(framework: Framework) -> dict[str, Any]:
    """What whoever curates a framework sees of its next version: the tasks, and what differs from what is in force."""
    asked, latest = demands(framework), framework.versions.first()
    found = differences(latest.content, content_of(framework.drafted())) if latest and framework.changes else []
    return {
        "tasks": tasks(framework, asked),
        "demands": [(each, act_href_of(framework, each.verb)) for each in asked],
        "missing": [each for each in asked if each.missing],
        "changes": found,
        "next_number": 1 + (latest.number if latest else 0),
        "may_publish": is_changed(framework),
    }


def act_href_of(framework: Framework, verb: str) -> str:
    """Where something is put right; nowhere, if it cannot be any more."""
    may = verb in framework.MOVES and framework.MOVES[verb].may_start_from(framework.status)
    return reverse(f"framework:{verb}", args=[framework.pk]) if may else ""


class CheckPage(OwnPage):
    """What the law demands of a framework, what of it is missing, and what its next version would change."""

    template_name = "suppliers/framework_check.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """For those who may publish it."""
        framework = find_visible(Framework, self.person, self.kwargs["pk"], RELATED)
        if not self.person.has_perm("suppliers.publish_framework", framework):
            raise PermissionDenied("You may not do this.")
        return {
            **super().get_context_data(**kwargs),
            "title": f"Check: {framework}",
            "framework": framework,
            "publish_href": act_href(framework, ACTS[0]),
            **drafting_context(framework),
        }


class AwardCriteriaPage(RowsPage):
    """The tree of award criteria."""

    model = Framework
    act = CRITERIA


urlpatterns: list[URLPattern] = [
    path("<uuid:pk>/check/", CheckPage.as_view(), name="check"),
    path("<uuid:pk>/set-award-criteria/", AwardCriteriaPage.as_view(), name="set_award_criteria"),
    *act_paths(Framework, TASKS),
]
