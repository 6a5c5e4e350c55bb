"""Answers are checked against their questions: what fits is read, what does not is told in a sentence, and nothing raises."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from commissioning.answers import LONGEST_TEXT, clean, faults
from commissioning.canon import plain
from commissioning.models import Question

Kind = Question.Kind
OPTIONS = ["Acute trusts", "Community services", "=1+1"]


def asked(kind: str, **fields) -> Question:
    return Question(number=3, kind=kind, prompt="What?", choices=OPTIONS if kind == Kind.CHOICE else [], **fields)


def fault(question: Question, raw: object) -> str:
    return faults([question], {str(question.pk): raw}).get(str(question.pk), "")


def read(question: Question, raw: object) -> object:
    return clean([question], {str(question.pk): raw})[str(question.pk)]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("0", "0"),
        ("12", "12"),
        (" 12 ", "12"),
        ("-3.5", "-3.5"),
        ("1,250,000.5", "1250000.5"),
        (12, "12"),
        (0.5, "0.5"),
        (Decimal("1E2"), "100"),
        ("0.000001", "0.000001"),
    ],
)
def test_a_number_in_ordinary_digits_is_read_exactly(raw, value):
    assert read(asked(Kind.NUMBER), raw) == Decimal(value)


NOT_NUMBERS = [
    *["NaN", "sNaN", "Infinity", "-Infinity", "inf", "1e308", "1E5", "１２３", "١٢٣", "²", "1_000", "0x10", "12,50", "1,2345", "twelve"],
    *["+5", "--5", ".5", "5.", "−5", "1.2.3", "0.0000001", "1/2", "=1+1"],
    *["1 000", "12\x0034", "9" * 16, "9" * 5000, True, [], {}, ["12"], float("nan"), float("inf"), 1e308, -1e308, 10**400],
    *[Decimal("NaN"), Decimal("1E+999999"), Decimal("1E-999999"), date(2007, 5, 21)],
]


@pytest.mark.parametrize("raw", NOT_NUMBERS, ids=lambda raw: ascii(raw)[:20])
def test_what_is_no_number_in_ordinary_digits_is_refused(raw):
    assert fault(asked(Kind.NUMBER), raw).startswith("Question 3: enter a number in ordinary digits, such as 1250 or 0.5")


@pytest.mark.parametrize("raw", ["-0", "-0.00", -0.0, Decimal("-0")])
def test_nought_has_no_minus_sign(raw):
    assert fault(asked(Kind.NUMBER), raw) == "Question 3: enter 0 without a minus sign."


@pytest.mark.parametrize(("raw", "fits"), [("9" * 15, True), ("9" * 16, False), ("0.123456", True), ("0.1234567", False)])
def test_a_number_has_at_most_fifteen_digits_before_the_point_and_six_after(raw, fits):
    assert (fault(asked(Kind.NUMBER), raw) == "") is fits


@pytest.mark.parametrize(
    ("raw", "pounds"),
    [
        ("0", "0.00"),
        ("1250.5", "1250.50"),
        ("£1,250.50", "1250.50"),
        ("£ 12", "12.00"),
        ("999999999999.99", "999999999999.99"),
        (12, "12.00"),
        (0.1, "0.10"),
    ],
)
def test_money_is_read_as_pounds_to_the_penny(raw, pounds):
    assert str(read(asked(Kind.MONEY), raw)) == pounds


@pytest.mark.parametrize(
    "raw", [*NOT_NUMBERS, "-1", "-0", "-0.00", "0.001", "1000000000000", "£", "€5", "£-5", "5p", -1], ids=lambda raw: ascii(raw)[:20]
)
def test_what_is_no_sum_of_money_is_refused(raw):
    assert fault(asked(Kind.MONEY), raw).startswith("Question 3: enter an amount in pounds and pence that is not below 0, such as 1250.50")


@pytest.mark.parametrize("raw", ["2007-05-21", " 2007-05-21 ", date(2007, 5, 21)])
def test_a_date_is_read_as_a_day(raw):
    assert read(asked(Kind.DATE), raw) == date(2007, 5, 21)


@pytest.mark.parametrize(
    ("raw", "exists"),
    [("2008-02-28", True), ("2008-02-29", True), ("2008-02-30", False), ("2007-02-29", False), ("2007-13-01", False), ("2007-00-10", False)],
)
def test_a_date_that_does_not_exist_is_refused_by_name(raw, exists):
    assert fault(asked(Kind.DATE), raw) == ("" if exists else f"Question 3: {raw} is not a day in the calendar. Enter one that is.")


@pytest.mark.parametrize(
    ("raw", "fits"), [("1899-12-31", False), ("1900-01-01", True), ("2199-12-31", True), ("2200-01-01", False), ("0000-01-01", False)]
)
def test_a_date_lies_within_years_that_make_sense(raw, fits):
    assert (fault(asked(Kind.DATE), raw) == "") is fits


@pytest.mark.parametrize(
    "raw",
    ["21/05/2007", "2007-5-21", "２００７-05-21", "2007-05-21T00:00", "20070521", "soon", 20070521, True, [], datetime(2007, 5, 21, tzinfo=UTC)],
)
def test_what_is_not_written_as_a_date_is_refused(raw):
    assert fault(asked(Kind.DATE), raw) == "Question 3: enter a date as year, month and day, such as 2007-05-21."


def test_an_option_is_read_as_it_stands():
    assert read(asked(Kind.CHOICE), "Acute trusts") == "Acute trusts"


@pytest.mark.parametrize("raw", ["acute trusts", "Acute trusts ", "Mental health", 1, ["Acute trusts"], {"Acute trusts": 1}, True])
def test_what_is_not_among_the_options_is_refused(raw):
    assert fault(asked(Kind.CHOICE), raw) == "Question 3: choose one of the options."


@pytest.mark.parametrize("raw", [True, "on", "yes", "true", "True", " YES "])
def test_a_declaration_is_made(raw):
    assert read(asked(Kind.DECLARATION), raw) is True


@pytest.mark.parametrize("raw", [None, False, "", "no", "off", "False"])
def test_a_mandatory_declaration_that_is_not_made_is_missed(raw):
    assert fault(asked(Kind.DECLARATION), raw) == "Question 3: tick the box to make this declaration."


@pytest.mark.parametrize("raw", [1, "maybe", [], "yes\x00"])
def test_a_declaration_is_made_or_not_and_nothing_else(raw):
    assert fault(asked(Kind.DECLARATION), raw) == "Question 3: tick the box, or leave it."


def test_text_is_kept_as_typed_but_for_its_edges_and_line_ends():
    assert read(asked(Kind.TEXT), "  First line\r\nSecond,\twith “quotes”, £ and ✓\rThird \n") == "First line\nSecond,\twith “quotes”, £ and ✓\nThird"


@pytest.mark.parametrize("raw", ["a\x00b", "a\x08b", "a\x1bb", "a\x7fb", "a\x85b", "a\ud800b"], ids=ascii)
def test_text_with_characters_that_cannot_be_kept_is_refused(raw):
    assert fault(asked(Kind.TEXT), raw).startswith("Question 3: remove the characters that cannot be printed.")


@pytest.mark.parametrize("raw", [1, True, [], {"text": "x"}, 1.5])
def test_what_is_no_text_is_refused(raw):
    assert fault(asked(Kind.TEXT), raw) == "Question 3: enter the answer as text."


@pytest.mark.parametrize(("words", "fits"), [(4, True), (5, True), (6, False)])
def test_a_text_has_no_more_words_than_its_limit(words, fits):
    raw = " \u00a0\n".join(["one", "two\tthree", "four", "five", "six"][: words - 1])
    assert fault(asked(Kind.TEXT, word_limit=5), raw) == ("" if fits else "Question 3: use 5 words or fewer: there are 6 now.")


@pytest.mark.parametrize(("length", "fits"), [(LONGEST_TEXT - 1, True), (LONGEST_TEXT, True), (LONGEST_TEXT + 1, False)])
def test_a_text_without_a_word_limit_still_ends_somewhere(length, fits):
    assert fault(asked(Kind.TEXT), "x" * length) == ("" if fits else "Question 3: use 50,000 characters or fewer: there are 50,001 now.")


@pytest.mark.parametrize("raw", [None, "", "   ", "\n\t", "\u200b\u200b", "\ufeff", "\u202e\u00a0"], ids=ascii)
@pytest.mark.parametrize(
    ("kind", "what_to_do"), [(Kind.TEXT, "enter an answer."), (Kind.NUMBER, "enter an answer."), (Kind.CHOICE, "choose an option.")]
)
def test_a_mandatory_question_left_blank_is_missed(kind, what_to_do, raw):
    assert fault(asked(kind), raw) == f"Question 3: {what_to_do}"


def test_a_mandatory_question_that_was_not_sent_is_missed():
    question = asked(Kind.TEXT)
    assert faults([question], {}) == {str(question.pk): "Question 3: enter an answer."}


@pytest.mark.parametrize("kind", list(Kind))
def test_an_optional_question_may_be_left_blank_and_is_then_not_among_the_answers(kind):
    question = asked(kind, mandatory=False)
    assert clean([question], {}) == clean([question], {str(question.pk): ""}) == clean([question], {str(question.pk): None}) == {}


def test_a_draft_may_miss_answers_but_what_it_has_must_be_right():
    missing, wrong = asked(Kind.TEXT), asked(Kind.NUMBER)
    assert list(faults([missing, wrong], {str(wrong.pk): "１"}, complete=False)) == [str(wrong.pk)]


def test_an_answer_to_a_question_that_was_not_asked_is_refused():
    assert faults([], {"status": "awarded"}) == {"status": "This question is not asked here. Leave it out."}


def test_a_question_that_nobody_could_print_is_named_in_letters_that_can_be_printed():
    assert list(faults([], {"\ud800\x00" + "x" * 1000: 1})) == ["??" + "x" * 38]


def test_every_fault_is_told_at_once_and_none_of_the_answers_is_taken():
    first, second = asked(Kind.NUMBER), asked(Kind.DATE)
    with pytest.raises(ValidationError) as refusal:
        clean([first, second], {str(first.pk): "NaN", str(second.pk): "2007-02-29"})
    assert set(refusal.value.message_dict) == {str(first.pk), str(second.pk)}


def test_answers_that_were_read_can_be_stored_and_read_again():
    questions = {kind: asked(kind) for kind in Kind if kind not in {Kind.TABLE, Kind.FILE}}
    raw = {Kind.TEXT: "Yes, we can.", Kind.NUMBER: "1,000", Kind.MONEY: "£5", Kind.DATE: "2007-05-21", Kind.CHOICE: "=1+1", Kind.DECLARATION: "on"}
    cleaned = clean(questions.values(), {str(questions[kind].pk): value for kind, value in raw.items()})
    assert clean(questions.values(), plain(cleaned)) == cleaned == clean(questions.values(), cleaned)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(st.characters())
    | st.dates()
    | st.from_regex(r"-?[0-9,.]{1,20}"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(Kind), anything)
def test_whatever_is_sent_is_read_or_refused_and_what_is_read_reads_the_same_again(kind, raw):
    question = asked(kind)
    key = str(question.pk)
    if not faults([question], {key: raw}):
        cleaned = clean([question], {key: raw})
        assert clean([question], json.loads(json.dumps(plain(cleaned)))) == cleaned
        assert "\x00" not in str(cleaned[key])
        str(cleaned[key]).encode()
