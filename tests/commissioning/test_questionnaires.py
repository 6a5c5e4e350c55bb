"""A questionnaire says what is asked, of whom, and how it is judged; what contradicts itself is refused in a sentence."""

import json
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from commissioning.answer_schema import schema_of
from commissioning.answer_sheets import cells, headings
from commissioning.answer_words import in_sections, what_is_asked
from commissioning.answering import as_typed
from commissioning.answers import asked, clean, faults
from commissioning.canon import plain
from commissioning.column_lines import as_lines, from_lines
from commissioning.judging import Verdict, score_sheet, verdict
from commissioning.models import Question, Questionnaire
from commissioning.questionnaires import drawn_up, entries_of, write_questions
from tests.factories.people import NOON
from tests.factories.questions import ENTRIES, GIVEN, answers_to, in_full

Kind, Judging = Question.Kind, Question.Judging
A_STAMP = {"document": "0" * 32, "name": "How.txt", "bytes": 3, "sha256": "0" * 64}
CHOICE = {"kind": Kind.CHOICE, "prompt": "Which?", "choices": ["A", "B"]}
TABLE: dict[str, Any] = {"kind": Kind.TABLE, "prompt": "Which?", "columns": [{"kind": Kind.TEXT, "prompt": "Name"}]}


def numbers(questions):
    return [question.number for question in questions]


def drawn(*entries):
    return drawn_up(Questionnaire(title="x"), list(entries), NOON)


class TestWhatIsAsked:
    def test_a_question_is_asked_only_after_an_answer_that_calls_for_it(self):
        questions = in_full()
        assert numbers(asked(questions, {})) == [1, 2, 3, 4, 5, 6, 7, 10]
        assert numbers(asked(questions, answers_to(questions, q7="Yes"))) == [1, 2, 3, 4, 5, 6, 7, 8, 10]
        assert numbers(asked(questions, answers_to(questions, q7="Yes", q8=["Money", "Work"]))) == list(range(1, 11))

    def test_what_hangs_on_a_hidden_question_is_hidden_whatever_was_kept_there(self):
        questions = in_full()
        assert numbers(asked(questions, answers_to(questions, q7="No", q8=["Work"]))) == [1, 2, 3, 4, 5, 6, 7, 10]

    def test_a_hidden_answer_is_neither_checked_nor_submitted_nor_missed(self):
        questions = in_full()
        read = clean(questions, answers_to(questions, q8=["Nonsense"], q9="no file"))
        assert {str(questions[7].pk), str(questions[8].pk)}.isdisjoint(read)
        assert faults(questions, answers_to(questions)) == {}

    def test_once_called_for_it_must_be_answered(self):
        questions = in_full()
        called_for = answers_to(questions, q7="Yes", q8=["Family"])
        assert faults(questions, called_for) == {str(questions[8].pk): "Question 9: attach a file."}
        assert faults(questions, {**called_for, str(questions[8].pk): [A_STAMP]}) == {}

    def test_a_declaration_that_is_not_made_can_call_for_a_question(self):
        questions = drawn(
            {"kind": Kind.DECLARATION, "prompt": "We pay.", "mandatory": False},
            {"kind": Kind.TEXT, "prompt": "Why not?", "shown_if_question": 1, "shown_if_answers": ["no"]},
        )
        assert numbers(asked(questions, {})) == [1, 2]
        assert numbers(asked(questions, {str(questions[0].pk): "yes"})) == [1]


