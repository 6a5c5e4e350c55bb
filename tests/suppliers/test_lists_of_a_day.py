"""Anybody sees who stood on which list on any day, and what changed between two versions."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from commissioning import clock
from suppliers import publishing
from suppliers.actions.listings import end_listing, reinstate_listing, suspend_listing
from suppliers.models import Listing
from suppliers.publishing import Kind, changes, end_of
from tests.factories import admissions
from tests.factories.admissions import PUBLISHED_AT, published_round
from tests.factories.frameworks import supplier
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
# Published at noon on Monday 13 April; Tribal is suspended on the 14th until noon on the 20th, and BUPA leaves on the 15th.
LATER = PUBLISHED_AT + 30 * A_DAY


@pytest.fixture
def framework(curator, at):
    published_round(supplier("BUPA", "bupa"), supplier("Tribal", "tribal"))
    bupa, tribal = (Listing.objects.get(supplier__short_name=name) for name in ("bupa", "tribal"))
    suspend_listing(tribal.pk, ends_at=PUBLISHED_AT + 7 * A_DAY, reason="Looked into.", by=curator, at=PUBLISHED_AT + A_DAY)
    end_listing(bupa.pk, reason="It left.", by=curator, at=PUBLISHED_AT + 2 * A_DAY)
    at(LATER)
    return admissions.framework()


def text(answer):
    return " ".join(answer.content.decode().split())


def lists(browse, framework, **query):
    return browse(None).get(reverse("framework:list_and_area", args=[framework.pk, "micro", "performance"]), query)


def boxes(day):
    return {"as_at_day": day.day, "as_at_month": day.month, "as_at_year": day.year}


@pytest.mark.parametrize(
    ("day", "names", "is_marked"),
    [
        (date(2026, 4, 12), [], False),
        (date(2026, 4, 13), ["BUPA", "Tribal"], False),
        (date(2026, 4, 14), ["BUPA", "Tribal"], True),
        (date(2026, 4, 15), ["Tribal"], True),
        (date(2026, 4, 19), ["Tribal"], True),
        (date(2026, 4, 20), ["Tribal"], False),
    ],
)
def test_who_stood_on_a_list_on_any_day_with_the_marks_of_that_day(browse, framework, day, names, is_marked):
    for query in ({"as_at": day.isoformat()}, boxes(day)):
        answer = lists(browse, framework, **query)
        assert [entry["name"] for entry, *_ in answer.context_data["entries"]] == names
        assert ("Suspended" in text(answer)) == is_marked
        assert "as they stood at the end of" in text(answer)


def test_a_day_ends_at_midnight_in_london_and_today_ends_now():
    midnight = clock.london(2026, 4, 14)
    assert end_of(date(2026, 4, 13), LATER) == midnight - A_MOMENT
    assert end_of(date(2026, 4, 13), midnight) == midnight - A_MOMENT
    assert end_of(date(2026, 4, 13), midnight - A_MOMENT) == midnight - A_MOMENT
    assert end_of(date(2026, 4, 13), midnight - 2 * A_MOMENT) == midnight - 2 * A_MOMENT


def test_a_version_that_came_at_midnight_belongs_to_the_day_that_begins(browse, framework, curator):
    tribal = Listing.objects.get(supplier__short_name="tribal")
    end_listing(tribal.pk, reason="It left.", by=curator, at=clock.london(2026, 4, 22))
    assert [entry["name"] for entry, *_ in lists(browse, framework, as_at="2026-04-21").context_data["entries"]] == ["Tribal"]
    assert lists(browse, framework, as_at="2026-04-22").context_data["entries"] == []


def test_the_matrix_of_a_day_leads_to_its_lists_and_downloads(browse, framework):
    answer = browse(None).get(reverse("framework:lists", args=[framework.pk]), boxes(date(2026, 4, 14)))
    assert "These are the lists as they stood at the end of 14 April 2026." in text(answer)
    assert f'{reverse("framework:list_and_area", args=[framework.pk, "micro", "performance"])}?as_at=2026-04-14">2</a>' in text(answer)
    assert "lists.csv?version=2" in text(answer)


def test_a_day_before_the_first_version_says_so_and_offers_another(browse, framework):
    answer = browse(None).get(reverse("framework:lists", args=[framework.pk]), {"as_at": "2007-06-01"})
    assert "Nothing had been published by the end of 1 June 2007." in text(answer)
    assert "Show the lists of that day" in text(answer)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"as_at_day": "31", "as_at_month": "2", "as_at_year": "2026"}, "There is no such day in the calendar."),
        ({"as_at_day": "1", "as_at_month": "", "as_at_year": "2026"}, "enter the month too."),
        ({"as_at_day": "14", "as_at_month": "5", "as_at_year": "2026"}, "That day is still to come."),
    ],
)
def test_a_day_that_there_is_not_is_refused_and_what_was_typed_stays(browse, framework, typed, says):
    answer = browse(None).get(reverse("framework:lists", args=[framework.pk]), typed)
    assert answer.status_code == 400
    assert says in text(answer)
    assert f'value="{typed["as_at_day"]}"' in text(answer)


@pytest.mark.parametrize("day", ["yesterday", "2026-02-31", "2026-13-01", "20260413", "２０２６-04-13", "\x00"])
def test_an_address_with_no_day_in_it_is_not_found(browse, framework, day):
    for name, args in (("framework:lists", ()), ("framework:download", ("csv",))):
        assert browse(None).get(reverse(name, args=[framework.pk, *args]), {"as_at": day}).status_code == 404


def test_the_lists_of_a_day_are_downloaded(browse, framework):
    answer = browse(None).get(reverse("framework:download", args=[framework.pk, "csv"]), {"as_at": "2026-04-14"})
    assert answer["Content-Disposition"] == 'attachment; filename="fesc-lists-version-2.csv"'
    rows = list(csv.reader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(row[3], bool(row[5])) for row in rows[1:]] == [("bupa", False), ("tribal", True)]
    for day in ("2026-04-12", "2026-05-14"):
        assert browse(None).get(reverse("framework:download", args=[framework.pk, "json"]), {"as_at": day}).status_code == 404


def test_the_api_gives_the_lists_of_a_day(framework):
    api, address = APIClient(), f"/api/v1/frameworks/{framework.pk}/published-lists/"
    for query, names in (({}, ["tribal"]), ({"as_at": "2026-04-14"}, ["bupa", "tribal"])):
        assert sorted(entry["short_name"] for entry in api.get(address, query).json()["entries"]) == names
    assert api.get(address, {"as_at": "2026-04-12"}).status_code == 404
    for query in ({"as_at": "soon"}, {"as_at": "2026-05-14"}, {"day": "2026-04-14"}):
        answer = api.get(address, query)
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, next(iter(query)))


# What changed.


def entry(name="BUPA", **words):
    fixed = {"list": "micro", "area": "performance", "supplier": "1", "short_name": "bupa", "listing": "1"}
    return {**fixed, "name": name, "suspended_until": None, **words}


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ([], [], []),
        ([entry()], [entry()], []),
        ([], [entry()], [(Kind.JOINED, "Listed")]),
        ([entry()], [], [(Kind.LEFT, "No longer listed")]),
        ([entry()], [entry(listing="2")], [(Kind.LISTED_ANEW, "Taken off the list, and listed anew")]),
        ([entry()], [entry("Bupa Ltd")], [(Kind.RENAMED, "Renamed: it was BUPA")]),
        (
            [entry()],
            [entry(suspended_until="2026-04-20T11:00:00.000000Z")],
            [(Kind.SUSPENDED, "Suspended until Monday 20 April 2026 at 12 noon")],
        ),
        ([entry(suspended_until="2026-04-20T11:00:00.000000Z")], [entry()], [(Kind.RETURNED, "No longer suspended")]),
        ([entry()], [entry(area="engagement")], [(Kind.JOINED, "Listed"), (Kind.LEFT, "No longer listed")]),
    ],
)
def test_what_two_versions_say_differently_has_a_name(before, after, found):
    assert [(change.kind, change.words) for change in changes(before, after)] == found


def test_the_page_compares_any_two_versions_and_begins_with_the_last_two(browse, framework):
    address = reverse("framework:list_changes", args=[framework.pk])
    for query, said in (
        ({}, ["BUPA", "No longer listed"]),
        ({"since": 1, "version": 2}, ["Tribal", "Suspended until Monday 20 April 2026 at 12 noon"]),
        ({"since": 0, "version": 1}, ["From the time before anything was published", "BUPA", "Tribal"]),
    ):
        shown = text(browse(None).get(address, query))
        assert [words for words in said if words not in shown] == []
    assert "since=1&amp;version=2" in text(browse(None).get(reverse("framework:versions", args=[framework.pk])))


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"since": 1, "version": 4}, "There is no such version. The latest is 3."),
        ({"since": 2, "version": 2}, "Choose an earlier version to compare with."),
        ({"since": "one", "version": 2}, "whole number"),
        ({"version": 2}, "Fill in “From version”."),
    ],
)
def test_versions_that_cannot_be_compared_are_refused_with_what_to_do(browse, framework, query, says):
    answer = browse(None).get(reverse("framework:list_changes", args=[framework.pk]), query)
    assert answer.status_code == 400
    assert says in text(answer)


def test_before_anything_is_published_there_is_nothing_to_compare(browse):
    assert browse(None).get(reverse("framework:list_changes", args=[admissions.framework().pk])).status_code == 404


def test_the_api_says_what_a_version_changed(framework, curator):
    reinstate_listing(Listing.objects.get(supplier__short_name="tribal").pk, reason="Cleared.", by=curator, at=PUBLISHED_AT + 3 * A_DAY)
    api = APIClient()
    (last, *_) = api.get("/api/v1/publications/", {"framework": str(framework.pk)}).json()["results"]
    address = f"/api/v1/publications/{last['id']}/changes/"
    assert [(each["kind"], each["short_name"]) for each in api.get(address).json()] == [("returned", "tribal")]
    assert [(each["kind"], each["short_name"]) for each in api.get(address, {"since": 1}).json()] == [("left", "bupa")]
    assert len(api.get(address, {"since": 0}).json()) == 1
    for wrong in (4, -1, "x", 2**40):
        assert api.get(address, {"since": wrong}).status_code == 400
    assert publishing.is_to_come(date(2026, 5, 14), LATER)
