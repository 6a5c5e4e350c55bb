"""What a bid costs: unit prices as they were typed, checked and multiplied out; nothing is read or stored."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any, Protocol

PENNY = Decimal("0.01")
# What a total can hold: 12 digits of pounds.
TOO_MUCH = Decimal(10) ** 12
# Plain digits, in thousands or not: no exponents, no digits of other scripts, no sign.
_POUNDS = re.compile(r"(?:[0-9]{1,10}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.[0-9]{1,2})?")
HOW_TO_PRICE = "Enter an amount in pounds and pence, such as 1250.50. It cannot be below 0."


class Line(Protocol):
    """A line of a price schedule."""

    pk: Any
    number: int
    description: str
    quantity: Decimal


@dataclass(frozen=True)
class Priced:
    """A price schedule filled in: what each line costs, the total in pounds without VAT, and what is wrong by line id."""

    lines: tuple[tuple[Line, Decimal | None], ...]
    total: Decimal | None
    faults: dict[str, str]


def unit_price(text: str) -> Decimal:
    """A unit price in pounds, from what was typed. Raises ValueError, with a sentence, for anything but a plain amount."""
    typed = text.strip().removeprefix("£").strip()
    if not _POUNDS.fullmatch(typed):
        raise ValueError(HOW_TO_PRICE)
    return Decimal(typed.replace(",", ""))


def priced(schedule: Iterable[Line], prices: Mapping[str, str], *, complete: bool = True) -> Priced:
    """The schedule with each line's cost at the given unit prices, by line id.

    The total is the exact sum of quantity × unit price, rounded once to the penny, a half upwards; None while anything is
    wrong or, if all lines must be `complete`, missing.
    """
    lines: list[tuple[Line, Decimal | None]] = []
    faults: dict[str, str] = {}
    with localcontext(prec=40):
        for line in schedule:
            cost, fault = _cost(line, prices.get(str(line.pk)) or "", complete)
            lines.append((line, cost))
            if fault:
                faults[str(line.pk)] = f"Price {line.number}: {fault}"
        costs = [cost for _, cost in lines]
        total = None if faults or not lines or None in costs else _total(cost for cost in costs if cost is not None)
    return Priced(tuple(lines), total, faults)


def total_fault(total: Decimal | None) -> str:
    """What is wrong with a total: it must be from a penny to what can be compared; empty if nothing is."""
    if total is not None and not PENNY <= total < TOO_MUCH:
        return f"The prices come to £{total:,.2f} in all. A bid has a total of at least £0.01 and less than £{TOO_MUCH:,}."
    return ""


def _cost(line: Line, typed: str, complete: bool) -> tuple[Decimal | None, str]:
    if not typed.strip():
        return None, "enter a price; 0 if there is no charge." if complete else ""
    try:
        return line.quantity * unit_price(typed), ""
    except ValueError as error:
        return None, f"{error}".replace("Enter", "enter", 1)


def _total(costs: Iterable[Decimal]) -> Decimal:
    return sum(costs, Decimal()).quantize(PENNY, ROUND_HALF_UP)
