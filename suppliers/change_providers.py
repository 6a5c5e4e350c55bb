"""What changes of suppliers add to desks and to the queues of the authority."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from commissioning.registry import DeskItem
from commissioning.wording import date_text
from suppliers.models import ShareConfirmation, SupplierChange
from suppliers.models.changes import ChangeKind

MOST = 50
_WHAT = {
    ChangeKind.NAME: "Record the new name, or refuse to.",
    ChangeKind.CONTROL: "Others control it: keep it on the lists, suspend it or remove it.",
    ChangeKind.MEMBERS: "Each of the new members has confirmed: record them, or refuse to.",
}


def to_act_on(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The changes that wait for the viewer's authorities, the oldest first."""
    for change in (
        SupplierChange.objects.visible_to(user).to_act_on(user).select_related("supplier__organisation").order_by("created_at", "pk")[:MOST]
    ):
        later = f"It can be recorded from {date_text(change.effective_on)} on, and refused before."
        yield DeskItem(str(change), change.get_absolute_url(), _WHAT[ChangeKind(change.kind)] if change.can_be_recorded(at) else later)


def to_confirm(user: Any) -> Iterator[DeskItem]:
    """The shares that consortia wait for the viewer's companies to confirm, the oldest first."""
    waiting = ShareConfirmation.objects.visible_to(user).waiting().filter(company__in=user.organisations)
    for share in waiting.select_related("change__supplier__organisation").order_by("created_at", "pk")[:MOST]:
        consortium = share.change.supplier
        what = f"{consortium} asks your company to confirm {share.liability_share} percent of the liability."
        yield DeskItem(f"New members: {consortium}", share.get_absolute_url(), what)
