"""Tell people, each thing once, that a clock of an appeal has run out: a draft's, a question's, that of comments, and that of a new window."""

from datetime import datetime
from uuid import UUID

from commissioning.announcing import claim
from commissioning.models import Role
from commissioning.models.people import Actor
from commissioning.moves import moving
from suppliers.actions.appeals import tell_appellant
from suppliers.actions.hearings import officer_of, those_asked
from suppliers.models import Appeal, FreshDecision, FurtherInformation, Hearing

DRAFT_LAPSED, NEW_WINDOW_OVER = "appeal_lapsed", "new_appeal_window_over"
INFORMATION_OVER, COMMENTS_OVER = "information_over", "comments_over"


def announce_due_of_appeal(appeal_id: UUID, *, what: str, by: Actor, at: datetime | None = None) -> Appeal:
    """Tell the appellant that its draft lapsed (`appeal_lapsed`), or the curators that the window of a decision made anew is over."""
    with moving(Appeal, appeal_id, "announce_due_of_appeal", by=by, at=at) as step:
        claim(step, what)
        if what == DRAFT_LAPSED:
            step.require(step.record.has_lapsed(step.at), "The draft has not lapsed.")
            tell_appellant(step, "appeal_lapsed")
        else:
            over = FreshDecision.objects.past_window(step.at).filter(appeal=step.record).exists()
            step.require(what == NEW_WINDOW_OVER and over, "The new window for an appeal is not over.")
            step.tell(step.record.round.framework.authority.people(Role.CURATOR, Role.APPEALS_OFFICER), "new_appeal_window_over")
    return step.record


def announce_due_of_information(information_id: UUID, *, what: str, by: Actor, at: datetime | None = None) -> FurtherInformation:
    """Tell the officer, and those who were asked, that the time for an answer is over without one: `what` is `information_over`."""
    with moving(FurtherInformation, information_id, "announce_due_of_information", by=by, at=at) as step:
        claim(step, what)
        over = what == INFORMATION_OVER and FurtherInformation.objects.unanswered(step.at).filter(pk=information_id).exists()
        step.require(over, "The question can still be answered, has been, or is of no use any more.")
        step.tell({*officer_of(step.record.appeal), *those_asked(step.record)}, "information_over")
    return step.record


def announce_due_of_hearing(hearing_id: UUID, *, what: str, by: Actor, at: datetime | None = None) -> Hearing:
    """Tell the officer that the time to comment on the minutes is over without a comment: `what` is `comments_over`."""
    with moving(Hearing, hearing_id, "announce_due_of_hearing", by=by, at=at) as step:
        claim(step, what)
        over = what == COMMENTS_OVER and Hearing.objects.past_comments(step.at).filter(pk=hearing_id).exists()
        step.require(over, "The minutes can still be commented on, have been, or are of no use any more.")
        step.tell(officer_of(step.record.appeal), "comments_over")
    return step.record
