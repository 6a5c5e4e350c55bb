"""Points as they are published: whole hundredths, the same whoever works them out."""

from decimal import Decimal
from fractions import Fraction


def published(value: Fraction) -> Decimal:
    """The value at two decimals, a half rounded away from zero (ROUND_HALF_UP), whatever the decimal context."""
    hundredths = (abs(value) * 200 + 1) // 2
    sign = "-" if value < 0 < hundredths else ""
    return Decimal(f"{sign}{hundredths // 100}.{hundredths % 100:02}")
