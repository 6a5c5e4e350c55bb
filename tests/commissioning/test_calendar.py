"""The calendar and its feed show a person their own deadlines, and nobody else's."""

from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from commissioning import calendars, clock, registry
from commissioning.actions.accounts import renew_calendar_link
from commissioning.models import Role, User
from tests.factories import people as cast

pytestmark = pytest.mark.django_db
CLOSES = clock.london(2090, 3, 31, 0, 0)


@pytest.fixture
def lead():
    return cast.person(cast.commissioner(), Role.PROCUREMENT_LEAD)


@pytest.fixture
def rival():
    return cast.person(cast.commissioner("Northamptonshire PCT"), Role.PROCUREMENT_LEAD)


@pytest.fixture(autouse=True)
def deadlines(lead, monkeypatch):
    """A deadline of the lead's alone, one that all see, and one that is past."""

    def provide(user, at):
        yield registry.Deadline(CLOSES + timedelta(days=1), "Lists are published; see, \\ this", "/lists/", "lists")
        yield registry.Deadline(clock.london(2007, 5, 31), "Long past", "/", "past")
        if user == lead:
            yield registry.Deadline(CLOSES, "The tender closes", "/tenders/1/", "tender-1-closes")

    monkeypatch.setattr(registry, "deadlines", [provide])


def feed(client, user):
    return client.get(reverse("calendar_feed", args=[calendars.link_of(user).rsplit("/", 1)[1].removesuffix(".ics")]))


def events(answer):
    return {str(event["uid"]).split("@")[0]: event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_the_calendar_lists_what_is_ahead_under_its_london_month(client, lead):
    client.force_login(lead)
    months = client.get(reverse("calendar")).context_data["months"]
    assert [(month, [one.title for one in ahead]) for month, ahead in months] == [
        ("March 2090", ["The tender closes", "Lists are published; see, \\ this"])
    ]


def test_the_calendar_of_another_does_not_show_it(client, rival):
    client.force_login(rival)
    assert "The tender closes" not in client.get(reverse("calendar")).content.decode()


def test_the_feed_says_the_same_to_a_calendar_program_without_a_sign_in(client, lead, rival):
    answer = feed(client, lead)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert set(events(answer)) == {"lists", "past", "tender-1-closes"}
    closes = events(answer)["tender-1-closes"]
    assert closes.decoded("dtstart") == CLOSES
    assert str(closes["url"]).endswith("/tenders/1/")
    assert set(events(feed(client, rival))) == {"lists", "past"}


def test_the_feed_stays_one_calendar_whatever_a_title_holds(client, lead):
    assert str(events(feed(client, lead))["lists"]["summary"]) == "Lists are published; see, \\ this"


def test_a_renewed_link_ends_the_old_one(client, lead):
    old = calendars.link_of(lead)
    renew_calendar_link(lead.pk, by=lead)
    assert client.get(old.removeprefix("http://127.0.0.1:8000")).status_code == 404
    assert feed(client, User.objects.get(pk=lead.pk)).status_code == 200


def test_a_closed_account_has_no_feed(client, lead):
    User.objects.filter(pk=lead.pk).update(is_active=False)
    assert feed(client, lead).status_code == 404


@pytest.mark.parametrize("token", ["nonsense", "{pk}-1", "{pk}-1:forged", ":", "-"])
def test_a_link_that_we_did_not_sign_shows_nothing(client, lead, token):
    assert client.get(f"/calendar/{token.format(pk=lead.pk)}.ics").status_code == 404


def test_the_desk_shows_the_next_dates_and_none_that_are_past(client, lead):
    client.force_login(lead)
    assert [one.title for one in client.get(reverse("desk")).context_data["dates"]] == ["The tender closes", "Lists are published; see, \\ this"]
