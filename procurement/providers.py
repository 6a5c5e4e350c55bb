"""What this floor adds to the pages that gather from all floors, and what it announces when it falls due."""

from commissioning import registry
from commissioning.registry import Link
from procurement import after_the_deadline, before_the_deadline
from procurement.rules import bids_for_a_supplier, works_for_a_buyer


def register() -> None:
    """Add every provider to the registry."""
    registry.desk += [before_the_deadline.desk, after_the_deadline.desk]
    registry.deadlines += [before_the_deadline.deadlines, after_the_deadline.deadlines]
    registry.searches.append(before_the_deadline.searches)
    registry.due += [before_the_deadline.due, after_the_deadline.due]
    registry.navigation += [
        Link("Open tenders", "tender:index", 20),
        Link("Your tenders", "tender:yours", 22, works_for_a_buyer),
        Link("Your invitations", "invitation:index", 24, bids_for_a_supplier),
    ]
