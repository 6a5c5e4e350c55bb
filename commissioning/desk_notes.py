"""What a desk says to the roles that nothing waits for on most days: what will stand there, and where to look meanwhile."""

from collections.abc import Iterable
from typing import Any

from commissioning.models import Membership, Role
from commissioning.templating import place

_ADVISES = """As a central support adviser you help commissioners with their call-offs. A tender that one asks you about stands here and among the
advice on tenders: you read it as suppliers would, its draft too, and comment on it, until the commissioner ends it. Bids are never shown to you."""
_HOLDS = """As an escrow holder you are to keep one share of the key that opens sealed bids. This service does not seal bids with such a key yet, so
nothing waits for you. Once it does, each tender that asks for your share will stand here, with the date by which it is needed."""
_LISTS, _TENDERS, _CONTRACTS = ("Published lists", "published_lists"), ("Open tenders", "tender:index"), ("Contracts", "contract:index")
_FIRMS, _OTHERS = ("Suppliers", "supplier:index"), ("Commissioners and other organisations", "organisation:directory")
_ADVICE = ("Advice on tenders", "advice:index")
_SAFETY, _RECEIPTS = ("How we keep bids safe", "safety"), ("Check a receipt", "check_receipt")
_NOTES: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    Role.CENTRAL_SUPPORT_ADVISER: (_ADVISES, (_ADVICE, _LISTS, _FIRMS, _TENDERS, _CONTRACTS, _OTHERS)),
    Role.ESCROW_HOLDER: (_HOLDS, (_SAFETY, _TENDERS, _RECEIPTS)),
}


def notes_for(roles: Iterable[Membership]) -> list[dict[str, Any]]:
    """A note for each of these roles that has one, with its links as `text` and `href`."""
    held = dict.fromkeys(membership.role for membership in roles)
    return [_note(*_NOTES[role]) for role in held if role in _NOTES]


def _note(text: str, links: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return {"text": text, "links": [{"text": name, "href": href} for name, route in links if (href := place(route))]}