class TestLimits:
    @pytest.mark.parametrize(
        ("number", "answer", "sentence"),
        [
            (3, "-1", "Question 3: enter 0 or more."),
            (3, "1.5", "Question 3: enter a whole number."),
            (5, "2026-05-31", "Question 5: enter 1 June 2026 or a later day."),
            (6, [], "Question 6: fill in at least one row."),
            (6, [{"Post": "Lead"}], "Question 6: row 1, Days: enter an answer."),
            (6, [{"Post": "Lead", "Days": "32"}], "Question 6: row 1, Days: enter 31 or less."),
            (6, [{"Post": "Lead", "Days": "1", "Rate": "2"}], "Question 6: row 1: there is no column “Rate”. Leave it out."),
            (6, [{"Post": "Lead", "Days": "1"}] * 4, "Question 6: use 3 rows or fewer: there are 4 now."),
            (6, "Lead", "Question 6: enter rows, each with its columns by title."),
            (8, ["Money", "Love"], "Question 8: choose among the options."),
            (9, [A_STAMP, A_STAMP], "Question 9: attach 1 file or fewer: there are 2 now."),
            (9, "x", "Question 9: attach files one by one; they are not sent with the answers."),
        ],
    )
    def test_what_goes_beyond_a_limit_is_told_where_it_is(self, number, answer, sentence):
        questions = in_full()
        given = answers_to(questions, **{"q7": "Yes", "q8": ["Work"], "q9": [A_STAMP], f"q{number}": answer})
        assert faults(questions, given) == {str(questions[number - 1].pk): sentence}

    def test_many_wrong_cells_are_counted_and_the_first_few_named(self):
        questions = in_full()
        found = faults(questions, answers_to(questions, q6=[{"Days": "x"}] * 3))[str(questions[5].pk)]
        assert found.startswith("Question 6: row 1, Post: enter an answer. row 1, Days: enter a number")
        assert found.endswith("And 3 more are wrong.")

    def test_rows_that_say_nothing_are_no_rows(self):
        questions = in_full()
        read = clean(questions, answers_to(questions, q6=[{"Post": " "}, {"Post": "Lead", "Days": "8"}, {}]))
        assert [row["Post"] for row in read[str(questions[5].pk)]] == ["Lead"]


class TestWriting:
    @pytest.mark.parametrize(
        ("entries", "sentence"),
        [
            (
                [{**CHOICE, "shown_if_question": 1, "shown_if_answers": ["A"]}],
                "Question 1: it can depend on an earlier question only, and 1 is not one.",
            ),
            (
                [CHOICE, {**CHOICE, "shown_if_question": 3, "shown_if_answers": ["A"]}, CHOICE],
                "Question 2: it can depend on an earlier question only",
            ),
            ([CHOICE, {**CHOICE, "shown_if_question": 1, "shown_if_answers": ["C"]}], "Question 2: “C” is not an answer to question 1."),
            ([CHOICE, {**CHOICE, "shown_if_question": 1}], "Question 2: say which answers to question 1 call for it."),
            ([TABLE, {**CHOICE, "shown_if_question": 1, "shown_if_answers": ["A"]}], "Question 2: it can depend on a choice or a declaration only"),
            ([{**TABLE, "columns": []}], "Question 1: give a table from 1 to 20 columns."),
            ([{**TABLE, "columns": [TABLE]}], "Question 1: column 1: a column has an answer of any kind but table and file."),
            ([{**TABLE, "columns": TABLE["columns"] * 2}], "Question 1: give each column a title of its own."),
            ([{**TABLE, "least_rows": 3, "most_rows": 2}], "Question 1: the least rows are more than the most."),
            ([{"kind": Kind.NUMBER, "prompt": "x", "least": 2, "most": 1}], "Question 1: the least number is above the most."),
            ([{**CHOICE, "judging": "pass_fail", "pass_rule": {"passing": ["C"]}}], "“C” cannot pass or fail"),
            ([{**CHOICE, "judging": "pass_fail", "pass_rule": {"passing": ["A"], "failing": ["A"]}}], "“A” cannot both pass and fail."),
            ([{"kind": Kind.NUMBER, "prompt": "x", "judging": "pass_fail", "pass_rule": {"passes_from": "ten"}}], "of the pass mark “ten”"),
            (
                [{"kind": Kind.NUMBER, "prompt": "x", "judging": "pass_fail", "pass_rule": {"passes_from": "5", "fails_below": "6"}}],
                "an answer cannot both pass and fail.",
            ),
            (
                [{"kind": Kind.DATE, "prompt": "x", "judging": "pass_fail", "pass_rule": {"passes_from": "2026-02-02", "passes_to": "2026-02-01"}}],
                "could pass",
            ),
            ([{**CHOICE, "weight": 100}, CHOICE], "Question 2: give it a weight as the other scored questions have"),
            ([{**CHOICE, "weight": 99}], "The weights of the scored questions sum to 99, and not to 100."),
            (
                [{**CHOICE, "judging": "information"}, {**CHOICE, "weight": 100, "shown_if_question": 1, "shown_if_answers": ["A"]}],
                "Question 2: a question that has a weight is asked of everybody.",
            ),
            ([{**CHOICE, "section": "A"}, CHOICE, {**CHOICE, "section": "A"}], "Question 3: the section “A” has ended before it."),
        ],
    )
    def test_what_contradicts_itself_is_refused_in_a_sentence(self, entries, sentence):
        with pytest.raises(ValidationError) as refusal:
            drawn(*entries)
        assert sentence in " ".join(refusal.value.messages)

    def test_what_belongs_to_another_kind_is_left_out(self):
        (question,) = drawn({"kind": Kind.TEXT, "prompt": "x", "choices": ["A"], "unit": "days", "least": 1, "pass_rule": {"passes_from": "1"}})
        assert (question.choices, question.unit, question.least, question.pass_rule) == ([], "", None, {})

    @pytest.mark.django_db
    def test_a_copy_asks_the_same(self):
        first, second = (Questionnaire.objects.create(title=title, created_at=NOON) for title in ("First", "Second"))
        write_questions(first, ENTRIES, NOON)
        write_questions(second, entries_of(first), NOON)
        assert [each.definition() for each in second.questions.all()] == [each.definition() for each in first.questions.all()]

    @pytest.mark.parametrize(
        "line",
        [
            "Name: text",
            "Name: text, up to 50 words",
            "Days (optional): number, whole, from -1, to 31, in days",
            "Share: number, 2 decimals",
            "Rate: money, from 1, to 2000.50",
            "Start: date, from 2026-06-01, to 2027-05-31",
            "Grade: choice of Senior; Junior",
            "We agree: declaration",
        ],
    )
    def test_a_column_reads_as_it_was_written(self, line):
        (question,) = drawn({"kind": Kind.TABLE, "prompt": "x", "columns": from_lines(line)})
        assert as_lines(question.columns) == line
        assert drawn({"kind": Kind.TABLE, "prompt": "x", "columns": from_lines(as_lines(question.columns))})[0].columns == question.columns

    @pytest.mark.parametrize("line", ["Name", "Name: song", "Days: number, often", "Name: text, from 1", ": text", "Start: date, from 2026-02-30"])
    def test_a_line_that_is_no_column_is_quoted(self, line):
        with pytest.raises(ValidationError, match="cannot be read"):
            from_lines(line)


