"""How people come in: by e-mail address, and only if they were invited."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest

from commissioning import attempts
from commissioning.actions.accounts import set_password
from commissioning.models import User


class InvitationOnly(DefaultAccountAdapter):
    """Nobody signs up by themselves; an organisation invites them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The person whose password this is, if it is anybody's; 429 after too many failed attempts from one address."""
        account = credentials.get("email") or getattr(request.user, "email", None) or ""
        attempt = attempts.begin(request, account)
        if user := super().authenticate(request, **credentials):
            attempt.succeeded()
        return user

    def set_password(self, user: User, password: str) -> None:
        """Through the act, so that the trail knows; the caller's copy of the user stays signed in."""
        user.password = set_password(user.pk, password=password, by=user).password


class ByEmail(AuthenticationBackend):
    """Knows people by e-mail address and password, and leaves what they may do to the rules."""

    def has_perm(self, *args: Any, **kwargs: Any) -> bool:
        """Never by this backend."""
        return False

    def has_module_perms(self, *args: Any, **kwargs: Any) -> bool:
        """Never by this backend."""
        return False


class CountedCode(BaseAuthenticateForm):
    """A wrong code is a failed attempt to sign in, as a wrong password is."""

    def clean_code(self) -> str:
        """The code, if it is right; 429 after too many failed attempts from one address."""
        attempt = attempts.begin(context.request, self.user.email)
        code = super().clean_code()
        attempt.succeeded()
        return code


class CodeAtSignIn(CountedCode, AuthenticateForm):
    """The code that a sign-in asks for after the password."""


class CodeOnceMore(CountedCode, ReauthenticateForm):
    """The code that is asked for again before something that matters."""


class SecondFactors(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted: whoever reads the database alone cannot make their codes."""

    def encrypt(self, text: str) -> str:
        """With a key of the server's own."""
        return _secrets_key().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` wrote."""
        return _secrets_key().decrypt(encrypted_text.encode()).decode()


def _secrets_key() -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(b"second factors:" + settings.SECRET_KEY.encode()).digest()))
