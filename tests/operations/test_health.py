"""What a machine that watches the service is told."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, RequestFactory
from pytest_django import Settings

from commissioning.views.health import healthz, readyz
from tests.operations.conftest import manage

PARTS = ("database", "queue", "files", "migrations")
ASK = """
import json
from django.test import RequestFactory
from commissioning.views.health import healthz, readyz
request = RequestFactory().get("/readyz")
print(json.dumps([healthz(request).status_code, readyz(request).status_code, json.loads(readyz(request).content)]))
"""


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Settings:
    settings.QUEUE = tmp_path / "queue"
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings


def nowhere(tmp_path: Path) -> Path:
    """A folder that cannot be, for its parent is a file."""
    file = tmp_path / "file"
    file.write_text("")
    return file / "folder"


def answer() -> tuple[int, dict[str, str]]:
    response = readyz(RequestFactory().get("/readyz"))
    return response.status_code, json.loads(response.content)


def only_fault(part: str) -> str:
    """The sentence on the one part that is not there; fails if others are not there either."""
    status, parts = answer()
    assert (status, parts["status"]) == (503, "not ready")
    assert {name for name in PARTS if parts[name] != "ok"} == {part}
    return parts[part]


@pytest.mark.django_db
def test_each_part_is_told_by_name(home: Settings) -> None:
    assert answer() == (200, {"status": "ready", "database": "ok", "queue": "ok", "files": "ok", "migrations": "ok", "letters": "ok"})


@pytest.mark.django_db
def test_both_answers_stand_at_their_addresses_and_are_never_kept() -> None:
    for address, state in (("/healthz", "alive"), ("/readyz", "ready")):
        response = Client().get(address)
        assert (response.status_code, response.json()["status"]) == (200, state)
        assert "no-store" in response["Cache-Control"]
        assert Client().post(address).status_code == 405


@pytest.mark.django_db
def test_a_queue_in_a_folder_that_cannot_be_is_told(home: Settings, tmp_path: Path) -> None:
    home.REDIS_URL, home.QUEUE = "", nowhere(tmp_path)
    assert only_fault("queue").startswith("The queue takes no messages.")


@pytest.mark.django_db
def test_a_redis_that_does_not_answer_is_told(home: Settings, port: int) -> None:
    home.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    assert only_fault("queue").startswith("The queue takes no messages.")


@pytest.mark.django_db
def test_a_place_for_files_that_cannot_be_is_told(home: Settings, tmp_path: Path) -> None:
    home.MEDIA_ROOT = nowhere(tmp_path)
    assert only_fault("files").startswith("Files cannot be written.")


@pytest.mark.django_db
def test_a_migration_that_the_database_has_not_had_is_told(home: Settings) -> None:
    MigrationRecorder(connection).record_unapplied("commissioning", "0001_initial")
    assert only_fault("migrations") == "Migrations wait: 1, the first is 0001_initial of commissioning. Run `manage.py migrate`."


def test_without_its_database_the_process_is_alive_but_not_ready(tmp_path: Path, port: int) -> None:
    done = manage(
        "shell", "--no-imports", "--command", ASK, RUN_MODE="embedded", VAR=str(tmp_path), DATABASE_URL=f"postgres://nobody@127.0.0.1:{port}/nothing"
    )
    alive, ready, parts = json.loads(done.stdout.splitlines()[-1])
    assert (alive, ready) == (200, 503)
    assert parts["database"] == "The database does not answer. Check that it runs and that DATABASE_URL is right."
    assert parts["migrations"] == "The database does not say which migrations it has had."
    assert (parts["queue"], parts["files"]) == ("ok", "ok")


def test_being_alive_asks_nothing_of_the_database() -> None:
    assert healthz(RequestFactory().get("/healthz")).status_code == 200  # pytest-django refuses a query in a test without its mark
