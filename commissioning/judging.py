"""How answers are judged: what definitely passes or fails by the published rule, and what is left to people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from commissioning import answers
from commissioning.answer_words import words
from commissioning.models import Question

Kind, Judging = Question.Kind, Question.Judging


class Verdict(StrEnum):
    """What the rule says of an answer."""

    PASSES = "passes"
    FAILS = "fails"
    A_PERSON_DECIDES = "a_person_decides"

    @property
    def label(self) -> str:
        """In words."""
        return {"passes": "Passes, by the rule", "fails": "Fails, by the rule"}.get(self, "A person decides")


@dataclass(frozen=True)
class Judged:
    """A question that was asked, with the answer (None: none was given), and the rule's verdict if it is pass or fail."""

    question: Question
    answer: answers.Answer | None
    verdict: Verdict | None = None


@dataclass
class ScoreSheet:
    """What assessors have before them: what they score, with weights; apart from it, what passes or fails; and the rest."""

    scored: list[Judged] = field(default_factory=list)
    pass_fail: list[Judged] = field(default_factory=list)
    information: list[Judged] = field(default_factory=list)

    @property
    def failed(self) -> list[Judged]:
        """What definitely fails."""
        return [judged for judged in self.pass_fail if judged.verdict == Verdict.FAILS]

    @property
    def undecided(self) -> list[Judged]:
        """What passes or fails as a person decides."""
        return [judged for judged in self.pass_fail if judged.verdict == Verdict.A_PERSON_DECIDES]


def score_sheet(questions: Iterable[Question], given: Mapping[str, Any]) -> ScoreSheet:
    """The questions that were asked of whoever gave these answers, by how they are judged."""
    found = answers.examined(questions, given, complete=False)
    sheet = ScoreSheet()
    for question in found.asked:
        answer = found.read.get(str(question.pk))
        match question.judging:
            case Judging.SCORED:
                sheet.scored.append(Judged(question, answer))
            case Judging.PASS_FAIL:
                sheet.pass_fail.append(Judged(question, answer, verdict(question, answer)))
            case _:
                sheet.information.append(Judged(question, answer))
    return sheet


def verdict(question: Question, answer: answers.Answer | None) -> Verdict:
    """What the rule says of an answer as it was read. A declaration passes if it is made, and else fails."""
    if question.kind == Kind.DECLARATION:
        return Verdict.PASSES if answer is True else Verdict.FAILS
    if answer is None or not question.pass_rule:
        return Verdict.A_PERSON_DECIDES
    if question.kind == Kind.CHOICE:
        return _of_options(question.pass_rule, answer)
    if question.kind in {Kind.NUMBER, Kind.MONEY, Kind.DATE}:
        return _of_bounds(question, answer)
    return Verdict.A_PERSON_DECIDES


def _of_options(rule: Mapping[str, Any], answer: Any) -> Verdict:
    """One option that fails is enough to fail; else one that passes is enough to pass."""
    chosen = set(answer) if isinstance(answer, list) else {answer}
    if chosen & set(rule.get("failing", ())):
        return Verdict.FAILS
    return Verdict.PASSES if chosen & set(rule.get("passing", ())) else Verdict.A_PERSON_DECIDES


def _of_bounds(question: Question, answer: Any) -> Verdict:
    unbounded = Question(kind=question.kind)
    bounds: dict[str, Any] = {name: answers.one(unbounded, text) for name, text in question.pass_rule.items()}
    if any(_beyond(name, answer, bounds[name]) for name in ("fails_below", "fails_above") if name in bounds):
        return Verdict.FAILS
    marks = [name for name in ("passes_from", "passes_to") if name in bounds]
    return Verdict.PASSES if marks and not any(_beyond(name, answer, bounds[name]) for name in marks) else Verdict.A_PERSON_DECIDES


def _beyond(name: str, answer: Any, bound: Any) -> bool:
    """Whether the answer lies on the wrong side of the bound, which itself lies on the right one."""
    return bool(answer < bound if name in {"passes_from", "fails_below"} else answer > bound)


def rule_in_words(question: Question) -> str:
    """How the answer is judged, as the notice says it."""
    if question.judging == Judging.SCORED:
        return f"Scored, weight {question.weight.normalize():f}" if question.weight is not None else "Scored"
    if question.judging == Judging.INFORMATION:
        return "For information"
    if question.kind == Kind.DECLARATION:
        return "Passes if made, fails if not"
    parts = [f"{words} {_listed(question, name)}" for name, words in _RULE_WORDS.items() if name in question.pass_rule]
    return f"{'; '.join(parts)}. On any other answer a person decides" if parts else "Pass or fail: a person decides"


def why_it_fails(question: Question, reason: str = "") -> str:
    """A sentence for whoever answered: with a person's reason, or without one as the rule says."""
    if reason:
        return f"Its answer to question {question.number} fails: {reason}"
    return f"Its answer to question {question.number} fails by the rule of the notice ({rule_in_words(question)})."


_RULE_WORDS = {
    "passing": "Passes:",
    "failing": "Fails:",
    "passes_from": "Passes from",
    "passes_to": "Passes up to",
    "fails_below": "Fails below",
    "fails_above": "Fails above",
}


def _listed(question: Question, name: str) -> str:
    value = question.pass_rule[name]
    if isinstance(value, list):
        return ", ".join(value)
    return words(question, answers.one(Question(kind=question.kind), value))
