"""What a supplier answered last time, put into a new draft for its writers to confirm."""

from dataclasses import dataclass, field
from typing import Any

from commissioning.answering import as_typed
from commissioning.models import Question
from commissioning.questionnaires import what_it_asks
from suppliers.models import Application


@dataclass(frozen=True)
class CarriedOver:
    """Answers as they would be typed, by the id of the question that asks the same now, and the application that they come from."""

    source: Application | None = None
    answers: dict[str, Any] = field(default_factory=dict)


def carried_over(application: Application) -> CarriedOver:
    """What the supplier's last received application answered to questions that this one asks in the same words and within the same limits.

    Files are not carried over, for they belong to the application with which they came.
    """
    asked = [question for question in application.questions() if question.kind != Question.Kind.FILE]
    before = Application.objects.counting().filter(supplier=application.supplier_id).exclude(pk=application.pk)
    source = before.order_by("-submitted_at").first() if asked else None
    received = source.received() if source else None
    if source is None or received is None:
        return CarriedOver()
    said = received.content["answers"]
    earlier = [(what_it_asks(question), said[str(question.pk)]) for question in source.questions() if str(question.pk) in said]
    found = ((question, next((answer for asks, answer in earlier if asks == what_it_asks(question)), None)) for question in asked)
    return CarriedOver(source, {str(question.pk): as_typed(answer) for question, answer in found if answer is not None})


def unconfirmed(application: Application, asked: list[Question]) -> list[Question]:
    """Those of the questions asked whose answer was carried over, and that nobody has confirmed or changed since."""
    waiting = set(application.to_confirm)
    return [question for question in asked if str(question.pk) in waiting]
