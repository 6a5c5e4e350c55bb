"""News from the library that signs people in, as it documents them."""

from typing import Any

from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.dispatch import receiver
from django.http import HttpRequest


@receiver([authenticator_added, authenticator_removed])
def go_on_in_a_fresh_session(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Whoever changes how they prove who they are goes on in a session with a new name: one that leaked before is worth nothing."""
    request.session.cycle_key()
