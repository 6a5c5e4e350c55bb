"""What the recipient of a letter does with it."""

from datetime import datetime
from uuid import UUID

from commissioning import clock
from commissioning.models import Letter, User


def mark_read(letter_id: UUID, *, by: User, at: datetime | None = None) -> Letter:
    """Note when the recipient first opened a letter; it is theirs to open, and nothing else changes by it."""
    letters = Letter.objects.visible_to(by).filter(pk=letter_id)
    letters.filter(read_at__isnull=True).update(read_at=at or clock.now())
    return letters.select_related("recipient").get()
