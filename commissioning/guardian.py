"""Ends the process groups of a supervisor that died without a word. Run as a program of its own; it needs nothing but Python.

The supervisor holds the other end of this program's standard input and writes `+N` when it starts process group N and
`-N` when that group has ended. The system closes that end however the supervisor ends, `kill -9` too, on every Unix.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable

PATIENCE = 8.0


def listen(lines: Iterable[str]) -> set[int]:
    """The groups that are alive when the supervisor falls silent."""
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    return groups


def end(groups: set[int], patience: float = PATIENCE) -> None:
    """Ask each group to stop, and after `patience` seconds make it."""
    left = {group for group in groups if _sent(group, signal.SIGTERM)}
    until = time.monotonic() + patience
    while left and time.monotonic() < until:
        time.sleep(0.1)
        left = {group for group in left if _sent(group, 0)}
    for group in left:
        _sent(group, signal.SIGKILL)


def _sent(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    for deaf_to in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(deaf_to, signal.SIG_IGN)
    end(listen(sys.stdin))
