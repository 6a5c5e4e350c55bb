"""What a framework may count by other rules than this service's own: steps of call-offs, and clocks of appeals and of breaches."""

from collections.abc import Mapping
from dataclasses import dataclass

from commissioning.models import PeriodRule


@dataclass(frozen=True)
class Timed:
    """Something that is timed: by which rule unless the framework names another, for what such rules are, and how people call it."""

    usual: str
    purpose: PeriodRule.Purpose
    label: str


_CALL_OFF, _APPEAL = PeriodRule.Purpose.CALL_OFF_STEP, PeriodRule.Purpose.APPEAL_STEP
TIMED: Mapping[str, Timed] = {
    "questions": Timed("CALL_OFF_QUESTIONS", _CALL_OFF, "Call-off: time to ask questions"),
    "answers": Timed("CALL_OFF_ANSWERS", _CALL_OFF, "Call-off: time to answer them"),
    "tenders": Timed("CALL_OFF_TENDERS", _CALL_OFF, "Call-off: time to finish a tender"),
    "opening": Timed("CALL_OFF_OPENING", _CALL_OFF, "Call-off: time to open tenders"),
    "evaluation": Timed("CALL_OFF_EVALUATION", _CALL_OFF, "Call-off: time to evaluate tenders"),
    "award": Timed("CALL_OFF_AWARD", _CALL_OFF, "Call-off: time to approve an award"),
    "information": Timed("FESC_APPEAL_INFO", _APPEAL, "Appeal: time to give further information"),
    "comments": Timed("FESC_APPEAL_MINUTES", _APPEAL, "Appeal: time to comment on the minutes of a hearing"),
    "breach_reply": Timed("BREACH_REPLY", PeriodRule.Purpose.BREACH_STEP, "Breach of a contract: time to reply to the report"),
}


def counted_by(said: Mapping[str, str]) -> dict[str, str]:
    """The code of the period rule of each, where a framework says only what it wants otherwise."""
    return {name: said.get(name) or timed.usual for name, timed in TIMED.items()}
