"""A SQLite database as the migrations leave it: making one takes longer than most files of tests."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".database_cache"
# What a migrated database depends on: the migrations, the reference data that they bring, whoever brings them, and the libraries' own.
SOURCES = ("*/migrations/*.py", "*/data/*.json", "*/receivers.py", "*/triggers.py", "*/models/*.py", "commissioning/*.py", "requirements.txt")


@cache
def kept() -> Path:
    """Where the database is kept that these sources make; there may be none yet."""
    files = sorted(file for pattern in SOURCES for file in ROOT.glob(pattern))
    found = sha256(django.__version__.encode())
    for file in files:
        found.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return FOLDER / f"{found.hexdigest()}.sqlite3"


@contextmanager
def turn() -> Iterator[None]:
    """One process at a time."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def keep(connection: Any) -> None:
    """Keep the database for the next run, in place of those of other sources."""
    if kept().exists():
        return
    for old in FOLDER.glob("*.sqlite3"):
        old.unlink()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(kept())])
