"""What this floor tells those who keep a framework: the contracts that came of it, when they end, and how long they take to be signed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Sum

from commissioning import registry
from commissioning.clock import in_london
from commissioning.models import PeriodRule
from commissioning.pace import MOST_STEPS, Pace, Taken, pace_of
from commissioning.registry import DeskItem, Queue, Use, UsedPlace
from commissioning.wording import date_text
from commissioning.working_days import working_days
from contracts.breach_providers import title_of, to_decide
from contracts.models import NOTICE_DAYS, BreachReport, Contract
from procurement.oversight import PLACE

MOST = 50


def register() -> None:
    """Add them to the registry."""
    registry.queues.append(queues)
    registry.paces.append(paces)
    registry.uses.append(uses)


def _signed(user: Any) -> Any:
    """The contracts on the public register that came of the viewer's frameworks."""
    return Contract.objects.visible_to(user).public().filter(award__lot__tender__framework_list__framework__authority__in=user.organisations)


def queues(user: Any, at: datetime) -> Iterator[Queue]:
    """Breaches that were reported, and contracts that end soon."""
    reports = [*to_decide(user, at), *_awaited(user, at)]
    yield Queue("Breaches reported", reports[:MOST], "No report of a breach waits for a reply or a decision.")
    today = in_london(at).date()
    ending = (
        _signed(user).running(today).filter(ends_on__lte=today + timedelta(days=NOTICE_DAYS[0])).select_related("buyer", "supplier__organisation")
    )
    items = [
        DeskItem(f"{one.buyer}: {one}", one.get_absolute_url(), f"The contract with {one.supplier} ends on {date_text(one.ends_on)}.")
        for one in ending.order_by("ends_on", "pk")[:MOST]
    ]
    yield Queue("Contracts that end soon", items, f"No contract ends within {NOTICE_DAYS[0]} days.")


def _awaited(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The reports that wait for the supplier."""
    reports = BreachReport.objects.visible_to(user).with_parties().awaiting_reply(at)
    for report in reports.order_by("reply_ends_at", "pk")[:MOST]:
        yield DeskItem(title_of(report), report.get_absolute_url(), "The supplier: reply to the report.", report.reply_ends_at)


def paces(user: Any, at: datetime) -> Iterator[Pace]:
    """How long a contract takes from its award to the last signature, and a report of a breach to its reply and its decision."""
    times = _signed(user).filter(signed_at__isnull=False, award__confirmed_at__isnull=False).order_by("-signed_at")
    moments = times.values_list("award__confirmed_at", "signed_at")[:MOST_STEPS]
    calendar = working_days(PeriodRule.Calendar.ENGLAND_AND_WALES)
    yield pace_of("Contract: from the confirmed award to the last signature", (Taken(*each) for each in moments), calendar)
    reports = BreachReport.objects.visible_to(user).filter(reported_at__isnull=False)
    replied = reports.filter(replied_at__isnull=False).order_by("-replied_at").values_list("reported_at", "replied_at", "reply_ends_at")
    decided = reports.filter(decided_at__isnull=False).order_by("-decided_at").values_list("reported_at", "decided_at")
    yield pace_of(
        "Breach: from the report to the reply", (Taken(*each) for each in replied[:MOST_STEPS]), calendar, clock="The time that the supplier has"
    )
    yield pace_of("Breach: from the report to the decision", (Taken(*each) for each in decided[:MOST_STEPS]), calendar)


def uses(user: Any, at: datetime) -> Iterator[Use]:
    """Contracts signed and their value, by commissioner, list and area."""
    place = [f"award__lot__tender__{part}" for part in PLACE]
    for *where, contracts, value in _signed(user).order_by().values_list(*place).annotate(Count("pk"), Sum("value")):
        yield Use(UsedPlace(*where), contracts=contracts, value=value)
