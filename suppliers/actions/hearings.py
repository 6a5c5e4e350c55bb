"""How an officer hears an appeal: questions with a clock of their own, the hearing, its minutes and what the appellant says of them."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.models import Role, User
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from commissioning.refusals import Refused
from commissioning.windows import window_ends_at
from commissioning.wording import ending_text, instant_text, moment_text
from suppliers.actions.appeals import tell_appellant
from suppliers.models import Appeal, FurtherInformation, Hearing


def ask_for_information(
    appeal_id: UUID, *, asked_of: FurtherInformation.AskedOf, question: str, by: Actor, at: datetime | None = None
) -> FurtherInformation:
    """Ask the appellant, or the curators, for further information; the end of the time for an answer is stored now.

    Question and answer are papers of the appeal: the appellant reads both.
    """
    with moving(Appeal, appeal_id, "ask_for_information", by=by, at=at) as step:
        appeal = step.record
        if not question.strip():
            raise ValidationError({"question": "Say what you need to know."})
        asked = FurtherInformation.objects.create(
            appeal=appeal,
            number=appeal.information.count() + 1,
            asked_of=asked_of,
            question=question,
            asked_by=step.person,
            asked_at=step.at,
            ends_at=window_ends_at(appeal.round.framework.counts_by("information"), step.at),
            created_at=step.at,
        )
        step.facts |= {"number": asked.number, "asked_of": asked_of, "question": question, "ends_at": asked.ends_at}
        step.tell(those_asked(asked), "information_asked", about=asked)
    return asked


def those_asked(asked: FurtherInformation) -> list[User]:
    """The people who may answer."""
    if asked.asked_of == FurtherInformation.AskedOf.CURATORS:
        return list(asked.appeal.round.framework.curators())
    return list(asked.appeal.place.application.supplier.organisation.people(Role.BID_MANAGER))


def officer_of(appeal: Appeal) -> list[User]:
    """The officer of the appeal, if it has one."""
    return [appeal.officer] if appeal.officer else []


def give_information(information_id: UUID, *, answer: str, by: Actor, at: datetime | None = None) -> FurtherInformation:
    """Answer the officer's question, before its time is over.

    A late answer is refused with the moment at which it came and the moment at which it was due, and both stand on the trail.
    """
    with moving(FurtherInformation, information_id, "give_information", by=by, at=at) as step:
        asked = step.record
        step.require(asked.answered_at is None, "This question has been answered. What was said stays as it is.")
        step.require(asked.appeal.is_undecided, "The appeal is over: nothing more is taken.")
        step.require(step.at < asked.ends_at, _late("answer", step.at, asked.ends_at))
        if not answer.strip():
            raise ValidationError({"answer": "Enter an answer."})
        asked.answer, asked.answered_by, asked.answered_at = answer, step.person, step.at
        step.facts |= {"number": asked.number, "answer": answer, "ends_at": asked.ends_at}
        step.tell(officer_of(asked.appeal), "information_given")
    return asked


def _late(what: str, at: datetime, ends_at: datetime) -> str:
    return f"This {what} came at {instant_text(at)}. It was due before {instant_text(ends_at)}: the time for it ended {ending_text(ends_at)}."


def arrange_hearing(appeal_id: UUID, *, form: Hearing.Form, starts_at: datetime, where: str = "", by: Actor, at: datetime | None = None) -> Appeal:
    """Invite the appellant to a hearing: oral, with the moment and where or how; or on the papers, from a day on which they are considered."""
    with moving(Appeal, appeal_id, "arrange_hearing", by=by, at=at) as step:
        appeal = step.record
        step.require(not Hearing.objects.arranged().filter(appeal=appeal).exists(), "A hearing is arranged already. Adjourn it first.")
        if starts_at <= step.at:
            raise ValidationError({"starts_at": "That moment has passed. Choose one to come."})
        if form == Hearing.Form.ORAL and not where.strip():
            raise ValidationError({"where": "Say where the hearing is, or how to take part."})
        number = appeal.hearings.count() + 1
        made = {"number": number, "form": form, "starts_at": starts_at, "where": where, "arranged_at": step.at}
        hearing = Hearing.objects.create(appeal=appeal, created_at=step.at, **made)
        step.facts |= made
        tell_appellant(step, "hearing_arranged", about=hearing)
    return appeal


def adjourn_hearing(appeal_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> Appeal:
    """Put off the hearing that is arranged, and tell the appellant why; another is arranged in its place."""
    with moving(Appeal, appeal_id, "adjourn_hearing", by=by, at=at) as step:
        hearing = _arranged(step)
        if not reason.strip():
            raise ValidationError({"reason": "Say why: the appellant will read it."})
        hearing.adjourned_at, hearing.adjournment_reason = step.at, reason
        hearing.save()
        step.facts |= {"number": hearing.number, "reason": reason}
        tell_appellant(step, "hearing_adjourned", about=hearing)
    return step.record


def _arranged(step: Step[Appeal]) -> Hearing:
    hearing = Hearing.objects.arranged().filter(appeal=step.record).first()
    if hearing is None:
        raise Refused("No hearing is arranged. Arrange one first: the appellant is heard before the appeal is decided.")
    found: Hearing = hearing
    return found


def hear_appeal(appeal_id: UUID, *, minutes: str, attended: str = "", by: Actor, at: datetime | None = None) -> Appeal:
    """Record that the hearing was held: who attended it, and its minutes, which go to the appellant; its time to comment on them begins."""
    with moving(Appeal, appeal_id, "hear_appeal", by=by, at=at) as step:
        hearing = _arranged(step)
        begins = f"The hearing is on {moment_text(hearing.starts_at)}. It is recorded once it has begun."
        step.require(step.at >= hearing.starts_at, begins)
        if hearing.form == Hearing.Form.ORAL and not attended.strip():
            raise ValidationError({"attended": "Say who attended."})
        if not minutes.strip():
            raise ValidationError({"minutes": "Write down what was heard, or on the papers what was considered."})
        hearing.held_at, hearing.attended, hearing.minutes = step.at, attended, minutes
        hearing.comments_end_at = window_ends_at(step.record.round.framework.counts_by("comments"), step.at)
        hearing.save()
        step.facts |= {"number": hearing.number, "attended": attended, "comments_end_at": hearing.comments_end_at}
        tell_appellant(step, "appeal_heard", about=hearing)
    return step.record


def comment_on_minutes(appeal_id: UUID, *, comments: str, by: Actor, at: datetime | None = None) -> Appeal:
    """Say, as the appellant and before the time for it is over, what is to be corrected or added to the minutes; or that there is nothing.

    A late comment is refused with the moment at which it came and the moment at which it was due, and both stand on the trail.
    """
    with moving(Appeal, appeal_id, "comment_on_minutes", by=by, at=at) as step:
        hearing = step.record.hearings.filter(held_at__isnull=False).get()
        step.require(hearing.commented_at is None, "You have commented on the minutes. What you said stays as it is.")
        step.require(step.at < hearing.comments_end_at, _late("comment", step.at, hearing.comments_end_at))
        if not comments.strip():
            raise ValidationError({"comments": "Say what is to be corrected or added, or that there is nothing."})
        hearing.comments, hearing.commented_at = comments, step.at
        hearing.save()
        step.facts |= {"number": hearing.number, "comments": comments}
        step.tell(officer_of(step.record), "minutes_commented_on", about=hearing)
    return step.record
