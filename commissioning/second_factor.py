"""Who must have a second factor, and signing in to the API with a token, which asks for it too."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied

SECOND_FACTOR = "Set up a second factor first: everyone who acts for a public body needs one."
CODE = "second_factor_required"


def lacks_it(user: Any) -> bool:
    """Whether this person must set one up before anything else."""
    return bool(settings.SECOND_FACTOR_ENFORCED and user.is_authenticated and user.works_for_a_public_body and not is_mfa_enabled(user))


class ApiToken(TokenAuthentication):
    """A token signs in nobody who lacks a second factor: it may be older than the role that asks for one."""

    def authenticate_credentials(self, token: bytes) -> Any:
        """The person and the token; 401 for what no token of ours can be, whatever its bytes."""
        if not token.isalnum():
            raise AuthenticationFailed("Invalid token.")
        return super().authenticate_credentials(token)

    def validate_user(self, auth_token: Any) -> Any:
        """The person and the token; 401 for a closed account, 403 without a second factor."""
        user, token = super().validate_user(auth_token)
        if lacks_it(user):
            raise PermissionDenied(SECOND_FACTOR, CODE)
        return user, token


class ApiTokenScheme(KnoxTokenScheme):
    """How the API's description names it."""

    target_class = "commissioning.second_factor.ApiToken"
