"""Writing a questionnaire: each question as it is entered, what is wrong with it in a sentence, and copies of earlier ones."""

from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, NotRequired, TypedDict, cast

from django.core.exceptions import ValidationError

from commissioning import answers
from commissioning.models import Question, Questionnaire

Kind, Judging = Question.Kind, Question.Judging
MOST_QUESTIONS, MOST_OPTIONS, MOST_COLUMNS = 200, 100, 20
LONGEST_OPTION = 500
# What only some kinds have; a question of another kind is kept without it, whatever was typed there.
_ONLY_FOR: dict[str, set[str]] = {
    "word_limit": {Kind.TEXT},
    "unit": {Kind.NUMBER},
    "decimals": {Kind.NUMBER},
    "least": {Kind.NUMBER, Kind.MONEY},
    "most": {Kind.NUMBER, Kind.MONEY},
    "earliest": {Kind.DATE},
    "latest": {Kind.DATE},
    "choices": {Kind.CHOICE},
    "several": {Kind.CHOICE},
    "columns": {Kind.TABLE},
    "least_rows": {Kind.TABLE},
    "most_rows": {Kind.TABLE},
    "most_files": {Kind.FILE},
}
_BOUNDS = ("passes_from", "passes_to", "fails_below", "fails_above")
_RULES_OF: dict[str, tuple[str, ...]] = {
    Kind.CHOICE: ("passing", "failing"),
    **dict.fromkeys((Kind.NUMBER, Kind.MONEY, Kind.DATE), _BOUNDS),
}


class ColumnEntry(TypedDict):
    """A column of a table: a question of each row, of any kind but table and file."""

    kind: Question.Kind
    prompt: str
    mandatory: NotRequired[bool]
    word_limit: NotRequired[int | None]
    unit: NotRequired[str]
    least: NotRequired[Decimal | None]
    most: NotRequired[Decimal | None]
    decimals: NotRequired[int | None]
    earliest: NotRequired[date | None]
    latest: NotRequired[date | None]
    choices: NotRequired[list[str]]


class PassRuleEntry(TypedDict):
    """Which answers definitely pass, and which definitely fail; a person decides on the others.

    For a choice, options; for a number, money or date, bounds written as an answer would be. A declaration needs no rule.
    """

    passing: NotRequired[list[str]]
    failing: NotRequired[list[str]]
    passes_from: NotRequired[str]
    passes_to: NotRequired[str]
    fails_below: NotRequired[str]
    fails_above: NotRequired[str]


class QuestionEntry(TypedDict):
    """A question. What does not belong to its kind is left out.

    `word_limit` is for text; `unit` and `decimals` for a number, `least` and `most` for a number or money; `choices` are the options
    of a choice. It is asked if question number `shown_if_question`, an earlier choice or declaration, has one of the answers
    `shown_if_answers` (of a declaration: "yes" or "no").
    """

    kind: Question.Kind
    prompt: str
    section: NotRequired[str]
    help_text: NotRequired[str]
    mandatory: NotRequired[bool]
    word_limit: NotRequired[int | None]
    unit: NotRequired[str]
    least: NotRequired[Decimal | None]
    most: NotRequired[Decimal | None]
    decimals: NotRequired[int | None]
    earliest: NotRequired[date | None]
    latest: NotRequired[date | None]
    choices: NotRequired[list[str]]
    several: NotRequired[bool]
    columns: NotRequired[list[ColumnEntry]]
    least_rows: NotRequired[int | None]
    most_rows: NotRequired[int | None]
    most_files: NotRequired[int]
    judging: NotRequired[Question.Judging]
    weight: NotRequired[Decimal | None]
    pass_rule: NotRequired[PassRuleEntry]
    shown_if_question: NotRequired[int | None]
    shown_if_answers: NotRequired[list[str]]


def write_questions(questionnaire: Questionnaire, entries: list[QuestionEntry], at: datetime) -> list[Question]:
    """Put these questions in place of those that it has. Raises ValidationError, naming the question, and then changes nothing."""
    made = drawn_up(questionnaire, entries, at)
    questionnaire.questions.all().delete()
    for question in made:
        question.save()
    return made


