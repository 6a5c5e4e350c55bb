"""What changes of suppliers add to the desk and the queues of the authority."""

from collections.abc import Iterator
from typing import Any

from commissioning.registry import DeskItem
from suppliers.models import SupplierChange

MOST = 50


def to_act_on(user: Any) -> Iterator[DeskItem]:
    """The changes that wait for the viewer's authorities, the oldest first."""
    for change in (
        SupplierChange.objects.visible_to(user).to_act_on(user).select_related("supplier__organisation").order_by("created_at", "pk")[:MOST]
    ):
        what = "Record the new name, or refuse to." if change.is_of_name else "Others control it: keep it on the lists, suspend it or remove it."
        yield DeskItem(str(change), change.get_absolute_url(), what)
