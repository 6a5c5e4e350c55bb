"""What a receipt proves: whether we signed it, and whether the trail agrees with it."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse

from commissioning import signing
from commissioning.canon import canonical, digest
from commissioning.models import TrailEntry
from procurement.models import Receipt

LONGEST_FILE = 1024 * 1024
# What else is signed with the same key is no receipt.
KIND = "receipt for a bid"
HOW_TO_CHECK = (
    "The signature is Ed25519, in base64, over the canonical JSON of what stands under “receipt”: UTF-8, keys sorted, no spaces. "
    "Check it with the published key."
)


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


def receipt_file(receipt: Receipt) -> dict[str, Any]:
    """The receipt as its supplier keeps it."""
    return {
        "receipt": receipt.content,
        "signature": receipt.signature,
        "key": f"{settings.SITE_URL}{reverse('receipt_key')}",
        "how_to_check": HOW_TO_CHECK,
    }


def bid_file(receipt: Receipt) -> HttpResponse:
    """The bytes that the hash on the receipt is of, as a download. Raises Http404 once the version is withdrawn, for nothing of it is kept."""
    if receipt.submission.content is None:
        raise Http404
    name = f"bid-{receipt.content['tender']['reference']}-lot-{receipt.content['lot']['number']}-version-{receipt.content['version']}.json"
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(canonical(receipt.submission.content), content_type="application/json", headers={"Content-Disposition": disposition})


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
    signed = content.get("kind") == KIND and signing.is_signed(content, signature, public_pem)
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
