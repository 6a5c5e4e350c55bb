"""What the ground adds to the pages that gather from all floors."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.urls import reverse

from commissioning import registry
from commissioning.finding import found_by
from commissioning.models import Letter, Organisation, PersonalInvitation
from commissioning.rules import oversees
from commissioning.wording import date_text


def desk(user: Any, at: datetime) -> Iterator[registry.DeskItem]:
    """A second factor to set up, and invitations of one's people that end soon."""
    if user.works_for_a_public_body and not is_mfa_enabled(user):
        yield registry.DeskItem("Set up a second factor", reverse("mfa_activate_totp"), "Everyone who acts for a public body needs one.")
    waiting = PersonalInvitation.objects.visible_to(user).filter(
        organisation__in=user.organisations, accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at
    )
    for invitation in waiting.select_related("organisation").order_by("expires_at")[:20]:
        yield registry.DeskItem(str(invitation), invitation.get_absolute_url(), "Invited, and has not accepted yet.", invitation.expires_at)


def searches(user: Any, text: str) -> Iterator[registry.Found]:
    """Organisations by name or identifier, and one's own letters by title."""
    seen = Organisation.objects.visible_to(user)
    for organisation in found_by(seen, text, "name__icontains", "identifiers__value__iexact").order_by("name", "pk")[:20]:
        yield registry.Found(organisation.name, organisation.get_absolute_url(), "Organisations", organisation.get_kind_display())
    if user.is_authenticated:
        for letter in Letter.objects.visible_to(user).filter(title__icontains=text).defer("body").order_by("-created_at", "-pk")[:20]:
            yield registry.Found(letter.title, letter.get_absolute_url(), "Letters", date_text(letter.created_at))


def register() -> None:
    """Add every provider to the registry."""
    registry.desk.append(desk)
    registry.searches.append(searches)
    registry.navigation += [
        registry.Link("Your desk", "desk", 0, lambda user: user.is_authenticated),
        registry.Link("Work and use", "oversight", 2, oversees),
        registry.Link("Calendar", "calendar", 80, lambda user: user.is_authenticated),
        registry.Link("Organisations", "organisation:directory", 90, menu=lambda user: False),
        registry.Link("Check a receipt", "check_receipt", 92, menu=lambda user: False),
        registry.Link("Administration", "admin:index", 79, lambda user: user.is_authenticated and user.is_staff),
    ]
