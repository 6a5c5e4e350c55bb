"""What the README tells people to type does what it says."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.operations.conftest import ROOT, environment


def test_the_command_for_a_token_of_the_demo_prints_one(settled_var: Path) -> None:
    (line,) = re.findall(r"^(RUN_MODE=embedded .*manage\.py api_token .*)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    words = shlex.split(line)
    variables = dict(word.split("=") for word in words if "=" in word)
    assert variables == {"RUN_MODE": "embedded", "VAR": "var"}
    command = [sys.executable, *words[words.index("manage.py") :]]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(RUN_MODE="embedded", VAR=str(settled_var)), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"[0-9a-f]{64}\n", done.stdout)
