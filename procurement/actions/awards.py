"""The award: announced to every bidder at the same moment, confirmed once the standstill is over, or set aside."""

from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.models import Record, Role
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from commissioning.texts import require_text
from commissioning.windows import window_ends_at
from commissioning.wording import ending_text
from procurement.award_notices import Decided, notice_content, results_by_bidder
from procurement.models import Award, AwardNotice, Challenge, Invitation, Result, Tender, UnawardedLot
from procurement.panel import all_concerned, bidder_of
from procurement.recipients import tell_bidders
from procurement.setting_aside import set_decisions_aside
from procurement.signals import award_confirmed


class LotDecision(TypedDict):
    """For one lot: whether its first-ranked bid is to have it, and why."""

    lot: UUID
    is_awarded: bool
    reasons: str


def announce_award(tender_id: UUID, *, decisions: list[LotDecision], by: Actor, at: datetime | None = None) -> Tender:
    """Announce for every lot the intended award, or that there is none, to all bidders at the same moment; the standstill begins.

    `reasons` are, for an award, the characteristics and relative advantages of the winning bid (reg 32 PCR 2006).
    """
    with moving(Tender, tender_id, "announce_award", by=by, at=at) as step:
        tender = step.record
        decided = {each.lot.pk: each for each in _decided(tender, decisions)}
        ends_at = window_ends_at(tender.framework_version.standstill_rule_id, step.at)
        tender.award_announced_at, tender.standstill_ends_at = step.at, ends_at
        for each in decided.values():
            _keep(each, step)
        notified = {
            invitation: AwardNotice.objects.create(
                invitation=invitation, standstill_ends_at=ends_at, content=notice_content(results, decided), created_at=step.at
            )
            for invitation, results in results_by_bidder(tender).items()
        }
        tell_bidders(step, notified, "award_notice")
        winners = {each.lot.number: bidder_of(each.winner.submission) if each.winner else None for each in decided.values()}
        step.facts |= {"lots": winners, "standstill_ends_at": ends_at, "notices": len(notified)}
    return tender


def _decided(tender: Tender, decisions: list[LotDecision]) -> list[Decided]:
    """The decisions with the results they are about; ValidationError unless each lot is decided once, with reasons."""
    lots = {lot.pk: lot for lot in tender.lots.order_by("number")}
    given = {decision["lot"]: decision for decision in decisions}
    if len(given) < len(decisions) or set(given) != set(lots):
        undecided = "".join(f" There is no decision about {lot}." for key, lot in lots.items() if key not in given)
        raise ValidationError({"decisions": f"Decide about each lot of the tender once.{undecided}"})
    first = {result.lot_id: result for result in Result.objects.filter(lot__tender=tender, rank=1).select_related(*_BIDDER)}
    return [_one_decided(lot, given[lot.pk], first.get(lot.pk)) for lot in lots.values()]


_BIDDER = ("submission__bid__invitation__supplier__organisation",)


def _one_decided(lot: Any, decision: LotDecision, first: Result | None) -> Decided:
    asked = "Give the characteristics and relative advantages of the winning bid." if decision["is_awarded"] else "Say why no award is made."
    reasons = require_text("decisions", decision["reasons"], asked, at_most=10000, about=str(lot))
    if not decision["is_awarded"]:
        return Decided(lot, None, reasons)
    if first is None:
        raise ValidationError({"decisions": f"{lot} has no bid that it could be awarded to. Decide that no award is made, and say why."})
    return Decided(lot, first, reasons)


def _keep(decided: Decided, step: Step[Tender]) -> None:
    """The decision about one lot, as a row."""
    if decided.winner is None:
        UnawardedLot.objects.create(lot=decided.lot, reasons=decided.reasons, created_at=step.at)
        return
    submission = decided.winner.submission
    supplier = submission.bid.invitation.supplier
    value = submission.total_price
    assert value is not None  # a bid without a price is not ranked
    Award.objects.create(lot=decided.lot, submission=submission, supplier=supplier, value=value, reasons=decided.reasons, created_at=step.at)


def confirm_award(tender_id: UUID, *, by: Actor, at: datetime | None = None) -> Tender:
    """Confirm the intended awards: never before the standstill has ended, and not while a challenge is open. A contract is drafted from each."""
    with moving(Tender, tender_id, "confirm_award", by=by, at=at) as step:
        tender = step.record
        assert tender.standstill_ends_at is not None  # announcing has set it
        step.require(step.at >= tender.standstill_ends_at, f"The standstill runs until {ending_text(tender.standstill_ends_at)}.")
        open_challenges = list(Challenge.objects.standing().filter(invitation__tender=tender).select_related("invitation__supplier__organisation"))
        names = " and ".join(str(challenge.invitation.supplier) for challenge in open_challenges)
        step.require(not open_challenges, f"The challenge by {names} is open. Decide it first; until then no award can be confirmed.")
        Award.objects.filter(lot__tender=tender).become_confirmed(step.at)
        tender.awarded_at = step.at
        for award in Award.objects.filter(lot__tender=tender, confirmed_at=step.at).select_related("lot__tender", "supplier__organisation"):
            award_confirmed.send(sender=Award, award=award, by=step.by, at=step.at)
            step.facts.setdefault("lots", {})[award.lot.number] = str(award.supplier)
        tell_bidders(step, _notices(tender), "award_confirmed")
    return tender


def _notices(tender: Tender) -> dict[Invitation, Record]:
    """What bidders were told and still holds, by invitation."""
    standing = AwardNotice.objects.standing().filter(invitation__tender=tender)
    return {notice.invitation: notice for notice in standing.select_related("invitation__supplier__organisation")}


def reopen_evaluation(tender_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> Tender:
    """Open the evaluation again: intended awards are set aside, every bidder who was notified is told why, and the ranking is made anew.

    Lead, chair, evaluators and approver are told too. What each evaluator scored stays locked and kept; prices being known,
    what the panel agreed on changes only when a second person confirms it.
    """
    with moving(Tender, tender_id, "reopen_evaluation", by=by, at=at) as step:
        tender = step.record
        given = require_text("reason", reason, "Say why the evaluation is opened again. The bidders are told.")
        step.tell(all_concerned(tender), "evaluation_reopened", again=tender.docket.head_number, by=step.by, reason=given)
        tell_bidders(step, _notices(tender), "award_set_aside", reason=given)
        set_decisions_aside(tender, step.at)
        results = Result.objects.filter(lot__tender=tender)
        kept = [[result.submission_id, result.rank, result.total_points, result.excluded_reason] for result in results]
        results.delete()
        tender.award_announced_at = tender.standstill_ends_at = None
        step.facts |= {"reason": given, "results": kept}
    return tender


def tell_standstill_over(step: Step[Tender]) -> None:
    """Tell the lead that the award can be confirmed, or that a challenge still stands in the way."""
    tender = step.record
    over = tender.status == Tender.Status.STANDSTILL and tender.standstill_ends_at is not None and step.at >= tender.standstill_ends_at
    step.require(over, "No standstill has ended.")
    challenges = Challenge.objects.standing().filter(invitation__tender=tender).count()
    step.tell(tender.team(Role.PROCUREMENT_LEAD), "standstill_over", again=tender.standstill_ends_at, challenges=challenges)
