"""Whom a tender would go to, before it goes."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from procurement.models import Tender
from suppliers.actions.listings import suppliers_to_ask
from suppliers.models import Listing


def would_be_invited(tender: Tender, at: datetime) -> list[Any]:
    """The suppliers that would be invited if the tender were issued now, each with whether the published list names it or an early release does."""
    asked = suppliers_to_ask(tender.buyer, tender.framework_list, tender.area, at)
    standing = Listing.objects.on(tender.framework_list, tender.area).unbroken(at).filter(supplier=OuterRef("pk"), published_at__lte=at)
    return list(asked.annotate(is_published=Exists(standing)).order_by("organisation__name", "pk"))
