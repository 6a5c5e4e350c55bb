"""A tender from draft to issue: its procurement lead writes it, a second person approves it, every listed supplier is asked."""

from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from commissioning import trail
from commissioning.clock import in_london
from commissioning.models import Identifier, Organisation, Role, User
from commissioning.moves import Step, beginning, moving
from commissioning.refusals import Refused
from commissioning.wording import date_text
from procurement.actions.openers import names, openers_among, require_none_of
from procurement.completeness import lacks
from procurement.dates import check_dates
from procurement.inviting import Turn, turn_of
from procurement.models import Invitation, Tender
from procurement.notice import hash_of_proposal, notice_hash
from procurement.recipients import tell_invited
from procurement.rules import trusts_led_by
from procurement.setting_aside import set_decisions_aside
from suppliers.configuration import why_not_entitled
from suppliers.models import Framework, FrameworkList, FrameworkVersion, ServiceArea, Supplier

CHANGED_MEANWHILE = "The tender has been changed and proposed again since you read it. Open the page anew, and read what is proposed now."


def draft_tender(
    *, framework_list: UUID, area: UUID, title: str, description: str = "", buyer: UUID | None = None, by: User, at: datetime | None = None
) -> Tender:
    """Begin a tender under a framework in force, for one of its lists and areas; `buyer` says for which trust, if there are several."""
    chosen_list = FrameworkList.objects.visible_to(by).get(pk=framework_list)
    chosen_area = ServiceArea.objects.visible_to(by).get(pk=area)
    trusts = trusts_led_by(by)
    trust = trusts.get(pk=buyer) if buyer else trusts.first()
    tender = Tender(buyer=trust, framework_list=chosen_list, area=chosen_area, title=title.strip(), description=description.strip())
    with beginning(tender, "draft_tender", by=by, within=chosen_list.framework, at=at) as step:
        _require_one_framework(chosen_list, chosen_area)
        framework = Framework.objects.get(pk=chosen_list.framework_id)
        step.require(framework.is_in_force(step.at), f"Nothing can be called off under {framework} at this time: it is not in force.")
        assert trust is not None  # the rule has seen to it
        has_ended = trust.has_ended_by(in_london(step.at).date())
        ended = f"{trust} ended on {date_text(trust.valid_to)} and can begin no tender."
        step.require(not has_ended, f"{ended} Act for the organisation that took its place.")
        tender.framework_version = _entitling(step, framework, trust)
        _save_numbered(tender, _series(framework, trust, step.at))
        step.facts |= {"reference": tender.reference, "list": chosen_list.code, "area": chosen_area.code}
        step.facts["framework_version"] = tender.framework_version.number
    return tender


def _require_one_framework(chosen_list: FrameworkList, chosen_area: ServiceArea) -> None:
    """Go on only if the list and the area are of one framework. Raises ValidationError."""
    if chosen_list.framework_id != chosen_area.framework_id:
        where = f"“{chosen_list}” is a list of {chosen_list.framework}, and “{chosen_area}” an area of {chosen_area.framework}"
        raise ValidationError({"area": f"{where}. Choose an area of the same framework as the list."})


def _entitling(step: Step[Tender], framework: Framework, trust: Organisation) -> FrameworkVersion:
    """The framework's latest version, under which the trust may buy; else refused with who may."""
    version = framework.versions.first()
    if version is None:
        raise Refused(f"Nothing can be called off under {framework}: it has not been published.")
    why_not = why_not_entitled(version, trust)
    step.require(not why_not, why_not)
    return version


def _series(framework: Framework, trust: Organisation, at: datetime) -> str:
    """What the references of the trust's tenders under the framework in this year begin with."""
    code = trust.identifiers.filter(scheme=Identifier.Scheme.ODS).values_list("value", flat=True).first()
    short = code or "".join(word[0] for word in trust.name.split())
    return f"{framework.reference.upper()}-{short.upper()[:10]}-{in_london(at):%Y}-"


