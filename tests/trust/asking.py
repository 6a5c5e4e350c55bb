"""Each actor with a browser or a token, who asks with an empty hand at a given moment; and nothing of it stays."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from commissioning import clock
from tests.trust.expectations import SIGN_IN
from tests.trust.routes import Route
from tests.trust.world import World

# Headers that differ from one answer to the next, whatever was asked for.
PASSING = {"X-Request-ID", "X-Correlation-ID", "Content-Security-Policy", "Set-Cookie", "Vary", "Date"}


@dataclass(frozen=True)
class Answer:
    """What came back: in a word, and in full."""

    said: str
    text: str
    headers: dict[str, str]


class Town:
    """Everybody who asks; a token, `token:lead`, asks as its person does."""

    def __init__(self, world: World, *, checks_forms: bool = False) -> None:
        self.world = world
        self.sessions: dict[str, str] = {}
        self.clients = {actor: Client(raise_request_exception=False, enforce_csrf_checks=checks_forms) for actor in world.people}
        for actor, person in world.people.items():
            if person is not None:
                self.clients[actor].force_login(person, backend="commissioning.accounts.ByEmail")
                self.sessions[actor] = self.clients[actor].cookies[settings.SESSION_COOKIE_NAME].value
        for actor, token in world.tokens.items():
            self.clients[f"token:{actor}"] = Client(raise_request_exception=False, headers={"authorization": f"Token {token}"})

    def actors(self, route: Route) -> list[str]:
        """Who asks there: tokens for the API alone."""
        return [actor for actor in self.clients if route.is_api or not actor.startswith("token:")]

    def ask(self, actor: str, method: str, address: str, at: datetime, media: str = "") -> Answer:
        """Ask, and take back what it did; `media` is the type of an empty body, a form's unless given."""
        client = self.clients[actor]
        client.cookies.clear()
        if actor in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[actor]
        sent: dict[str, Any] = {"data": "{}", "content_type": media} if media == "application/json" and method != "GET" else {}
        with patch.object(clock, "now", return_value=at), transaction.atomic():
            response: Any = getattr(client, method.lower())(address, **sent)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            transaction.set_rollback(True)
        place = response.headers.get("Location", "")
        said = SIGN_IN if place.startswith((reverse("account_login"), reverse("admin:login"))) else str(response.status_code)
        return Answer(said, body.decode(errors="replace"), {name: value for name, value in response.headers.items() if name not in PASSING})
