"""The grounds on which a contractor's breach can be reported: a choice of this service, kept in a file of data."""

import json
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).resolve().parent / "data" / "breach_grounds.json"


@dataclass(frozen=True)
class BreachGround:
    """A ground, as the file has it."""

    code: str
    name: str
    description: str


# By code, in the order of the file.
GROUNDS: dict[str, BreachGround] = {row["code"]: BreachGround(**row) for row in json.loads(_FILE.read_text())}


def ground_name(code: str) -> str:
    """What people call it; one that the file no longer has is called by its code."""
    return GROUNDS[code].name if code in GROUNDS else code
