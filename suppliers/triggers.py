"""Triggers by which the database itself refuses to change or remove a version of a framework or of its lists that was published."""

from typing import Any

from commissioning import triggers

UNCHANGING = ("suppliers_listpublication", "suppliers_publishedpart")
VERSIONS = ("suppliers_frameworkversion",)


def install(connection: Any) -> None:
    """Refuse to change or remove published versions of frameworks and of their lists."""
    triggers.install(connection, UNCHANGING, "A published version of the lists does not change.")
    triggers.install(connection, VERSIONS, "A published version of a framework does not change.")


def remove(connection: Any) -> None:
    """Allow it again: for a test database that is being emptied, and for nothing else."""
    triggers.remove(connection, UNCHANGING + VERSIONS)
