"""Whom to write to: the people of many suppliers at once, in one query."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from commissioning.models import Membership, Organisation, Role, User
from suppliers.models import Framework, Listing, Supplier


def bid_managers(suppliers: Iterable[Supplier]) -> dict[UUID, list[User]]:
    """Those who now manage bids, by the id of their supplier's organisation."""
    return _people(suppliers, Role.BID_MANAGER)


def who_bid(suppliers: Iterable[Supplier]) -> dict[UUID, list[User]]:
    """Those who now manage bids or write in them, by the id of their supplier's organisation."""
    return _people(suppliers, Role.BID_MANAGER, Role.CONTRIBUTOR)


def people_listed(framework: Framework, at: datetime) -> list[User]:
    """Those who now manage the bids of whoever stands on the framework's lists at that moment, published or not."""
    standing = Listing.objects.filter(framework_list__framework=framework).unended(at)
    listed = Supplier.objects.filter(listings__in=standing).distinct()
    return [person for those in bid_managers(listed).values() for person in those]


def _people(suppliers: Iterable[Supplier], *roles: Role) -> dict[UUID, list[User]]:
    organisations = [supplier.organisation_id for supplier in suppliers]
    found: dict[UUID, list[User]] = defaultdict(list)
    rows = Membership.objects.filter(organisation__in=organisations, role__in=roles, ended_at__isnull=True, user__is_active=True)
    for membership in rows.select_related("user"):
        if membership.user not in found[membership.organisation_id]:
            found[membership.organisation_id].append(membership.user)
    return found


def all_bid_managers() -> QuerySet[User]:
    """Those who now manage bids for any supplier."""
    memberships = Membership.objects.filter(organisation__kind=Organisation.Kind.SUPPLIER, role=Role.BID_MANAGER, ended_at__isnull=True)
    return User.objects.filter(is_active=True, memberships__in=memberships).distinct()