def drawn_up(questionnaire: Questionnaire, entries: list[QuestionEntry], at: datetime) -> list[Question]:
    """The questions as they would be kept. Raises ValidationError with a sentence that names the question."""
    if len(entries) > MOST_QUESTIONS:
        raise ValidationError(f"Use {MOST_QUESTIONS} questions or fewer: there are {len(entries):,} now.")
    made: list[Question] = []
    for number, entry in enumerate(entries, start=1):
        try:
            made.append(_question(questionnaire, number, entry, made, at))
        except ValidationError as error:
            raise ValidationError(f"Question {number}: {_in_words(error)}") from error
    _check_sections(made)
    _check_weights(made)
    return made


def entries_of(questionnaire: Questionnaire) -> list[QuestionEntry]:
    """Its questions as they would be entered, to be copied or changed."""
    definitions = (question.definition() for question in questionnaire.questions.all())
    return [cast(QuestionEntry, {name: value for name, value in each.items() if name != "number"}) for each in definitions]


def what_it_asks(question: Question) -> dict[str, Any]:
    """All that defines what a good answer to it is: not where it stands, when it is asked, or how it is judged."""
    elsewhere = {"number", "section", "shown_if_question", "shown_if_answers", "judging", "weight", "pass_rule"}
    return {name: value for name, value in question.definition().items() if name not in elsewhere}


def _question(questionnaire: Questionnaire, number: int, entry: QuestionEntry, before: list[Question], at: datetime) -> Question:
    made = Question(questionnaire=questionnaire, number=number, created_at=at, **_fitting(entry))
    if made.kind == Kind.TABLE:
        made.columns = _columns(made.columns)
    made.shown_if_answers = _texts(made.shown_if_answers) if made.is_conditional else []
    made.pass_rule = dict(made.pass_rule) if made.judging == Judging.PASS_FAIL else {}
    made.weight = made.weight if made.judging == Judging.SCORED else None
    made.check_fields()
    _check_kind(made)
    if made.kind == Kind.TABLE and (made.least_rows or 0) > (made.most_rows or made.least_rows or 0):
        raise ValidationError("the least rows are more than the most.")
    made.pass_rule = _checked_rule(made)
    _check_condition(made, before)
    return made


def _fitting(entry: Any) -> dict[str, Any]:
    """What belongs to the entry's kind, without spaces around its texts and without what was left empty."""
    return {
        name: value.strip() if isinstance(value, str) else value
        for name, value in entry.items()
        if value is not None and entry["kind"] in _ONLY_FOR.get(name, {entry["kind"]})
    }


def _check_kind(made: Question) -> None:
    """What a question and a column have in common. Raises ValidationError with the rest of a sentence."""
    made.choices = _texts(made.choices)
    if made.kind == Kind.CHOICE and len(made.choices) < 2:
        raise ValidationError("give at least two different options to choose from.")
    if len(made.choices) > MOST_OPTIONS or any(len(option) > LONGEST_OPTION for option in made.choices):
        raise ValidationError(f"give at most {MOST_OPTIONS} options, each of at most {LONGEST_OPTION} characters.")
    if made.least is not None and made.most is not None and made.least > made.most:
        raise ValidationError("the least number is above the most.")
    if made.kind == Kind.MONEY and made.least is not None and made.least < 0:
        raise ValidationError("an amount of money is not below 0.")
    if made.earliest and made.latest and made.earliest > made.latest:
        raise ValidationError("the earliest day is after the latest.")


def _texts(given: list[str]) -> list[str]:
    """Each text once, without spaces around it."""
    return list(dict.fromkeys(text.strip() for text in given if text.strip()))


def _columns(entries: list[ColumnEntry]) -> list[dict[str, Any]]:
    """A table's columns as they are kept."""
    if not 1 <= len(entries) <= MOST_COLUMNS:
        raise ValidationError(f"give a table from 1 to {MOST_COLUMNS} columns.")
    kept = []
    for place, entry in enumerate(entries, start=1):
        column = Question(number=place, **_fitting(entry))
        try:
            if column.kind in {Kind.TABLE, Kind.FILE}:
                raise ValidationError("a column has an answer of any kind but table and file.")
            column.check_fields()
            _check_kind(column)
            if ":" in column.prompt or "," in column.unit or any(";" in option for option in column.choices):
                raise ValidationError("leave out colons in its title, commas in its unit and semicolons in its options.")
        except ValidationError as error:
            raise ValidationError(f"column {place}: {_in_words(error)}") from error
        kept.append(_kept(column))
    if len({column["prompt"] for column in kept}) < len(kept):
        raise ValidationError("give each column a title of its own.")
    return kept


