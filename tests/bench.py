"""`make bench`: how long a start takes, the first in an empty folder and those after it; results under artefacts/."""

import argparse
import json
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.operations.conftest import environment  # noqa: E402


def main() -> None:
    """Measure, print, and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="starts after the first (5)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as var:
        first = start(var)
        later = [start(var) for _ in range(rounds)]
    results = {"first_start": first, "later_starts": later}
    for what in ("first_page", "ready"):
        seconds = sorted(one[what] for one in later)
        print(f"{what}: first start {first[what]:.1f} s; later starts {statistics.median(seconds):.1f} s, from {seconds[0]:.1f} to {seconds[-1]:.1f}")
    artefacts = ROOT / "artefacts"
    artefacts.mkdir(exist_ok=True)
    (artefacts / "bench.json").write_text(json.dumps(results, indent=1))


def start(var: str) -> dict[str, float]:
    """Seconds from the command to the first page, and to the line that says that all is up."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began, marks = time.monotonic(), {}
    command = [sys.executable, "manage.py", "up", "--port", str(port)]
    log = Path(var) / "bench.log"
    with log.open("w") as out:
        up = subprocess.Popen(command, cwd=ROOT, env=environment(RUN_MODE="embedded", VAR=var), stdout=out, stderr=out)
    while len(marks) < 2:
        if up.poll() is not None:
            sys.exit(f"The service did not start:\n{log.read_text()}")
        if "first_page" not in marks and answers(port):
            marks["first_page"] = time.monotonic() - began
        if "ready" not in marks and "\nReady: " in log.read_text():
            marks["ready"] = time.monotonic() - began
        time.sleep(0.02)
    up.send_signal(signal.SIGINT)
    if up.wait(timeout=30):
        sys.exit("The service did not stop cleanly.")
    return marks


def answers(port: int) -> bool:
    """Whether the front page comes."""
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False


if __name__ == "__main__":
    main()
