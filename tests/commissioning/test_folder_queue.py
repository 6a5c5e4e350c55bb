"""The embedded home's queue: a reader never finds half a message, however many write at once."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from kombu import Connection

import commissioning.celery  # noqa: F401  makes `folder://` known

WRITERS, EACH = 4, 50
WRITER = """
import json, sys
from kombu import Connection
import commissioning.celery
with Connection("folder://", transport_options=json.loads(sys.argv[1])) as connection:
    queue = connection.SimpleQueue("bell")
    for number in range(int(sys.argv[2])):
        queue.put({"number": number, "padding": "x" * 5000})
"""


def options(folder: Path) -> dict[str, str]:
    (folder / "messages").mkdir(parents=True)
    return {"data_folder_in": str(folder / "messages"), "data_folder_out": str(folder / "messages"), "control_folder": str(folder / "control")}


def test_every_message_of_several_writers_is_read_whole_while_they_write(tmp_path):
    where = options(tmp_path / "queue")
    root = Path(__file__).resolve().parents[2]
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, json.dumps(where), str(EACH)], cwd=root) for _ in range(WRITERS)]
    with Connection("folder://", transport_options=where) as connection:
        queue = connection.SimpleQueue("bell")
        numbers = []
        for _ in range(WRITERS * EACH):
            message = queue.get(timeout=30)
            numbers.append(message.payload["number"])
            message.ack()
    assert [writer.wait(timeout=30) for writer in writers] == [0] * WRITERS
    assert sorted(numbers) == sorted(list(range(EACH)) * WRITERS)


def test_a_queue_that_is_deleted_is_not_written_to_any_more(tmp_path):
    with Connection("folder://", transport_options=options(tmp_path / "queue")) as connection:
        channel: Any = connection.channel()
        channel.exchange_declare("news", "fanout")
        for name in ("one", "two"):
            channel.queue_declare(name)
            channel.queue_bind(name, "news")
        channel.queue_delete("one")
        assert [bound.queue for bound in channel.get_table("news")] == ["two"]
