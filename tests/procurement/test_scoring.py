"""How scores and prices become points: the worked examples of the published guidance, and what must always hold."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commissioning.models import Criterion, PriceFormula
from commissioning.points import published
from procurement.scoring import (
    JudgedCriterion,
    NotScorable,
    abnormally_low,
    missed_hurdles,
    must_be_discussed,
    price_contributions,
    quality_contribution,
    weights_fault,
)

prices = st.decimals(min_value="0.01", max_value="999999999999.99", places=2)
priced_sets = st.dictionaries(st.integers(), prices, min_size=1, max_size=14)
weights = st.decimals(min_value="0.01", max_value=100, places=2)
formulas = st.sampled_from(PriceFormula)


def points(formula: PriceFormula, weight: str, *amounts: str) -> list[Decimal]:
    """Published points, in the order of the prices."""
    return [
        published(value) for value in price_contributions(formula, {n: Decimal(amount) for n, amount in enumerate(amounts)}, Decimal(weight)).values()
    ]


def decimals(text: str) -> list[Decimal]:
    return [Decimal(word) for word in text.split()]


def test_a_score_contributes_its_share_of_the_highest_score_times_the_weight():
    assert quality_contribution(4, 5, Decimal(30)) == 24
    assert published(quality_contribution(2, 3, Decimal(10))) == Decimal("6.67")
    assert quality_contribution(0, 5, Decimal(30)) == 0
    assert quality_contribution(5, 5, Decimal("12.5")) == Decimal("12.5")


def test_relative_price_of_three_bids_as_the_guidance_works_it_out():
    exact = price_contributions(PriceFormula.RELATIVE, {"a": Decimal(15000), "b": Decimal(10000), "c": Decimal(30000)}, Decimal(1))
    assert exact == {"a": Fraction(2, 3), "b": 1, "c": Fraction(1, 3)}
    assert [f"{float(share):.3f}" for share in exact.values()] == ["0.667", "1.000", "0.333"]


def test_relative_price_with_a_weight_of_forty():
    assert points(PriceFormula.RELATIVE, "40", "100", "105", "108") == decimals("40.00 38.10 37.04")


def test_mean_deviation_of_three_bids_as_its_source_works_it_out():
    assert points(PriceFormula.MEAN_DEVIATION, "100", "100", "105", "108") == decimals("54.15 49.36 46.49")


def test_mean_deviation_is_scaled_by_the_weight():
    assert points(PriceFormula.MEAN_DEVIATION, "40", "100", "105", "108") == decimals("21.66 19.74 18.59")


@pytest.mark.parametrize(("dearest", "expected"), [("148", "1.01"), ("150", "0.00"), ("152", "0.00")])
def test_mean_deviation_stops_at_nothing_for_a_price_half_above_the_mean(dearest, expected):
    # With 75 twice, a third price of 150 is exactly half above the mean of 100.
    assert points(PriceFormula.MEAN_DEVIATION, "100", "75", "75", dearest)[-1] == Decimal(expected)


@pytest.mark.parametrize(("cheapest", "expected"), [("52", "98.00"), ("50", "100.00"), ("48", "100.00")])
def test_mean_deviation_stops_at_the_whole_weight_for_a_price_half_below_the_mean(cheapest, expected):
    high = str((300 - Decimal(cheapest)) / 2)
    assert points(PriceFormula.MEAN_DEVIATION, "100", cheapest, high, high)[0] == Decimal(expected)


def test_range_gives_the_lowest_everything_the_highest_nothing_and_the_rest_their_place_between():
    assert points(PriceFormula.RANGE, "40", "100", "105", "108") == decimals("40.00 15.00 0.00")


@pytest.mark.parametrize(("formula", "expected"), [("relative", "40.00"), ("range", "40.00"), ("mean_deviation", "20.00")])
def test_equal_prices_and_a_single_bid_are_worked_out_without_dividing_by_nothing(formula, expected):
    assert points(PriceFormula(formula), "40", "100") == [Decimal(expected)]
    assert points(PriceFormula(formula), "40", "100", "100", "100") == [Decimal(expected)] * 3


def test_every_formula_that_a_criterion_may_have_is_scored_by_its_own_rule():
    formulas = Criterion._meta.get_field("formula").choices
    scored = {value: points(PriceFormula(value), "40", "100", "105", "108") for value, _ in formulas}
    assert scored == {
        "relative": decimals("40.00 38.10 37.04"),
        "mean_deviation": decimals("21.66 19.74 18.59"),
        "range": decimals("40.00 15.00 0.00"),
    }


def test_no_bids_make_no_points():
    assert price_contributions(PriceFormula.RELATIVE, {}, Decimal(40)) == {}


def test_a_formula_that_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="cheapest_takes_all"):
        price_contributions("cheapest_takes_all", {"a": Decimal(1)}, Decimal(40))  # type: ignore[arg-type]


@pytest.mark.parametrize("price", ["0", "-0", "-1", "-0.01", "0.009", "NaN", "sNaN", "Infinity", "-Infinity", "1E+308", "1E+15"])
@pytest.mark.parametrize("formula", list(PriceFormula))
def test_a_price_that_is_no_sum_of_money_is_refused_with_a_sentence(formula, price):
    with pytest.raises(NotScorable, match=r"at least £0\.01"):
        price_contributions(formula, {"a": Decimal(100), "b": Decimal(price)}, Decimal(40))


def test_a_price_of_one_penny_can_be_compared():
    assert points(PriceFormula.RELATIVE, "40", "0.01", "0.02") == decimals("40.00 20.00")


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        (Fraction("0.004999"), "0.00"),
        (Fraction("0.005"), "0.01"),
        (Fraction("2.675"), "2.68"),
        (Fraction("2.665"), "2.67"),
        (Fraction("2.6649999999999999999999999999999999"), "2.66"),
        (Fraction(200, 3), "66.67"),
        (Fraction(100), "100.00"),
        (Fraction("-0.005"), "-0.01"),
        (Fraction("-0.0049"), "0.00"),
    ],
)
def test_points_are_published_at_two_decimals_with_a_half_rounded_up(exact, shown):
    assert str(published(exact)) == shown


def test_the_decimal_context_of_the_process_changes_nothing():
    with localcontext() as context:
        context.prec = 2
        assert points(PriceFormula.RELATIVE, "40", "100", "105", "108") == decimals("40.00 38.10 37.04")


@pytest.mark.parametrize(("amounts", "fault"), [("60 40", ""), ("33.33 33.33 33.34", ""), ("100", "")])
def test_weights_that_sum_to_exactly_a_hundred_are_right(amounts, fault):
    assert weights_fault(decimals(amounts)) == fault


@pytest.mark.parametrize(
    ("amounts", "total"), [("60 39.99", "99.99"), ("60 40.01", "100.01"), ("33.33 33.33 33.33", "99.99"), ("200", "200"), ("", "0")]
)
def test_weights_that_do_not_sum_to_a_hundred_are_named_with_their_sum(amounts, total):
    assert weights_fault(decimals(amounts)) == f"The weights sum to {total}. Change them so that they sum to exactly 100."


@pytest.mark.parametrize("amounts", ["100 0", "110 -10", "NaN 100", "Infinity"])
def test_a_weight_is_more_than_nothing(amounts):
    assert weights_fault(decimals(amounts)) == "Every weight must be more than 0."


@pytest.mark.parametrize(("price", "flagged"), [("79.99", True), ("80.00", False), ("80.01", False)])
def test_a_price_is_abnormally_low_only_below_four_fifths_of_the_median(price, flagged):
    assert ("low" in abnormally_low({"low": Decimal(price), "b": Decimal(100), "c": Decimal(120)})) is flagged


def test_the_median_of_an_even_number_of_bids_lies_between_the_middle_two():
    # The median of 79, 90, 110 and 120 is 100.
    assert abnormally_low({"a": Decimal(79), "b": Decimal(90), "c": Decimal(110), "d": Decimal(120)}) == {"a"}


def test_the_factor_of_abnormally_low_is_the_callers_to_choose():
    bids = {"low": Decimal(85), "b": Decimal(100), "c": Decimal(120)}
    assert abnormally_low(bids) == frozenset()
    assert abnormally_low(bids, Decimal("0.9")) == {"low"}


def test_without_prices_none_is_abnormally_low():
    assert abnormally_low({}) == frozenset()


@pytest.mark.parametrize(("scores", "expected"), [([], False), ([3], False), ([3, 3, 3], False), ([3, 4], False), ([2, 4], True), ([3, 5, 2], True)])
def test_scores_two_apart_must_be_discussed(scores, expected):
    assert must_be_discussed(scores) is expected


def test_the_spread_that_calls_for_discussion_is_the_callers_to_choose():
    assert must_be_discussed([2, 4], spread=3) is False
    assert must_be_discussed([2, 5], spread=3) is True


@pytest.mark.parametrize(("score", "missed"), [(1, True), (2, False), (3, False)])
def test_a_hurdle_is_missed_only_below_the_least_score(score, missed):
    safety = JudgedCriterion("safety", "Clinical safety", Decimal(60), least_score=2)
    sentences = missed_hurdles([safety], {"safety": score})
    assert sentences == (["It scored 1 for “Clinical safety”, where at least 2 is needed."] if missed else [])


def test_price_and_what_is_not_scored_yet_are_no_hurdles():
    price = JudgedCriterion("price", "Price", Decimal(40), least_score=5, formula=PriceFormula.RELATIVE)
    safety = JudgedCriterion("safety", "Clinical safety", Decimal(60), least_score=2)
    assert missed_hurdles([price, safety], {"price": 0}) == []


@given(st.integers(1, 100).flatmap(lambda most: st.tuples(st.integers(0, most), st.just(most))), weights)
def test_a_contribution_is_never_below_nothing_or_above_its_weight(score_and_most, weight):
    score, most = score_and_most
    assert 0 <= quality_contribution(score, most, weight) <= weight
    assert quality_contribution(most, most, weight) == weight


@given(formulas, priced_sets, weights)
def test_points_for_price_are_never_below_nothing_or_above_the_weight(formula, bids, weight):
    assert all(0 <= value <= weight for value in price_contributions(formula, bids, weight).values())


@given(formulas, priced_sets, weights)
def test_a_lower_price_never_has_fewer_points(formula, bids, weight):
    exact = price_contributions(formula, bids, weight)
    in_order = sorted(bids, key=lambda key: bids[key])
    assert [exact[key] for key in in_order] == sorted(exact.values(), reverse=True)


@given(st.sampled_from([PriceFormula.RELATIVE, PriceFormula.RANGE]), priced_sets, weights)
def test_the_lowest_price_has_the_whole_weight(formula, bids, weight):
    exact = price_contributions(formula, bids, weight)
    assert exact[min(bids, key=lambda key: bids[key])] == weight


@given(formulas, priced_sets, weights, st.integers(2, 1000))
def test_prices_in_another_unit_have_the_same_points(formula, bids, weight, times):
    assert price_contributions(formula, bids, weight) == price_contributions(formula, {key: price * times for key, price in bids.items()}, weight)


@given(formulas, priced_sets, weights, st.randoms())
def test_the_order_in_which_bids_came_changes_no_points(formula, bids, weight, chance):
    shuffled = list(bids.items())
    chance.shuffle(shuffled)
    assert price_contributions(formula, bids, weight) == price_contributions(formula, dict(shuffled), weight)


@given(st.fractions(min_value=-1000, max_value=1000))
def test_what_is_published_is_within_half_a_hundredth_of_what_is_so(value):
    assert abs(Fraction(published(value)) - value) <= Fraction(1, 200)
    assert published(value).as_tuple().exponent == -2
