"""What this floor adds to the pages that gather from all floors, and what it announces when it falls due."""


def register() -> None:
    """Add every provider to the registry."""
