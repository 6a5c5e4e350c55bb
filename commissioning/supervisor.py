"""Several programs as one: started together, their output in one place, stopped together, none left behind."""

import ctypes
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

ASKED_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 10.0
_PR_SET_PDEATHSIG = 1


class Stopped(Exception):
    """Somebody asked for the end: Ctrl-C, a signal, or the end of the program that started us."""


class Ended(Exception):
    """A program ended by itself; the message says which and how."""


@dataclass
class Program:
    """A program under way: its process, what it has said, and whether it said that it is up."""

    name: str
    pid: int
    output: int
    up_when: str
    is_up: bool = False
    unfinished_line: bytes = b""
    exit_code: int | None = None


class Supervisor:
    """Runs functions of this process in children of it, and sees them to their end.

    A child is a fork, so what is imported before is shared and need not be loaded again; for this, start no thread before.
    """

    def __init__(self, say: Callable[[str], None], ends_with_parent: bool = False) -> None:
        self._say = say
        self._parent = os.getppid() if ends_with_parent else None
        self._parent_blocked = _blocks_ctrl_c(self._parent)
        self._running: dict[int, Program] = {}
        self._asked = False

    def __enter__(self) -> Self:
        self._selector = selectors.DefaultSelector()
        self._bell, self._button = socket.socketpair()
        self._bell.setblocking(False)
        self._button.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._button.fileno(), warn_on_full_buffer=False)
        for number in ASKED_TO_STOP:
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # it need only ring the bell
        guardian = Path(__file__).with_name("guardian.py")
        self._guardian = subprocess.Popen([sys.executable, "-I", str(guardian)], stdin=subprocess.PIPE, text=True, start_new_session=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self._stop_all()
        self._guardian.communicate()
        for number in (*ASKED_TO_STOP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        self._close()

    def start(self, name: str, run: Callable[[], object], up_when: str = "") -> Program:
        """Run the function in a child; it is up once it prints `up_when`."""
        reading, writing = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        supervisor = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, ASKED_TO_STOP)
        pid = os.fork()
        if pid == 0:
            self._become(run, writing, supervisor)
        with suppress(OSError):  # whichever of the two is first
            os.setpgid(pid, pid)
        self._tell_guardian(f"+{pid}")
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKED_TO_STOP)
        os.close(writing)
        os.set_blocking(reading, False)
        program = self._running[pid] = Program(name, pid, reading, up_when)
        self._selector.register(reading, selectors.EVENT_READ, program)
        return program

    def watch(self, seconds: float) -> None:
        """Pass on what the programs say, until something happens or the time is over.

        Raises Stopped if somebody asked for the end, and Ended if a program ended though nobody did.
        """
        ended = self._attend(seconds)
        if self._asked or self._parent_wants_the_end():
            raise Stopped
        for program in ended:
            raise Ended(f"{program.name} ended by itself ({_how(program.exit_code)}), so everything was stopped. Its last lines are above.")

    def until_ended(self, program: Program) -> None:
        """Watch a program that is meant to end; raises Ended if it fails, Stopped if somebody asked for the end."""
        while program.exit_code is None:
            try:
                self.watch(1)
            except Ended:
                if program.exit_code != 0:
                    raise

    def _parent_wants_the_end(self) -> bool:
        """Whether it is gone, or was interrupted: make passes SIGTERM on, but at SIGINT waits in its handler for us to have had it too."""
        if self._parent is None:
            return False
        return os.getppid() != self._parent or _blocks_ctrl_c(self._parent) > self._parent_blocked

    def _ask_to_stop(self, number: int, frame: object) -> None:
        self._asked = True

    def _attend(self, seconds: float) -> list[Program]:
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                self._bell.recv(4096)
            else:
                self._read(key.data)
        return self._reap()

    def _read(self, program: Program) -> bool:
        """Pass on what lies in the pipe; whether there was anything."""
        try:
            said = os.read(program.output, 65536)
        except BlockingIOError:
            return False
        *lines, program.unfinished_line = (program.unfinished_line + said).split(b"\n")
        for line in lines:
            self._pass_on(program, line)
        if not said:
            self._selector.unregister(program.output)
            os.close(program.output)
            program.output = -1
        return bool(said)

    def _pass_on(self, program: Program, line: bytes) -> None:
        text = line.decode(errors="replace")
        program.is_up = program.is_up or bool(program.up_when and program.up_when in text)
        try:
            self._say(f"{program.name:<6} | {text}")
        except BrokenPipeError:  # nobody reads any more
            self._asked = True

    def _reap(self) -> list[Program]:
        ended = []
        for program in list(self._running.values()):
            pid, status = os.waitpid(program.pid, os.WNOHANG)
            if pid:
                program.exit_code = os.waitstatus_to_exitcode(status)
                ended.append(program)
                self._bury(program)
        return ended

    def _bury(self, program: Program) -> None:
        """Pass on the last words, and end what the program itself started and left."""
        _signal_group(program, signal.SIGKILL)
        while program.output >= 0 and self._read(program):
            continue
        if program.unfinished_line:
            self._pass_on(program, program.unfinished_line)
        if program.output >= 0:
            self._selector.unregister(program.output)
            os.close(program.output)
        del self._running[program.pid]
        self._tell_guardian(f"-{program.pid}")

    def _stop_all(self) -> None:
        for program in self._running.values():
            _signal_group(program, signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while self._running and time.monotonic() < until:
            self._attend(0.2)
        for program in self._running.values():
            _signal_group(program, signal.SIGKILL)
        while self._running:
            self._attend(0.2)

    def _tell_guardian(self, line: str) -> None:
        assert self._guardian.stdin
        with suppress(BrokenPipeError):  # the guardian was killed; the kernel's own signal remains
            print(line, file=self._guardian.stdin, flush=True)

    def _become(self, run: Callable[[], object], writing: int, supervisor: int) -> NoReturn:
        """In the child: leave the terminal's group and all that is the supervisor's, run, and end without unwinding its stack."""
        exit_code = 1
        try:
            os.setpgid(0, 0)
            _end_with(supervisor)
            self._become_deaf()
            os.dup2(writing, 1)
            os.dup2(writing, 2)
            os.close(writing)
            exit_code = _run(run)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(exit_code)

    def _become_deaf(self) -> None:
        signal.set_wakeup_fd(-1)
        for number in (*ASKED_TO_STOP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKED_TO_STOP)
        for program in self._running.values():
            if program.output >= 0:
                os.close(program.output)
        assert self._guardian.stdin
        self._guardian.stdin.close()
        self._close()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def _close(self) -> None:
        self._selector.close()
        self._bell.close()
        self._button.close()


def _run(run: Callable[[], object]) -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    try:
        run()
    except SystemExit as leaving:
        if isinstance(leaving.code, str):
            sys.stderr.write(f"{leaving.code}\n")
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    return 0


def _end_with(supervisor: int) -> None:
    """Have Linux end this process when its supervisor dies; elsewhere the guardian does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != supervisor:
        os._exit(1)


def _blocks_ctrl_c(pid: int | None) -> bool:
    """Whether the process holds SIGINT back, as it does while it handles one; only Linux tells."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    (blocked,) = (int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigBlk:"))
    return bool(blocked >> (signal.SIGINT - 1) & 1)


def _signal_group(program: Program, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(program.pid, number)


def _how(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return f"killed by {signal.Signals(-exit_code).name}"
    return f"exit code {exit_code}"
