"""From findings to proposals: an application's score, whether it fails, and what follows for each list and area that it asks for.

A score is out of 100: each scored question's share of the weights, times what was found of the most that can be (with no weights
every question weighs the same). It is rounded once, to hundredths, a half upwards; what applicants are told is what is compared.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol, TypeVar
from uuid import UUID

from commissioning.judging import Judged, ScoreSheet, Verdict, why_it_fails
from commissioning.models import Question
from commissioning.points import published
from commissioning.scales import PUBLISHED_SCALE, meanings

K = TypeVar("K", bound=Hashable)

MOST = len(meanings(PUBLISHED_SCALE)) - 1
ACCEPTED, REFUSED = "accepted", "refused"


class Found(Protocol):
    """What a person found of an answer."""

    score: int | None
    passes: bool | None
    reason: str


class Limited(Protocol):
    """What a place needs: a least score, a number of places, or neither."""

    least_score: Decimal | None
    places: int | None


@dataclass(frozen=True)
class Outcome:
    """One answer that is judged: what the rule says of it, or a person found (None: nobody has yet)."""

    judged: Judged
    found: Found | None = None

    @property
    def question(self) -> Question:
        """What was asked."""
        return self.judged.question

    @property
    def is_by_the_rule(self) -> bool:
        """Whether the rule of the notice says it all, and no person anything."""
        return self.judged.verdict in {Verdict.PASSES, Verdict.FAILS}

    @property
    def is_open(self) -> bool:
        """Whether a person has still to say."""
        return not self.is_by_the_rule and self.found is None

    @property
    def fails(self) -> bool:
        """Whether it definitely fails, by the rule or as a person found."""
        return self.judged.verdict == Verdict.FAILS or (self.found is not None and self.found.passes is False)

    @property
    def score(self) -> int | None:
        """What a person scored it."""
        return self.found.score if self.found else None

    @property
    def passes(self) -> bool | None:
        """Whether it passes, by the rule or as a person found; None while that is open, and of what is scored."""
        if self.judged.verdict is not None and self.is_by_the_rule:
            return self.judged.verdict == Verdict.PASSES
        return self.found.passes if self.found else None

    @property
    def label(self) -> str:
        """The score, or whether it passes and who says so."""
        if self.judged.verdict is not None and self.is_by_the_rule:
            return self.judged.verdict.label
        if self.found is None:
            return "Not judged"
        return f"{self.found.score} of {MOST}" if self.found.score is not None else f"{'Passes' if self.found.passes else 'Fails'}, as found"

    @property
    def reason(self) -> str:
        """Why, if a person said it."""
        return self.found.reason if self.found and not self.is_by_the_rule else ""


@dataclass(frozen=True)
class Assessed:
    """All answers of one application that are judged."""

    outcomes: Sequence[Outcome]

    @property
    def fails(self) -> list[Outcome]:
        """Those that fail."""
        return [one for one in self.outcomes if one.fails]

    @property
    def fails_by_the_rule(self) -> bool:
        """Whether the rule of the notice alone refuses it, so that nobody need assess it."""
        return any(one.fails and one.is_by_the_rule for one in self.outcomes)

    @property
    def is_complete(self) -> bool:
        """Whether all is known of it that a decision needs."""
        return self.fails_by_the_rule or not any(one.is_open for one in self.outcomes)

    @property
    def score(self) -> Decimal | None:
        """Out of 100, as published; None while a score is missing, or where none is given."""
        scored = [one for one in self.outcomes if one.judged.verdict is None]
        if not scored or any(one.is_open for one in scored):
            return None
        return score_of((one.question.weight, one.found.score or 0) for one in scored if one.found)


def score_of(scores: Iterable[tuple[Decimal | None, int]]) -> Decimal:
    """The score out of 100 of weights with scores from 0 to MOST, to hundredths. Without weights all count the same."""
    pairs = [(Fraction(1) if weight is None else Fraction(weight), score) for weight, score in scores]
    weights = sum((weight for weight, _ in pairs), Fraction())
    return published(sum((weight * score for weight, score in pairs), Fraction()) * 100 / (weights * MOST))


def assessed(sheet: ScoreSheet, found: Mapping[UUID, Found]) -> Assessed:
    """An application's answers that are judged, in the order of the questions, with what was found of each."""
    judged = sorted([*sheet.scored, *sheet.pass_fail], key=lambda one: one.question.number)
    return Assessed([Outcome(one, found.get(one.question.pk)) for one in judged])


def left_to_people(sheet: ScoreSheet) -> list[Judged]:
    """What assessors judge: what is scored, and what neither passes nor fails by the rule; nothing of what definitely fails."""
    if sheet.failed:
        return []
    return sorted([*sheet.scored, *sheet.undecided], key=lambda one: one.question.number)


@dataclass(frozen=True)
class Proposal:
    """What follows for one place: an outcome with its reasons; without one, the reasons say what it waits for."""

    outcome: str
    reasons: str

    def content(self) -> dict[str, Any]:
        """What tells this proposal from another."""
        return {"outcome": self.outcome, "reasons": self.reasons}


def proposals(applications: Mapping[K, Assessed], limit: Limited | None) -> dict[K, Proposal]:
    """What is proposed for one list and area to each of those who ask for it."""
    rivals = [one.score for one in applications.values() if not one.fails]
    return {key: _proposal(one, limit, rivals) for key, one in applications.items()}


def _proposal(one: Assessed, limit: Limited | None, rivals: Sequence[Decimal | None]) -> Proposal:
    if one.fails_by_the_rule or (one.is_complete and one.fails):
        return Proposal(REFUSED, " ".join(_why(each) for each in one.fails))
    if not one.is_complete:
        return Proposal("", "It has not been moderated yet.")
    if limit is not None and limit.places is not None and any(score is None for score in rivals):
        return Proposal("", "Places go by rank here, and others that ask for one have not been moderated yet.")
    stands, words = _measured(one.score, limit, rivals)
    return Proposal(ACCEPTED if stands else REFUSED, " ".join([*_passing(one), *words]))


def _why(one: Outcome) -> str:
    return why_it_fails(one.question, one.reason)


def _passing(one: Assessed) -> list[str]:
    passes = any(each.judged.verdict is not None for each in one.outcomes)
    return ["It passes everything that has to be passed."] if passes or one.score is None else []


def _measured(score: Decimal | None, limit: Limited | None, rivals: Sequence[Decimal | None]) -> tuple[bool, list[str]]:
    """Whether the score is enough, and the sentences that say so."""
    if score is None:
        return True, []
    scored = f"It scored {score} out of 100"
    if limit is not None and limit.least_score is not None:
        return score >= limit.least_score, [f"{scored}. At least {limit.least_score.normalize():f} was needed."]
    if limit is not None and limit.places is not None:
        rank = 1 + sum(1 for other in rivals if other is not None and other > score)
        ranked = f"{scored}, which is rank {rank} for this list and area. The notice gives the places up to rank {limit.places}."
        return rank <= limit.places, [ranked]
    return True, [f"{scored}."]
