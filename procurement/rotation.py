"""Whose turn it is to be invited, where a framework says that a call-off invites some and not all: a pure function of who was asked when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Candidate:
    """A supplier that may be asked: since when it stands on the list for the area, and when it was last asked there (None: never)."""

    supplier: UUID
    name: str
    listed_at: datetime
    asked_at: datetime | None

    def turn(self) -> tuple[bool, datetime, datetime, str, UUID]:
        """What it is ordered by: never asked, asked longest ago, listed first, its name."""
        return self.asked_at is not None, self.asked_at or self.listed_at, self.listed_at, self.name, self.supplier


def in_turn(candidates: Iterable[Candidate], at_most: int | None) -> tuple[list[Candidate], list[Candidate]]:
    """Those whose turn it is, in order, and those who are passed over, the next to be asked first; without a limit it is everybody's turn."""
    ordered = sorted(candidates, key=Candidate.turn)
    return ordered[:at_most], ordered[at_most:] if at_most is not None else []
