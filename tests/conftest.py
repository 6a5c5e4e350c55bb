"""Each run's own database, files and cache; what needs a part that is not here is left out, and said; nothing from outside is asked."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test.utils import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from commissioning import triggers
from contracts import triggers as contract_triggers
from suppliers import triggers as supplier_triggers
from tests import migrated, parts
from tests.factories import kept

# Each floor's triggers on what never changes.
UNCHANGING = (triggers, supplier_triggers, contract_triggers)
# Playwright keeps an event loop in the test's thread, which Django takes for a sign that the test runs inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
# A machine that is busy with something else is no fault of what is tested.
hypothesis_settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("any machine")


def missing_parts() -> dict[str, str]:
    """Each marker whose tests cannot run in this home, and why."""
    missing = {}
    if connection.vendor != "postgresql":
        missing["postgres"] = "this home is on SQLite"
    if not settings.REDIS_URL:
        missing["redis"] = "this home has no REDIS_URL"
    if connection.vendor == "postgresql" or settings.REDIS_URL:
        missing["first_home"] = "where data are kept changes nothing in them, and the home on SQLite has run them"
    if not parts.chromium():
        missing["browser"] = "there is no Chromium"
    return missing


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The lines that say what this home leaves out."""
    for marker, why in missing_parts().items():
        terminalreporter.write_line(f"left out: tests marked {marker}, for {why}")


def asks_a_home(item: pytest.Item) -> bool:
    """Whether a test has to do with where data are kept."""
    fixtures = {"db", "transactional_db", "live_server", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or any(item.get_closest_marker(marker) for marker in ("django_db", "postgres", "redis"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a part that is not here, and of a home on servers what would be the same in any."""
    missing = missing_parts()
    for item in items:
        if not asks_a_home(item):
            item.add_marker(pytest.mark.first_home)
    left_out = [item for item in items if any(item.get_closest_marker(marker) for marker in missing)]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A run has a SQLite file of its own, so that two runs in one checkout do not meet; it begins as one that was migrated before, if it can."""
    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)
        with migrated.turn():
            if migrated.kept().exists():
                shutil.copyfile(migrated.kept(), file)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """What the database holds already is not made anew."""
    return django_db_keepdb or connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The database, which the next run begins with if no migration has changed."""
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), migrated.turn():
            migrated.keep(connection)


@pytest.fixture(scope="session", autouse=True)
def own_files_and_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A run's files are in its own folder, and its cache is not another's."""
    folder: Path = tmp_path_factory.mktemp("var")
    cache: dict[str, Any] = dict(settings.CACHES["default"])
    cache |= {"KEY_PREFIX": str(folder)} if settings.REDIS_URL else {"LOCATION": folder / "cache"}
    with override_settings(MEDIA_ROOT=folder / "files", CACHES={"default": cache}):
        yield


@pytest.fixture(scope="session", autouse=True)
def trail_may_be_emptied_between_tests() -> Iterator[None]:
    """After a test that commits, Django empties every table: only for that, the triggers of what never changes stand aside."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def flush_with_triggers_aside(operations: Any, statements: list[str]) -> None:
        for each in UNCHANGING:
            each.remove(operations.connection)
        try:
            flush(operations, statements)
        finally:
            for each in UNCHANGING:
                each.install(operations.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush_with_triggers_aside)
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_from_outside() -> Iterator[None]:
    """No test talks to another machine."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in allowed:
            raise AssertionError(f"A test tried to talk to {address[0]}.")
        connect(self, address)

    servers = {str(settings.DATABASES["default"].get("HOST", "")), settings.REDIS_URL.partition("@")[2].partition(":")[0]}
    allowed = {"127.0.0.1", "::1", "localhost", *servers}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield


@pytest.fixture(autouse=True)
def kept_worlds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A test in a transaction of its own may be given a world that an earlier one built, as long as it has changed none of the code."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or marker.kwargs.get("transaction") or {"transactional_db", "live_server"} & set(request.fixturenames):
        yield
        return
    with kept.watching(lambda: bool(monkeypatch._setattr or monkeypatch._setitem)):
        yield
