"""The JSON Schema of a questionnaire's answers: made from the questions themselves, for whoever answers by program."""

from collections.abc import Iterable
from typing import Any

from commissioning import answers
from commissioning.answer_words import limits_in_words, when_it_is_asked
from commissioning.models import Question
from commissioning.models.questions import MOST_TABLE_ROWS

Kind = Question.Kind
DIALECT = "https://json-schema.org/draft/2020-12/schema"
# A text that says something: more than spaces and marks that do not show.
_SAYS_SOMETHING = r"\S"
_MADE = [True, "yes", "true", "on"]


def schema_of(questions: Iterable[Question], *, title: str = "") -> dict[str, Any]:
    """What complete answers have to fit: an object by question id. Numbers and dates may be sent as text, as people type them.

    A question that depends on an earlier answer is demanded if it and all that it hangs on are called for. Word limits and
    dates that are too early or late, which a schema cannot count, are stated in words and refused by the check.
    """
    listed = sorted(questions, key=lambda question: question.number)
    by_number = {question.number: question for question in listed}
    required = [str(question.pk) for question in listed if question.mandatory and not question.is_conditional]
    called_for = [_if_called_for(question, by_number) for question in listed if question.mandatory and question.is_conditional]
    return {
        "$schema": DIALECT,
        "title": title,
        "type": "object",
        "properties": {str(question.pk): _property(question) for question in listed},
        "additionalProperties": False,
        **({"required": required} if required else {}),
        **({"allOf": called_for} if called_for else {}),
    }


def _property(question: Question) -> dict[str, Any]:
    words = [question.help_text, limits_in_words(question), when_it_is_asked(question)]
    said = " ".join(text if text.endswith((".", "?", "!")) else f"{text[0].upper()}{text[1:]}." for text in words if text)
    return {"title": str(question), **({"description": said} if said else {}), **_shape(question)}


def _shape(question: Question) -> dict[str, Any]:
    """What an answer, or a cell of a table, is."""
    match question.kind:
        case Kind.NUMBER:
            return _number(question, answers.NUMBER)
        case Kind.MONEY:
            return _number(question, rf"£?\s*{answers.POUNDS}", minimum=0)
        case Kind.DATE:
            return {"type": "string", "format": "date"}
        case Kind.CHOICE:
            options = {"type": "string", "enum": question.choices}
            return {"type": "array", "items": options, "minItems": 1} if question.several else options
        case Kind.DECLARATION:
            return {"enum": _MADE if question.mandatory else [*_MADE, False, "", "no", None]}
        case Kind.TABLE:
            return _table(question)
        case Kind.FILE:
            return _files(question)
    return {"type": "string", "maxLength": answers.LONGEST_TEXT, **({"pattern": _SAYS_SOMETHING} if question.mandatory else {})}


def _number(question: Question, pattern: str, minimum: int | None = None) -> dict[str, Any]:
    """A number, or the same as text: a bound counts for the one, the pattern for the other."""
    least = float(question.least) if question.least is not None else minimum
    bounds = {"minimum": least, "maximum": float(question.most) if question.most is not None else None}
    return {"type": ["number", "string"], "pattern": rf"^\s*{pattern}\s*$", **{name: value for name, value in bounds.items() if value is not None}}


def _table(table: Question) -> dict[str, Any]:
    row = {
        "type": "object",
        "properties": {column.prompt: _property(column) for column in table.per_row},
        "required": [column.prompt for column in table.per_row if column.mandatory],
        "additionalProperties": False,
    }
    return {"type": "array", "items": row, "minItems": table.least_rows or 1, "maxItems": table.most_rows or MOST_TABLE_ROWS}


def _files(question: Question) -> dict[str, Any]:
    names = {"document": "string", "name": "string", "bytes": "integer", "sha256": "string"}
    stamp = {"type": "object", "properties": {name: {"type": kind} for name, kind in names.items()}, "required": list(names)}
    return {"type": "array", "readOnly": True, "items": stamp, "minItems": 1, "maxItems": question.most_files}


def _if_called_for(question: Question, by_number: dict[int, Question]) -> dict[str, Any]:
    """The question is demanded if each question that it hangs on has an answer that calls for the next."""
    conditions, hanging = [], question
    while hanging.shown_if_question is not None:
        earlier = by_number[hanging.shown_if_question]
        conditions.append(_has_one_of(earlier, hanging.shown_if_answers))
        hanging = earlier
    return {"if": {"allOf": conditions}, "then": {"required": [str(question.pk)]}}


def _has_one_of(earlier: Question, wanted: list[str]) -> dict[str, Any]:
    key = str(earlier.pk)
    if earlier.kind == Kind.DECLARATION:
        made = {"properties": {key: {"enum": _MADE}}, "required": [key]}
        return {} if {answers.YES, answers.NO} <= set(wanted) else made if answers.YES in wanted else {"not": made}
    if earlier.several:
        return {"properties": {key: {"contains": {"enum": wanted}}}, "required": [key]}
    return {"properties": {key: {"enum": wanted}}, "required": [key]}
