"""From findings to proposals: scores out of 100, what fails, and who stands by score or by rank."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.judging import score_sheet
from commissioning.models import Question, Questionnaire
from commissioning.questionnaires import drawn_up
from suppliers.assessing import ACCEPTED, MOST, REFUSED, assessed, left_to_people, proposals, score_of
from tests.factories.assessments import GOOD, JUDGED
from tests.factories.people import NOON


@dataclass
class Found:
    score: int | None = None
    passes: bool | None = None
    reason: str = "So."


@dataclass
class Limit:
    least_score: Decimal | None = None
    places: int | None = None


def questions() -> list[Question]:
    return drawn_up(Questionnaire(title="Admission"), JUDGED, NOON)


def one(first: int | None = 4, second: int | None = 4, **changed):
    """An application with these scores, and good answers changed so."""
    asked = questions()
    given_ = {**GOOD, **{int(name[1:]): answer for name, answer in changed.items()}}
    sheet = score_sheet(asked, {str(each.pk): given_[each.number] for each in asked})
    found = {asked[0].pk: Found(first), asked[1].pk: Found(second)}
    return assessed(sheet, {key: each for key, each in found.items() if each.score is not None})


VECTORS = [
    ([(Decimal(60), 4), (Decimal(40), 3)], "72.00"),
    ([(Decimal(60), 5), (Decimal(40), 5)], "100.00"),
    ([(Decimal(60), 0), (Decimal(40), 0)], "0.00"),
    ([(None, 1), (None, 1), (None, 2)], "26.67"),
    ([(Decimal("33.33"), 5), (Decimal("33.33"), 0), (Decimal("33.34"), 1)], "40.00"),
    ([(Decimal("12.35"), 5), (Decimal("87.65"), 0)], "12.35"),
    ([(None, 1)] * 3 + [(None, 0)] * 5, "7.50"),
    ([(None, 5)] + [(None, 0)] * 15, "6.25"),
    ([(None, 1)] + [(None, 0)] * 15, "1.25"),
    # 0.625: a half goes upwards.
    ([(None, 1)] + [(None, 0)] * 31, "0.63"),
]


@pytest.mark.parametrize(("scores", "expected"), VECTORS)
def test_a_score_is_weighted_out_of_100_and_rounded_once_a_half_upwards(scores, expected):
    assert str(score_of(scores)) == expected


@given(st.lists(st.tuples(st.decimals("0.01", "100", places=2), st.integers(0, MOST)), min_size=1, max_size=40))
def test_a_score_is_within_its_bounds_and_does_not_depend_on_the_order(pairs):
    score = score_of(pairs)
    assert 0 <= score <= 100
    assert score == score_of(reversed(pairs))
    exact = sum(Fraction(weight) * value for weight, value in pairs) * 100 / (sum(Fraction(weight) for weight, _ in pairs) * MOST)
    assert abs(Fraction(score) - exact) <= Fraction(1, 200)


@given(st.lists(st.integers(0, MOST), min_size=2, max_size=10), st.data())
def test_a_better_answer_never_lowers_the_score(values, data):
    place = data.draw(st.integers(0, len(values) - 1))
    better = [min(MOST, value + 1) if index == place else value for index, value in enumerate(values)]
    assert score_of((None, value) for value in better) >= score_of((None, value) for value in values)


@given(st.dictionaries(st.integers(0, 50), st.tuples(st.integers(0, MOST), st.integers(0, MOST)), min_size=1, max_size=12), st.integers(1, 12))
def test_by_rank_nobody_stands_below_somebody_refused_and_equals_share_their_fate(scores, places):
    applications = {key: one(first, second) for key, (first, second) in scores.items()}
    found = proposals(applications, Limit(places=places))
    accepted = {applications[key].score for key, each in found.items() if each.outcome == ACCEPTED}
    refused = {applications[key].score for key, each in found.items() if each.outcome == REFUSED}
    assert not accepted & refused
    assert not refused or min(accepted) > max(refused)
    assert sum(1 for each in found.values() if each.outcome == ACCEPTED) >= min(places, len(found))


def test_what_fails_by_the_rule_needs_no_person_and_is_refused_with_the_rules_reason():
    failing = one(None, None, q3="3")
    assert failing.is_complete
    proposal = proposals({1: failing}, Limit(least_score=Decimal(60)))[1]
    assert proposal.outcome == REFUSED
    assert "question 3 fails by the rule of the notice" in proposal.reasons


def test_people_judge_nothing_of_an_application_that_fails_by_the_rule():
    asked = questions()
    good, bad = ({str(each.pk): {**GOOD, 3: staff}[each.number] for each in asked} for staff in ("7", "3"))
    assert [judged.question.number for judged in left_to_people(score_sheet(asked, good))] == [1, 2, 3]
    assert left_to_people(score_sheet(asked, bad)) == []


def test_a_least_score_is_met_by_exactly_it():
    found = proposals({"at": one(3, 3), "below": one(3, 2)}, Limit(least_score=Decimal("60.00")))
    assert (found["at"].outcome, found["below"].outcome) == (ACCEPTED, REFUSED)
    assert "It scored 52.00 out of 100. At least 60 was needed." in found["below"].reasons


def test_all_who_equal_the_last_place_stand():
    found = proposals({1: one(5, 5), 2: one(4, 4), 3: one(4, 4), 4: one(3, 3)}, Limit(places=2))
    assert [found[key].outcome for key in (1, 2, 3, 4)] == [ACCEPTED, ACCEPTED, ACCEPTED, REFUSED]
    assert "rank 4" in found[4].reasons


def test_ranks_wait_for_everybody_and_a_least_score_for_nobody_else():
    applications = {1: one(5, 5), 2: one(None, 3)}
    assert proposals(applications, Limit(places=1))[1].outcome == ""
    assert proposals(applications, Limit(least_score=Decimal(60)))[1].outcome == ACCEPTED
    assert proposals(applications, None)[2].outcome == ""


def test_who_fails_takes_no_rank():
    found = proposals({1: one(5, 5, q3="3"), 2: one(1, 1)}, Limit(places=1))
    assert (found[1].outcome, found[2].outcome) == (REFUSED, ACCEPTED)


def test_without_a_limit_whoever_passes_stands():
    proposal = proposals({1: one(0, 0)}, None)[1]
    assert (proposal.outcome, proposal.reasons) == (ACCEPTED, "It passes everything that has to be passed. It scored 0.00 out of 100.")
