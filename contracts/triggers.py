"""Triggers by which the database itself refuses to change or remove a signature."""

from typing import Any

from commissioning import triggers

UNCHANGING = ("contracts_signature",)


def install(connection: Any) -> None:
    """Refuse to change or remove signatures."""
    triggers.install(connection, UNCHANGING, "A signature does not change.")


def remove(connection: Any) -> None:
    """Allow it again: for a test database that is being emptied, and for nothing else."""
    triggers.remove(connection, UNCHANGING)
