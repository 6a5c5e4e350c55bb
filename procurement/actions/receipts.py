"""The signed proof that a bid was received."""

from datetime import datetime
from typing import Any

from commissioning import signing
from commissioning.canon import plain
from commissioning.proof import place_on_the_trail
from procurement.models import Receipt, Submission
from procurement.proof import KIND


def write_receipt(submission: Submission, files: list[dict[str, Any]], at: datetime) -> Receipt:
    """Write and sign the receipt, in the transaction in which the submission is received.

    It names the place of its own entry on the invitation's trail and the hash that the entry follows; the entry in turn
    holds the receipt's hash. So neither can be changed afterwards without the other telling.
    """
    bid = submission.bid
    tender = bid.invitation.tender
    content = plain(
        {
            "kind": KIND,
            "tender": {"id": tender.pk, "reference": tender.reference, "title": tender.title, "notice_hash": tender.notice_hash},
            "lot": {"id": bid.lot_id, "number": bid.lot.number, "title": bid.lot.title},
            "supplier": {"id": bid.invitation.supplier_id, "name": str(bid.invitation.supplier)},
            "submission": submission.pk,
            "version": submission.version,
            "content_hash": submission.content_hash,
            "files": files,
            "received_at": submission.received_at,
            "deadline": tender.closes_at,
            "trail": place_on_the_trail(bid.invitation.docket_id),
        }
    )
    return Receipt.objects.create(submission=submission, content=content, signature=signing.sign(content), created_at=at)