def _kept(column: Question) -> dict[str, Any]:
    """What defines the column, as JSON keeps it, without what was left empty."""
    defined = {name: value for name, value in column.definition().items() if name in ColumnEntry.__annotations__}
    plain = {name: value if isinstance(value, str | int | list) else str(value) for name, value in defined.items() if value not in (None, "", [])}
    return {**plain, "kind": str(column.kind), "mandatory": column.mandatory}


def _checked_rule(made: Question) -> dict[str, Any]:
    """The rule by which answers pass or fail, as it is kept; each bound is an answer of the question's kind."""
    meant = {name: value for name, value in made.pass_rule.items() if value and name in _RULES_OF.get(made.kind, ())}
    if made.kind == Kind.CHOICE:
        rule = {name: _texts(value) for name, value in meant.items()}
        if stray := [option for options in rule.values() for option in options if option not in made.choices]:
            raise ValidationError(f"“{stray[0]}” cannot pass or fail, for it is not among the options.")
        if both := set(rule.get("passing", ())) & set(rule.get("failing", ())):
            raise ValidationError(f"“{min(both)}” cannot both pass and fail.")
        return rule
    bounds = {name: _bound(made, str(value)) for name, value in meant.items()}
    _check_bounds(bounds)
    return {name: str(bound) for name, bound in bounds.items()}


def _bound(made: Question, text: str) -> Any:
    unbounded = Question(kind=made.kind, number=made.number)
    try:
        return answers.one(unbounded, text)
    except ValidationError as error:
        raise ValidationError(f"of the pass mark “{text[:40]}”: {_in_words(error)}") from error


def _check_bounds(bounds: dict[str, Any]) -> None:
    """Nothing may both pass and fail, and something must be able to pass."""
    for lower, upper in (("fails_below", "passes_from"), ("passes_to", "fails_above")):
        if lower in bounds and upper in bounds and bounds[lower] > bounds[upper]:
            raise ValidationError("an answer cannot both pass and fail.")
    lowest = [bounds[name] for name in ("passes_from", "fails_below") if name in bounds]
    highest = [bounds[name] for name in ("passes_to", "fails_above") if name in bounds]
    if lowest and highest and max(lowest) > min(highest):
        raise ValidationError("no answer could pass.")


def _check_condition(made: Question, before: list[Question]) -> None:
    """A condition looks back, so that there can be no circle."""
    if made.shown_if_question is None:
        return
    if not 1 <= made.shown_if_question < made.number:
        raise ValidationError(f"it can depend on an earlier question only, and {made.shown_if_question} is not one.")
    earlier = before[made.shown_if_question - 1]
    if earlier.kind not in {Kind.CHOICE, Kind.DECLARATION}:
        raise ValidationError(f"it can depend on a choice or a declaration only, and question {earlier.number} is neither.")
    possible = earlier.choices if earlier.kind == Kind.CHOICE else [answers.YES, answers.NO]
    if not made.shown_if_answers:
        raise ValidationError(f"say which answers to question {earlier.number} call for it.")
    if stray := [answer for answer in made.shown_if_answers if answer not in possible]:
        raise ValidationError(f"“{stray[0][:80]}” is not an answer to question {earlier.number}. Its answers are: {'; '.join(possible)}.")


def _check_sections(made: list[Question]) -> None:
    """The questions of a section stand together."""
    ended: set[str] = set()
    for question, following in pairwise(made):
        if question.section != following.section:
            ended.add(question.section)
            if following.section in ended:
                what = f"the section “{following.section}”" if following.section else "the part without a section"
                raise ValidationError(f"Question {following.number}: {what} has ended before it. Put its questions one after another.")


def _check_weights(made: list[Question]) -> None:
    """Either no scored question has a weight, or all have, and they sum to exactly 100."""
    weights = {question.number: question.weight for question in made if question.judging == Judging.SCORED}
    if not any(weights.values()):
        return
    if bare := [number for number, weight in weights.items() if weight is None]:
        raise ValidationError(f"Question {bare[0]}: give it a weight as the other scored questions have, or take theirs away.")
    if hidden := [question.number for question in made if question.weight is not None and question.is_conditional]:
        raise ValidationError(f"Question {hidden[0]}: a question that has a weight is asked of everybody. Take the weight away, or the condition.")
    if (total := sum(Decimal(weight or 0) for weight in weights.values())) != 100:
        raise ValidationError(f"The weights of the scored questions sum to {total}, and not to 100.")


def _in_words(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return "; ".join(f"{name.replace('_', ' ')}: {' '.join(messages)}" for name, messages in error.message_dict.items())
