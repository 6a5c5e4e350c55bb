"""People's own accounts: password, API tokens, the link to their calendar; and closing an account."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from knox.models import AuthToken

from commissioning.models import User
from commissioning.models.people import Actor
from commissioning.moves import Step, moving


def create_api_token(user_id: UUID, *, by: Actor, at: datetime | None = None) -> str:
    """A new token for `Authorization: Token ...`; only its hash is kept, so this is the one time it can be read."""
    with moving(User, user_id, "create_api_token", by=by, at=at) as step:
        kept, token = AuthToken.objects.create(step.record)
        step.facts["token"] = kept.token_key
    return str(token)


def revoke_api_token(user_id: UUID, *, token: str, by: Actor, at: datetime | None = None) -> User:
    """End one token, named by the beginning that is kept of it."""
    with moving(User, user_id, "revoke_api_token", by=by, at=at) as step:
        ended, _ = AuthToken.objects.filter(user=step.record, token_key=token).delete()
        step.require(ended, "There is no such token any more.")
        step.facts["token"] = token
    return step.record


def renew_calendar_link(user_id: UUID, *, by: Actor, at: datetime | None = None) -> User:
    """Make a new link to one's calendar; the old one works no more."""
    with moving(User, user_id, "renew_calendar_link", by=by, at=at) as step:
        step.record.calendar_link += 1
    return step.record


def set_password(user_id: UUID, *, password: str, by: Actor, at: datetime | None = None) -> User:
    """Change the password, which the sign-in pages have checked, and end all API tokens; the trail says that it changed."""
    with moving(User, user_id, "set_password", by=by, at=at) as step:
        AuthToken.objects.filter(user=step.record).delete()
        step.record.set_password(password)
    return step.record


def rename_person(user_id: UUID, *, name: str, by: Actor, at: datetime | None = None) -> User:
    """Correct a person's name, as letters and the trail show it from now on."""
    with moving(User, user_id, "rename_person", by=by, at=at) as step:
        step.facts |= {"before": step.record.name, "after": name.strip()}
        step.record.name = name.strip()
    return step.record


def deactivate_person(user_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> User:
    """Close an account: nobody signs in with it, and its tokens and sessions end."""
    with moving(User, user_id, "deactivate_person", by=by, at=at) as step:
        step.require(step.record.is_active, "This account is closed already.")
        step.record.is_active = False
        step.facts["reason"] = reason
        AuthToken.objects.filter(user=step.record).delete()
        step.tell(_concerned(step), "account_closed", again=step.record.docket.head_number, reason=reason, by=by)
    return step.record


def reactivate_person(user_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> User:
    """Open a closed account again, with the roles that it holds."""
    with moving(User, user_id, "reactivate_person", by=by, at=at) as step:
        step.require(not step.record.is_active, "This account is open.")
        step.record.is_active = True
        step.facts["reason"] = reason
        step.tell(_concerned(step), "account_opened", again=step.record.docket.head_number, reason=reason, by=by)
    return step.record


def _concerned(step: Step[User]) -> QuerySet[User]:
    """The person, everybody of the organisations that they act for, and the framework curators, but for who acts."""
    colleagues = User.objects.acting_for(step.record.organisations)
    concerned = (colleagues | User.objects.curators() | User.objects.filter(pk=step.record.pk).distinct()).distinct()
    return concerned.exclude(pk=step.by.pk) if isinstance(step.by, User) else concerned
