"""How the demo's bidders answer and its panel scores: from texts, marked as illustrative, that no company wrote."""

from decimal import Decimal
from functools import cache
from typing import Any

from commissioning.answering import Typed
from commissioning.demo import texts
from commissioning.models import Criterion, PriceFormula, Question
from commissioning.questionnaires import QuestionEntry
from procurement.actions.lots import CriterionEntry
from procurement.models import Bid, Tender

DAYS_AT_THE_TRUST = {"partner": "9", "adviser": "12", "operator": "10"}


@cache
def words() -> dict[str, Any]:
    """What is asked, answered and said of the answers."""
    return texts("procurement", "demo_bids")


def criteria(refines: dict[str, str]) -> list[CriterionEntry]:
    """What each lot is judged on; `refines` says which criterion of the framework each topic lies under, where it is not the usual one."""
    quality = [
        CriterionEntry(
            kind=Criterion.Kind.QUALITY,
            title=topic["criterion"],
            description=topic["description"],
            weight=Decimal(topic["weight"]),
            least_score=topic.get("least_score", 0),
            refines=refines.get(topic["key"], topic["refines"]),
        )
        for topic in words()["topics"]
    ]
    price = words()["price"]
    formula = PriceFormula(price["formula"])
    entry = CriterionEntry(kind=Criterion.Kind.PRICE, title=price["criterion"], weight=Decimal(price["weight"]), formula=formula)
    return [*quality, {**entry, "description": price["description"], "refines": refines.get("price", price["refines"])}]


def questions(work: str) -> list[QuestionEntry]:
    """What each bidder for a lot is asked: first what is scored, then the facts."""
    scored = [
        {
            "kind": "text",
            "section": "Quality",
            **{name: topic[name] for name in ("help_text", "word_limit")},
            "prompt": topic["prompt"].format(work=work),
        }
        for topic in words()["topics"]
    ]
    facts = [{name: value for name, value in fact.items() if name != "key"} for fact in words()["questions"]]
    for fact in facts:
        if "shown_if_question" in fact:
            fact["shown_if_question"] = _number_of(fact["shown_if_question"])
    return [*scored, *facts]  # type: ignore[list-item]  # as the texts have them


def _number_of(key: str) -> int:
    return 1 + len(words()["topics"]) + [fact["key"] for fact in words()["questions"]].index(key)


def question_of(bid: Bid, key: str) -> Question:
    """The question of a fact, by its key in the texts."""
    found: Question = bid.lot.questionnaire.questions.get(number=_number_of(key))
    return found


def answers(bid: Bid, work: str, *, only_begun: bool = False) -> dict[str, Typed]:
    """What the supplier answers, by question id; a bid that is only begun has the first two answers."""
    tender = bid.invitation.tender
    manner = words()["manners"][bid.invitation.supplier.short_name]
    said: list[Typed] = [_told(manner, topic["key"], work, tender) for topic in words()["topics"]]
    own = {**words()["facts"], **words()["facts"].get(manner, {})}
    own |= {"days": DAYS_AT_THE_TRUST.get(manner, "6"), "start": f"{tender.contract_starts_on:%Y-%m-%d}", "posts": _posts(own["posts"])}
    given = [*said, *(own.get(fact["key"]) for fact in words()["questions"])]
    asked = bid.lot.questionnaire.questions.order_by("number")
    return {str(question.pk): text for question, text in zip(asked, given[: 2 if only_begun else None], strict=False)}


def _posts(given: list[list[str]]) -> list[dict[str, str]]:
    return [dict(zip(("Post", "Grade", "Days in a usual month"), post, strict=True)) for post in given]


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
