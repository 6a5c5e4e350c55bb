"""Whether the members of a consortium stand behind an application, and for which shares of liability."""

from decimal import Decimal
from typing import Any

from suppliers.models import Application, ConfirmationRequest, MemberConfirmation, Supplier

THE_WHOLE = Decimal("100.00")
NOT_ASKED = "The members have not been asked to confirm the application. Ask them: each reads it and answers on a page of its own."
CHANGED_SINCE = "The application has changed since its members were asked. Ask them again: what they said was said of another content."
Status = MemberConfirmation.Status


def members_of(supplier: Supplier) -> list[dict[str, Any]]:
    """The members of a consortium as they are now, as a version of its application names them, each with its share in percent; of a company, none."""
    if not supplier.is_consortium:
        return []
    members = sorted(supplier.members_now(), key=lambda member: (not member.leads, member.company_id))
    return [{"company": member.company_id, "leads": member.leads, "liability_share": str(member.liability_share)} for member in members]


def fault_of_shares(supplier: Supplier) -> str:
    """A sentence if the members' shares of liability do not add up to exactly 100.00 percent."""
    if not supplier.is_consortium:
        return ""
    total = sum((member.liability_share for member in supplier.members_now()), Decimal("0.00"))
    told = f"The members’ shares of liability add up to {total} percent, and not to 100.00."
    return "" if total == THE_WHOLE else f"{told} Ask the authority that registered the consortium to put them right."


def latest_request(application: Application) -> ConfirmationRequest | None:
    """The last time that the members were asked."""
    found: ConfirmationRequest | None = ConfirmationRequest.objects.filter(application=application).order_by("-number").first()
    return found


def is_asked(application: Application, content_hash: str) -> bool:
    """Whether the members were last asked about the very content of this hash, and can still answer."""
    request = latest_request(application)
    return request is not None and request.content is not None and request.content_hash == content_hash


def faults_of_confirmations(application: Application, content_hash: str) -> list[str]:
    """A sentence for whatever keeps the members of a consortium from standing behind the content of this hash."""
    if not application.supplier.is_consortium:
        return []
    request = latest_request(application)
    if request is None or request.content_hash != content_hash:
        return [NOT_ASKED if request is None else CHANGED_SINCE]
    said = list(request.confirmations.select_related("company").order_by("company__name"))
    waiting = [str(each.company) for each in said if each.status == Status.WAITING]
    declined = [f"{each.company} declined: {each.reason}" for each in said if each.status == Status.DECLINED]
    return [*declined, *([f"Not confirmed yet by {' and '.join(waiting)}."] if waiting else [])]
