"""Tell people what has fallen due in an admission round, and of suspensions and early releases that are over, each thing once."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from commissioning.announcing import claim
from commissioning.clock import in_london
from commissioning.models import Role
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from suppliers.actions.listings import follows_for, hand_up
from suppliers.consequences import Event
from suppliers.models import AdmissionRound, Application, EarlyRelease, Framework, RoundClarification, Suspension
from suppliers.recipients import bid_managers, people_listed
from suppliers.reopening import notice_due, open_frameworks, reopens_by

SUSPENSION_OVER = "suspension_over"
EARLY_RELEASE_OVER = "early_release_over"
REOPENING = "reopens_in:"


def announce_due_of_round(round_id: UUID, *, what: str, by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Tell of what has fallen due, once: `what` begins with a key of `_TELLS`, or is a reminder as `reminder_of` calls it."""
    with moving(AdmissionRound, round_id, "announce_due_of_round", by=by, at=at) as step:
        claim(step, what)
        _TELLS[what.partition(":")[0]](step, what)
    return step.record


def reminder_of(round_: AdmissionRound, days: int) -> str:
    """What the reminder of so many working days before the present deadline is called; a later deadline makes it another one."""
    return f"reminder:{days}:{round_.closes_at:%Y%m%dT%H%M%SZ}"


def _tell_questions_closed(step: Step[AdmissionRound], what: str) -> None:
    round_ = step.record
    step.require(round_.is_receiving(step.at) and not round_.takes_questions(step.at), "The round takes questions still, or is closed.")
    waiting = RoundClarification.objects.of(round_).unanswered().count()
    step.tell(round_.framework.curators(), "round_questions_closed", waiting=waiting)


def _tell_of_close(step: Step[AdmissionRound], what: str) -> None:
    step.require(step.record.is_being_decided(step.at), "The round is not waiting for decisions.")
    received = step.record.applications.filter(status=Application.Status.SUBMITTED).count()
    step.tell(step.record.framework.curators(), "round_closed", received=received)


def _tell_of_end_of_appeals(step: Step[AdmissionRound], what: str) -> None:
    step.require(step.record.is_past_appeals(step.at), "The appeal window is not over, or the lists have been published.")
    people = step.record.framework.authority.people(Role.CURATOR, Role.APPEALS_OFFICER)
    step.tell(people, "appeal_window_over")


def _remind(step: Step[AdmissionRound], what: str) -> None:
    """Remind those whose applications are drafts, each about its own: the authority sees of letters about the round to whom they went."""
    step.require(step.record.is_receiving(step.at), "The round does not receive applications any more.")
    drafts = step.record.applications.filter(status=Application.Status.DRAFT).select_related("supplier")
    people = bid_managers(draft.supplier for draft in drafts)
    for draft in drafts:
        draft.round = step.record  # one for all, so that a letter asks for none
        step.tell(people[draft.supplier.organisation_id], "round_closes_soon", about=draft, again=what)


_TELLS: dict[str, Callable[[Step[AdmissionRound], str], None]] = {
    "round_questions_closed": _tell_questions_closed,
    "round_closed": _tell_of_close,
    "appeal_window_over": _tell_of_end_of_appeals,
    "reminder": _remind,
}


def announce_due_of_suspension(suspension_id: UUID, *, what: str, by: Actor, at: datetime | None = None) -> Suspension:
    """Tell the supplier and the curators, once, that a suspension is over and the listing stands again: `what` is `suspension_over`."""
    with moving(Suspension, suspension_id, "announce_due_of_suspension", by=by, at=at) as step:
        claim(step, what)
        is_over = what == SUSPENSION_OVER and Suspension.objects.run_out(step.at).filter(pk=suspension_id).exists()
        step.require(is_over, "The suspension is not over, or the listing does not stand again after it.")
        listing = step.record.listing
        people = listing.supplier.organisation.people(Role.BID_MANAGER) | listing.docket_keeper().curators()
        follows = follows_for(listing, Event.RETURNED, step.at)
        step.tell(people, "suspension_over", follows=follows.sentences())
        hand_up(step, listing, Event.RETURNED)
    return step.record


def announce_due_of_framework(framework_id: UUID, *, what: str, by: Actor, at: datetime | None = None) -> Framework:
    """Tell, once, what is due: the curators and everybody listed that it ends soon (`what` as `end_notice` calls it), or the curators that it is
    to reopen (as `reopening_notice` calls it).
    """
    with moving(Framework, framework_id, "announce_due_of_framework", by=by, at=at) as step:
        claim(step, what)
        if what.startswith(REOPENING):
            _tell_of_reopening(step, what)
            return step.record
        framework = step.record
        days = framework.notice_due(in_london(step.at).date())
        step.require(days is not None and what == end_notice(framework, days), "This notice of the framework's end is not due.")
        step.tell([*framework.curators(), *people_listed(framework, step.at)], "framework_ends_soon", again=what)
    return framework


def _tell_of_reopening(step: Step[Framework], what: str) -> None:
    framework = open_frameworks(step.at).filter(pk=step.record.pk).first()
    by = reopens_by(framework) if framework else None
    days = notice_due(by, in_london(step.at).date())
    step.require(by is not None and days is not None and what == reopening_notice(by, days), "This notice of a reopening is not due.")
    step.tell(step.record.curators(), "framework_reopens", again=what, reopens_by=by)


def reopening_notice(by: date, days: int) -> str:
    """What the notice of so many days before a reopening is called."""
    return f"{REOPENING}{days}:{by}"


def end_notice(framework: Framework, days: int) -> str:
    """What the notice of so many days before the present last day is called; a later last day makes it another one."""
    return f"ends_in:{days}:{framework.ends_on}"


def announce_due_of_early_release(release_id: UUID, *, what: str, by: Actor, at: datetime | None = None) -> EarlyRelease:
    """Tell the buyer and the curators, once, that an early release holds no more: `what` is `early_release_over`."""
    with moving(EarlyRelease, release_id, "announce_due_of_early_release", by=by, at=at) as step:
        claim(step, what)
        release = step.record
        step.require(what == EARLY_RELEASE_OVER and not release.is_in_force(step.at), "The early release still holds.")
        step.tell(release.buyer.people(Role.PROCUREMENT_LEAD) | release.framework.curators(), "early_release_over")
    return step.record
