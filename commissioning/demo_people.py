"""Who there is to be in the demo."""

from itertools import groupby
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from commissioning.models import Membership, Organisation, User


def players() -> list[tuple[Organisation, list[tuple[User, str]]]]:
    """Everybody who acts for somebody, by organisation, each with what they are to it; nobody outside the demo."""
    kinds = {str(kind): place for place, kind in enumerate(Organisation.Kind)}
    memberships = sorted(_memberships(), key=lambda one: (kinds[one.organisation.kind], one.organisation.name, one.created_at))
    return [
        (organisation, [(membership.user, membership.get_role_display()) for membership in group])
        for organisation, group in groupby(memberships, key=lambda one: one.organisation)
    ]


def find_player(text: str) -> User | None:
    """The person of this id, if they play in the demo."""
    try:
        pk = UUID(text)
    except ValueError:
        return None
    membership = _memberships().filter(user=pk).first()
    return membership.user if membership else None


def _memberships() -> QuerySet[Membership]:
    if not settings.DEMO:
        return Membership.objects.none()
    return Membership.objects.filter(ended_at__isnull=True, user__is_active=True).select_related("user", "organisation")
