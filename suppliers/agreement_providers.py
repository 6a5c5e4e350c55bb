"""What framework agreements add to the desk of suppliers and of the authority, and to the calendar."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from commissioning.models import Role
from commissioning.registry import Deadline, DeskItem
from suppliers.models import ConsortiumMember, FrameworkAgreement, Listing, VariationAnswer
from suppliers.models.agreements import FrameworkAgreementQuerySet

MOST = 20
_STATUS = FrameworkAgreement.Status


def to_sign(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The agreements that wait for the signature of suppliers whose bids the viewer manages, and that stand on a list."""
    managed = [where for where, role in user.roles if role == Role.BID_MANAGER]
    waiting = _of_those_listed(at).filter(supplier__organisation__in=managed, status=_STATUS.SENT)
    for agreement in waiting.select_related("framework").order_by("created_at", "pk")[:MOST]:
        again = " It was returned to you." if agreement.reason else ""
        what = f"Sign the agreement: until it is signed and countersigned, you are not asked in call-offs.{again}"
        yield DeskItem(agreement.framework.title, agreement.get_absolute_url(), what)


def _of_those_listed(at: datetime) -> FrameworkAgreementQuerySet:
    """The agreements that can still be signed or countersigned, of suppliers that stand on a list of the framework."""
    listed = Listing.objects.unended(at).filter(supplier=OuterRef("supplier"), framework_list__framework=OuterRef("framework"))
    return FrameworkAgreement.objects.open_at(at).filter(Exists(listed))


def to_countersign(user: Any, at: datetime) -> Iterator[DeskItem]:
    """The agreements that wait for the authority's signature, of suppliers that stand on a list, the longest waiting first.

    Not those to which the viewer's own organisations are a party (`FrameworkAgreement.parties`): others countersign them.
    """
    partners = ConsortiumMember.objects.since(OuterRef("created_at")).filter(consortium=OuterRef("supplier"), company__in=user.organisations)
    signed = _of_those_listed(at).filter(framework__authority__in=user.organisations, status__in=[_STATUS.SIGNED, _STATUS.ON_HOLD])
    others = signed.exclude(supplier__organisation__in=user.organisations).exclude(Exists(partners))
    for agreement in others.select_related("framework", "supplier__organisation").order_by("signed_at", "pk")[:MOST]:
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


def deadlines(user: Any, at: datetime) -> Iterator[Deadline]:
    """The ends of the time to answer a variation, of the viewer's suppliers that have not answered."""
    mine = VariationAnswer.objects.filter(agreement__supplier__organisation__in=getattr(user, "organisations", ()))
    waiting = mine.open_at(at).filter(status=VariationAnswer.Status.WAITING)
    for answer in waiting.select_related("variation__framework").order_by("variation__answers_end_at", "pk")[:100]:
        title = f"Answer to the variation is due: {answer.variation.framework}, {answer.variation}"
        yield Deadline(answer.variation.answers_end_at, title, answer.get_absolute_url(), f"variation-answer-due-{answer.pk}")
