"""The service as the journeys play in it: a demo, whose clock can be moved."""

from typing import Any

import pytest


@pytest.fixture
def demo(settings: Any) -> Any:
    """The service as the embedded demo, for only its clock can be moved."""
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.journeys.demo_routes"
    return settings
