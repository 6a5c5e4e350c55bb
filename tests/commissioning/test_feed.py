"""The feed of events shows each reader what they may read, in the order in which it was written down, and misses nothing."""

import threading
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection, transaction
from rest_framework.test import APIClient

from commissioning import clock, feed, trail
from commissioning.actions.organisations import describe_organisation
from commissioning.models import ClockJob, Organisation, Role, TrailEntry
from tests.factories import people as cast

JOB = ClockJob("test")
DOCKET = "8a4b1f5e-7f43-4a52-8d07-3c1f3f0e9f11"
NO_PLACES = (
    f"0001-01-01T00:00:00+23:59 {DOCKET} 1",
    f"2026-03-02T12:00:00 {DOCKET} 1",
    f"2026-03-02T12:00:00Z {DOCKET} 99999999999999999999",
    "2026-03-02T12:00:00Z 17 1",
)


def _written(place):
    return urlsafe_b64encode(place.encode()).decode()


def ask(user, **query):
    api = APIClient()
    api.force_authenticate(user)
    return api.get("/api/v1/events/", query)


def follow(user, answer, **query):
    return ask(user, cursor=parse_qs(urlsplit(answer.data["next"]).query)["cursor"][0], **query)


@pytest.fixture
def hillingdon(db):
    return cast.commissioner()


@pytest.fixture
def lead(hillingdon):
    return cast.person(hillingdon, Role.PROCUREMENT_LEAD)


def rename(organisation, *names):
    for name in names:
        describe_organisation(organisation.pk, name=name, by=JOB)


def test_a_reader_follows_next_through_every_event_and_then_waits_there(hillingdon, lead):
    rename(hillingdon, *"abcde")
    first = ask(lead, page_size=2)
    second = follow(lead, first, page_size=2)
    third = follow(lead, second, page_size=2)
    assert [[event["number"] for event in page.data["results"]] for page in (first, second, third)] == [[1, 2], [3, 4], [5]]
    waiting = follow(lead, third)
    assert waiting.data["results"] == []
    assert urlsplit(waiting.data["next"]).query == urlsplit(third.data["next"]).query.replace("&page_size=2", "")
    rename(hillingdon, "f")
    assert [event["facts"]["after"] for event in follow(lead, waiting).data["results"]] == [{"name": "f"}]


def test_a_reader_sees_the_dockets_that_they_may_read_and_no_others(hillingdon, lead):
    tribal = cast.organisation(Organisation.Kind.SUPPLIER, "Tribal")
    rival = cast.person(tribal, Role.BID_MANAGER)
    curator = cast.person(cast.authority(), Role.CURATOR)
    rename(hillingdon, "H")
    rename(tribal, "T")
    seen = {user.pk: {event["docket"]["title"] for event in ask(user).data["results"]} for user in (lead, rival, curator)}
    assert seen == {lead.pk: {"Hillingdon PCT"}, rival.pk: {"Tribal"}, curator.pk: {"Hillingdon PCT", "Tribal"}}
    assert APIClient().get("/api/v1/events/").status_code == 401


def test_events_are_filtered_by_docket_verb_and_since(hillingdon, lead):
    curator = cast.person(cast.authority(), Role.CURATOR)
    other = cast.commissioner("Northamptonshire PCT")
    rename(hillingdon, "a", "b")
    rename(other, "c")
    assert len(ask(curator, docket=str(other.docket_id)).data["results"]) == 1
    assert len(ask(curator, verb="describe_organisation").data["results"]) == 3
    assert ask(curator, verb="open_bids").data["results"] == []
    last = TrailEntry.objects.latest("recorded_at").recorded_at
    assert len(ask(curator, since=last.isoformat()).data["results"]) >= 1


@pytest.mark.parametrize("cursor", ["nonsense", "AAAA", "MjAyNi0wMy0wMiAx", "é", *map(_written, NO_PLACES)])
def test_a_cursor_that_is_not_ours_is_refused_with_a_sentence(lead, cursor):
    answer = ask(lead, cursor=cursor)
    assert answer.status_code == 404
    assert "not one of ours" in answer.data["errors"][0]["detail"]


