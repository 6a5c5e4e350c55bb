"""What a receipt proves: whether we signed it, and whether the trail agrees with it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from commissioning import signing
from commissioning.canon import canonical, digest
from commissioning.models import Docket, TrailEntry
from commissioning.wording import marked_instant

LONGEST_FILE = 1024 * 1024
HOW_TO_CHECK = (
    "The signature is Ed25519, in base64, over the canonical JSON of what stands under “receipt”: UTF-8, keys sorted, no spaces. "
    "Check it with the published key."
)
Words = Sequence[tuple[str, str | datetime]]
# Each floor adds what its receipts call themselves (“kind”), and how one reads in words. What else is signed with the same key is no receipt.
kinds: dict[str, Callable[[dict[str, Any]], Words]] = {}


class NotAReceipt(ValueError):
    """What was given is no receipt file; the message says why."""


@dataclass(frozen=True)
class Verdict:
    """What was found: the receipt's content, whether we signed it, and whether our trail agrees (None: not asked)."""

    content: dict[str, Any]
    is_signed: bool
    trail_agrees: bool | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        return self.is_signed and self.trail_agrees is not False

    @property
    def is_of_a_kind(self) -> bool:
        """Whether it calls itself one of the receipts that there are."""
        return _is_of_a_kind(self.content)


def kinds_text() -> str:
    """Which receipts there are, in a sentence."""
    return f"There are these: {'; '.join(sorted(kinds))}."


def _is_of_a_kind(content: dict[str, Any]) -> bool:
    kind = content.get("kind")
    return isinstance(kind, str) and kind in kinds


def place_on_the_trail(docket_id: UUID) -> dict[str, Any]:
    """Where on its trail the act that writes a receipt will stand, for the receipt to name; held until the act's transaction ends."""
    docket = Docket.objects.select_for_update().get(pk=docket_id)
    return {"docket": docket.pk, "entry": docket.head_number + 1, "follows": docket.head_hash}


def receipt_file(content: dict[str, Any], signature: str) -> dict[str, Any]:
    """A receipt as its supplier keeps it."""
    return {
        "receipt": content,
        "signature": signature,
        "key": f"{settings.SITE_URL}{reverse('receipt_key')}",
        "how_to_check": HOW_TO_CHECK,
    }


def in_words(content: dict[str, Any]) -> Words:
    """What a receipt says, and by when. Raises NotAReceipt for one that does not say what its kind says."""
    try:
        return [*kinds[content["kind"]](content), *_received(content)]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise NotAReceipt("It is signed, and it does not say what such a receipt says.") from error


def _received(content: dict[str, Any]) -> Words:
    """What every receipt says."""
    place = content["trail"]
    return [
        ("Version", str(content["version"])),
        ("Received", _moment(content["received_at"])),
        ("Deadline then in force", _moment(content["deadline"])),
        ("SHA-256 of what was received", str(content["content_hash"])),
        *(("File", f"{file['name']}, {file['bytes']:,} bytes, SHA-256 {file['sha256']}") for file in content["files"]),
        ("Place on the trail", f"Entry {place['entry']} of {place['docket']}, after {place['follows']}"),
    ]


def _moment(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None:
        raise ValueError("That is no moment.")
    return found


def rows_of(content: dict[str, Any]) -> list[tuple[str, Any]]:
    """What a receipt says, as rows of a page."""
    return [(key, {"html": marked_instant(value)} if isinstance(value, datetime) else value) for key, value in in_words(content)]


def read_file(raw: bytes) -> tuple[dict[str, Any], str]:
    """The content and signature of a receipt file. Raises NotAReceipt, with a sentence."""
    if len(raw) > LONGEST_FILE:
        raise NotAReceipt("This is too long for a receipt. Choose the JSON file that you downloaded.")
    try:
        parsed = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_no_doubles, parse_float=_no_number, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NotAReceipt("This cannot be read as a receipt. Choose the JSON file that you downloaded, and do not change it.") from error
    if not isinstance(parsed, dict) or not isinstance(parsed.get("receipt"), dict) or not isinstance(parsed.get("signature"), str):
        raise NotAReceipt("This is no receipt: it has no “receipt” with a “signature”.")
    try:
        canonical(parsed["receipt"])
    except UnicodeEncodeError as error:
        raise NotAReceipt("This cannot be read as a receipt: it holds characters that are none.") from error
    return parsed["receipt"], parsed["signature"]


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """One value for each name: of two, people and programs could read different ones."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A name stands there twice.")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"A receipt holds no number such as {text}.")


def examine(raw: bytes, *, public_pem: str | None = None) -> Verdict:
    """Whether the file is a receipt of ours. With a public key given, nothing else is asked; without, our key and our trail are."""
    content, signature = read_file(raw)
    signed = _is_of_a_kind(content) and signing.is_signed(content, signature, public_pem)
    return Verdict(content, signed, _trail_agrees(content) if signed and public_pem is None else None)


def _trail_agrees(content: dict[str, Any]) -> bool:
    """Whether the entry that the receipt names follows the hash that it names, is whole, and holds this receipt's hash."""
    place = content.get("trail")
    if not isinstance(place, dict):
        return False
    try:
        entry = TrailEntry.objects.filter(docket_id=UUID(str(place.get("docket"))), number=int(place.get("entry", 0))).first()
    except ValueError:
        return False
    if entry is None:
        return False
    return (entry.previous_hash, entry.facts.get("receipt"), entry.hash) == (place.get("follows"), digest(content), entry.expected_hash())
