"""Which bids pass: by the rule of the notice where it says so, and else as the chair of the panel decides, with a reason."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from commissioning import judging
from commissioning.judging import Judged, Verdict, score_sheet
from commissioning.models import Question
from procurement.models import PassDecision, Submission, Tender
from procurement.panel import bidder_of, opened_bids


@dataclass(frozen=True)
class Outcome:
    """An answer that passes or fails: what the rule says, and where that leaves it to a person, what the chair decided (None: nothing yet)."""

    judged: Judged
    decision: PassDecision | None

    @property
    def verdict(self) -> Verdict:
        """Whether it passes."""
        if self.decision is None or self.judged.verdict is None or self.judged.verdict != Verdict.A_PERSON_DECIDES:
            return self.judged.verdict or Verdict.A_PERSON_DECIDES
        return Verdict.PASSES if self.decision.passes else Verdict.FAILS

    @property
    def label(self) -> str:
        """In words, with who says so."""
        if self.decision is None:
            return self.verdict.label
        return "Passes, as the chair decided" if self.decision.passes else "Fails, as the chair decided"

    @property
    def reason(self) -> str:
        """Why, if a person decided."""
        return self.decision.reason if self.decision else ""

    @property
    def why_it_fails(self) -> str:
        """A sentence for the bidder."""
        return judging.why_it_fails(self.judged.question, self.reason)


def outcomes(submission: Submission, questions: Iterable[Question]) -> list[Outcome]:
    """How each answer of a bid that passes or fails comes out; `pass_decisions` should have been fetched with many bids."""
    decided = {decision.question_id: decision for decision in submission.pass_decisions.all()}
    sheet = score_sheet(questions, (submission.content or {}).get("answers", {}))
    return [Outcome(one, decided.get(one.question.pk)) for one in sheet.pass_fail]


def why_it_fails(submission: Submission, questions: Iterable[Question]) -> str:
    """A sentence for each answer of a bid that fails; nothing if none does."""
    return " ".join(one.why_it_fails for one in outcomes(submission, questions) if one.verdict == Verdict.FAILS)


def left_to_people(tender: Tender) -> Iterator[tuple[Submission, Outcome]]:
    """Each bid with each answer of it on which the chair decides, or has decided."""
    for submission in opened_bids(tender).prefetch_related("bid__lot__questionnaire__questions", "pass_decisions"):
        for one in outcomes(submission, submission.bid.lot.questionnaire.questions.all()):
            if one.judged.verdict == Verdict.A_PERSON_DECIDES:
                yield submission, one


def undecided(tender: Tender) -> Iterator[str]:
    """Each answer on which the chair has still to decide, as a sentence."""
    for submission, one in left_to_people(tender):
        if one.decision is None:
            number = one.judged.question.number
            yield f"Nobody has decided whether {bidder_of(submission)} passes question {number} ({submission.bid.lot})."
