"""The link in a letter of invitation: signed, for one invitation, and worth nothing once that is used or over."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from commissioning.models import PersonalInvitation

# Long enough for a holiday, short enough that an old mailbox opens no door.
LIFETIME = timedelta(days=14)
_signer = Signer(salt="commissioning.invitations")


def link_of(invitation: PersonalInvitation) -> str:
    """The whole address that the letter names."""
    return f"{settings.SITE_URL}{reverse('accept_invitation', args=[_signer.sign(str(invitation.pk))])}"


def invitation_of(token: str) -> PersonalInvitation | None:
    """The invitation that a link is for, whatever has become of it; None if we did not sign the link."""
    try:
        pk = UUID(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None
    return PersonalInvitation.objects.select_related("organisation", "user").filter(pk=pk).first()
