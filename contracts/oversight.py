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
from contracts.models import NOTICE_DAYS, Contract
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
    """Contracts that end soon."""
    today = in_london(at).date()
    ending = (
        _signed(user).running(today).filter(ends_on__lte=today + timedelta(days=NOTICE_DAYS[0])).select_related("buyer", "supplier__organisation")
    )
    items = [
        DeskItem(f"{one.buyer}: {one}", one.get_absolute_url(), f"The contract with {one.supplier} ends on {date_text(one.ends_on)}.")
        for one in ending.order_by("ends_on", "pk")[:MOST]
    ]
    yield Queue("Contracts that end soon", items, f"No contract ends within {NOTICE_DAYS[0]} days.")


def paces(user: Any, at: datetime) -> Iterator[Pace]:
    """How long a contract takes from its award to the last signature."""
    times = _signed(user).filter(signed_at__isnull=False, award__confirmed_at__isnull=False).order_by("-signed_at")
    moments = times.values_list("award__confirmed_at", "signed_at")[:MOST_STEPS]
    calendar = working_days(PeriodRule.Calendar.ENGLAND_AND_WALES)
    yield pace_of("Contract: from the confirmed award to the last signature", (Taken(*each) for each in moments), calendar)


def uses(user: Any, at: datetime) -> Iterator[Use]:
    """Contracts signed and their value, by commissioner, list and area."""
    place = [f"award__lot__tender__{part}" for part in PLACE]
    for *where, contracts, value in _signed(user).order_by().values_list(*place).annotate(Count("pk"), Sum("value")):
        yield Use(UsedPlace(*where), contracts=contracts, value=value)