def test_a_bad_filter_names_its_field(lead):
    answer = ask(lead, since="yesterday")
    assert (answer.status_code, answer.data["errors"][0]["attr"]) == (400, "since")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_feed_stops_before_a_writer_that_has_not_committed_and_misses_nothing():
    hillingdon, other = cast.commissioner(), cast.commissioner("Northamptonshire PCT")
    curator = cast.person(cast.authority(), Role.CURATOR)
    rename(other, "before")
    written, go_on = threading.Event(), threading.Event()

    def slow_writer():
        with transaction.atomic():
            rename(hillingdon, "slow")
            written.set()
            go_on.wait(30)
        connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    assert written.wait(30)
    rename(other, "quick")
    first = ask(curator)
    names = [event["facts"]["after"]["name"] for event in first.data["results"]]
    go_on.set()
    writer.join()
    names += [event["facts"]["after"]["name"] for event in follow(curator, first).data["results"]]
    assert names == ["before", "slow", "quick"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_backup_that_reads_for_hours_does_not_hold_up_the_feed():
    hillingdon, curator = cast.commissioner(), cast.person(cast.authority(), Role.CURATOR)
    reading, go_on = threading.Event(), threading.Event()

    def backup():
        with transaction.atomic():
            Organisation.objects.count()
            reading.set()
            go_on.wait(30)
        connection.close()

    reader = threading.Thread(target=backup)
    reader.start()
    assert reading.wait(30)
    rename(hillingdon, "meanwhile")
    names = [event["facts"]["after"]["name"] for event in ask(curator).data["results"]]
    go_on.set()
    reader.join()
    assert names == ["meanwhile"]


@pytest.mark.django_db
def test_the_feed_costs_the_same_for_ten_events_and_for_two_hundred(hillingdon, lead, django_assert_max_num_queries):
    rename(hillingdon, *(str(number) for number in range(10)))
    api = APIClient()
    api.force_authenticate(lead)
    with django_assert_max_num_queries(10) as few:
        api.get("/api/v1/events/", {"page_size": 1000})
    rename(hillingdon, *(f"{number}x" for number in range(200)))
    with django_assert_max_num_queries(len(few)):
        assert len(api.get("/api/v1/events/", {"page_size": 1000}).data["results"]) == 210


def test_events_of_one_moment_are_told_docket_by_docket_and_split_between_pages_without_loss(hillingdon, lead, monkeypatch):
    """One transaction may write several entries of several dockets at the same microsecond."""
    curator = cast.person(cast.authority(), Role.CURATOR)
    other = cast.commissioner("Northamptonshire PCT")
    monkeypatch.setattr(clock, "when_written", lambda: cast.NOON)
    for docket in (hillingdon.docket, other.docket, hillingdon.docket, other.docket):
        trail.append(docket.pk, at=cast.NOON, by=JOB, verb="x", subject=lead, facts={})
    seen, answer = [], ask(curator, verb="x", page_size=1)
    for _ in range(5):
        seen += [(event["docket"]["id"], event["number"]) for event in answer.data["results"]]
        answer = follow(curator, answer, verb="x", page_size=1)
    assert len(seen) == 4
    assert seen == sorted(seen)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_event_written_while_the_feed_was_being_asked_for_waits_for_the_next_asking(monkeypatch):
    """Whatever is written after the feed has looked which writers are under way could overtake one of them."""
    hillingdon = cast.commissioner()
    lead = cast.person(hillingdon, Role.PROCUREMENT_LEAD)
    look = feed._settled_until

    def somebody_writes():
        rename(hillingdon, "late")
        connection.close()

    def look_and_then_somebody_writes():
        horizon = look()
        writer = threading.Thread(target=somebody_writes)
        writer.start()
        writer.join()
        return horizon

    monkeypatch.setattr(feed, "_settled_until", look_and_then_somebody_writes)
    first = ask(lead)
    assert first.data["results"] == []
    monkeypatch.undo()
    assert [event["facts"]["after"]["name"] for event in ask(lead).data["results"]] == ["late"]
