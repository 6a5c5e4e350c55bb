"""Numbers and times that people type into pages: what is no number, and no day or hour in London, is refused beside its box."""

import pytest

from tests.trust.input.conftest import one_of_each, undone
from tests.trust.input.doors import PAGES, named
from tests.trust.input.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.first_home]
every_page = pytest.mark.parametrize("door", PAGES, ids=named)
NO_NUMBERS = ("NaN", "Infinity", "1e3", "1e308", "1e-400", "１２", "٣", "0x10", "1_000", "--1", "½", "9" * 5000, "1.23456789")
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
    return [name.removesuffix("_day") for name in one_of_each(form.controls) if name.endswith("_day")]


def boxes(start, parts):
    return {f"{start}_{name}": part for name, part in zip(("day", "month", "year", "time"), parts, strict=False)}


def wrong(here, changed):
    """Which of these boxes the page complains about, when it is shown again with what was typed; None if it is not."""
    with undone():
        response = here.post(**changed)
    assert response.status_code in (302, 400, 409), response.status_code
    if response.status_code != 400:
        return None
    controls = Page(response.content.decode()).main_form.controls
    assert {name: (controls[name].values or [""])[0] for name in changed} == changed
    return {name for name in changed if controls[name].is_wrong}


def all_boxes(here, parts):
    """These parts in the boxes of every day and moment of the form."""
    form = here.form
    return {name: part for start in days(form) for name, part in boxes(start, parts).items() if name in form.controls}


def numbers(here):
    return [name for name in one_of_each(here.form.controls) if here.form.controls[name].is_decimal]


def filled_rows(here):
    """Something in each box of a table's rows that hold a number, for an empty row is left out."""
    rows = {name.rpartition("-")[0] for name in numbers(here) if name.startswith("rows-")}
    return {name: "12" for name in here.form.typed() if name.rpartition("-")[0] in rows}


# A draft keeps what was typed, right or wrong, and says what is wrong: tests/procurement and tests/suppliers have its tests.
DRAFTS = ("bid:save_bid", "application:save_application")


@pytest.mark.parametrize("door", [door for door in PAGES if door.name not in DRAFTS], ids=named)
def test_what_is_no_number_is_refused_beside_its_box(visit, door):
    here = visit(door)
    for text in NO_NUMBERS if numbers(here) else ():
        found = wrong(here, {**filled_rows(here), **dict.fromkeys(numbers(here), text)})
        assert found is not None, text
        assert found >= set(numbers(here)), text
    for name in numbers(here):
        assert wrong(here, {**filled_rows(here), name: "-1"}), name


def test_there_are_numbers_and_moments_on_pages(visit):
    visits = {door.name: visit(door) for door in PAGES}
    assert {name for name, here in visits.items() if numbers(here)} >= {"lot:set_criteria", "lot:change_lot", "bid:save_bid"}
    assert {name for name, here in visits.items() if days(here.form)} >= {"tender:set_timeline", "framework:open_round", "listing:suspend_listing"}


@every_page
def test_what_is_no_day_or_time_is_refused_beside_its_boxes(visit, door):
    here = visit(door)
    starts = days(here.form)
    moments = [start for start in starts if f"{start}_time" in here.form.controls]
    tried = [(starts, (*parts, "12:00")) for parts in NO_DAYS] if starts else []
    tried += [(moments, parts) for parts in (*NO_HOURS, *(("11", "6", "2026", time) for time in NO_TIMES))] if moments else []
    for refused, parts in tried:
        found = wrong(here, all_boxes(here, parts)) or set()
        assert [start for start in refused if not found & boxes(start, parts).keys()] == [], parts


@every_page
def test_days_at_the_edges_of_the_calendar_are_read_or_refused_and_break_nothing(visit, door):
    here = visit(door)
    for parts in EDGES if days(here.form) else ():
        wrong(here, all_boxes(here, (*parts, "23:59")))