def _save_numbered(tender: Tender, series: str) -> None:
    """Save it under the next free number of the series.

    Two frameworks may come to one series (`abc` and `ABC`), and neither's lock keeps the other out: a number that the
    database finds taken is passed over.
    """
    for number in count(Tender.objects.filter(reference__startswith=series).count() + 1):
        tender.reference = f"{series}{number:03}"
        try:
            with transaction.atomic():
                tender.save(force_insert=True)
            return
        except IntegrityError:
            if not _is_taken(tender.reference):
                raise


def _is_taken(reference: str) -> bool:
    return Tender.objects.filter(reference=reference).exists()


def describe_tender(tender_id: UUID, *, title: str, description: str = "", is_public: bool = True, by: User, at: datetime | None = None) -> Tender:
    """Say what is to be bought, and whether the public may read the notice once it is issued."""
    with moving(Tender, tender_id, "describe_tender", by=by, at=at) as step:
        tender = step.record
        tender.title, tender.description, tender.is_public = title.strip(), description.strip(), is_public
        step.facts |= {"title": tender.title, "is_public": is_public}
    return tender


def set_timeline(
    tender_id: UUID,
    *,
    questions_close_at: datetime,
    closes_at: datetime,
    answers_due_at: datetime | None = None,
    contract_starts_on: date,
    contract_ends_on: date,
    by: User,
    at: datetime | None = None,
) -> Tender:
    """Set when questions close, when bids are due, and the contract's term; each moment is the first that is too late."""
    with moving(Tender, tender_id, "set_timeline", by=by, at=at) as step:
        tender = step.record
        tender.questions_close_at, tender.answers_due_at, tender.closes_at = questions_close_at, answers_due_at, closes_at
        tender.contract_starts_on, tender.contract_ends_on = contract_starts_on, contract_ends_on
        check_dates(tender, step.at)
        step.facts |= {"questions_close_at": questions_close_at, "answers_due_at": answers_due_at, "closes_at": closes_at}
        step.facts |= {"contract_starts_on": contract_starts_on, "contract_ends_on": contract_ends_on}
    return tender


def propose_tender(tender_id: UUID, *, openers: list[UUID] | None = None, by: User, at: datetime | None = None) -> Tender:
    """Ask a second person to approve the tender, once nothing is missing from it, with those who open its bids.

    `openers` names at least two of the trust's openers; left out, it is all of them but the proposer.
    """
    with moving(Tender, tender_id, "propose_tender", by=by, at=at) as step:
        tender = step.record
        _require_complete(step)
        chosen = openers_among(tender, openers, proposer=step.person)
        tender.openers.set(chosen)
        tender.proposed_by, tender.proposal_hash = step.person, hash_of_proposal(tender)
        step.facts |= {"openers": names(chosen), "proposal_hash": tender.proposal_hash}
        step.tell(tender.team(Role.APPROVER).exclude(pk=step.person.pk), "tender_proposed", again=tender.docket.head_number)
    return tender


def _require_complete(step: Step[Tender]) -> None:
    found = lacks(step.record)
    step.require(not found, f"This tender is not complete. {' '.join(str(lack) for lack in found)}")
    check_dates(step.record, step.at)


def return_tender(tender_id: UUID, *, reason: str, by: User, at: datetime | None = None) -> Tender:
    """Send a tender that waits, or is approved and not yet issued, back to be drafted further."""
    with moving(Tender, tender_id, "return_tender", by=by, at=at) as step:
        tender = step.record
        if tender.proposed_by and tender.proposed_by != by:
            step.tell([tender.proposed_by], "tender_returned", again=tender.docket.head_number, reason=reason)
        tender.proposed_by, tender.approved_by, tender.proposal_hash = None, None, ""
        tender.openers.clear()
        tender.changes_of_openers.waiting().delete()
        step.facts["reason"] = reason
    return tender


