"""The embedded demo's own clock."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models

from commissioning.models.base import DocketedRecord, RecordQuerySet, move


class DemoClockQuerySet(RecordQuerySet):
    """The clock as the demo's players see it."""

    def visible_to(self, user: Any) -> "DemoClockQuerySet":
        """Everybody's."""
        return self.all()

    def trail_readable_by(self, user: Any) -> "DemoClockQuerySet":
        """Everybody's who has signed in."""
        return self.all() if user.is_authenticated else self.none()


class DemoClock(DocketedRecord):
    """How far the demo has been moved ahead of real time; one row, and none outside the demo."""

    MOVES = {"move_demo_clock": move()}
    ONLY = UUID("00000000-0000-4000-8000-000000000001")

    ahead_by = models.DurationField(default=timedelta)

    objects = DemoClockQuerySet.as_manager()

    def __str__(self) -> str:
        return f"The demo's clock, {self.ahead_by} ahead"

    @classmethod
    def lead(cls) -> timedelta:
        """How far ahead; nothing if nobody has moved it."""
        return cls.objects.values_list("ahead_by", flat=True).first() or timedelta()

    def jump_to(self, moment: datetime, real: datetime) -> None:
        """Be at `moment` now; time only ever goes forward."""
        self.ahead_by = max(self.ahead_by, moment - real)
