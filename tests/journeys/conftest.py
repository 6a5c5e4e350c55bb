"""The town in which the journeys happen: a live service that is a demo, an empty database, and Chromium."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import chromium
from tests.journeys.visitors import Album, Town


@pytest.fixture
def demo(settings: Any) -> Any:
    """The service as the embedded demo, for only its clock can be moved."""
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.journeys.demo_routes"
    return settings


@pytest.fixture
def town(live_server: Any, demo: Any, tmp_path: Path) -> Iterator[Town]:
    """The live service, and a browser to visit it with."""
    demo.SITE_URL = live_server.url
    with chromium.opened() as browser:
        yield Town(live_server.url, browser, Album(tmp_path))