def approve_tender(tender_id: UUID, *, proposal_hash: str, by: User, at: datetime | None = None) -> Tender:
    """Approve a tender that somebody else proposed, and with it those who open its bids; the approver is none of them.

    `proposal_hash` is that of the proposal that was read: nobody approves what they have not read.
    """
    with moving(Tender, tender_id, "approve_tender", by=by, at=at) as step:
        tender = step.record
        step.require(step.person.pk != tender.proposed_by_id, "A second person approves a tender, and you proposed this one. Ask a colleague.")
        step.require(proposal_hash == hash_of_proposal(tender), CHANGED_MEANWHILE)
        _require_complete(step)
        openers = list(tender.openers.all())
        require_none_of(step, openers)
        tender.approved_by = step.person
        step.facts |= {"openers": names(openers), "proposal_hash": tender.proposal_hash}
        step.tell(tender.leads(), "tender_approved", again=tender.docket.head_number)
    return tender


def issue_tender(tender_id: UUID, *, by: User, at: datetime | None = None) -> Tender:
    """Send the invitation to tender to every supplier listed for its list and area, or to those whose turn it is, and freeze what it says.

    Directive 2004/18/EC, Article 32(4): the parties capable of performing the contract are consulted in writing, with a
    time limit, and what they tender stays confidential until it expires.
    """
    with moving(Tender, tender_id, "issue_tender", by=by, at=at) as step:
        tender = step.record
        _require_complete(step)
        framework = tender.framework
        step.require(framework.is_in_force(step.at), f"Nothing can be called off under {framework} at this time: it is not in force.")
        # The framework is held: nobody is suspended meanwhile, and of two tenders the second sees whom the first asked.
        turn = turn_of(tender, step.at)
        step.require(turn.asked, f"No supplier can be asked: you may ask none on the list “{tender.framework_list}” for “{tender.area}” now.")
        tender.issued_at, tender.notice_hash = step.at, notice_hash(tender)
        tell_invited(step, [_invite(step, supplier) for supplier in turn.asked], "invitation_to_tender", lots=list(tender.lots.all()))
        step.facts |= {"notice_hash": tender.notice_hash, "closes_at": tender.closes_at, "suppliers": [str(supplier) for supplier in turn.asked]}
        step.facts |= _passed_over(turn)
    return tender


def _passed_over(turn: Turn) -> dict[str, Any]:
    """What the trail says of those whose turn it was not: how many a call-off invites, and when each was last asked."""
    if not turn.passed_over:
        return {}
    asked = [{"supplier": str(supplier), "last_asked_at": supplier.asked_at} for supplier in turn.passed_over]
    return {"asks_at_most": turn.at_most, "passed_over": asked}


def _invite(step: Step[Tender], supplier: Supplier) -> Invitation:
    """An invitation with its own docket, which begins with what was issued."""
    tender = step.record
    invitation = Invitation(tender=tender, supplier=supplier, sent_at=step.at, created_at=step.at)
    invitation.docket = trail.open_docket(invitation, str(invitation))
    invitation.save()
    facts = {"notice_hash": tender.notice_hash, "closes_at": tender.closes_at}
    trail.append(invitation.docket_id, at=step.at, by=step.by, verb=step.verb, subject=invitation, facts=facts)
    return invitation


def cancel_tender(tender_id: UUID, *, reason: str, by: User, at: datetime | None = None) -> Tender:
    """End a tender without an award, for a reason that everybody it was sent to is told."""
    with moving(Tender, tender_id, "cancel_tender", by=by, at=at) as step:
        tender = step.record
        tender.cancel_reason = reason.strip()
        step.require(tender.cancel_reason, "Give the reason why the tender is cancelled.")
        step.facts["reason"] = tender.cancel_reason
        set_decisions_aside(tender, step.at)
        words: dict[str, Any] = {"tender": tender, "reason": tender.cancel_reason}
        tell_invited(step, tender.invitations.select_related("supplier__organisation"), "tender_cancelled", **words)
        step.tell([*tender.team(Role.PROCUREMENT_LEAD, Role.APPROVER), *tender.opening_team()], "tender_cancelled", **words)
    return tender
