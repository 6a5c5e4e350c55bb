"""`make test`: the suite in each home that this machine has, and a line for each part that it has not.

The first home is SQLite with a folder for a queue, which every machine has; the second is PostgreSQL, Redis, or both.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import parts  # noqa: E402


def main() -> int:
    """Run the suite once or twice; 0 if all of it passed, 2 if a part that was required is not here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--require", default="", help="parts that must be here, separated by commas: postgres, redis, chromium")
    options, for_pytest = parser.parse_known_args()
    here = parts.found()
    for name in parts.HINTS.keys() - here.keys():
        print(f"Not found, so not tested with: {parts.HINTS[name]}.", flush=True)
    if missing := sorted(set(filter(None, options.require.split(","))) - here.keys()):
        print(f"Required, and not here: {', '.join(missing)}.", flush=True)
        return 2
    homes: list[tuple[str, dict[str, str]]] = [("SQLite and a folder for a queue", {})]
    if here.keys() & {"postgres", "redis"}:
        homes.append((" and ".join(sorted(here.keys() & {"postgres", "redis"})), second_home(here)))
    results = [run_in(name, home, for_pytest) for name, home in homes]
    return max(results)


def second_home(here: dict[str, str]) -> dict[str, str]:
    """The environment of the home on servers: a database of this run's own, and a Redis."""
    home = {"REDIS_URL": here["redis"]} if "redis" in here else {}
    if "postgres" in here:
        home["DATABASE_URL"] = urlunsplit(urlsplit(here["postgres"])._replace(path=f"/procurement_{os.getpid()}"))
    return home


def run_in(name: str, home: dict[str, str], for_pytest: list[str]) -> int:
    """pytest's exit code in this home."""
    print(f"\nThe suite on {name}:", flush=True)
    outside = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL", "SITE_URL"}}
    with tempfile.TemporaryDirectory() as var:
        environment = {**outside, "RUN_MODE": "test", "VAR": var, **home}
        workers = str(max(2, min(os.cpu_count() or 2, 4)))
        command = [sys.executable, "-m", "pytest", "--quiet", "--numprocesses", workers, "--dist", "loadgroup", *for_pytest]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
