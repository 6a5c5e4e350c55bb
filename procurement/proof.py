"""What a bid's receipt says, and the files that its supplier keeps."""

from typing import Any

from django.http import Http404, HttpResponse

from commissioning import proof
from commissioning.canon import canonical
from procurement.models import Receipt

KIND = "receipt for a bid"


def in_words(content: dict[str, Any]) -> proof.Words:
    """For what tender and lot, and whose bid it was."""
    return [
        ("Tender", f"{content['tender']['title']} ({content['tender']['reference']})"),
        ("Lot", f"{content['lot']['number']}: {content['lot']['title']}"),
        ("Bidder", str(content["supplier"]["name"])),
    ]


def receipt_file(receipt: Receipt) -> dict[str, Any]:
    """The receipt as its supplier keeps it."""
    return proof.receipt_file(receipt.content, receipt.signature)


def bid_file(receipt: Receipt) -> HttpResponse:
    """The bytes that the hash on the receipt is of, as a download. Raises Http404 once the version is withdrawn, for nothing of it is kept."""
    if receipt.submission.content is None:
        raise Http404
    name = f"bid-{receipt.content['tender']['reference']}-lot-{receipt.content['lot']['number']}-version-{receipt.content['version']}.json"
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(canonical(receipt.submission.content), content_type="application/json", headers={"Content-Disposition": disposition})
