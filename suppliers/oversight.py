"""What this floor tells those who keep a framework: what waits for them, and how long its steps take."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F

from commissioning import registry
from commissioning.clock import from_wall, in_london
from commissioning.models import PeriodRule
from commissioning.pace import MOST_STEPS, Pace, Taken, pace_of
from commissioning.registry import DeskItem, Queue
from commissioning.working_days import working_days
from suppliers import agreement_providers, appeal_providers, change_providers, offer_providers
from suppliers.models import AdmissionRound, Appeal, EarlyRelease, Framework, FurtherInformation, Suspension
from suppliers.providers import to_decide, to_publish
from suppliers.waiting import OFFICER, waits_for, with_papers

MOST = 50
# A framework is announced as expiring so many days before its last day: time for its successor.
SOON = timedelta(days=365)


def register() -> None:
    """Add them to the registry."""
    registry.queues.append(queues)
    registry.paces.append(paces)


def queues(user: Any, at: datetime) -> Iterator[Queue]:
    """To decide, to hear, to publish, and what expires."""
    appeals = list(_appeals(user, at))
    decide = [*to_decide(user, at), *(item for item, is_to_hear in appeals if not is_to_hear)]
    yield Queue("To decide", decide, "No round or appeal waits for a decision.")
    yield Queue("To hear", [item for item, is_to_hear in appeals if is_to_hear], "No appeal waits to be heard.")
    yield Queue("To publish", list(to_publish(user, at)), "No lists wait to be published.")
    yield Queue(
        "Changes of suppliers",
        list(change_providers.to_act_on(user, at)),
        "No supplier has told of anything that could be acted on.",
    )
    yield Queue("Agreements", list(agreement_providers.to_countersign(user, at)), "No agreement waits to be countersigned.")
    yield Queue("Offers", list(offer_providers.to_approve(user, at)), "No supplier has proposed what it offers.")
    expiring = sorted(_expiring(user, at), key=lambda item: (item.due_at is None, item.due_at, item.title))
    yield Queue("Expiring", expiring[:MOST], "No framework ends within a year, and no suspension or early release runs out.")


def _appeals(user: Any, at: datetime) -> Iterator[tuple[DeskItem, bool]]:
    """Each appeal that waits for somebody, and whether that is to be heard by an officer."""
    appeals = Appeal.objects.visible_to(user).of_authorities_of(user).waiting(at)
    for appeal in with_papers(appeals).order_by("lodged_at")[:MOST]:
        if (waiting := waits_for(appeal, at)) is not None:
            is_to_hear = waiting.who == OFFICER and appeal.status in {Appeal.Status.LODGED, Appeal.Status.ACKNOWLEDGED}
            who = "" if waiting.who == OFFICER else f"{waiting.who}: "
            yield DeskItem(appeal_providers.title_of(appeal), appeal.get_absolute_url(), f"{who}{waiting.what}", waiting.by), is_to_hear


def _expiring(user: Any, at: datetime) -> Iterator[DeskItem]:
    today = in_london(at).date()
    live = Framework.objects.visible_to(user).filter(authority__in=user.organisations, status=Framework.Status.LIVE)
    for framework in live.filter(ends_on__range=(today, today + SOON)).order_by("ends_on")[:MOST]:
        yield DeskItem(framework.title, framework.get_absolute_url(), "The framework’s term ends.", _end_of(framework.ends_on))
    running = Suspension.objects.in_force(at).filter(listing__framework_list__framework__authority__in=user.organisations)
    for suspension in running.select_related("listing__supplier__organisation", "listing__framework_list", "listing__area").order_by("ends_at")[
        :MOST
    ]:
        yield DeskItem(
            str(suspension.listing), suspension.listing.get_absolute_url(), "The suspension ends, and it returns to the list.", suspension.ends_at
        )
    releases = EarlyRelease.objects.visible_to(user).in_force(at).filter(framework__authority__in=user.organisations)
    for release in releases.select_related("buyer", "framework_list", "area").order_by("expires_at")[:MOST]:
        yield DeskItem(str(release), release.get_absolute_url(), "The early release ends.", release.expires_at)


def _end_of(day: date) -> datetime:
    """Midnight at its end, in London."""
    return from_wall(datetime(day.year, day.month, day.day) + timedelta(days=1))  # noqa: DTZ001 (a wall clock's)


def paces(user: Any, at: datetime) -> Iterator[Pace]:
    """How long the steps of rounds and appeals take, against their clocks where they have one."""
    calendar = working_days(PeriodRule.Calendar.ENGLAND_AND_WALES)
    rounds = AdmissionRound.objects.visible_to(user).filter(framework__authority__in=user.organisations)
    appeals = Appeal.objects.visible_to(user).of_authorities_of(user)
    asked = FurtherInformation.objects.visible_to(user).filter(appeal__in=appeals)
    refusals = appeals.filter(against=None).annotate(
        sent_at=F("place__application__round__decisions_sent_at"), window_ends_at=F("place__application__round__appeals_end_at")
    )
    for step, records, began, ended, due, clock in (
        ("Round: from its deadline to its decisions", rounds, "closes_at", "decisions_sent_at", "", ""),
        ("Round: from the end of appeals to the published lists", rounds, "appeals_end_at", "published_at", "", ""),
        ("Appeal: from the refusal to its lodging", refusals, "sent_at", "lodged_at", "window_ends_at", "The window for appeals"),
        ("Appeal: from its lodging to its acknowledgement", appeals, "lodged_at", "acknowledged_at", "", ""),
        ("Appeal: from its lodging to its decision", appeals, "lodged_at", "decided_at", "", ""),
        ("Appeal: from its decision to its remedy", appeals, "decided_at", "carried_out_at", "", ""),
        ("Appeal: from a question to its answer", asked, "asked_at", "answered_at", "ends_at", "The time that the officer gave"),
    ):
        yield pace_of(step, _times(records, began, ended, due), calendar, clock=clock)


def _times(records: Any, began: str, ended: str, due: str) -> Iterator[Taken]:
    done = records.filter(**{f"{began}__isnull": False, f"{ended}__isnull": False}).order_by(f"-{ended}")
    names = (began, ended, due) if due else (began, ended)
    return (Taken(*moments) for moments in done.values_list(*names)[:MOST_STEPS])
