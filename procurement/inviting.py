"""Whom a tender goes to: as it is issued, and before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Min, OuterRef, Subquery

from procurement.models import Invitation, Tender
from procurement.rotation import Candidate, in_turn
from suppliers.actions.listings import suppliers_to_ask
from suppliers.models import Listing


@dataclass(frozen=True)
class Turn:
    """The suppliers that a tender invites, and those that it passes over, each with why and with `asked_at`, when it was last asked."""

    asked: list[Any]
    passed_over: list[Any]
    at_most: int | None


def turn_of(tender: Tender, at: datetime) -> Turn:
    """Whom the tender invites if it is issued at that moment: every supplier that may be asked, or as many as the framework says, in turn.

    Each has `is_published`, whether the published list names it (else an early release does). Invitations of every buyer for this list and area
    count, and those that were never asked come first; so whoever is passed over is asked before anybody who was asked since.
    """
    found = {supplier.pk: supplier for supplier in _to_ask(tender, at)}
    candidates = [Candidate(each.pk, str(each), each.listed_at, each.asked_at) for each in found.values()]
    asked, passed_over = in_turn(candidates, tender.asks_at_most)
    return Turn([found[each.supplier] for each in asked], [found[each.supplier] for each in passed_over], tender.asks_at_most)


def _to_ask(tender: Tender, at: datetime) -> Any:
    """Those who may be asked, with whether the list names them, since when, and when they were last asked there."""
    standing = Listing.objects.on(tender.framework_list, tender.area).unbroken(at).filter(supplier=OuterRef("pk"))
    first = standing.order_by().values("supplier").annotate(first=Min("listed_at")).values("first")
    there = {"supplier": OuterRef("pk"), "tender__framework_list": tender.framework_list_id, "tender__area": tender.area_id}
    # All that there are: one may have been sent while this one waited for its lock, after the moment that it acts at.
    last = Invitation.objects.filter(**there).order_by("-sent_at").values("sent_at")[:1]
    asked = suppliers_to_ask(tender.buyer, tender.framework_list, tender.area, at)
    words = {"is_published": Exists(standing.filter(published_at__lte=at)), "listed_at": Subquery(first), "asked_at": Subquery(last)}
    return asked.annotate(**words).order_by("organisation__name", "pk")
