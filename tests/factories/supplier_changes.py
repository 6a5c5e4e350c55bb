"""Changes that a supplier told its authority of."""

from datetime import datetime
from typing import Any

from commissioning.clock import in_london
from suppliers.actions.changes import tell_of_change
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
