"""Before a consortium applies, each of its members confirms the very content that is to be submitted, or declines."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.answering import require_current
from commissioning.canon import digest
from commissioning.models import Membership, Organisation, Role, User
from commissioning.models.people import Actor
from commissioning.moves import Step, hold, moving
from suppliers.actions.applications import CHANGED_MEANWHILE, require_receiving
from suppliers.applying import complete_content
from suppliers.consortium import is_asked, latest_request
from suppliers.models import Application, ConfirmationRequest, ConsortiumMember, MemberConfirmation, Supplier
from suppliers.models.confirmations import MemberAnswer

A = TypeVar("A", bound=MemberAnswer)
ASKED_ANEW = "The application has changed since you were asked. Its bid manager asks you again when it is ready."


def ask_members(application_id: UUID, *, revision: int | None = None, by: Actor, at: datetime | None = None) -> Application:
    """Ask every member of a consortium to confirm the draft as it stands, complete; what they said of another content counts no more.

    `revision` is that of the draft which was read (Gone if a colleague has saved since).
    """
    with moving(Application, application_id, "ask_members", by=by, at=at) as step:
        application = step.record
        step.require(application.supplier.is_consortium, "A company needs nobody else’s confirmation. Submit the application.")
        require_receiving(step, application.round)
        require_current(application, revision, CHANGED_MEANWHILE)
        hold(Supplier, application.supplier_id)
        content = complete_content(application)
        latest, is_new = latest_request(application), not is_asked(application, digest(content))
        step.require(is_new, "The members have been asked to confirm exactly this. Whoever has not, or has declined, still can.")
        request = ConfirmationRequest.objects.create(
            application=application,
            number=latest.number + 1 if latest else 1,
            content=content,
            content_hash=digest(content),
            asked_by=step.person,
            created_at=step.at,
        )
        _ask(step, request)
    return application


def _ask(step: Step[Application], request: ConfirmationRequest) -> None:
    """A confirmation for each member to give, and a letter to those who can give it."""
    places = ConsortiumMember.objects.current().filter(consortium=step.record.supplier_id)
    companies = list(Organisation.objects.filter(consortium_places__in=places).order_by("name"))
    people = who_confirm(companies)
    for company in companies:
        confirmation = MemberConfirmation.objects.create(request=request, company=company, created_at=step.at)
        step.tell(people[company.pk], "confirmation_asked", about=confirmation)
    step.facts |= {"request": request.number, "content_hash": request.content_hash, "companies": [company.pk for company in companies]}


def who_confirm(companies: Iterable[Organisation]) -> dict[UUID, list[User]]:
    """The bid managers of each company, in one query. ValidationError that names a company which has none."""
    companies = list(companies)
    rows = Membership.objects.filter(organisation__in=companies, role=Role.BID_MANAGER, ended_at__isnull=True, user__is_active=True)
    found: dict[UUID, list[User]] = defaultdict(list)
    for membership in rows.select_related("user"):
        found[membership.organisation_id].append(membership.user)
    if alone := [str(company) for company in companies if not found[company.pk]]:
        names = " and ".join(alone)
        raise ValidationError(f"Nobody can confirm for {names}: a member’s bid manager does. Ask the authority to invite one.")
    return found


def confirm_application(confirmation_id: UUID, *, by: Actor, at: datetime | None = None) -> MemberConfirmation:
    """Confirm, for a member, the content that it was asked to confirm, with its share of liability."""
    with moving(MemberConfirmation, confirmation_id, "confirm_application", by=by, at=at) as step:
        _answer(step, "")
    return step.record


def decline_application(confirmation_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> MemberConfirmation:
    """Decline, for a member, what it was asked to confirm, with a reason that the consortium's people read; until it is submitted."""
    with moving(MemberConfirmation, confirmation_id, "decline_application", by=by, at=at) as step:
        _answer(step, checked_reason(reason))
    return step.record


def _answer(step: Step[MemberConfirmation], reason: str) -> None:
    confirmation = step.record
    request, application = confirmation.request, confirmation.request.application
    require_receiving(step, application.round)
    step.require(request == latest_request(application) and request.content is not None, ASKED_ANEW)
    was_submitted = application.status == Application.Status.SUBMITTED and application.received_hash == request.content_hash
    step.require(not was_submitted, "This content has been submitted already. Only the consortium’s bid manager can withdraw it.")
    note_answer(step, reason)
    # The authority reads this trail once something is received: it holds who answered what, and no reason.
    step.facts |= {"company": confirmation.company_id, "request": request.number, "content_hash": request.content_hash}
    told = application.supplier.organisation.people(Role.BID_MANAGER)
    answers = "confirmation_declined" if reason else "confirmation_given"
    step.tell(told, answers, about=confirmation, again=step.at)


def checked_reason(reason: str) -> str:
    """Why a member declines. ValidationError without a reason."""
    if not reason.strip():
        raise ValidationError({"reason": "Say what you do not agree with: whoever asked you puts it right."})
    return reason.strip()


def note_answer(step: Step[A], reason: str) -> None:
    """Who answers for the member, when, and with what reason if it declines."""
    answer = step.record
    answer.reason, answer.answered_by, answer.answered_at = reason, step.person, step.at
