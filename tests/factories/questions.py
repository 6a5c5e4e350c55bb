"""A questionnaire with every kind of question, a condition on a condition, and each way of judging; and good answers to it."""

from decimal import Decimal
from typing import Any

from commissioning import clock
from commissioning.models import Question, Questionnaire
from commissioning.questionnaires import QuestionEntry, drawn_up, write_questions
from procurement.actions import bids, evaluations, openings, tenders
from procurement.models import Invitation, Lot, Submission, Tender
from tests.factories.bids import THE_DAY_BEFORE, prices_for
from tests.factories.evaluations import DECLARED_AT, LOCKED_AT, OPENED_AT, PANEL, agree, criteria_of, score
from tests.factories.kept import kept
from tests.factories.people import NOON
from tests.factories.tenders import approve, bidder, draft_tender, listed_suppliers, who

Kind, Judging = Question.Kind, Question.Judging
DAY = clock.in_london(clock.london(2026, 6, 1)).date()

ENTRIES: list[QuestionEntry] = [
    {"kind": Kind.TEXT, "section": "Quality", "prompt": "How will you do it?", "word_limit": 50, "weight": Decimal(60)},
    {"kind": Kind.TEXT, "section": "Quality", "prompt": "Who will do it?", "weight": Decimal(40)},
    {
        "kind": Kind.NUMBER,
        "section": "Facts",
        "prompt": "How many staff have you?",
        "unit": "people",
        "least": Decimal(0),
        "decimals": 0,
        "judging": Judging.PASS_FAIL,
        "pass_rule": {"passes_from": "10", "fails_below": "5"},
    },
    {"kind": Kind.MONEY, "section": "Facts", "prompt": "What did you turn over?", "judging": Judging.INFORMATION, "mandatory": False},
    {"kind": Kind.DATE, "section": "Facts", "prompt": "When can you begin?", "earliest": DAY, "judging": Judging.INFORMATION},
    {
        "kind": Kind.TABLE,
        "section": "Facts",
        "prompt": "Which posts?",
        "judging": Judging.INFORMATION,
        "least_rows": 1,
        "most_rows": 3,
        "columns": [
            {"kind": Kind.TEXT, "prompt": "Post"},
            {"kind": Kind.NUMBER, "prompt": "Days", "least": Decimal(0), "most": Decimal(31)},
            {"kind": Kind.CHOICE, "prompt": "Grade", "choices": ["Senior", "Junior"], "mandatory": False},
        ],
    },
    {"kind": Kind.CHOICE, "section": "Conflicts", "prompt": "Is there a conflict?", "choices": ["Yes", "No"], "judging": Judging.INFORMATION},
    {
        "kind": Kind.CHOICE,
        "section": "Conflicts",
        "prompt": "Of which kinds?",
        "choices": ["Money", "Family", "Work"],
        "several": True,
        "judging": Judging.PASS_FAIL,
        "pass_rule": {"failing": ["Money"]},
        "shown_if_question": 7,
        "shown_if_answers": ["Yes"],
    },
    {
        "kind": Kind.FILE,
        "section": "Conflicts",
        "prompt": "Attach how you deal with it.",
        "judging": Judging.INFORMATION,
        "shown_if_question": 8,
        "shown_if_answers": ["Family", "Work"],
    },
    {"kind": Kind.DECLARATION, "section": "Conflicts", "prompt": "This is complete.", "judging": Judging.PASS_FAIL},
]
# Good answers by number; nothing that only a conflict calls for.
GIVEN: dict[int, Any] = {
    1: "With care.",
    2: "Two of us.",
    3: "12",
    4: "£1,250.5",
    5: "2026-06-02",
    6: [{"Post": "Lead", "Days": "8", "Grade": "Senior"}, {"Post": "Analyst", "Days": "12.5"}],
    7: "No",
    10: "yes",
}


def in_full() -> list[Question]:
    """The questions, kept nowhere."""
    return drawn_up(Questionnaire(title="All kinds"), ENTRIES, NOON)


def answers_to(questions: Any, **changed: Any) -> dict[str, Any]:
    """Those answers by question id; `q7="Yes"` gives another to question 7, None takes it away."""
    given = {**GIVEN, **{int(name[1:]): answer for name, answer in changed.items()}}
    return {str(question.pk): given[question.number] for question in questions if given.get(question.number) is not None}


@kept
def tender_that_asks(*, suppliers: int = 1) -> Tender:
    """A draft whose first lot asks all this."""
    listed_suppliers(suppliers)
    tender = draft_tender()
    write_questions(tender.lots.get(number=1).questionnaire, ENTRIES, NOON)
    return tender


@kept
def issued(tender: Tender) -> Tender:
    """Approved and issued."""
    tenders.propose_tender(tender.pk, by=who("lead"), at=NOON)
    approve(tender)
    return tenders.issue_tender(tender.pk, by=who("lead"), at=NOON)


def invitation_and_lot(tender: Tender) -> tuple[Invitation, Lot]:
    """BUPA's invitation, and the lot that asks all this."""
    return tender.invitations.get(supplier__short_name="bupa"), tender.lots.get(number=1)


def agreed_bid(**changed: Any) -> tuple[Tender, Submission]:
    """BUPA's bid that answers all this, changed so: opened, read by a panel without conflicts, scored and agreed; no other bid came."""
    tender = issued(tender_that_asks(suppliers=2))
    invitation, lot = invitation_and_lot(tender)
    by = bidder("bupa")
    bid = bids.draft_bid(invitation.pk, lot=lot.pk, by=by, at=THE_DAY_BEFORE)
    given = {"answers": answers_to(bid.questions(), **changed), "prices": prices_for(lot)}
    bids.save_bid(bid.pk, revision=0, **given, by=by, at=THE_DAY_BEFORE)
    submission = bids.submit_bid(bid.pk, by=by, at=THE_DAY_BEFORE).submissions.counting().get()
    for opener in ("opener1", "opener2"):
        openings.confirm_opening(tender.pk, by=who(opener), at=OPENED_AT)
    for name in PANEL:
        evaluations.declare_interests(tender.pk, has_conflict=False, by=who(name), at=DECLARED_AT)
    for criterion in criteria_of(tender):
        for name in ("evaluator1", "evaluator2"):
            score(tender, submission, criterion, 4, by=who(name))
    evaluations.lock_scores(tender.pk, by=who("chair"), at=LOCKED_AT)
    for criterion in criteria_of(tender):
        agree(tender, submission, criterion, 4)
    return Tender.objects.get(pk=tender.pk), Submission.objects.get(pk=submission.pk)
