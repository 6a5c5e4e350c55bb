"""Which parts this machine has that not every machine has: PostgreSQL, Redis, Chromium."""

import os
import shutil

import psycopg2
from redis import Redis, RedisError

HINTS = {
    "postgres": "PostgreSQL: name one in TEST_DATABASE_URL, with a role that may create databases, or run one at 127.0.0.1:5432",
    "redis": "Redis: name one in TEST_REDIS_URL, or run one at 127.0.0.1:6379",
    "chromium": "Chromium: name it in CHROMIUM, or have chromium, chromium-browser or google-chrome on the PATH",
}


def found() -> dict[str, str]:
    """Each part that is here, with its address."""
    looked_for = {"postgres": postgres(), "redis": redis(), "chromium": chromium()}
    return {name: where for name, where in looked_for.items() if where}


def postgres() -> str | None:
    """The address of a PostgreSQL in which databases may be created."""
    named = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")
    user, password = os.environ.get("PGUSER", "postgres"), os.environ.get("PGPASSWORD", "")
    url = named or f"postgres://{user}{':' + password if password else ''}@127.0.0.1:{os.environ.get('PGPORT', '5432')}/postgres"
    try:
        connection = psycopg2.connect(url, connect_timeout=3)
    except psycopg2.Error:
        return None
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
        (may_create,) = cursor.fetchone() or (False,)
    connection.close()
    return url if may_create else None


def redis() -> str | None:
    """The address of a Redis that answers."""
    url = os.environ.get("TEST_REDIS_URL") or os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/9"
    try:
        with Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as connection:
            connection.ping()
    except RedisError:
        return None
    return url


def chromium() -> str | None:
    """The path of a Chromium."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
