"""The embedded demo's own clock."""

from datetime import datetime, timedelta

from django.db import models

from commissioning.models.base import DocketedRecord, move


class DemoClock(DocketedRecord):
    """How far the demo has been moved ahead of real time; one row, and none outside the demo."""

    MOVES = {"move_demo_clock": move()}

    ahead_by = models.DurationField(default=timedelta)

    def __str__(self) -> str:
        return f"The demo's clock, {self.ahead_by} ahead"

    @classmethod
    def lead(cls) -> timedelta:
        """How far ahead; nothing if nobody has moved it."""
        return cls.objects.values_list("ahead_by", flat=True).first() or timedelta()

    def jump_to(self, moment: datetime, real: datetime) -> None:
        """Be at `moment` now; time only ever goes forward."""
        self.ahead_by = max(self.ahead_by, moment - real)
