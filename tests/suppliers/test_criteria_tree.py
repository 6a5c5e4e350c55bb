"""Award criteria are a tree: siblings weigh exactly 100 together, and in the whole each weighs the product of the way to it."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.criteria_tree import as_text, fault, global_weights


def tree(*rows):
    return [{"code": code, "title": code, "weight": Decimal(weight), "within": within} for code, weight, within in rows]


GOOD = tree(("quality", "60", ""), ("method", "62.5", "quality"), ("team", "37.5", "quality"), ("price", "40", ""))


def test_the_weight_in_the_whole_is_the_product_of_the_weights_on_the_way():
    assert fault(GOOD) == ""
    assert {code: as_text(weight) for code, weight in global_weights(GOOD).items()} == {
        "quality": "60",
        "method": "37.5",
        "team": "22.5",
        "price": "40",
    }


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (tree(("a", "99.99", "")), "The weights of the criteria of the first level sum to 99.99, not to 100. Change them until they do."),
        (tree(("a", "100", ""), ("b", "100.00", "a"), ("c", "0.01", "a")), "“a” sum to 100.01"),
        (tree(("a", "100", ""), ("a", "100", "a")), "Two criteria have the code “a”"),
        (tree(("b", "100", "a"), ("a", "100", "")), "“b” is part of “a”, which does not stand before it"),
        (tree(("a", "100", "a")), "“a” is part of “a”"),
        (tree(("a", "0", ""), ("b", "100", "")), "“a” weighs 0. A weight is above 0"),
        (tree(("a", "-1", ""), ("b", "101", "")), "“a” weighs -1"),
        (tree(("a0", "100", ""), *((f"a{n}", "100", f"a{n - 1}") for n in range(1, 7))), "“a6” is 7 levels deep"),
        (tree(*((f"a{n}", "0.49", "") for n in range(201))), "Use 200 criteria or fewer"),
    ],
)
def test_what_is_wrong_with_a_tree_is_a_sentence(rows, sentence):
    assert sentence in fault(rows)


@st.composite
def trees(draw):
    """A sound tree: at each level, cents that sum to 100."""
    rows, open_codes = [], [""]
    while open_codes and len(rows) < 40:
        within = open_codes.pop(0)
        cuts = sorted(draw(st.sets(st.integers(1, 9999), max_size=4)))
        for number, (low, high) in enumerate(zip([0, *cuts], [*cuts, 10000], strict=True)):
            code = f"{within}{number}-"
            rows.append((code, Decimal(high - low) / 100, within))
            if code.count("-") < 4 and draw(st.booleans()):
                open_codes.append(code)
    return tree(*rows)


@given(trees())
def test_the_leaves_weigh_exactly_100_in_the_whole(rows):
    assert fault(rows) == ""
    parents = {row["within"] for row in rows}
    whole = global_weights(rows)
    assert sum((whole[row["code"]] for row in rows if row["code"] not in parents), Fraction(0)) == 100
