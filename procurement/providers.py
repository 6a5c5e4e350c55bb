"""What this floor adds to the pages that gather from all floors, and what it announces when it falls due."""

from commissioning import registry
from procurement import after_the_deadline


def register() -> None:
    """Add every provider to the registry."""
    registry.desk.append(after_the_deadline.desk)
    registry.deadlines.append(after_the_deadline.deadlines)
    registry.due.append(after_the_deadline.due)
