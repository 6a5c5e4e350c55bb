"""Tell people what has fallen due for a tender, each thing once."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from commissioning.announcing import claim
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from procurement.actions.awards import tell_standstill_over
from procurement.actions.openings import tell_opening_overdue
from procurement.models import Invitation, Submission, Tender, TenderClarification
from procurement.recipients import tell_invited


def announce_due_of_tender(tender_id: UUID, *, what: str, by: Actor, at: datetime | None = None) -> Tender:
    """Tell of what has fallen due, once: `what` is a key of TELLS, after a colon with what makes this time another one."""
    with moving(Tender, tender_id, "announce_due_of_tender", by=by, at=at) as step:
        claim(step, what)
        TELLS[what.partition(":")[0]](step)
    return step.record


def for_this_deadline(what: str, tender: Tender) -> str:
    """What an announcement is called that a later deadline makes another one."""
    return f"{what}:{tender.closes_at:%Y%m%dT%H%M%SZ}"


def _tell_questions_closed(step: Step[Tender]) -> None:
    tender = step.record
    step.require(tender.is_receiving(step.at), "The tender does not receive bids any more.")
    waiting = TenderClarification.objects.of(tender).unanswered().count()
    step.tell(tender.leads(), "questions_closed", waiting=waiting)


def _remind(step: Step[Tender]) -> None:
    """Remind those who have not submitted, in the same words each; the trail says nothing of who they are or how many."""
    tender, what = step.record, step.facts["announced"]
    step.require(tender.is_receiving(step.at), "The tender does not receive bids any more.")
    submitted = Submission.objects.counting().filter(bid__invitation__tender=tender).values("bid__invitation")
    silent = tender.invitations.exclude(pk__in=submitted).exclude(intention=Invitation.Intention.DECLINES)
    tell_invited(step, silent.select_related("supplier__organisation"), "bids_close_soon", again=what)


def _tell_deadline_passed(step: Step[Tender]) -> None:
    """Tell those who open bids that they can; how many bids there are is known to nobody yet."""
    tender = step.record
    step.require(tender.is_closed_unopened(step.at), "The tender is not waiting to be opened.")
    step.tell(tender.leads_and_openers(), "deadline_passed", again=step.facts["announced"])


# By the word that `what` begins with: who is told, and what.
TELLS: dict[str, Callable[[Step[Tender]], None]] = {
    "questions_closed": _tell_questions_closed,
    "reminder": _remind,
    "deadline_passed": _tell_deadline_passed,
    "opening_overdue": tell_opening_overdue,
    "standstill_over": tell_standstill_over,
}
