"""The embedded home's queue: kombu's folder of messages, with files that appear whole or not at all.

kombu opens a file under its final name and then writes it; a reader that comes between finds it empty and takes its worker
down. Here every file is written beside the folder and put in its place in one step.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time_ns
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps


def write_whole(file: Path, content: Any) -> None:
    """Write the content as JSON; whoever reads the file finds the old or the new, never a part."""
    draft = file.parent.parent / f"{uuid4()}.draft"
    draft.write_text(dumps(content))
    draft.replace(file)


class Channel(filesystem.Channel):
    """Messages in a folder."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        write_whole(Path(self.data_folder_out) / f"{time_ns():020}_{uuid4()}.{queue}.msg", payload)

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        file, bound = self._exchange_file(exchange), _binding(routing_key, pattern, queue)
        with _alone(file):
            table = self.get_table(exchange)
            if bound not in table:
                write_whole(file, [bound, *table])

    def _delete(self, queue: str, exchange: str, routing_key: str, pattern: str, *args: Any, **kwargs: Any) -> None:
        self._purge(queue)
        file, bound = self._exchange_file(exchange), _binding(routing_key, pattern, queue)
        with _alone(file):
            write_whole(file, [other for other in self.get_table(exchange) if other != bound])


def _binding(routing_key: str | None, pattern: str | None, queue: str | None) -> Any:
    return filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One process at a time may change the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class Transport(filesystem.Transport):
    """kombu's transport with the channel above."""

    Channel = Channel
    polling_interval = 0.1
