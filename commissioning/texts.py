"""Texts that an act demands of the person who acts."""

from django.core.exceptions import ValidationError

from commissioning.unseen import complaint, shows_nothing


def require_text(field: str, text: str, otherwise: str = "", *, at_most: int = 5000, about: str = "") -> str:
    """The text without spaces around it; ValidationError beside the field if it is too long, or there is none where `otherwise` says what to give.

    `about` names what the text is about, where one field holds several.
    """
    named = f"{about}: " if about else ""
    given = "" if shows_nothing(text) else text.strip()
    if otherwise and not given:
        raise ValidationError({field: f"{named}{otherwise}"})
    if wrong := complaint(given, one_line=False):
        raise ValidationError({field: f"{named}{wrong}"})
    if len(given) > at_most:
        raise ValidationError({field: f"{named}Use {at_most:,} characters or fewer: there are {len(given):,} now."})
    return given
