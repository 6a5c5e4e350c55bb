"""Read the settings that a deployment gives through its environment, and refuse to guess."""

import os
from collections.abc import Callable
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

MODES = ("production", "embedded", "test")


def mode() -> str:
    """How this process runs: `production` unless somebody said otherwise."""
    name = os.environ.get("RUN_MODE", "production")
    if name not in MODES:
        raise ImproperlyConfigured(f"RUN_MODE is {name!r}; it must be one of {', '.join(MODES)}.")
    return name


def flag(name: str) -> bool:
    """Whether the variable says yes."""
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """The variable as a list, split at commas."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret(name: str, embedded: str) -> str:
    """The variable's value, or that of the file which `<name>_FILE` names; production has no default."""
    named_file = os.environ.get(f"{name}_FILE")
    value = Path(named_file).read_text().strip() if named_file else os.environ.get(name, "")
    return required(name, value, embedded)


def required(name: str, value: str, embedded: str) -> str:
    """The value, or outside production the embedded one; production refuses to start without it."""
    if value:
        return value
    if mode() == "production":
        raise ImproperlyConfigured(f"Set {name}: production does not start without it.")
    return embedded


def database(url: str, embedded_file: Path) -> dict[str, Any]:
    """Django's DATABASES entry for a `postgres://` address, or for the embedded SQLite file.

    Raises ImproperlyConfigured for any other kind of address, or for none in production.
    """
    url = required("DATABASE_URL", url, "")
    return _postgresql(url) if url else _sqlite(embedded_file)


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or postgresql://.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
        "TEST": {"NAME": str(file.with_name("test.sqlite3"))},
    }


def kept_key(file: Path, make: Callable[[], str] = lambda: token_urlsafe(48)) -> str:
    """A random key of the embedded home, made at first start and kept in a file only its owner can read."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as handle:
            handle.write(make())
    return file.read_text()
