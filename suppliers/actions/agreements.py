"""The agreement of a supplier with the authority: sent when it is first listed, signed, countersigned; and what stands between."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from commissioning.announcing import JOB
from commissioning.models.people import Actor
from commissioning.moves import Step, begin_many, moving
from commissioning.wording import date_text
from suppliers.actions.changes import republish_lists
from suppliers.actions.listings import follows_of, hand_up
from suppliers.actions.variations import accept_what_is_signed, ask_what_was_issued_since, missed_variations
from suppliers.agreement_texts import hash_to_sign, text_to_sign
from suppliers.consequences import ASKED_BUT_WHERE_SUSPENDED, Event
from suppliers.models import Framework, FrameworkAgreement, Listing, Supplier, Suspension
from suppliers.recipients import bid_managers

CHANGED_MEANWHILE = "The text has changed since you opened the page. Read it again, and sign what it says now."


def send_agreements(step: Step[Any], framework: Framework) -> None:
    """Begin an agreement with each listed supplier that has none, and send it; nothing under a framework without terms.

    To be called by every act that lists somebody, in its transaction.
    """
    if not framework.agreement_terms:
        return
    listed = Listing.objects.filter(framework_list__framework=framework).unended(step.at)
    firms = Supplier.objects.filter(listings__in=listed).exclude(agreements__framework=framework).select_related("organisation").distinct()
    begun = [FrameworkAgreement(framework=framework, supplier=firm) for firm in firms.order_by("short_name")]
    begin_many(begun, "send_agreements", by=step.by, at=step.at, facts=[{"supplier": str(each.supplier)} for each in begun])
    people = bid_managers(each.supplier for each in begun)
    for agreement in begun:
        step.tell(people[agreement.supplier.organisation_id], "agreement_sent", about=agreement)
    if begun:
        step.facts["agreements_sent"] = len(begun)


def sign_agreement(
    agreement_id: UUID, *, signatory: str, position: str, text_hash: str, agrees: bool, by: Actor, at: datetime | None = None
) -> FrameworkAgreement:
    """Sign, for the supplier, the text of this hash with one's name and position; the authority countersigns.

    `text_hash` is that of the text which the signatory was shown: nobody signs what they have not read.
    """
    with moving(FrameworkAgreement, agreement_id, "sign_agreement", by=by, at=at) as step:
        agreement = step.record
        _require_open(step)
        _check_signature(signatory, position, agrees)
        step.require(text_hash == hash_to_sign(agreement), CHANGED_MEANWHILE)
        agreement.signatory, agreement.position = signatory.strip(), position.strip()
        agreement.signed_text, agreement.text_hash = text_to_sign(agreement), text_hash
        agreement.signed_by, agreement.signed_at, agreement.reason = step.person, step.at, ""
        step.facts |= {"signatory": agreement.signatory, "position": agreement.position, "text_hash": text_hash}
        step.facts["version"] = agreement.signed_text["version"]
        accept_what_is_signed(step)
        step.tell([*agreement.framework.curators(), *agreement.signatories()], "agreement_signed", again=step.at)
    return agreement


def _require_open(step: Step[FrameworkAgreement]) -> None:
    framework = step.record.framework
    over = f"{framework} has ended: its last day was {date_text(framework.ends_on)}. Its agreements stay as they are."
    step.require(step.record.is_open_at(step.at), over)


def _check_signature(signatory: str, position: str, agrees: bool) -> None:
    if not signatory.strip():
        raise ValidationError({"signatory": "Type your full name."})
    if not position.strip():
        raise ValidationError({"position": "Say in what position you sign."})
    if not agrees:
        raise ValidationError({"agrees": "Confirm that you sign these terms for your company."})


def put_agreement_on_hold(agreement_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> FrameworkAgreement:
    """Wait with the countersignature, for a reason that the supplier reads; then it is countersigned, or returned to be signed anew."""
    with moving(FrameworkAgreement, agreement_id, "put_agreement_on_hold", by=by, at=at) as step:
        _require_open(step)
        _give_reason(step, reason)
        step.tell(step.record.signatories(), "agreement_on_hold", again=step.at)
    return step.record


def _give_reason(step: Step[FrameworkAgreement], reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "Say why: the supplier will read it."})
    step.record.reason = step.facts["reason"] = reason.strip()


def return_agreement(agreement_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> FrameworkAgreement:
    """Return what was signed, for a reason that the supplier reads, so that it is signed anew; the old signature stays on the trail."""
    with moving(FrameworkAgreement, agreement_id, "return_agreement", by=by, at=at) as step:
        agreement = step.record
        _require_open(step)
        _give_reason(step, reason)
        step.facts |= {"signatory": agreement.signatory, "text_hash": agreement.text_hash}
        agreement.signatory = agreement.position = agreement.text_hash = ""
        agreement.signed_text = agreement.signed_by = agreement.signed_at = None
        step.tell(agreement.signatories(), "agreement_returned", again=step.at)
    return agreement


def countersign_agreement(agreement_id: UUID, *, by: Actor, at: datetime | None = None) -> FrameworkAgreement:
    """Countersign for the authority: the agreement binds both sides, and the supplier is asked where it is listed."""
    with moving(FrameworkAgreement, agreement_id, "countersign_agreement", by=by, at=at) as step:
        agreement = step.record
        _require_open(step)
        _require_signed_as_varied(step)
        agreement.countersigned_by, agreement.countersigned_at, agreement.reason = step.person, step.at, ""
        step.facts["text_hash"] = agreement.text_hash
        step.tell(agreement.signatories(), "agreement_countersigned", again=step.at, follows=_what_follows(step))
        ask_what_was_issued_since(step)
        _let_the_lists_say(step, Event.AGREED)
    return agreement


def _require_signed_as_varied(step: Step[FrameworkAgreement]) -> None:
    """Nobody is bound by terms that were varied since they signed, if they can neither accept the variation nor decline it."""
    missed = missed_variations(step.record, step.at)
    names = " and ".join(str(each) for each in missed)
    since = f"{names} came since {step.record.supplier} signed, and cannot be answered any more. Put the agreement on hold and return it,"
    step.require(not missed, f"{since} so that the terms are signed as they are varied.")


def reopen_countersigning(agreement_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> FrameworkAgreement:
    """Take the countersignature back, for a reason that the supplier reads; until it is countersigned again, the supplier is not asked."""
    with moving(FrameworkAgreement, agreement_id, "reopen_countersigning", by=by, at=at) as step:
        _require_open(step)
        _give_reason(step, reason)
        step.record.countersigned_by = step.record.countersigned_at = None
        step.tell(step.record.signatories(), "agreement_reopened", again=step.at, follows=follows_of(Event.REOPENED))
        _let_the_lists_say(step, Event.REOPENED)
    return step.record


def _what_follows(step: Step[FrameworkAgreement]) -> tuple[str, ...]:
    """From when on the supplier is asked, and what else follows of the countersignature, for its listings."""
    asked, *others = follows_of(Event.AGREED)
    is_suspended = Suspension.objects.in_force(step.at).filter(listing__in=_listings(step)).exists()
    return (ASKED_BUT_WHERE_SUSPENDED if is_suspended else asked, *others)


def _listings(step: Step[FrameworkAgreement]) -> "QuerySet[Listing]":
    agreement = step.record
    return Listing.objects.filter(supplier=agreement.supplier_id, framework_list__framework=agreement.framework_id).unended(step.at)


def _let_the_lists_say(step: Step[FrameworkAgreement], event: Event) -> None:
    """The next version of the lists with or without the mark, and word to the buyers whom it concerns."""
    related = ("supplier__organisation", "framework_list__framework", "area")
    standing = list(_listings(step).select_related(*related).order_by("created_at", "pk"))
    if any(listing.published_at for listing in standing):
        step.then(republish_lists, step.record.framework_id, by=JOB)
    for listing in standing:
        hand_up(step, listing, event)
