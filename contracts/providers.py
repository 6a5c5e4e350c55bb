"""What this floor adds to the desk, the calendar, the search and the navigation, and what it announces when it falls due."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse

from commissioning import registry
from commissioning.clock import in_london
from commissioning.finding import found_by
from commissioning.models import Announcement, Organisation, Role
from commissioning.wording import date_text, plural, say
from contracts import breach_providers
from contracts.actions.announcements import announce_due_of_contract, ends_in
from contracts.filters import NAMED
from contracts.models import NOTICE_DAYS, Contract, Signature
from procurement.models import Tender
from procurement.rules import trusts_where, works_for_a_buyer

MOST = 200


def register() -> None:
    """Add every provider to the registry."""
    say(
        {
            "announce_due_of_contract": "Told both parties that the contract ends soon",
            "announce_due_of_breach_report": "Told all three that the time for a reply is over",
            "note_listing_of_contractor": "Told the buyer what became of the supplier’s listing",
        }
    )
    registry.desk += [desk, board_desk, breach_providers.desk]
    registry.deadlines += [deadlines, breach_providers.deadlines]
    registry.searches.append(search)
    registry.sequels.append(contracts_of_tender)
    registry.due += [due, breach_providers.due]
    registry.profiles.append(contracts_of)
    registry.navigation += [
        registry.Link("Contracts", "contract:index", 50),
        registry.Link("Breach reports", "breachreport:index", 51, _is_signed_in, menu=lambda user: False),
        registry.Link("Your functions", "own_arrangements", 52, works_for_a_buyer),
    ]


def _is_signed_in(user: Any) -> bool:
    return bool(user.is_authenticated)


def desk(user: Any, at: datetime) -> Iterator[registry.DeskItem]:
    """Drafts to finish, and contracts that wait for the viewer's signature."""
    waiting = Contract.objects.visible_to(user).filter(status__in=[Contract.Status.DRAFT, Contract.Status.OFFERED])
    signed_here = Signature.objects.standing().filter(contract=OuterRef("pk"), organisation__in=user.organisations)
    for contract in waiting.select_related("buyer", "supplier").annotate(is_signed_here=Exists(signed_here))[:MOST]:
        if contract.status == Contract.Status.DRAFT and user.has_perm("contracts.offer_contract", contract):
            yield registry.DeskItem(str(contract), contract.get_absolute_url(), "Set the scope and offer the contract")
        elif contract.status == Contract.Status.OFFERED and not contract.is_signed_here and user.has_perm("contracts.sign_contract", contract):
            yield registry.DeskItem(str(contract), contract.get_absolute_url(), "Sign the contract")


def contracts_of_tender(user: Any, record: Any) -> Iterator[registry.Found]:
    """The contracts that a tender led to."""
    if isinstance(record, Tender):
        for contract in Contract.objects.visible_to(user).filter(award__lot__tender=record).order_by("award__lot__number"):
            yield registry.Found(contract.title, contract.get_absolute_url(), "Contracts", contract.reference)


def board_desk(user: Any, at: datetime) -> Iterator[registry.DeskItem]:
    """What a board secretary takes to the board: how each trust's functions are arranged, and the awards that it intends."""
    trusts = Organisation.objects.filter(pk__in=trusts_where(user, Role.BOARD_SECRETARY)).order_by("name")
    running = Contract.objects.running(in_london(at).date()).filter(buyer__in=trusts).order_by()
    told = {row["buyer"]: row for row in running.values("buyer").annotate(number=Count("pk"), first=Min("ends_on"))}
    for trust in trusts:
        what = "No contract is in force: the trust carries out all of its functions itself."
        if row := told.get(trust.pk):
            what = f"{plural(row['number'], 'contract is', 'contracts are')} in force; the next end is on {date_text(row['first'])}."
        yield registry.DeskItem(f"For the board: the functions of {trust}", reverse("contract:arrangements", args=[trust.pk]), what)
    for tender in Tender.objects.filter(buyer__in=trusts, status=Tender.Status.STANDSTILL).order_by("standstill_ends_at")[:MOST]:
        what = "An award is intended. It can be confirmed once the standstill is over."
        yield registry.DeskItem(f"For the board: {tender}", tender.get_absolute_url(), what, tender.standstill_ends_at)


def deadlines(user: Any, at: datetime) -> Iterator[registry.Deadline]:
    """The last days of the viewer's contracts, as the midnights that end them."""
    mine = Q(buyer__in=user.organisations) | Q(supplier__organisation__in=user.organisations)
    for contract in Contract.objects.visible_to(user).filter(mine, status=Contract.Status.SIGNED, ends_on__gte=in_london(at).date())[:MOST]:
        yield registry.Deadline(contract.ends_at, f"{contract} ends", contract.get_absolute_url(), f"{contract.pk}-ends")


def search(user: Any, words: str) -> Iterator[registry.Found]:
    """Contracts by title, reference, buyer and supplier."""
    for contract in found_by(Contract.objects.visible_to(user), words, *NAMED).select_related("buyer", "supplier__organisation")[:10]:
        yield registry.Found(str(contract), contract.get_absolute_url(), "Contract", f"{contract.buyer} with {contract.supplier}")


def contracts_of(supplier: Any, user: Any, at: datetime) -> registry.Table:
    """A supplier's contracts on the public register, the latest first, in one query."""
    found = Contract.objects.visible_to(user).public().filter(supplier=supplier).select_related("buyer").order_by("-starts_on", "pk")[:MOST]
    today = in_london(at).date()
    rows = [
        ({"text": each.title, "href": each.get_absolute_url()}, str(each.buyer), each.starts_on, each.ends_on, each.phase_at(today)) for each in found
    ]
    return registry.Table("Contracts", ("Contract", "Commissioner", "First day", "Last day", "Status"), rows, "It has no signed contract.")


def due(at: datetime) -> Iterator[registry.Due]:
    """Notices of the ends of contracts that are due and have not been given."""
    today = in_london(at).date()
    for days in NOTICE_DAYS:
        what = ends_in(days)
        told = Announcement.objects.filter(subject_id=OuterRef("pk"), what=what)
        for pk in Contract.objects.due_for_notice(days, today).exclude(Exists(told)).order_by("ends_on", "pk").values_list("pk", flat=True)[:MOST]:
            yield registry.Due(announce_due_of_contract, pk, what)
