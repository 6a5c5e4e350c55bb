"""A tender in each state after its deadline, brought there by the acts themselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from commissioning import clock
from commissioning.models import Criterion, Organisation, User
from commissioning.trail import open_docket
from procurement.actions import awards, evaluations, openings
from procurement.actions.consensus_changes import decide_consensus_change
from procurement.models import AwardNotice, Bid, Consensus, ConsensusChange, Invitation, Result, Score, Submission, Tender
from procurement.panel import judged_by_people, opened_bids
from suppliers.models import Supplier
from tests.factories.kept import kept
from tests.factories.people import organisation
from tests.factories.tenders import CLOSES_AT, closed_tender, who

# Opened on the afternoon of the deadline, Friday 27 March 2026; the clocks go forward on Sunday; Good Friday is 3 April.
OPENED_AT = CLOSES_AT + timedelta(hours=2)
DECLARED_AT = OPENED_AT + timedelta(hours=1)
SCORED_AT = clock.london(2026, 3, 31, 10)
LOCKED_AT = clock.london(2026, 4, 1, 10)
AGREED_AT = clock.london(2026, 4, 2, 10)
EVALUATED_AT = clock.london(2026, 4, 2, 16)
# Tuesday 7 April and ten days: midnight at the end of Friday 17 April, in summer time.
ANNOUNCED_AT = clock.london(2026, 4, 7, 15)
STANDSTILL_ENDS_AT = clock.london(2026, 4, 18)
A_MICROSECOND = timedelta(microseconds=1)
# What the panel agrees on, by the place of the bidder's name: bupa, drfoster and tribal win with less and less.
QUALITY = (5, 4, 3)
PANEL = ("lead", "chair", "evaluator1", "evaluator2")


@kept
def opened_tender(*, suppliers: int = 3, bids: int | None = None) -> Tender:
    """Opened by two openers, a minute apart."""
    tender = closed_tender(suppliers=suppliers, bids=bids)
    openings.confirm_opening(tender.pk, by=who("opener1"), at=OPENED_AT - timedelta(minutes=1))
    return openings.confirm_opening(tender.pk, by=who("opener2"), at=OPENED_AT)


@kept
def declared_tender(*, suppliers: int = 3, bids: int | None = None) -> Tender:
    """Everybody on the panel has declared that they have no conflict."""
    tender = opened_tender(suppliers=suppliers, bids=bids)
    for name in PANEL:
        evaluations.declare_interests(tender.pk, has_conflict=False, by=who(name), at=DECLARED_AT)
    return tender


def bids_of(tender: Tender, lot: int = 1) -> list[Submission]:
    """The opened bids of a lot, in the order of their bidders' names: BUPA, Dr Foster, Tribal."""
    return [bid for bid in opened_bids(tender) if bid.bid.lot.number == lot]


def criteria_of(tender: Tender, lot: int = 1) -> list[Criterion]:
    """The criteria of a lot that people score: method, team."""
    return list(judged_by_people(tender).filter(criteria_set__lot__number=lot))


def pairs(tender: Tender) -> list[tuple[int, Submission, Criterion]]:
    """Each bid with each of its criteria, and the place of its bidder's name."""
    return [
        (place, bid, criterion)
        for lot in tender.lots.all()
        for place, bid in enumerate(bids_of(tender, lot.number))
        for criterion in criteria_of(tender, lot.number)
    ]


def score(tender: Tender, bid: Submission, criterion: Criterion, value: int, *, by: User, **more: Any) -> Tender:
    """One score with a reason."""
    given = {"reason": f"A {value}, for what is there.", "at": SCORED_AT, **more}
    return evaluations.score_bid(tender.pk, submission_id=bid.pk, criterion_id=criterion.pk, value=value, by=by, **given)


def agree(tender: Tender, bid: Submission, criterion: Criterion, value: int, **more: Any) -> Tender:
    """One agreed score, recorded by the chair."""
    given = {"reason": f"The panel agrees on {value}.", "by": who("chair"), "at": AGREED_AT, **more}
    return evaluations.record_consensus(tender.pk, submission_id=bid.pk, criterion_id=criterion.pk, value=value, **given)


def confirm_changes(tender: Tender) -> None:
    """The approver confirms every change of an agreed score that waits."""
    for change in ConsensusChange.objects.of(tender).waiting():
        decide_consensus_change(tender.pk, change_id=change.pk, is_confirmed=True, by=who("approver"), at=EVALUATED_AT)


@kept
def scored_tender(*, suppliers: int = 3, bids: int | None = None) -> Tender:
    """Both evaluators have scored everything, one point apart where they can."""
    tender = declared_tender(suppliers=suppliers, bids=bids)
    for place, bid, criterion in pairs(tender):
        value = QUALITY[min(place, 2)]
        score(tender, bid, criterion, value, by=who("evaluator1"))
        score(tender, bid, criterion, value - 1, by=who("evaluator2"))
    return tender


