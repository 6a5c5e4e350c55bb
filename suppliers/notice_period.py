"""The least time that the law of a framework gives suppliers to apply, from the announcement of a round to its deadline."""

from datetime import datetime, timedelta

from commissioning import clock, windows
from commissioning.models import Regime
from commissioning.wording import moment_text


def earliest_close(law: Regime, announced_at: datetime) -> datetime | None:
    """The first deadline of a round that is announced at that moment; None where the law sets no least time. Refused if it cannot be counted."""
    return windows.count(law.tender_rule_id, announced_at).earliest_deadline if law.tender_rule_id else None


def noon_from(earliest: datetime) -> datetime:
    """Noon in London of the same day, or of the next if that is before."""
    day = clock.in_london(earliest)
    noon = clock.london(day.year, day.month, day.day, 12)
    return noon if noon >= earliest else noon + timedelta(days=1)


def why_too_soon(law: Regime, closes_at: datetime, announced_at: datetime) -> str:
    """That the law gives suppliers more time than this, and until when at the least, as a sentence; empty if it does not."""
    earliest = earliest_close(law, announced_at)
    if earliest is None or closes_at >= earliest:
        return ""
    return f"The deadline, {moment_text(closes_at)}, is too soon. {least(law, earliest)} Choose a later deadline first."


def least(law: Regime, earliest: datetime) -> str:
    """What the law asks of a round that is announced now, as a sentence."""
    return f"Under the {law} a round that is announced now closes on {moment_text(earliest)} at the earliest."
