"""A supplier's bid: drafted together, submitted for a receipt, replaced or withdrawn until the deadline."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.answering import Typed, erase, is_storable, keep_answers, require_current
from commissioning.canon import digest, plain
from commissioning.models import User
from commissioning.moves import Step, moving
from procurement.actions.invitations import require_open
from procurement.actions.receipts import write_receipt
from procurement.bidding import bid_content, check_bid, counting_of, is_what_was_submitted, new_salt
from procurement.models import Bid, Invitation, Lot, Submission

LONGEST_PRICE = 100
CHANGED_MEANWHILE = "A colleague has changed this bid since you opened it. Nothing of yours is lost: compare, and save again."


def draft_bid(invitation_id: UUID, *, lot: UUID, by: User, at: datetime | None = None) -> Bid:
    """Begin a bid for one lot; if a colleague has begun it, that is the bid."""
    with moving(Invitation, invitation_id, "draft_bid", by=by, at=at) as step:
        require_open(step, step.record.tender)
        wanted = Lot.objects.filter(tender=step.record.tender).get(pk=lot)
        bid, is_new = Bid.objects.get_or_create(invitation=step.record, lot=wanted, defaults={"created_at": step.at})
        step.facts |= {"bid": bid.pk, "lot": wanted.number, "begun": is_new}
    return bid


def save_bid(
    bid_id: UUID,
    *,
    revision: int,
    answers: dict[str, Typed] | None = None,
    prices: dict[str, str | None] | None = None,
    by: User,
    at: datetime | None = None,
) -> Bid:
    """Keep answers by question id and unit prices by price line id, as they were typed, right or wrong; those not given stay as they are.

    An answer is a text; for a choice of several its options; for a table its rows, each an object of texts by column title.
    `revision` is that of the bid as it was read: if a colleague saved meanwhile, nothing is overwritten (Gone). What was
    submitted before is not touched.
    """
    with moving(Bid, bid_id, "save_bid", by=by, at=at) as step:
        bid = step.record
        require_open(step, bid.invitation.tender)
        require_current(bid, revision, CHANGED_MEANWHILE)
        keep_answers(bid, answers or {})
        _keep_prices(bid, prices or {})
        bid.mark_saved(step.person, step.at)
        step.facts |= {"lot": bid.lot.number, "revision": bid.revision}
    return bid


def _keep_prices(bid: Bid, given: Mapping[str, str | None]) -> None:
    """Put these prices to the others; ValidationError, naming the field, for what no database can keep."""
    lines = {str(key) for key in bid.lot.price_lines.values_list("pk", flat=True)}
    for key, text in given.items():
        if key not in lines:
            raise ValidationError({"prices": "One of these is not asked for this lot. Leave it out."})
        if text and (len(text) > LONGEST_PRICE or not is_storable(text)):
            raise ValidationError({"prices": f"Use {LONGEST_PRICE:,} characters or fewer, and none that cannot be printed."})
    bid.prices = {key: text for key, text in {**bid.prices, **given}.items() if text}


def submit_bid(bid_id: UUID, *, revision: int | None = None, by: User, at: datetime | None = None) -> Bid:
    """Submit the bid as it stands, complete, before the deadline: it is received if and only if its moment is before `closes_at`.

    The moment is read under the tender's lock. Each submission is a version of its own, for which a signed receipt is
    written; it takes the place of the one before. The same content sent twice is one submission.
    """
    with moving(Bid, bid_id, "submit_bid", by=by, at=at) as step:
        bid = step.record
        require_open(step, bid.invitation.tender)
        require_current(bid, revision, CHANGED_MEANWHILE)
        checked = check_bid(bid)
        standing = counting_of(bid)
        step.facts["lot"] = bid.lot.number
        if standing and is_what_was_submitted(bid, checked, standing):
            step.facts |= {"content_hash": standing.content_hash, "same_as_version": standing.version}
        else:
            _receive(step, standing, plain(bid_content(bid, checked, new_salt())), checked.total)
    return bid


def _receive(step: Step[Bid], standing: Submission | None, content: dict[str, Any], total: Any) -> None:
    bid, content_hash = step.record, digest(content)
    bid.versions += 1
    if standing:
        Submission.objects.filter(pk=standing.pk).update(superseded_at=step.at)
    submission = Submission.objects.create(
        bid=bid,
        version=bid.versions,
        received_at=step.at,
        submitted_by=step.person,
        content=content,
        content_hash=content_hash,
        total_price=total,
        created_at=step.at,
    )
    receipt = write_receipt(submission, content["files"], step.at)
    step.facts |= {"content_hash": content_hash, "version": submission.version, "receipt": digest(receipt.content)}
    step.tell(bid.invitation.people(), "bid_received", about=receipt, submission=submission)


def withdraw_bid(bid_id: UUID, *, by: User, at: datetime | None = None) -> Bid:
    """Withdraw a submitted bid before the deadline: its answers, prices and files are removed, and only the fact and the hashes stay."""
    with moving(Bid, bid_id, "withdraw_bid", by=by, at=at) as step:
        bid = step.record
        require_open(step, bid.invitation.tender)
        withdrawn = bid.submissions.filter(withdrawn_at__isnull=True)
        step.facts |= {
            "lot": bid.lot.number,
            "versions": [each.version for each in withdrawn],
            "content_hashes": [each.content_hash for each in withdrawn],
        }
        withdrawn.update(withdrawn_at=step.at, content=None, total_price=None)
        bid.prices = {}
        erase(bid, step.at)
        bid.mark_saved(step.person, step.at)
        step.tell(bid.invitation.people(), "bid_withdrawn", about=bid, again=bid.versions)
    return bid
