"""The one password of the demo's people."""

import secrets

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from commissioning.environment import kept_key

# Nothing that one reads for another: no 0 and o, no 1, i and l.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def demo_password() -> str:
    """What every demo user signs in with: made at first start, kept under VAR, readable by its owner alone.

    Raises ImproperlyConfigured outside the embedded demo, where nobody shares a password.
    """
    if not settings.DEMO:
        raise ImproperlyConfigured("Only the embedded demo has a password that its people share.")
    return kept_key(settings.VAR / "demo_password", _three_groups)


def _three_groups() -> str:
    """Fifteen characters in groups of five: 74 bits that can be read out and typed."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))
