"""Texts that an act demands of the person who acts."""

from django.core.exceptions import ValidationError


def require_text(field: str, text: str, otherwise: str = "", *, at_most: int = 5000) -> str:
    """The text without spaces around it; ValidationError beside the field if it is too long, or there is none where `otherwise` says what to give."""
    given = text.strip()
    if otherwise and not given:
        raise ValidationError({field: otherwise})
    if len(given) > at_most:
        raise ValidationError({field: f"Use {at_most:,} characters or fewer: there are {len(given):,} now."})
    return given
