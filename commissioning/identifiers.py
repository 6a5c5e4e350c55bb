"""How registers write the identifiers of organisations: tidied, then checked by the scheme's own shape."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from commissioning.models import Identifier

_Scheme = Identifier.Scheme


@dataclass(frozen=True)
class _Shape:
    pattern: str
    looks_like: str


_SHAPES = {
    _Scheme.ODS: _Shape(r"[A-Z0-9]{3,10}", "3 to 10 letters and digits, such as 5AT"),
    _Scheme.COMPANIES_HOUSE: _Shape(r"[0-9]{8}|[A-Z]{2}[0-9]{6}", "8 digits, or 2 letters and 6 digits, such as 01234567 or OC123456"),
    _Scheme.PPON: _Shape(r"[A-Z]{4}-[0-9]{4}-[A-Z]{4}", "4 letters, 4 digits and 4 letters, such as PMZV-7732-XXTT"),
    _Scheme.CHARITY: _Shape(r"[0-9]{6,7}", "6 or 7 digits"),
    _Scheme.UKPRN: _Shape(r"[0-9]{8}", "8 digits"),
}


def tidied(scheme: str, value: str) -> str:
    """The identifier as its register writes it: without spaces or prefix, in capitals, a company number filled up to 8 digits.

    Raises ValidationError with a sentence if it does not have the scheme's shape (Central Digital Platform's schemes; the
    shapes of ODS codes and company numbers are kept loose).
    """
    if not value.isprintable():
        raise ValidationError("An identifier has no line breaks or characters that do not show.")
    text = "".join(value.upper().split()).removeprefix(f"{scheme}:").removeprefix(f"{scheme}-")
    if scheme == _Scheme.OTHER:
        return value.strip()
    if scheme == _Scheme.COMPANIES_HOUSE and text.isascii() and text.isdigit():
        text = text.zfill(8)
    shape = _SHAPES.get(_Scheme(scheme))
    if shape and not re.fullmatch(shape.pattern, text):
        raise ValidationError(f"“{value}” is not of the form of {_named(scheme)}: {shape.looks_like}.")
    return text


def _named(scheme: str) -> str:
    label = str(_Scheme(scheme).label)
    return f"{'an' if label[0] in 'AEIOU' else 'a'} {label}"
