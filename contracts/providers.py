"""What this floor adds to the desk, the calendar, the search and the navigation, and what it announces when it falls due."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from commissioning import registry
from commissioning.clock import from_wall, in_london
from commissioning.models import Announcement
from contracts.actions.announcements import NOTICE_DAYS, announce_due_of_contract
from contracts.models import Contract, Signature

MOST = 200


def register() -> None:
    """Add every provider to the registry."""
    registry.desk.append(desk)
    registry.deadlines.append(deadlines)
    registry.searches.append(search)
    registry.due.append(due)
    registry.navigation.append(registry.Link("Contracts", "contract:index", 50))


def desk(user: Any, at: datetime) -> Iterator[registry.DeskItem]:
    """Drafts to finish, and contracts that wait for the viewer's signature."""
    waiting = Contract.objects.visible_to(user).filter(status__in=[Contract.Status.DRAFT, Contract.Status.OFFERED])
    signed_here = Signature.objects.filter(contract=OuterRef("pk"), terms_hash=OuterRef("terms_hash"), organisation__in=user.organisations)
    for contract in waiting.select_related("buyer", "supplier").annotate(is_signed_here=Exists(signed_here))[:MOST]:
        if contract.status == Contract.Status.DRAFT and user.has_perm("contracts.offer_contract", contract):
            yield registry.DeskItem(str(contract), contract.get_absolute_url(), "Set the scope and offer the contract")
        elif contract.status == Contract.Status.OFFERED and not contract.is_signed_here and user.has_perm("contracts.sign_contract", contract):
            yield registry.DeskItem(str(contract), contract.get_absolute_url(), "Sign the contract")


def deadlines(user: Any, at: datetime) -> Iterator[registry.Deadline]:
    """The last days of the viewer's contracts, as the midnights that end them."""
    mine = Q(buyer__in=user.organisations) | Q(supplier__organisation__in=user.organisations)
    for contract in Contract.objects.visible_to(user).filter(mine, status=Contract.Status.SIGNED, ends_on__gte=in_london(at).date())[:MOST]:
        ends_at = from_wall(datetime.combine(contract.ends_on + timedelta(days=1), time()))
        yield registry.Deadline(ends_at, f"{contract} ends", contract.get_absolute_url(), f"{contract.pk}-ends")


def search(user: Any, words: str) -> Iterator[registry.Found]:
    """Contracts by title, reference, buyer and supplier."""
    named = Q(title__icontains=words) | Q(reference__icontains=words)
    parties = Q(buyer__name__icontains=words) | Q(supplier__organisation__name__icontains=words)
    for contract in Contract.objects.visible_to(user).filter(named | parties).select_related("buyer", "supplier__organisation")[:10]:
        yield registry.Found(str(contract), contract.get_absolute_url(), "Contract", f"{contract.buyer} with {contract.supplier}")


def due(at: datetime) -> Iterator[registry.Due]:
    """Signed contracts that end within so many days and have not been announced to."""
    today = in_london(at).date()
    for days in NOTICE_DAYS:
        what = f"ends_in:{days}"
        told = Announcement.objects.filter(subject_id=OuterRef("pk"), what=what)
        ending = Contract.objects.filter(status=Contract.Status.SIGNED, ends_on__gte=today, ends_on__lte=today + timedelta(days=days))
        for pk in ending.exclude(Exists(told)).values_list("pk", flat=True)[:MOST]:
            yield registry.Due(announce_due_of_contract, pk, what)
