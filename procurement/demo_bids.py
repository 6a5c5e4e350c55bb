"""How the demo's bidders answer and its panel scores: from texts, marked as illustrative, that no company wrote."""

from decimal import Decimal
from functools import cache
from typing import Any

from commissioning.demo import texts
from commissioning.models import Criterion, Question
from procurement.actions.lots import CriterionEntry, QuestionEntry
from procurement.models import Bid, Tender

DAYS_AT_THE_TRUST, HELD_IN_ENGLAND = {"partner": "9", "adviser": "12", "operator": "10"}, "On our systems in England"


@cache
def words() -> dict[str, Any]:
    """What is asked, answered and said of the answers."""
    return texts("procurement", "demo_bids")


def criteria() -> list[CriterionEntry]:
    """What each lot is judged on."""
    quality = [
        CriterionEntry(
            kind=Criterion.Kind.QUALITY,
            title=topic["criterion"],
            description=topic["description"],
            weight=Decimal(topic["weight"]),
            least_score=topic.get("least_score", 0),
        )
        for topic in words()["topics"]
    ]
    price = words()["price"]
    formula = Criterion.Formula(price["formula"])
    entry = CriterionEntry(kind=Criterion.Kind.PRICE, title=price["criterion"], weight=Decimal(price["weight"]), formula=formula)
    return [*quality, {**entry, "description": price["description"]}]


def questions(work: str) -> list[QuestionEntry]:
    """What each bidder for a lot is asked."""
    asked = [
        QuestionEntry(kind=Question.Kind.TEXT, prompt=topic["prompt"].format(work=work), help_text=topic["help_text"], word_limit=topic["word_limit"])
        for topic in words()["topics"]
    ]
    others = [
        QuestionEntry(kind=Question.Kind(other["kind"]), prompt=other["prompt"], choices=other.get("choices", [])) for other in words()["questions"]
    ]
    return [*asked, *others]


def answers(bid: Bid, work: str, *, only_begun: bool = False) -> dict[str, str | None]:
    """What the supplier answers, by question id; a bid that is only begun has the first two answers."""
    tender = bid.invitation.tender
    manner = words()["manners"][bid.invitation.supplier.short_name]
    said = [_told(manner, topic["key"], work, tender) for topic in words()["topics"]]
    facts = [HELD_IN_ENGLAND, DAYS_AT_THE_TRUST.get(manner, "6"), f"{tender.contract_starts_on:%Y-%m-%d}", "yes"]
    asked = bid.lot.questionnaire.questions.order_by("number")
    given = [*said, *facts][: 2 if only_begun else None]
    return {str(question.pk): text for question, text in zip(asked, given, strict=False)}


def _told(manner: str, topic: str, work: str, tender: Tender) -> str:
    text = words()["answers"][manner][topic].format(work=work, Work=work[0].upper() + work[1:], trust=tender.buyer)
    return f"{text}\n\n{words()['mark']}"


def scores(digits: str) -> list[list[str]]:
    """For each topic three digits: the first evaluator's score, the second's, and the agreed one; a full stop is none."""
    return [list(topic) for topic in digits.split()]


def reason(topic: int, value: str) -> str:
    """Why an answer about the topic, counted from 0, got this score."""
    return f"{words()['reasons'][words()['topics'][topic]['key']][value]} {words()['panel']['mark']}"


def agreed_reason(topic: int, value: str) -> str:
    """What the panel says of it to the bidder."""
    return words()["panel"]["agreed"].format(reason=reason(topic, value))