class TestJudging:
    @pytest.mark.parametrize(
        ("staff", "says"), [("4", "fails"), ("5", "a_person_decides"), ("9", "a_person_decides"), ("10", "passes"), ("11", "passes")]
    )
    def test_bounds_are_on_the_right_side(self, staff, says):
        questions = in_full()
        sheet = score_sheet(questions, answers_to(questions, q3=staff))
        assert sheet.pass_fail[0].verdict == says

    def test_one_option_that_fails_is_enough_and_another_is_for_a_person(self):
        question = in_full()[7]
        assert verdict(question, ["Money", "Work"]) == Verdict.FAILS
        assert verdict(question, ["Work"]) == Verdict.A_PERSON_DECIDES

    def test_a_declaration_passes_if_it_is_made(self):
        question = in_full()[9]
        assert (verdict(question, True), verdict(question, None)) == (Verdict.PASSES, Verdict.FAILS)

    def test_the_sheet_has_what_is_scored_apart_from_what_passes_or_fails_and_nothing_hidden(self):
        questions = in_full()
        sheet = score_sheet(questions, answers_to(questions))
        assert [(one.question.number, one.question.weight) for one in sheet.scored] == [(1, Decimal(60)), (2, Decimal(40))]
        assert [one.question.number for one in sheet.pass_fail] == [3, 10]
        assert [one.question.number for one in sheet.information] == [4, 5, 6, 7]


