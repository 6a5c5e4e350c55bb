"""An issued tender, up to the opening of bids: whom it went to, what they ask, its deadline."""

from datetime import datetime
from typing import Any

from commissioning.models import User
from commissioning.pages import Act
from procurement.models import Tender
from procurement.views import notices

ACTS: tuple[Act, ...] = ()


def context(tender: Tender, user: User, at: datetime) -> dict[str, Any]:
    """The notice, the invitations and the clarifications; nothing of who bid."""
    return notices.context(tender, user, at)
