"""A person's deadlines from every floor, and the secret link by which a calendar program fetches them."""

from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from icalendar import Calendar, Event

from commissioning import registry
from commissioning.models import User

# From each floor; more than anybody can keep in view.
MOST = 500
_signer = Signer(salt="commissioning.calendars")


def deadlines_of(user: User, at: datetime) -> list[registry.Deadline]:
    """What the person may see of every floor's deadlines, the soonest first."""
    return sorted((deadline for provider in registry.deadlines for deadline in islice(provider(user, at), MOST)), key=lambda one: (one.at, one.title))


def upcoming(user: User, at: datetime) -> list[registry.Deadline]:
    """Those of them that are still to come."""
    return [deadline for deadline in deadlines_of(user, at) if deadline.at >= at]


def link_of(user: User) -> str:
    """The whole address of the person's feed: whoever has it reads what they may see, until they ask for a new one."""
    token = _signer.sign(f"{user.pk}-{user.calendar_link}")
    return f"{settings.SITE_URL}{reverse('calendar_feed', args=[token])}"


def person_of(token: str) -> User | None:
    """Whose feed the link is; None if it was not signed by us or has been replaced, or the account is closed."""
    try:
        pk, _, number = _signer.unsign(token).rpartition("-")
        return User.objects.filter(pk=UUID(pk), calendar_link=int(number), is_active=True).first()
    except (BadSignature, ValueError):
        return None


def as_icalendar(deadlines: list[registry.Deadline], at: datetime) -> bytes:
    """The deadlines as iCalendar (RFC 5545), each a moment without length, in UTC."""
    calendar = Calendar()
    calendar.add("prodid", "-//Framework procurement//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Procurement deadlines")
    for deadline in deadlines:
        event = Event()
        event.add("uid", f"{deadline.uid}@{urlsplit(settings.SITE_URL).hostname}")
        event.add("dtstamp", at)
        event.add("dtstart", deadline.at)
        event.add("dtend", deadline.at)
        event.add("summary", deadline.title)
        event.add("url", f"{settings.SITE_URL}{deadline.href}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
