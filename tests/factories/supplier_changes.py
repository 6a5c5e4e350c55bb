"""Changes that a supplier told its authority of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from commissioning.clock import in_london
from commissioning.models import Role
from suppliers.actions.changes import tell_of_change
from suppliers.actions.firms import NewMember
from suppliers.actions.new_members import confirm_share, tell_of_new_members
from suppliers.models import Supplier, SupplierChange
from suppliers.models.changes import ChangeKind
from tests.factories import admissions
from tests.factories.admissions import bids
from tests.factories.people import NOON

NAME, CONTROL = ChangeKind.NAME, ChangeKind.CONTROL


def told(firm: Supplier, kind: ChangeKind, *, new_name: str = "", at: datetime = NOON, **words: Any) -> SupplierChange:
    """The firm tells the framework's authority; from that day on, and for a change of name with a new one, unless said otherwise."""
    given = {"effective_on": in_london(at).date(), "account": "It is so.", **words}
    called = new_name or (f"{firm} Renamed" if kind == NAME else "")
    authority = admissions.framework().authority_id
    return tell_of_change(firm.pk, authority=authority, kind=kind, new_name=called, **given, by=bids(firm), at=at)


def told_of_members(firm: Supplier, shares: Mapping[str, str], *, leads: Sequence[str] = (), at: datetime = NOON, **words: Any) -> SupplierChange:
    """The consortium tells the framework's authority who bears which share from that day on, by short names; the first leads, unless said."""
    given = {"effective_on": in_london(at).date(), "account": "It is so.", "authority": admissions.framework().authority_id, **words}
    companies = {name: Supplier.objects.get(short_name=name).organisation_id for name in shares}
    lead = leads or list(shares)[:1]
    members: list[NewMember] = [
        {"company": companies[name], "leads": name in lead, "liability_share": Decimal(share)} for name, share in shares.items()
    ]
    return tell_of_new_members(firm.pk, members=members, **given, by=bids(firm), at=at)


def agreed(change: SupplierChange, *, at: datetime = NOON) -> SupplierChange:
    """The change, once each of the companies has confirmed its share."""
    for share in change.shares.exclude(status="confirmed"):
        confirm_share(share.pk, by=share.company.people(Role.BID_MANAGER)[0], at=at)
    return change