@kept
def locked_tender(*, suppliers: int = 3, bids: int | None = None) -> Tender:
    """The chair has locked the scores."""
    tender = scored_tender(suppliers=suppliers, bids=bids)
    return evaluations.lock_scores(tender.pk, by=who("chair"), at=LOCKED_AT)


@kept
def agreed_tender(*, suppliers: int = 3, bids: int | None = None) -> Tender:
    """The panel has agreed on every score."""
    tender = locked_tender(suppliers=suppliers, bids=bids)
    for place, bid, criterion in pairs(tender):
        agree(tender, bid, criterion, QUALITY[min(place, 2)])
    return tender


def agreed_on(tender: Tender, values: Sequence[int]) -> Tender:
    """An issued tender with its bids, opened, scored and agreed on: a value for each bidder, in the order of their names."""
    for name in ("opener1", "opener2"):
        openings.confirm_opening(tender.pk, by=who(name), at=OPENED_AT)
    for name in PANEL:
        evaluations.declare_interests(tender.pk, has_conflict=False, by=who(name), at=DECLARED_AT)
    for place, bid, criterion in pairs(tender):
        for name in ("evaluator1", "evaluator2"):
            score(tender, bid, criterion, values[place], by=who(name))
    evaluations.lock_scores(tender.pk, by=who("chair"), at=LOCKED_AT)
    for place, bid, criterion in pairs(tender):
        agree(tender, bid, criterion, values[place])
    return tender


def more_bids(tender: Tender, number: int) -> None:
    """Copies of the first bid of each lot by so many more suppliers, scored and agreed on alike; made directly, not through the acts."""
    begin = tender.invitations.count()
    like = [bids_of(tender, lot.number)[0] for lot in tender.lots.all()]
    for place in range(begin, begin + number):
        company = organisation(Organisation.Kind.SUPPLIER, f"More {place} Ltd")
        firm = Supplier.objects.create(organisation=company, short_name=f"more{place}")
        invitation = Invitation(tender=tender, supplier=firm, sent_at=tender.issued_at)
        invitation.docket = open_docket(invitation, f"{tender}: invitation to {firm}")
        invitation.save()
        for bid in like:
            _copy(bid, Bid.objects.create(invitation=invitation, lot=bid.bid.lot, status=Bid.Status.SUBMITTED, versions=1))


def _copy(like: Submission, bid: Bid) -> None:
    """A submission of the bid that is like another, with like scores."""
    kept = {name: getattr(like, name) for name in ("version", "received_at", "submitted_by", "content", "content_hash", "total_price", "opened_at")}
    copy = Submission.objects.create(bid=bid, **kept)
    for model, given in ((Score, like.scores.all()), (Consensus, like.consensuses.all())):
        for one in given:
            one.pk, one.submission = uuid4(), copy
        model.objects.bulk_create(given)


@kept
def evaluated_tender(*, suppliers: int = 3, bids: int | None = None) -> Tender:
    """The ranking is complete: BUPA comes first in both lots."""
    tender = agreed_tender(suppliers=suppliers, bids=bids)
    return complete(tender)


def complete(tender: Tender, *, at: datetime = EVALUATED_AT) -> Tender:
    """The chair brings in the prices, unless they were already, and the ranking follows."""
    if Tender.objects.filter(pk=tender.pk, prices_known_at=None).exists():
        evaluations.bring_in_prices(tender.pk, by=who("chair"), at=at)
    return evaluations.complete_evaluation(tender.pk, by=who("chair"), at=at)


def decisions_for(tender: Tender, *, awarded: bool = True) -> list[awards.LotDecision]:
    """To award every lot to its first, or none."""
    reasons = "It explains its method best, and its team has done this before." if awarded else "No bid is good enough."
    return [{"lot": lot.pk, "is_awarded": awarded, "reasons": reasons} for lot in tender.lots.all()]


@kept
def tender_in_standstill(*, suppliers: int = 3, bids: int | None = None) -> Tender:
    """Both lots are intended for BUPA; the standstill runs to STANDSTILL_ENDS_AT."""
    tender = evaluated_tender(suppliers=suppliers, bids=bids)
    return awards.announce_award(tender.pk, decisions=decisions_for(tender), by=who("lead"), at=ANNOUNCED_AT)


@kept
def awarded_tender(*, suppliers: int = 3, bids: int | None = None) -> Tender:
    """Both awards are confirmed at the first moment at which they can be."""
    tender = tender_in_standstill(suppliers=suppliers, bids=bids)
    return awards.confirm_award(tender.pk, by=who("lead"), at=STANDSTILL_ENDS_AT)


def notice_to(tender: Tender, short_name: str) -> AwardNotice:
    """What a bidder was told last."""
    return AwardNotice.objects.filter(invitation__tender=tender, invitation__supplier__short_name=short_name).latest("created_at")


def result_of(tender: Tender, short_name: str, lot: int = 1) -> Result:
    """How a bidder's bid for a lot came out."""
    return Result.objects.get(lot__tender=tender, lot__number=lot, submission__bid__invitation__supplier__short_name=short_name)
