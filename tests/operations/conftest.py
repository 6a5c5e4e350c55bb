"""A home on disk that `up` can start in, and eyes on its processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ONE_PERSON = """
from commissioning.models import User
from tests.factories import people
people.person(people.organisation("commissioner", "Hillingdon"), "procurement_lead", "lead@hillingdon.example")
User.objects.create_user("gone@hillingdon.example", "Somebody who has left", None, is_active=False)
"""
NOT_OURS = {"RUN_MODE", "VAR", "DATABASE_URL", "REDIS_URL", "SITE_URL", "PYTHONDONTWRITEBYTECODE"}


def environment(**changes: str) -> dict[str, str]:
    """What the shell of a stranger has, with these changes."""
    return {name: value for name, value in os.environ.items() if name not in NOT_OURS} | changes


def manage(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` with these words, to its end."""
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment(**variables), capture_output=True, text=True, timeout=120, check=False)


def settle(**home: str) -> None:
    """An up-to-date database with one person who may sign in and one who may not, so that `up` builds no demo."""
    for words in (("migrate", "--verbosity=0"), ("shell", "--command", ONE_PERSON)):
        done = manage(*words, RUN_MODE="embedded", **home)
        assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def settled_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a home that has been started before."""
    var = tmp_path_factory.mktemp("settled") / "var"
    settle(VAR=str(var))
    return var


@pytest.fixture
def port() -> int:
    """One that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        chosen: int = probe.getsockname()[1]
    return chosen


@dataclass
class Up:
    """A service that was started, and what it has said."""

    process: "subprocess.Popen[str]"
    log: Path
    port: int
    seen: set[int] = field(default_factory=set)

    def said(self) -> str:
        """All of its output so far."""
        return self.log.read_text()

    def until(self, words: str, seconds: float = 120) -> None:
        """Wait until it has said the words."""
        wait_for(lambda: words in self.said() or self.process.poll() is not None, seconds, self.said)
        assert words in self.said(), self.said()

    def pids(self) -> set[int]:
        """It, its children, and theirs; remembered, so that none is lost from sight when its parent dies."""
        self.seen |= descendants(self.process.pid)
        return self.seen

    def is_gone(self) -> bool:
        """Whether none of all these lives."""
        return not self.seen & alive().keys()

    def get(self, path: str, host: str = "127.0.0.1") -> int:
        """The status with which it answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path, headers={"Host": f"{host}:{self.port}"})
        return connection.getresponse().status


def wait_for(truth: Callable[[], bool], seconds: float, otherwise: Callable[[], object]) -> None:
    """Look again and again; fails with what `otherwise` says when the time is over."""
    until = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < until, otherwise()
        time.sleep(0.05)


def alive() -> dict[int, int]:
    """Each living process with its parent."""
    table = subprocess.run(["ps", "-eo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in table.splitlines()]
    return {int(pid): int(parent) for pid, parent, state in rows if not state.startswith("Z")}


def descendants(pid: int) -> set[int]:
    """The process, its children, and theirs."""
    parents, found = alive(), {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


@pytest.fixture
def heard_interrupts() -> Iterator[None]:
    """A shell that runs the tests in the background has them ignore SIGINT, and their children would too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def start(tmp_path: Path, port: int, heard_interrupts: None) -> Iterator[Callable[..., Up]]:
    """Starts `up`, by itself or by another command, in a home; ends what a failed test leaves."""
    started: list[Up] = []

    def _start(command: list[str] | None = None, **home: str) -> Up:
        log = tmp_path / "log.txt"
        words = command or [sys.executable, "manage.py", "up", "--port", str(port)]
        with log.open("w") as out:
            process = subprocess.Popen(words, cwd=ROOT, env=environment(RUN_MODE="embedded", **home), stdout=out, stderr=out, text=True)
        started.append(Up(process, log, port))
        return started[-1]

    yield _start
    for up in started:
        for pid in up.pids() & alive().keys():
            os.kill(pid, signal.SIGKILL)
        up.process.wait()
