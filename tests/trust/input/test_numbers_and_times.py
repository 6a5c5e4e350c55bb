"""Numbers and times that people type into pages: what is no number, and no day or hour in London, is refused beside its box."""

import pytest

from tests.trust.input.conftest import undone
from tests.trust.input.doors import PAGES, named
from tests.trust.input.reading import Page

pytestmark = pytest.mark.django_db
every_page = pytest.mark.parametrize("door", PAGES, ids=named)
NO_NUMBERS = ("NaN", "Infinity", "1e3", "1e308", "1e-400", "１２", "٣", "0x10", "1_000", "--1", "½", "9" * 5000, "1.23456789", "-1")
# Day, month and year.
NO_DAYS = (
    ("29", "2", "2026"),
    ("31", "4", "2026"),
    ("0", "1", "2026"),
    ("1", "13", "2026"),
    ("-1", "1", "2026"),
    ("1", "1", "0000"),
    ("1", "1", "10000"),
    ("1", "1", "26"),
    ("１", "1", "2026"),
    ("1", "1", "２０２６"),
    ("1.5", "1", "2026"),
    ("9" * 5000, "1", "2026"),
    ("1", "", "2026"),
)
NO_TIMES = ("24:00", "12:60", "25pm", "0am", "12", "noonish", "１２:00", "12:00:00", "-1:00")
# The hour that London skips, and the one that it has twice.
NO_HOURS = (("29", "3", "2026", "1:30"), ("25", "10", "2026", "1:30"), ("29", "3", "2026", "1:00"), ("25", "10", "2026", "1am"))
EDGES = (("29", "2", "2028"), ("31", "12", "9999"), ("1", "1", "0001"), ("31", "12", "2026"), ("25", "12", "2026"))


def days(form):
    return [name.removesuffix("_day") for name in form.controls if name.endswith("_day")]


def boxes(start, parts):
    return {f"{start}_{name}": part for name, part in zip(("day", "month", "year", "time"), parts, strict=False)}


def refused(here, changed):
    """Whether the page is shown again with a complaint beside one of these boxes, which hold what was typed."""
    with undone():
        response = here.post(**changed)
    assert response.status_code in (302, 400, 409), response.status_code
    if response.status_code != 400:
        return False
    controls = Page(response.content.decode()).main_form.controls
    shown = {name: (controls[name].values or [""])[0] for name in changed}
    assert shown == changed
    return any(controls[name].is_wrong for name in changed)


def numbers(here):
    return [name for name, control in here.form.controls.items() if control.is_decimal]


def its_row(here, name):
    """In a table, something in each box beside it, for an empty row is left out."""
    row = name.rpartition("-")[0]
    return {other: "12" for other in here.form.typed() if name.startswith("rows-") and other.startswith(f"{row}-")}


# A draft of a bid keeps what was typed, right or wrong, and says what is wrong: tests/procurement has its tests.
@pytest.mark.parametrize("door", [door for door in PAGES if door.name != "bid:save_bid"], ids=named)
def test_what_is_no_number_is_refused_beside_its_box(visit, door):
    here = visit(door)
    for name in numbers(here):
        for text in NO_NUMBERS:
            assert refused(here, {**its_row(here, name), name: text}), (name, text)


def test_there_are_numbers_and_moments_on_pages(visit):
    visits = {door.name: visit(door) for door in PAGES}
    assert {name for name, here in visits.items() if numbers(here)} >= {"lot:set_criteria", "lot:change_lot", "bid:save_bid"}
    assert {name for name, here in visits.items() if days(here.form)} >= {"tender:set_timeline", "framework:open_round", "listing:suspend_listing"}


@every_page
def test_what_is_no_day_or_time_is_refused_beside_its_boxes(visit, door):
    here = visit(door)
    for start in days(here.form):
        is_moment = f"{start}_time" in here.form.controls
        for parts in NO_DAYS:
            assert refused(here, boxes(start, (*parts, "12:00") if is_moment else parts)), (start, parts)
        for parts in (*NO_HOURS, *(("11", "6", "2026", time) for time in NO_TIMES)) if is_moment else ():
            assert refused(here, boxes(start, parts)), (start, parts)


@every_page
def test_days_at_the_edges_of_the_calendar_are_read_or_refused_and_break_nothing(visit, door):
    here = visit(door)
    for start in days(here.form):
        is_moment = f"{start}_time" in here.form.controls
        for parts in EDGES:
            refused(here, boxes(start, (*parts, "23:59") if is_moment else parts))
