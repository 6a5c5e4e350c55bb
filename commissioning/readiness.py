"""Whether all that this installation needs is there: the database, the queue, a place for files, the migrations."""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import structlog
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from redis import Redis, RedisError

from commissioning import letters

log = structlog.get_logger(__name__)


class NotReady(Exception):
    """A part that is not there; the message says which, and what to look at."""


def state() -> dict[str, str]:
    """Each part by name: `ok`, or a sentence that says what is wrong."""
    return {name: _state_of(name, check) for name, check in {**PARTS, **NOTES}.items()}


def is_ready(parts: dict[str, str]) -> bool:
    """Whether everything is there without which requests cannot be answered."""
    return all(parts[name] == "ok" for name in PARTS)


def _state_of(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as missing:
        log.warning("not ready", part=name, why=str(missing), error=repr(missing.__cause__))
        return str(missing)
    return "ok"


def waiting_migrations() -> list[tuple[str, str]]:
    """The (application, name) of each migration of this code that the database has not had, in order."""
    return sorted(_migrations_of_this_code() - set(MigrationRecorder(connection).applied_migrations()))


@cache
def _migrations_of_this_code() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def check_database() -> None:
    """Raises NotReady unless the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        raise NotReady("The database does not answer. Check that it runs and that DATABASE_URL is right.") from error


def check_queue() -> None:
    """Raises NotReady unless a task can be given to the queue."""
    try:
        if settings.REDIS_URL:
            Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2).ping()
        else:
            _write_in(settings.QUEUE / "messages")
    except (RedisError, OSError) as error:
        raise NotReady("The queue takes no messages. Check that Redis runs and REDIS_URL is right, or that VAR can be written.") from error


def check_files() -> None:
    """Raises NotReady unless a file can be kept."""
    try:
        _write_in(settings.MEDIA_ROOT)
    except OSError as error:
        raise NotReady("Files cannot be written. Check that VAR is there, has room, and belongs to the user who runs this.") from error


def _write_in(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"ok")


def check_migrations() -> None:
    """Raises NotReady unless the database has every migration of this code."""
    try:
        waiting = waiting_migrations()
    except Error as error:
        raise NotReady("The database does not say which migrations it has had.") from error
    if waiting:
        raise NotReady(f"Migrations wait: {len(waiting)}, the first is {waiting[0][1]} of {waiting[0][0]}. Run `manage.py migrate`.")


def check_letters() -> None:
    """Raises NotReady if letters were given up that their recipients do not know of."""
    try:
        some_are_given_up = letters.given_up().exists()
    except Error as error:
        raise NotReady("The database does not say which letters it has.") from error
    if some_are_given_up:
        raise NotReady(
            "Letters were refused by the mail server again and again, and are not tried any more. See the log; manage.py resend_letters tries again."
        )


PARTS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "queue": check_queue,
    "files": check_files,
    "migrations": check_migrations,
}
# What somebody has to see to, while requests are answered all the same.
NOTES: dict[str, Callable[[], None]] = {"letters": check_letters}
