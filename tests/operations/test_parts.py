"""`make test` says what this machine lacks, and under REQUIRE fails for it."""

import subprocess
import sys

from tests.operations.conftest import ROOT, environment


def make_test(port: int, *words: str) -> subprocess.CompletedProcess[str]:
    """The suite's runner, on a machine that has none of the three parts."""
    lacking = {
        "TEST_DATABASE_URL": f"postgres://nobody@127.0.0.1:{port}/nothing",
        "TEST_REDIS_URL": f"redis://127.0.0.1:{port}",
        "CHROMIUM": "no-chromium",
    }
    command = [sys.executable, "tests/run.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment(**lacking), capture_output=True, text=True, timeout=300, check=False)


def test_each_part_that_is_not_here_has_its_line_and_the_rest_is_tested(port: int) -> None:
    done = make_test(port, "--collect-only", "tests/operations/test_parts.py", "tests/operations/test_up.py")
    assert done.returncode == 0, done.stdout
    for part in ("PostgreSQL", "Redis", "Chromium"):
        assert f"Not found, so not tested with: {part}: " in done.stdout
    assert done.stdout.count("The suite on ") == 1
    assert "left out: tests marked postgres, for this home is on SQLite" in done.stdout
    assert "test_ctrl_c_while_it_starts_stops_it_too" in done.stdout
    assert "test_it_runs_on_postgresql_and_redis_as_well" not in done.stdout


def test_a_part_that_is_required_and_not_here_is_a_failure_and_nothing_is_run(port: int) -> None:
    done = make_test(port, "--require", "postgres,redis,chromium", "--collect-only")
    assert done.returncode == 2
    assert done.stdout.endswith("Required, and not here: chromium, postgres, redis.\n")
