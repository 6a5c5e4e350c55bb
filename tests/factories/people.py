"""Organisations and the people who act for them."""

from datetime import datetime

from commissioning import clock
from commissioning.models import Membership, Organisation, Role, User
from commissioning.trail import open_docket
from tests.factories.kept import kept

NOON = clock.london(2026, 3, 2, 12)


@kept
def organisation(kind: str, name: str, *, body_class: str | None = None, at: datetime = NOON) -> Organisation:
    """An organisation with its docket."""
    made = Organisation(kind=kind, name=name, body_class_id=body_class, created_at=at)
    made.docket = open_docket(made, name)
    made.save()
    return made


@kept
def person(where: Organisation, role: str, email: str = "", *, at: datetime = NOON) -> User:
    """Somebody who holds the role for the organisation; the e-mail says both unless given."""
    address = email or f"{role.replace('_', '-')}@{where.name.lower().replace(' ', '-')}.example"
    label = Role(role).label
    user = User.objects.filter(email=address).first() or User.objects.create_user(
        address, f"{label}, {where.name}", "correct horse battery", created_at=at
    )
    Membership.objects.create(user=user, organisation=where, role=role, created_at=at)
    return user


def authority(name: str = "Department of Health") -> Organisation:
    """The framework authority."""
    return organisation(Organisation.Kind.AUTHORITY, name)


def commissioner(name: str = "Hillingdon PCT") -> Organisation:
    """A primary care trust."""
    return organisation(Organisation.Kind.COMMISSIONER, name, body_class="PCT")
