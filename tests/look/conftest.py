"""The gallery's templates and routes, somebody who is signed in, and a Chromium to look at them with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.test.utils import override_settings
from playwright.sync_api import Browser, Page

from commissioning.models import User
from tests.chromium import opened
from tests.factories.people import commissioner, person

ROOT = Path(__file__).resolve().parents[2]
# An answer's status; and a picture that was still on its way when the next page was asked for.
HARMLESS = ("the server responded with a status of", "net::ERR_ABORTED")


@pytest.fixture(autouse=True)
def gallery_routes() -> Iterator[None]:
    """The gallery's pages have a frame of their own, which does not change with what other floors add to it."""
    engines: list[dict[str, Any]] = configured.TEMPLATES
    jinja, *others = engines
    options = {**jinja["OPTIONS"], "context_processors": [*jinja["OPTIONS"]["context_processors"], "tests.look.gallery.frame"]}
    templates = [{**jinja, "DIRS": [*jinja["DIRS"], Path(__file__).with_name("templates")], "OPTIONS": options}, *others]
    with override_settings(ROOT_URLCONF="tests.look.urls", TEMPLATES=templates):
        yield


@pytest.fixture
def lead(db: None) -> User:
    return person(commissioner(), "procurement_lead")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with opened() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A window in which every complaint of the browser is a failure."""
    context = chromium.new_context()
    complaints: list[str] = []
    window = context.new_page()
    window.on("console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None)
    window.on("requestfailed", lambda request: complaints.append(f"{request.failure}: {request.url}"))
    window.on("pageerror", lambda error: complaints.append(str(error)))
    yield window
    context.close()
    assert [complaint for complaint in complaints if not any(harmless in complaint for harmless in HARMLESS)] == []
