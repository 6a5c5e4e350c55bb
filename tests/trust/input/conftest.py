"""The stage is built once for all tests of this folder, which then each leave it as they found it."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from rest_framework.test import APIClient

from commissioning import clock
from tests.trust.input import pages
from tests.trust.input import stage as world
from tests.trust.input.doors import PageDoor
from tests.trust.input.reading import Form, Page, filled


@pytest.fixture(scope="package")
def built(django_db_setup: None, django_db_blocker: Any, trail_may_be_emptied_between_tests: None) -> Iterator[world.Stage]:
    """The stage, in a transaction that is never committed; every test's own lies within it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield world.build()
        transaction.set_rollback(True)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What the clock says, in a list of one."""
    moment = [world.MOMENTS[0]]
    monkeypatch.setattr(clock, "now", lambda: moment[0])
    return moment


@pytest.fixture
def stage(built: world.Stage, db: None, now: list[datetime]) -> world.Stage:
    """The stage."""
    return built


@pytest.fixture
def browser(now: list[datetime]) -> Callable[[world.Scene], Client]:
    """Somebody at a browser, at the moment of the scene."""

    def come(scene: world.Scene) -> Client:
        now[0] = scene.at
        client = Client()
        client.force_login(scene.person)
        return client

    return come


@pytest.fixture
def program(now: list[datetime]) -> Callable[[world.Scene], APIClient]:
    """Somebody's program, at the moment of the scene."""

    def come(scene: world.Scene) -> APIClient:
        now[0] = scene.at
        client = APIClient()
        client.force_authenticate(scene.person)
        return client

    return come


def one_of_each(names: Iterable[str]) -> list[str]:
    """These controls, but of those that stand in every row of a table only the first."""
    return list({re.sub(r"-\d+-", "-0-", name): name for name in reversed(list(names))}.values())


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done within it is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Visit:
    """Somebody at a page that carries out an act: the form as it stands, and what a person would fill in."""

    client: Client
    address: str
    form: Form
    posted: dict[str, Any]

    def post(self, **changed: Any) -> Any:
        """The answer to what they fill in, with some of it changed."""
        return self.client.post(self.address, {**self.posted, **changed})


@pytest.fixture
def visit(stage: world.Stage, browser: Callable[[world.Scene], Client]) -> Callable[[PageDoor], Visit]:
    """A visit to a door's page; at a scene where what a person fills in is accepted, if there is one."""

    def attempt(door: PageDoor, scene: world.Scene) -> Visit:
        client, address = browser(scene), door.address(scene)
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        form = Page(response.content.decode()).main_form
        return Visit(client, address, form, filled(form, pages.given(door.name, form)))

    def goes_well(door: PageDoor, scene: world.Scene) -> bool:
        with undone():
            return bool(attempt(door, scene).post().status_code == 302)

    return lambda door: attempt(door, stage.scene(door.name, door.scenes(stage), lambda scene: goes_well(door, scene)))
