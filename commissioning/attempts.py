"""Failed attempts to sign in slow down whoever makes them, and nobody else.

They are counted by network address, and by address and account together. Never by the account alone: a rival who fails a bidder's
password on purpose must not be able to shut the bidder out at a deadline.
"""

import time
from dataclasses import dataclass
from hashlib import sha256

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from commissioning.views.errors import too_many
from commissioning.wording import plural

_WHY = "There have been too many failed attempts to sign in from your network address, so this one was not looked at."


@dataclass(frozen=True)
class Attempt:
    """One attempt, counted under each of these keys before anybody knows whether it fails, so that many at once do not slip through."""

    keys: list[str]

    def succeeded(self) -> None:
        """It does not count after all; what failed before it still does."""
        for key in self.keys:
            _add(key, -1, 0)


def begin(request: HttpRequest, account: str) -> Attempt:
    """Count an attempt on this account; raises the answer 429, with the seconds to wait, if this address has made too many."""
    address = get_ip(request)
    sources = {"address": address, "account": f"{address} {account.strip().lower()}"}
    keys = []
    for name, (most, seconds) in settings.FAILED_ATTEMPTS.items():
        now = int(time.time())
        keys.append(f"attempts:{name}:{now // seconds}:{sha256(sources[name].encode()).hexdigest()}")
        if _add(keys[-1], 1, seconds) > most:
            raise ImmediateHttpResponse(_come_back(request, seconds - now % seconds))
    return Attempt(keys)


def _add(key: str, number: int, seconds: int) -> int:
    cache.add(key, 0, timeout=seconds)
    try:
        return int(cache.incr(key, number))
    except ValueError:  # it was over between the two
        return 0


def _come_back(request: HttpRequest, seconds: int) -> HttpResponse:
    wait = plural(seconds, "second") if seconds < 60 else plural(-(-seconds // 60), "minute")
    return too_many(request, wait=seconds, why=f"{_WHY} Wait {wait} and try again, or use another connection. The account itself is not locked.")
