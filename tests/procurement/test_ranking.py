"""How a locked set of bids is put in order: totals, hurdles, ties, and what makes an order fragile."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.models import PriceFormula
from commissioning.points import published
from procurement.ranking import Offer, Parting, Reversal, Rules, TieBreak, rank
from procurement.scoring import JudgedCriterion, NotScorable, price_contributions

QUALITY = JudgedCriterion("quality", "Quality", Decimal(60), max_score=100)
PRICE = JudgedCriterion("price", "Price", Decimal(40), formula=PriceFormula.RELATIVE)

# Three questions of unlike weight, and price; the house scale of 0 to 5.
SAFETY = JudgedCriterion("safety", "Clinical safety", Decimal(30))
METHOD = JudgedCriterion("method", "Method", Decimal(20))
TEAM = JudgedCriterion("team", "Team", Decimal(10))
PANEL = [METHOD, SAFETY, TEAM, PRICE]


def bid(key: str, score: int, price: str | None = None, **fields) -> Offer:
    return Offer(key, f"Bid {key}", {"quality": score}, None if price is None else Decimal(price), **fields)


def panel_bid(key: str, safety: int, method: int, team: int, price: str = "100") -> Offer:
    return Offer(key, f"Bid {key}", {"safety": safety, "method": method, "team": team}, Decimal(price))


A, B, C = bid("A", 80, "100"), bid("B", 95, "130"), bid("C", 20, "60")


def test_the_worked_example_of_three_bids():
    ranking = rank([QUALITY, PRICE], [A, B, C])
    assert {line.offer.key: (line.rank, line.total) for line in ranking.lines} == {
        "B": (1, Decimal("75.46")),
        "A": (2, Decimal("72.00")),
        "C": (3, Decimal("52.00")),
    }
    assert ranking.winner == "B"


def test_the_worked_example_without_its_cheapest_bid_has_another_winner():
    ranking = rank([QUALITY, PRICE], [A, B])
    assert {line.offer.key: line.total for line in ranking.lines} == {"A": Decimal("88.00"), "B": Decimal("87.77")}
    assert ranking.winner == "A"


def test_a_losing_bid_whose_presence_decides_the_winner_is_reported():
    assert rank([QUALITY, PRICE], [A, B, C]).reversals == (Reversal(without="C", first=("A",)),)
    assert rank([QUALITY, PRICE], [A, B]).reversals == ()


def test_a_losing_bid_whose_price_sets_no_measure_decides_nothing():
    ranking = rank([QUALITY, PRICE], [bid("A", 95, "110"), bid("B", 88, "100"), bid("C", 20, "105")])
    assert [(line.offer.key, line.total) for line in ranking.lines[:2]] == [("A", Decimal("93.36")), ("B", Decimal("92.80"))]
    assert ranking.reversals == ()


def test_bids_of_unequal_totals_need_no_tie_break():
    assert rank([QUALITY, PRICE], [A, B, C]).partings == ()


def test_a_bid_disqualified_before_price_does_not_decide_the_winner():
    ranking = rank([QUALITY, PRICE], [A, B, replace(C, excluded_because="No proof of insurance.")])
    assert ranking.winner == "A"
    assert ranking.line("A").price_points == Decimal("40.00")


def test_the_breakdown_names_weight_score_and_contribution_of_each_criterion_in_published_order():
    line = rank([PRICE, QUALITY], [A, B, C]).line("B")
    assert [(part.criterion.title, part.criterion.weight, part.score, part.points) for part in line.parts] == [
        ("Price", Decimal(40), None, Decimal("18.46")),
        ("Quality", Decimal(60), 95, Decimal("57.00")),
    ]
    assert (line.quality, line.price_points, line.total) == (Decimal("57.00"), Decimal("18.46"), Decimal("75.46"))


def test_a_published_total_is_the_rounded_sum_and_not_the_sum_of_rounded_parts():
    thirds = [JudgedCriterion(name, name, weight, max_score=3) for name, weight in (("x", Decimal(50)), ("y", Decimal(25)), ("z", Decimal(25)))]
    line = rank(thirds, [Offer("A", "Bid A", {"x": 1, "y": 1, "z": 1})]).line("A")
    assert [part.points for part in line.parts] == [Decimal("16.67"), Decimal("8.33"), Decimal("8.33")]
    assert line.exact_total == Fraction(100, 3)
    assert line.total == Decimal("33.33")
    eighths = [JudgedCriterion(name, name, Decimal("12.5"), max_score=4) for name in "abcdefgh"]
    line = rank(eighths, [Offer("A", "Bid A", dict.fromkeys("abcdefgh", 1))]).line("A")
    assert sum(part.points for part in line.parts) == Decimal("25.04")
    assert line.total == Decimal("25.00")


@pytest.mark.parametrize(("score", "excluded"), [(39, True), (40, False), (41, False)])
def test_a_bid_below_a_hurdle_is_excluded_and_one_on_it_is_not(score, excluded):
    hurdle = replace(QUALITY, least_score=40)
    line = rank([hurdle, PRICE], [A, bid("C", score, "60")]).line("C")
    assert (line.rank is None) is excluded
    assert line.excluded_because == ("It scored 39 for “Quality”, where at least 40 is needed." if excluded else "")


def test_a_bid_below_a_hurdle_is_excluded_before_its_price_touches_anybody():
    ranking = rank([replace(QUALITY, least_score=40), PRICE], [A, B, C])
    assert ranking.winner == "A"
    out = ranking.line("C")
    assert (out.rank, out.total, out.price_points) == (None, None, None)
    assert (out.quality, out.is_abnormally_low) == (Decimal("12.00"), False)


def test_every_hurdle_that_was_missed_is_named():
    criteria = [replace(SAFETY, least_score=3), replace(METHOD, least_score=2), TEAM, PRICE]
    assert rank(criteria, [panel_bid("A", 2, 1, 5)]).line("A").excluded_because == (
        "It scored 2 for “Clinical safety”, where at least 3 is needed. It scored 1 for “Method”, where at least 2 is needed."
    )


def test_hurdles_are_judged_while_no_price_is_open():
    ranking = rank([replace(QUALITY, least_score=40), PRICE], [bid("C", 20)])
    assert ranking.line("C").excluded_because
    assert (ranking.winner, ranking.first) == (None, ())


def test_excluded_bids_stand_last_without_a_rank():
    ranking = rank([QUALITY, PRICE], [replace(C, excluded_because="Late."), B, A])
    assert [(line.offer.key, line.rank) for line in ranking.lines] == [("A", 1), ("B", 2), ("C", None)]


def test_no_bids_have_no_winner():
    ranking = rank([QUALITY, PRICE], [])
    assert (ranking.lines, ranking.winner, ranking.reversals) == ((), None, ())


def test_a_single_bid_wins_with_the_whole_weight_for_price():
    ranking = rank([QUALITY, PRICE], [A])
    assert (ranking.winner, ranking.line("A").total) == ("A", Decimal("88.00"))


def test_equal_totals_are_parted_by_the_quality_total_first():
    # 60% of 80 and 40 for price against 60% of 90 and 34 for price: 88 each.
    ranking = rank([QUALITY, PRICE], [bid("A", 80, "85"), bid("B", 90, "100")])
    assert [line.total for line in ranking.lines] == [Decimal("88.00"), Decimal("88.00")]
    assert ranking.winner == "B"
    assert ranking.partings == (Parting(above=("B",), below=("A",), by="quality total"),)


def test_equal_quality_is_parted_by_the_criterion_of_the_highest_weight():
    # 30/5 × 2 = 20/5 × 3 = 12, so these two have the same quality by other ways.
    ranking = rank(PANEL, [panel_bid("A", 2, 4, 3), panel_bid("B", 4, 1, 3)])
    assert ranking.line("A").quality == ranking.line("B").quality == Decimal("34.00")
    assert ranking.winner == "B"
    assert ranking.partings[0].by == "score for “Clinical safety”"


def test_equal_scores_on_the_highest_weight_are_parted_by_the_next():
    # 20/5 × 1 = 10/5 × 2.
    ranking = rank(PANEL, [panel_bid("A", 3, 3, 4), panel_bid("B", 3, 4, 2)])
    assert ranking.winner == "B"
    assert ranking.partings[0].by == "score for “Method”"


def test_criteria_of_one_weight_part_bids_in_their_published_order():
    first, second = replace(SAFETY, weight=Decimal(50)), replace(METHOD, weight=Decimal(50))
    offers = [Offer("A", "Bid A", {"safety": 2, "method": 4}), Offer("B", "Bid B", {"safety": 4, "method": 2})]
    assert rank([first, second], offers).winner == "B"
    assert rank([second, first], offers).winner == "A"


def test_equal_scores_throughout_are_parted_by_the_lower_price():
    # Prices so near that their points are the same at two decimals.
    ranking = rank(PANEL, [panel_bid("A", 3, 3, 3, "1000000.01"), panel_bid("B", 3, 3, 3, "1000000.00")])
    assert ranking.line("A").total == ranking.line("B").total
    assert ranking.winner == "B"
    assert ranking.partings[0].by == "lower price"


def test_a_full_tie_is_left_to_people_and_has_no_winner():
    ranking = rank(PANEL, [panel_bid("B", 3, 3, 3), panel_bid("A", 3, 3, 3), panel_bid("C", 1, 1, 1)])
    assert [(line.offer.key, line.rank) for line in ranking.lines] == [("A", 1), ("B", 1), ("C", 3)]
    assert ranking.ties == (("A", "B"),)
    assert (ranking.winner, ranking.first) == (None, ("A", "B"))


def test_a_tie_behind_the_winner_is_reported_and_leaves_the_winner():
    ranking = rank(PANEL, [panel_bid("A", 3, 3, 3), panel_bid("B", 3, 3, 3), panel_bid("C", 5, 5, 5)])
    assert [(line.offer.key, line.rank) for line in ranking.lines] == [("C", 1), ("A", 2), ("B", 2)]
    assert (ranking.winner, ranking.ties) == ("C", (("A", "B"),))


def test_where_no_tie_break_was_declared_equal_totals_stay_tied():
    ranking = rank([QUALITY, PRICE], [bid("A", 80, "85"), bid("B", 90, "100")], Rules(tie_breaks=()))
    assert (ranking.winner, ranking.ties, ranking.partings) == (None, (("A", "B"),), ())


def test_tie_breaks_apply_in_the_declared_order():
    ranking = rank([QUALITY, PRICE], [bid("A", 80, "85"), bid("B", 90, "100")], Rules(tie_breaks=[TieBreak.LOWER_PRICE]))
    assert ranking.winner == "A"
    assert ranking.partings == (Parting(above=("A",), below=("B",), by="lower price"),)


def test_totals_are_compared_as_they_are_published():
    # 94.00 to two decimals either way; unrounded, B is 0.0004 ahead.
    offers = [bid("A", 90, "1000000"), bid("B", 90, "999990")]
    ranking = rank([QUALITY, PRICE], offers, Rules(tie_breaks=()))
    assert [line.total for line in ranking.lines] == [Decimal("94.00")] * 2
    assert ranking.line("A").exact_total < ranking.line("B").exact_total
    assert ranking.ties == (("A", "B"),)


def test_quality_alone_ranks_without_prices():
    whole = replace(QUALITY, weight=Decimal(100))
    ranking = rank([whole], [bid("A", 80), bid("B", 95)])
    assert (ranking.winner, ranking.line("B").price_points) == ("B", None)


@pytest.mark.parametrize(("price", "flagged"), [("79.99", True), ("80.00", False), ("80.01", False)])
def test_a_price_below_four_fifths_of_the_median_of_valid_bids_is_flagged_and_keeps_its_rank(price, flagged):
    offers = [bid("low", 50, price), bid("b", 50, "100"), bid("c", 50, "120"), bid("out", 50, "500", excluded_because="Late.")]
    line = rank([QUALITY, PRICE], offers).line("low")
    assert line.is_abnormally_low is flagged
    assert line.rank == 1


def test_the_factor_of_abnormally_low_comes_from_the_rules():
    ranking = rank([QUALITY, PRICE], [bid("low", 50, "85"), bid("b", 50, "100"), bid("c", 50, "120")], Rules(abnormally_low_factor=Decimal("0.9")))
    assert [line.offer.key for line in ranking.lines if line.is_abnormally_low] == ["low"]


@pytest.mark.parametrize(
    ("criteria", "offers", "rules", "sentence"),
    [
        ([QUALITY], [A], Rules(), r"The weights sum to 60\. Change them"),
        ([], [], Rules(), r"The weights sum to 0\."),
        ([replace(QUALITY, weight=Decimal(50)), replace(QUALITY, weight=Decimal(50))], [A], Rules(), "A criterion is there twice"),
        ([replace(PRICE, weight=Decimal(60), key="dear"), PRICE], [A], Rules(), "More than one criterion is for price"),
        ([QUALITY, PRICE], [A, A], Rules(), "A bid is in the set twice"),
        ([QUALITY, PRICE], [Offer("A", "Bid A", {}, Decimal(1))], Rules(), "Bid A has no agreed score for “Quality”"),
        ([QUALITY, PRICE], [bid("A", 101, "100")], Rules(), "Bid A: the score for “Quality” must be a whole number from 0 to 100"),
        ([QUALITY, PRICE], [bid("A", -1, "100")], Rules(), "must be a whole number"),
        ([QUALITY, PRICE], [Offer("A", "Bid A", {"quality": Decimal("79.5")}, Decimal(1))], Rules(), "must be a whole number"),
        ([QUALITY, PRICE], [Offer("A", "Bid A", {"quality": Decimal("NaN")}, Decimal(1))], Rules(), "must be a whole number"),
        ([QUALITY, PRICE], [bid("A", 80)], Rules(), "Bid A has no price"),
        ([QUALITY, PRICE], [bid("A", 80, "0")], Rules(), "Bid A has a price that cannot be compared"),
        ([QUALITY, PRICE], [bid("A", 80, "-5")], Rules(), "Bid A has a price that cannot be compared"),
        ([replace(QUALITY, weight=Decimal(100))], [A, bid("B", 80)], Rules(), "Bid B has no price"),
    ],
)
def test_what_cannot_be_worked_out_is_refused_with_a_sentence(criteria, offers, rules, sentence):
    with pytest.raises(NotScorable, match=sentence):
        rank(criteria, offers, rules)


def test_a_bid_that_is_not_in_the_set_has_no_line():
    with pytest.raises(KeyError):
        rank([QUALITY, PRICE], [A]).line("Z")


scores = st.integers(0, 5)
amounts = st.decimals(min_value="0.01", max_value="99999999.99", places=2)
reasons = st.sampled_from(["", "", "", "No proof of insurance."])


@st.composite
def competitions(draw, least_bids: int = 1):
    """Criteria with a hurdle and any formula, and up to eight bids, some of them out."""
    criteria = [replace(SAFETY, least_score=draw(st.integers(0, 3))), METHOD, TEAM, replace(PRICE, formula=draw(st.sampled_from(PriceFormula)))]
    marks = draw(st.lists(st.tuples(scores, scores, scores, amounts, reasons), min_size=least_bids, max_size=8))
    return criteria, [
        Offer(number, f"Bid {number}", {"safety": safety, "method": method, "team": team}, price, reason)
        for number, (safety, method, team, price, reason) in enumerate(marks)
    ]


@given(competitions(), st.randoms())
def test_the_order_in_which_bids_came_in_changes_nothing(competition, chance):
    criteria, offers = competition
    shuffled = chance.sample(offers, len(offers))
    assert rank(criteria, shuffled) == rank(criteria, offers)


@given(competitions())
def test_a_total_is_the_sum_of_its_parts_and_no_part_is_above_its_weight(competition):
    for line in rank(*competition).lines:
        assert line.exact_total == sum(part.exact for part in line.parts)
        assert all(0 <= part.exact <= part.criterion.weight for part in line.parts)
        assert line.total == (None if line.excluded_because else published(line.exact_total))


@given(competitions())
def test_bids_that_are_out_never_touch_the_points_and_ranks_of_the_rest(competition):
    criteria, offers = competition
    with_them = rank(criteria, offers)
    valid = [line.offer for line in with_them.lines if not line.excluded_because]
    without_them = rank(criteria, valid)
    assert [line for line in with_them.lines if not line.excluded_because] == list(without_them.lines)
    assert (with_them.ties, with_them.partings, with_them.reversals) == (without_them.ties, without_them.partings, without_them.reversals)
    points = price_contributions(criteria[-1].formula, {offer.key: offer.price or Decimal() for offer in valid}, criteria[-1].weight)
    assert {line.offer.key: line.price_points for line in without_them.lines} == {key: published(value) for key, value in points.items()}


@given(competitions())
def test_ranks_follow_published_totals_and_only_full_ties_share_one(competition):
    ranking = rank(*competition)
    ranked = [line for line in ranking.lines if line.rank]
    ranks, totals, keys = [line.rank or 0 for line in ranked], [line.total or 0 for line in ranked], [line.offer.key for line in ranked]
    assert totals == sorted(totals, reverse=True)
    assert {key for key, place in zip(keys, ranks, strict=True) if ranks.count(place) > 1} == {key for tie in ranking.ties for key in tie}
    assert all(place == 1 + sum(other < place for other in ranks) for place in ranks)


@given(competitions(least_bids=2))
def test_every_reversal_that_is_reported_is_one_and_none_is_missed(competition):
    criteria, offers = competition
    ranking = rank(criteria, offers)
    reported = {reversal.without: reversal.first for reversal in ranking.reversals}
    for line in ranking.lines:
        if line.rank and line.rank > 1:
            first = rank(criteria, [offer for offer in offers if offer.key != line.offer.key]).first
            assert reported.get(line.offer.key, ranking.first) == first