def test_a_sheet_has_a_column_for_each_question_and_a_table_in_one_cell():
    questions = in_full()
    row = dict(zip(headings(questions), cells(questions, answers_to(questions)), strict=True))
    assert row["3. How many staff have you? (people)"] == 12
    assert row["6. Which posts?"] == "Post: Lead; Days: 8; Grade: Senior\nPost: Analyst; Days: 12.5"
    assert (row["8. Of which kinds?"], row["10. This is complete."]) == ("Not asked", "Yes")


def test_answers_are_read_in_sections_with_what_is_wrong_beside_them():
    questions = in_full()
    sections = in_sections(questions, answers_to(questions, q3="many"), complete=True)
    assert [(section.title, numbers(line.question for line in section.lines)) for section in sections] == [
        ("Quality", [1, 2]),
        ("Facts", [3, 4, 5, 6]),
        ("Conflicts", [7, 10]),
    ]
    assert (sections[1].lines[0].text, sections[1].lines[0].fault[:34]) == ("many", "Question 3: enter a number in ordi")
    assert sections[1].lines[3].rows == [["Lead", "8", "Senior"], ["Analyst", "12.5", ""]]


def test_a_notice_says_what_an_answer_must_be():
    assert what_is_asked(in_full()[2]) == "Number: people; a whole number; from 0"
    assert what_is_asked(in_full()[5]).startswith("Table: at least 1 row; at most 3 rows; columns Post (text), Days (number: from 0; to 31)")


class TestSchema:
    def fits(self, questions, answers):
        return jsonschema.Draft202012Validator(schema_of(questions)).is_valid(answers)

    def test_it_is_a_schema_and_good_answers_fit(self):
        questions = in_full()
        jsonschema.Draft202012Validator.check_schema(schema_of(questions))
        assert self.fits(questions, answers_to(questions))
        assert self.fits(questions, json.loads(json.dumps(plain(clean(questions, answers_to(questions))))))

    @pytest.mark.parametrize("number", [1, 2, 3, 5, 6, 7, 10])
    def test_what_is_mandatory_is_required(self, number):
        questions = in_full()
        assert not self.fits(questions, answers_to(questions, **{f"q{number}": None}))

    def test_what_a_condition_calls_for_is_required_and_nothing_that_hangs_on_a_hidden_question(self):
        questions = in_full()
        assert not self.fits(questions, answers_to(questions, q7="Yes"))
        assert not self.fits(questions, answers_to(questions, q7="Yes", q8=["Work"]))
        assert self.fits(questions, answers_to(questions, q7="Yes", q8=["Work"], q9=[A_STAMP]))
        assert self.fits(questions, answers_to(questions, q7="No", q8=["Work"]))


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.dates()
    | st.sampled_from(["Yes", "No", "Money", "Work", "5"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["Post", "Days", "Grade", "x"]) | st.text(), inner, max_size=4),
    max_leaves=8,
)
almost_right = st.fixed_dictionaries({}, optional={number: st.just(good) | anything for number, good in {**GIVEN, 8: ["Work"], 9: [A_STAMP]}.items()})
QUESTIONS = in_full()


@settings(max_examples=200, deadline=None)
@given(almost_right, st.booleans())
def test_whatever_is_sent_is_read_or_refused_and_reads_the_same_again(by_number, complete):
    sent = {str(QUESTIONS[number - 1].pk): answer for number, answer in by_number.items()}
    try:
        read = clean(QUESTIONS, sent, complete=complete)
    except ValidationError:
        return
    assert clean(QUESTIONS, read, complete=complete) == read
    assert clean(QUESTIONS, json.loads(json.dumps(plain(read))), complete=complete) == read
    assert set(read) <= {str(question.pk) for question in asked(QUESTIONS, sent)}, "a hidden answer is submitted"
    if complete:
        assert jsonschema.Draft202012Validator(schema_of(QUESTIONS)).is_valid(json.loads(json.dumps(plain(read))))


@settings(max_examples=200, deadline=None)
@given(anything)
def test_whatever_is_typed_is_kept_as_text_or_refused(raw):
    try:
        kept = as_typed(raw)
    except ValidationError:
        return
    texts = [kept] if isinstance(kept, str) else [text for each in kept for text in ([each] if isinstance(each, str) else [*each, *each.values()])]
    assert all("\0" not in text and text.encode() is not None for text in texts)
