"""What this floor tells those who keep a framework: how much it is called off from, and how long the steps of a call-off take."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count

from commissioning import registry
from commissioning.models import PeriodRule
from commissioning.pace import MOST_STEPS, Pace, Taken, pace_of
from commissioning.registry import Use, UsedPlace
from commissioning.working_days import working_days
from procurement.models import Award, Tender

PLACE = ("framework_list__framework__title", "buyer__name", "framework_list__name", "area__name")


def register() -> None:
    """Add them to the registry."""
    registry.uses.append(uses)
    registry.paces.append(paces)


def _issued(user: Any) -> Any:
    """The tenders under the viewer's frameworks that the viewer sees, who is no buyer: those that are public."""
    own = Tender.objects.visible_to(user).filter(framework_list__framework__authority__in=user.organisations)
    return own.filter(issued_at__isnull=False)


def uses(user: Any, at: datetime) -> Iterator[Use]:
    """Tenders issued and lots awarded, by commissioner, list and area."""
    for *place, tenders in _issued(user).order_by().values_list(*PLACE).annotate(Count("pk")):
        yield Use(UsedPlace(*place), tenders=tenders)
    awards = Award.objects.visible_to(user).confirmed().filter(lot__tender__in=_issued(user))
    for *place, lots in awards.order_by().values_list(*(f"lot__tender__{part}" for part in PLACE)).annotate(Count("pk")):
        yield Use(UsedPlace(*place), awards=lots)


def paces(user: Any, at: datetime) -> Iterator[Pace]:
    """How long the steps of call-offs take."""
    calendar = working_days(PeriodRule.Calendar.ENGLAND_AND_WALES)
    for step, began, ended in (
        ("Call-off: from its issue to its deadline", "issued_at", "closes_at"),
        ("Call-off: from its deadline to the opening of bids", "closes_at", "bids_opened_at"),
        ("Call-off: from the opening to the intended award", "bids_opened_at", "award_announced_at"),
        ("Call-off: from the intended award to its confirmation", "award_announced_at", "awarded_at"),
    ):
        done = _issued(user).filter(**{f"{began}__isnull": False, f"{ended}__isnull": False, f"{ended}__lte": at})
        times = done.order_by(f"-{ended}").values_list(began, ended)[:MOST_STEPS]
        yield pace_of(step, (Taken(*moments) for moments in times), calendar)
