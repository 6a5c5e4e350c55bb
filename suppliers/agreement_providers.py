"""What framework agreements add to the desk of suppliers and of the authority."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from commissioning.models import Role
from commissioning.registry import DeskItem
from suppliers.models import FrameworkAgreement, Listing, VariationAnswer

MOST = 20
_STATUS = FrameworkAgreement.Status


def to_sign(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The agreements that wait for the signature of suppliers whose bids the viewer manages, and that stand on a list."""
    managed = [where for where, role in user.roles if role == Role.BID_MANAGER]
    listed = Listing.objects.unended(at).filter(supplier=OuterRef("supplier"), framework_list__framework=OuterRef("framework"))
    waiting = FrameworkAgreement.objects.open_at(at).filter(Exists(listed), supplier__organisation__in=managed, status=_STATUS.SENT)
    for agreement in waiting.select_related("framework").order_by("created_at", "pk")[:MOST]:
        again = " It was returned to you." if agreement.reason else ""
        what = f"Sign the agreement: until it is signed and countersigned, you are not asked in call-offs.{again}"
        yield DeskItem(agreement.framework.title, agreement.get_absolute_url(), what)


def to_countersign(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The agreements that wait for the authority's signature, the longest waiting first."""
    signed = FrameworkAgreement.objects.open_at(at).filter(framework__authority__in=user.organisations, status__in=[_STATUS.SIGNED, _STATUS.ON_HOLD])
    for agreement in signed.select_related("framework", "supplier__organisation").order_by("signed_at", "pk")[:MOST]:
        on_hold = agreement.status == _STATUS.ON_HOLD
        what = "Its agreement is on hold: countersign it, or return it." if on_hold else "Its agreement is signed: countersign it."
        yield DeskItem(f"{agreement.supplier}: {agreement.framework}", agreement.get_absolute_url(), what)


def to_answer(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The variations that wait for an answer of suppliers whose bids the viewer manages, the soonest due first."""
    managed = [where for where, role in user.roles if role == Role.BID_MANAGER]
    waiting = VariationAnswer.objects.filter(agreement__supplier__organisation__in=managed, status=VariationAnswer.Status.WAITING)
    for answer in waiting.open_at(at).select_related("variation__framework").order_by("variation__answers_end_at", "pk")[:MOST]:
        title = f"{answer.variation.framework}: {answer.variation}"
        yield DeskItem(title, answer.get_absolute_url(), "Accept the variation of the terms, or decline it.", answer.variation.answers_end_at)
