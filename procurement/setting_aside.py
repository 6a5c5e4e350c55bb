"""What was decided about a tender's lots, taken back before it was confirmed."""

from datetime import datetime

from procurement.models import Award, AwardNotice, Tender, UnawardedLot


def set_decisions_aside(tender: Tender, at: datetime) -> None:
    """Set intended awards, decisions not to award and the notices of both aside; they stay as records."""
    Award.objects.filter(lot__tender=tender).become_set_aside(at)
    UnawardedLot.objects.filter(lot__tender=tender, set_aside_at__isnull=True).update(set_aside_at=at)
    AwardNotice.objects.standing().filter(invitation__tender=tender).update(set_aside_at=at)
