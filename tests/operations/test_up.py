"""One command starts web, worker and beat; however it ends, nothing is left."""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.conf import settings

from tests import parts
from tests.operations.conftest import Up, descendants, settle, wait_for

Start = Callable[..., Up]


def ready(start: Start, home: Path, command: list[str] | None = None) -> Up:
    up = start(command, VAR=str(home))
    up.until("Ready:")
    assert len(up.pids()) >= 6, "the supervisor, its guardian, the web's master and its workers, the worker, beat"
    return up


def test_it_says_where_it_is_and_who_may_sign_in_and_stops_at_ctrl_c(start: Start, settled_var: Path, port: int) -> None:
    up = ready(start, settled_var)
    up.until("Ctrl-C stops it.")
    said = up.said()
    assert f"Ready: http://127.0.0.1:{port}/\n" in said
    assert "lead@hillingdon.example  Procurement lead, Hillingdon  Procurement lead, Hillingdon" in said
    assert "gone@hillingdon.example" not in said
    for part in ("web", "worker", "beat"):
        assert f"\n{part:<6} | " in f"\n{said}"
    assert [up.get("/healthz"), up.get("/readyz"), up.get("/healthz", host="localhost")] == [200, 200, 200]
    up.pids()
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(timeout=60) == 0
    assert up.is_gone()
    assert up.said().endswith("Stopped.\n")


def test_the_first_start_builds_the_demo_world_on_whichever_day_it_is(start: Start, tmp_path: Path) -> None:
    up = start(VAR=str(tmp_path / "var"))
    up.until("Ctrl-C stops it.", seconds=300)
    assert "Department of Health: 6 people." in up.said()
    assert "bids@drfoster.example" in up.said()
    assert [up.get(page) for page in ("/", "/lists/", "/tenders/open/", "/account/login/")] == [200] * 4
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(timeout=60) == 0


def test_the_password_is_made_once_and_only_its_owner_reads_it(start: Start, settled_var: Path) -> None:
    first = start(VAR=str(settled_var))
    first.until("Ctrl-C stops it.")
    file = settled_var / "demo_password"
    password = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(password) >= 12
    first.process.send_signal(signal.SIGTERM)
    assert first.process.wait(timeout=60) == 0
    second = start(VAR=str(settled_var))
    second.until("Ctrl-C stops it.")
    assert f"each with the password {password} (kept in {file})" in second.said()


def test_a_supervisor_that_is_killed_leaves_nothing(start: Start, settled_var: Path) -> None:
    up = ready(start, settled_var)
    up.process.kill()
    up.process.wait()
    wait_for(up.is_gone, 60, up.said)


def test_it_stops_when_make_is_killed(start: Start, settled_var: Path, port: int) -> None:
    line = f"{sys.executable} manage.py up --port {port} --with-parent; true"  # a second command, so that the shell stays as its parent
    up = ready(start, settled_var, ["sh", "-c", line])
    up.process.kill()
    up.process.wait()
    wait_for(up.is_gone, 60, up.said)
    assert "Stopped." in up.said()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells that make was interrupted")
def test_it_stops_when_make_alone_is_asked_to(start: Start, settled_var: Path, tmp_path: Path, port: int, how: signal.Signals) -> None:
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"run:\n\t@exec {sys.executable} manage.py up --port {port} --with-parent\n")
    up = ready(start, settled_var, ["make", "--file", str(makefile), "run"])
    up.process.send_signal(how)
    assert up.process.wait(timeout=60) == -how
    wait_for(up.is_gone, 60, up.said)
    assert "Stopped." in up.said()


@pytest.mark.parametrize("part", ["web", "worker", "beat"])
def test_when_a_part_ends_by_itself_it_is_named_and_the_rest_is_stopped(start: Start, settled_var: Path, part: str) -> None:
    up = ready(start, settled_var)
    guardian_and_parts = sorted(pid for pid in descendants(up.process.pid) if os.getpgid(pid) == pid and pid != up.process.pid)
    _, web, worker, beat = guardian_and_parts
    os.kill({"web": web, "worker": worker, "beat": beat}[part], signal.SIGKILL)
    assert up.process.wait(timeout=60) == 1
    assert f"{part} ended by itself (killed by SIGKILL), so everything was stopped." in up.said()
    assert up.is_gone()


def test_ctrl_c_while_it_starts_stops_it_too(start: Start, settled_var: Path) -> None:
    up = start(VAR=str(settled_var))
    wait_for(lambda: len(up.pids()) >= 3, 60, up.said)
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(timeout=60) == 0
    wait_for(up.is_gone, 20, up.said)
    assert "Ready:" not in up.said()


def test_a_port_that_is_taken_is_said_in_a_sentence(start: Start, settled_var: Path, port: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        up = start(VAR=str(settled_var))
        assert up.process.wait(timeout=60) == 1
    assert up.said() == f"Port {port} cannot be used: another program listens there. Choose another, such as `make run PORT={port + 1}`.\n"


@pytest.mark.parametrize("words", ["0", "65536", "-1", "http", "８０００x", ""])
def test_what_is_no_port_is_said_in_a_sentence(start: Start, settled_var: Path, words: str) -> None:
    up = start([sys.executable, "manage.py", "up", f"--port={words}"], VAR=str(settled_var))
    assert up.process.wait(timeout=60) == 1
    assert up.said() == f"{words!r} is not a port: give a number from 1 to 65535, such as `make run PORT=8123`.\n"


@pytest.fixture
def servers_home() -> Iterator[dict[str, str]]:
    """A home on PostgreSQL and Redis."""
    url, name = parts.postgres(), f"ops_up_{os.getpid()}"
    assert url
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield {"DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{name}")), "REDIS_URL": settings.REDIS_URL}
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


@pytest.mark.postgres
@pytest.mark.redis
def test_it_runs_on_postgresql_and_redis_as_well(start: Start, tmp_path: Path, servers_home: dict[str, str]) -> None:
    settle(VAR=str(tmp_path), **servers_home)
    up = start(VAR=str(tmp_path), **servers_home)
    up.until("Ctrl-C stops it.")
    assert up.get("/readyz") == 200
    assert not (tmp_path / "database.sqlite3").exists()
    up.pids()
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(timeout=60) == 0
    assert up.is_gone()


def test_a_database_that_does_not_answer_is_said_in_a_sentence(start: Start, tmp_path: Path, port: int) -> None:
    up = start(VAR=str(tmp_path), DATABASE_URL=f"postgres://nobody@127.0.0.1:{port}/nothing")
    assert up.process.wait(timeout=60) == 1
    assert "data   | The database does not answer. Check that it runs and that DATABASE_URL is right.\n" in up.said()
    assert "Traceback" not in up.said()


def test_the_guardian_ends_even_a_group_that_does_not_listen() -> None:
    """On a system whose kernel does not tell children of their parent's death it is alone with this."""
    deaf = subprocess.Popen(["sh", "-c", "trap '' TERM; while :; do sleep 1; done"], start_new_session=True)
    done = subprocess.Popen(["true"], start_new_session=True)
    done.wait()
    code = "from commissioning import guardian; import sys; guardian.end(guardian.listen(sys.stdin), patience=0.5)"
    subprocess.run([sys.executable, "-c", code], input=f"+{done.pid}\n+{deaf.pid}\n-{done.pid}\n", text=True, check=True, timeout=20)
    assert deaf.wait(timeout=10) == -signal.SIGKILL
