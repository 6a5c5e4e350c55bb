"""What nobody could guess of a form: values without which the others, however good, are refused."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.trust.input.reading import Form
from tests.trust.input.stage import a_file

_LATER = {"closes_at_day": "11", "closes_at_month": "6", "closes_at_year": "2026", "closes_at_time": "12:00"}
_EARLIER = {"close_at_day": "10", "close_at_month": "6", "close_at_year": "2026", "close_at_time": "12:00"}


def _no_numbers(form: Form) -> dict[str, Any]:
    """No register's numbers, which each have a form of their own."""
    return {name: "" for name in form.controls if name.startswith("GB-") or name in ("VAT", "OTHER", "body_class")}


def _two_members(form: Form) -> dict[str, Any]:
    """Two companies of which each answers for a half."""
    companies = [choice for choice in form.controls["company_1"].choices if choice]
    none = {name: "" for name in form.controls if name.startswith(("company_", "share_"))}
    return {**none, "company_1": companies[0], "company_2": companies[1], "share_1": "50", "share_2": "50"}


def _one_after_the_other(form: Form) -> dict[str, Any]:
    """The bids in the order in which they stand."""
    return {name: str(place) for place, name in enumerate((name for name in form.controls if name.startswith("place_")), start=1)}


def _accepted_for(form: Form) -> dict[str, Any]:
    """The area for which the stage's suppliers were accepted."""
    return {"area": form.controls["area"].choices[2]}


def _every_opener(form: Form) -> dict[str, Any]:
    """All of the trust's openers, for one of them would be too few."""
    return {"openers": form.controls["openers"].choices}


def _a_sheet(form: Form) -> dict[str, Any]:
    """A sheet of commissioners."""
    return {"kind": "commissioner", "file": SimpleUploadedFile("more.csv", b"code,name\n5ZY,Oak PCT\n")}


def _no_end(form: Form) -> dict[str, Any]:
    """No end of a suspension, for the first of the decisions is none."""
    return {name: "" for name in form.controls if name.startswith("suspended_until")}


def _nothing_made_out(form: Form) -> dict[str, Any]:
    """No ground of the appeal."""
    return {name: "not_made_out" for name in form.controls if name.startswith("finding_")}


def _none_taken_out(form: Form) -> dict[str, Any]:
    """Every question stays."""
    return {name: "" for name in form.controls if name.endswith("-remove")}


def _two_and_a_third(form: Form) -> dict[str, Any]:
    """Two who assess, and somebody else who moderates."""
    people = form.controls["assessors"].choices
    return {"assessors": people[:2], "moderators": people[2:3]}


def _least_scores_alone(form: Form) -> dict[str, Any]:
    """Of each list and area no number of places beside its least score."""
    return {name: "" for name in form.controls if name.endswith("-places")}


def _no_due_dates(form: Form) -> dict[str, Any]:
    """No days by which answers and decisions are due, which have an order of their own."""
    return {name: "" for name in form.controls if name.startswith(("answers_due_at", "decisions_due_at"))}


_GIVEN: dict[str, Callable[[Form], dict[str, Any]]] = {
    "organisation:register_organisation": _no_numbers,
    "organisation:describe_organisation": _no_numbers,
    "framework:open_round": _no_due_dates,
    "admissionround:reissue_round": _no_due_dates,
    "framework:draft_framework": lambda form: {"ends_on_year": "2029", "reference": "another"},
    "framework:set_term": lambda form: {"longest_ends_on_day": "", "longest_ends_on_month": "", "longest_ends_on_year": ""},
    "framework:grant_early_release": _accepted_for,
    "supplier:register_consortium": _two_members,
    "admissionround:describe_round": lambda form: _LATER | {f"questions_{name}": value for name, value in _EARLIER.items()} | _no_due_dates(form),
    "admissionround:amend_round": lambda form: {"notice": "Another notice."},
    "admissionround:extend_round": lambda form: _LATER,
    "tender:propose_extension": lambda form: _LATER | {"contract_starts_on_month": "7"},
    "tender:propose_tender": _every_opener,
    "tender:propose_openers": _every_opener,
    "tender:settle_tie": _one_after_the_other,
    "contract:set_scope": lambda form: {"functions": form.controls["functions"].choices},
    "organisationimport:preview_import": _a_sheet,
    "breachreport:decide_breach_report": _no_end,
    "supplierchange:decide_change_of_control": _no_end,
    "supplierchange:record_new_members": _no_end,
    "supplier:tell_of_new_members": lambda form: (
        {f"{what}_{number}": "" for what in ("company", "share") for number in range(3, 7)}
        | {f"company_{number}": form.controls[f"company_{number}"].values[0] for number in (1, 2)}
        | {"share_1": "60.00", "share_2": "40.00"}
    ),
    "supplier:tell_of_change": lambda form: {"kind": "control", "new_name": ""},
    "breachreport:attach_to_breach_report": lambda form: {"file": a_file("more.txt")},
    "breachreport:attach_to_breach_reply": lambda form: {"file": a_file("more.txt")},
    "supplierchange:attach_to_change": lambda form: {"file": a_file("more.txt")},
    "appeal:attach_evidence": lambda form: {"file": a_file("more.txt")},
    "appeal:dismiss_appeal": _nothing_made_out,
    "lot:set_questions": _none_taken_out,
    "admissionround:set_round_questions": _none_taken_out,
    "admissionround:name_assessors": _two_and_a_third,
    "admissionround:set_limits": _least_scores_alone,
    "application:attach_to_application": lambda form: {"file": a_file("more.txt")},
    "tender:attach_document": lambda form: {"file": a_file("more.txt")},
    "bid:attach_to_bid": lambda form: {"file": a_file("more.txt")},
}


def given(door: str, form: Form) -> dict[str, Any]:
    """These values, by the name of their control; files are new each time."""
    return _GIVEN.get(door, lambda form: {})(form)
