"""The score sheet of a tender as a table: every criterion at every stage, none mixed with another."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from procurement.models import Consensus, ConsensusChange, Result, Score, Submission, Tender
from procurement.panel import bidder_of
from procurement.passing import outcomes

HEADINGS = (
    "Lot",
    "Bidder",
    "Stage",
    "Criterion",
    "Weight",
    "Who",
    "Score",
    "Out of",
    "Points",
    "Rank",
    "Reason",
    "Discussion",
    "What the score means",
)
_BID = ("submission__bid__lot", "submission__bid__invitation__supplier__organisation")


def rows(tender: Tender, user: Any) -> Iterator[list[Any]]:
    """What this person may see of it, a row for each score: individual, agreed, and the points that came of it."""
    mine: dict[str, Any] = {"submission__bid__invitation__tender": tender}
    order = ("submission__bid__lot__number", "submission__bid__invitation__supplier__organisation__name", "criterion__number")
    individual = (
        Score.objects.visible_to(user).filter(**mine).select_related(*_BID, "criterion", "evaluator").order_by(*order, "evaluator__name", "pk")
    )
    for score in individual.iterator(chunk_size=500):
        yield _scored(score, "Individual score", score.evaluator, "")
    agreed = Consensus.objects.visible_to(user).filter(**mine).select_related(*_BID, "criterion", "chair").order_by(*order)
    for consensus in agreed.iterator(chunk_size=500):
        yield _scored(consensus, "Agreed score", consensus.chair, consensus.discussion)
    for change in ConsensusChange.objects.visible_to(user).of(tender):
        if change.criterion:
            yield _scored(change, f"Change of an agreed score, {change.state}", change.proposed_by, _history_of(change))
        else:
            named = [*_bid(change.submission), f"Change of what passes, {change.state}", change.topic, None, str(change.proposed_by)]
            yield [*named, None, None, None, None, f"{change.after.capitalize()}: {change.reason}", _history_of(change), ""]
    yield from _passes_and_fails(tender, user)
    for result in Result.objects.visible_to(user).filter(**mine).select_related(*_BID).order_by("lot__number", "rank", "pk").iterator(chunk_size=500):
        yield from _points(result)


def _scored(given: Any, stage: str, who: Any, discussion: str) -> list[Any]:
    criterion = given.criterion
    named = [*_bid(given.submission), stage, f"{criterion.number}. {criterion.title}", criterion.weight, str(who)]
    return [*named, given.value, criterion.max_score, None, None, given.reason, discussion, criterion.meaning_of(given.value)]


def _history_of(change: ConsensusChange) -> str:
    """What stood before, what was discussed, and who decided."""
    decided = (
        f"{change.state.capitalize()} by {change.decided_by}. {change.decision_reason}".strip() if change.decided_by else "Nobody has decided yet."
    )
    return f"Was {change.before}: {change.old_reason}\n{change.discussion}\n{decided}"


def _passes_and_fails(tender: Tender, user: Any) -> Iterator[list[Any]]:
    """For each bid that this person may read, how its answers pass or fail: by the rule, or as the chair decided."""
    opened = (
        Submission.objects.opened_to(user)
        .filter(bid__invitation__tender=tender)
        .select_related(*(path.removeprefix("submission__") for path in _BID))
    )
    opened = opened.prefetch_related("bid__lot__questionnaire__questions", "pass_decisions__chair")
    for submission in opened.order_by("bid__lot__number", "bid__invitation__supplier__organisation__name", "pk"):
        for one in outcomes(submission, submission.bid.lot.questionnaire.questions.all()):
            who = str(one.decision.chair) if one.decision else "The rule of the notice"
            named = [*_bid(submission), "Pass or fail", str(one.judged.question), None, who]
            yield [*named, None, None, None, None, one.label, one.reason, ""]


def _points(result: Result) -> Iterator[list[Any]]:
    bid = _bid(result.submission)
    for line in result.breakdown:
        title = f"{line['number']}. {line['title']}"
        yield [
            *bid,
            "Points",
            title,
            _number(line["weight"]),
            "",
            line["score"],
            line["max_score"],
            _number(line["points"]),
            None,
            line["reason"],
            "",
            "",
        ]
    yield [*bid, "Total", "", None, "", None, None, result.total_points, result.rank, result.excluded_reason, "", ""]


def _bid(submission: Any) -> list[Any]:
    return [submission.bid.lot.number, bidder_of(submission)]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
