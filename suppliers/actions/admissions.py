"""An admission round, from its notice to its decisions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from commissioning import trail
from commissioning.models import Questionnaire
from commissioning.models.people import Actor
from commissioning.moves import Step, beginning, moving
from commissioning.questionnaires import entries_of, write_questions
from commissioning.refusals import Refused
from commissioning.windows import window_ends_at
from commissioning.wording import ending_text, moment_text, plural
from suppliers.actions.agreements import send_agreements
from suppliers.actions.assessments import require_no_conflict
from suppliers.actions.assessors import carry_limits_over, require_limits_can_be_met
from suppliers.actions.decisions import of_those_standing, require_decided_on_what_holds, weigh
from suppliers.actions.listing_services import list_accepted, why_none_is_listed
from suppliers.actions.listings import check_reason
from suppliers.assessment_state import results_by_application
from suppliers.models import AdmissionRound, Application, Framework, Place, RoundAmendment, RoundExtension
from suppliers.notice_period import why_too_soon
from suppliers.recipients import all_bid_managers, bid_managers
from suppliers.reopening import why_closed


def open_round(
    framework_id: UUID,
    *,
    title: str,
    closes_at: datetime,
    questions_close_at: datetime | None = None,
    answers_due_at: datetime | None = None,
    decisions_due_at: datetime | None = None,
    notice: str = "",
    by: Actor,
    at: datetime | None = None,
) -> AdmissionRound:
    """Begin an admission round in draft, which nobody but the authority sees until it is announced."""
    framework = Framework.objects.visible_to(by).get(pk=framework_id)
    dates = _dates(closes_at, questions_close_at, answers_due_at, decisions_due_at)
    round_ = AdmissionRound(framework=framework, title=title, notice=notice, **dates)
    with beginning(round_, "open_round", by=by, within=framework, at=at) as step:
        round_.framework = step.within_a(Framework)
        if closed := why_closed(round_.framework):
            raise Refused(closed)
        _begin_in_draft(step)
    return round_


def reissue_round(
    round_id: UUID,
    *,
    title: str,
    closes_at: datetime,
    questions_close_at: datetime | None = None,
    answers_due_at: datetime | None = None,
    decisions_due_at: datetime | None = None,
    notice: str = "",
    by: Actor,
    at: datetime | None = None,
) -> AdmissionRound:
    """Begin a round in draft in place of one that was withdrawn; each shows the other once the new one is announced."""
    withdrawn = AdmissionRound.objects.visible_to(by).get(pk=round_id)
    dates = _dates(closes_at, questions_close_at, answers_due_at, decisions_due_at)
    round_ = AdmissionRound(framework=withdrawn.framework, replaces=withdrawn, title=title, notice=notice, **dates)
    with beginning(round_, "reissue_round", by=by, within=withdrawn, at=at) as step:
        withdrawn = step.within_a(AdmissionRound)
        step.require(withdrawn.status == AdmissionRound.Status.WITHDRAWN, "This round was not withdrawn. Withdraw it first, with your reason.")
        step.require(withdrawn.announced_at, "This round was never announced, so nothing need come in its place. Open a new round instead.")
        step.require(withdrawn.is_to_be_replaced(), "Another round has come in the place of this one already.")
        round_.framework = withdrawn.framework
        step.facts["replaces"] = withdrawn.pk
        _begin_in_draft(step)
        write_questions(round_.questionnaire, entries_of(withdrawn.questionnaire), step.at)
        step.then(carry_limits_over, round_, withdrawn)
    return round_


def _begin_in_draft(step: Step[AdmissionRound]) -> None:
    """What every new round begins with: a framework in force, and its dates on the trail."""
    round_ = step.record
    in_force = round_.framework.status == Framework.Status.LIVE
    step.require(in_force, "The framework is not in force. A round begins under a framework that is.")
    round_.check_fields()
    round_.questionnaire = Questionnaire.objects.create(title=round_.title, created_at=step.at)
    step.facts |= {"title": round_.title, **{name: getattr(round_, name) for name in _DATES}}


_DATES = ("closes_at", "questions_close_at", "answers_due_at", "decisions_due_at")


def _dates(
    closes_at: datetime, questions_close_at: datetime | None, answers_due_at: datetime | None, decisions_due_at: datetime | None
) -> dict[str, Any]:
    """A round's dates by name. Raises ValidationError, with a sentence for each that is not in its order."""
    closes, asked_until = moment_text(closes_at), questions_close_at or closes_at
    faults = {}
    if asked_until > closes_at:
        faults["questions_close_at"] = f"Questions close before the deadline, which is {closes}. Choose an earlier moment."
    if answers_due_at is not None and not (answers_due_at <= closes_at and (asked_until <= answers_due_at or asked_until > closes_at)):
        faults["answers_due_at"] = f"Answers are due once questions have closed, and before the deadline, which is {closes}. Choose such a moment."
    if decisions_due_at is not None and decisions_due_at <= closes_at:
        faults["decisions_due_at"] = f"Decisions are sent after the deadline, which is {closes}. Choose a later moment."
    if faults:
        raise ValidationError(faults)
    return dict(zip(_DATES, (closes_at, questions_close_at, answers_due_at, decisions_due_at), strict=True))


def describe_round(
    round_id: UUID,
    *,
    title: str,
    closes_at: datetime,
    questions_close_at: datetime | None = None,
    answers_due_at: datetime | None = None,
    decisions_due_at: datetime | None = None,
    notice: str = "",
    by: Actor,
    at: datetime | None = None,
) -> AdmissionRound:
    """Change what a round in draft says, and its dates."""
    with moving(AdmissionRound, round_id, "describe_round", by=by, at=at) as step:
        dates = _dates(closes_at, questions_close_at, answers_due_at, decisions_due_at)
        step.record.title, step.record.notice = title, notice
        for name, moment in dates.items():
            setattr(step.record, name, moment)
        step.facts |= {"title": title, **dates}
    return step.record


def announce_round(round_id: UUID, *, by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Publish the notice: applications are received from now until the deadline, and every supplier is told."""
    with moving(AdmissionRound, round_id, "announce_round", by=by, at=at) as step:
        round_ = step.record
        step.require(round_.notice.strip(), "The round has no notice. Write what suppliers must know before you announce it.")
        step.require(step.at < round_.closes_at, f"The deadline, {moment_text(round_.closes_at)}, has passed. Choose a later one first.")
        too_soon = why_too_soon(round_.framework.regime, round_.closes_at, step.at)
        step.require(not too_soon, too_soon)
        require_limits_can_be_met(step)
        round_.announced_at = step.at
        step.facts["closes_at"] = round_.closes_at
        step.tell(all_bid_managers(), "round_announced")
    return round_


def amend_round(round_id: UUID, *, notice: str, reason: str, by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Change the notice of a round before its deadline; what it said before stays to be read, and every supplier is told."""
    with moving(AdmissionRound, round_id, "amend_round", by=by, at=at) as step:
        round_, words = step.record, notice.strip()
        step.require(step.at < round_.closes_at, f"The round closed {ending_text(round_.closes_at)}. Its notice does not change after that.")
        check_reason(reason, "every supplier will read it")
        if not words:
            raise ValidationError({"notice": "Write what suppliers must know. To call nobody any more, withdraw the round."})
        if words == round_.notice.strip():
            raise ValidationError({"notice": "The notice says this already. Change what it says, or leave it as it is."})
        number = round_.amendments.count() + 1
        amendment = RoundAmendment(round=round_, number=number, before=round_.notice, since=words, reason=reason.strip(), created_at=step.at)
        amendment.save(force_insert=True)
        step.facts |= {"amendment": number, "before": round_.notice, "notice": words, "reason": amendment.reason}
        round_.notice = words
        step.tell(all_bid_managers(), "round_amended", about=amendment)
    return round_


def extend_round(round_id: UUID, *, closes_at: datetime, reason: str, by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Move the deadline later, before it has passed, and tell every supplier; decisions are due as much later."""
    with moving(AdmissionRound, round_id, "extend_round", by=by, at=at) as step:
        round_ = step.record
        step.require(step.at < round_.closes_at, f"The round closed {ending_text(round_.closes_at)}. A round that has closed is not opened again.")
        check_reason(reason, "every supplier will read it")
        if closes_at <= round_.closes_at:
            raise ValidationError({"closes_at": f"A deadline only moves later. It is {moment_text(round_.closes_at)} now."})
        extension = RoundExtension.objects.create(round=round_, closed_at=round_.closes_at, closes_at=closes_at, reason=reason, created_at=step.at)
        step.facts |= {"before": round_.closes_at, "closes_at": closes_at, "reason": reason}
        if round_.decisions_due_at is not None:
            round_.decisions_due_at = step.facts["decisions_due_at"] = round_.decisions_due_at + (closes_at - round_.closes_at)
        round_.closes_at = closes_at
        step.tell(all_bid_managers(), "round_extended", about=extension)
    return round_


def withdraw_round(round_id: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Take a round back before its decisions are sent; applications to it go no further.

    Every supplier is told why, as every supplier was told of the round: a letter to those alone who asked would tell who they are.
    """
    with moving(AdmissionRound, round_id, "withdraw_round", by=by, at=at) as step:
        check_reason(reason, "every supplier will read it")
        step.record.withdrawal_reason = reason
        step.facts["reason"] = reason
        if step.record.announced_at is not None:
            step.tell(all_bid_managers(), "round_withdrawn")
    return step.record


def decide_place(
    round_id: UUID,
    *,
    place: UUID,
    outcome: Place.Outcome,
    reasons: str,
    left_out: list[UUID] | None = None,
    is_illustrative: bool = False,
    by: Actor,
    at: datetime | None = None,
) -> AdmissionRound:
    """Decide, in draft, on one list and area that an application asks for; the applicant learns it when all decisions are sent.

    A decision can be made anew until then. `left_out` are services for which a place that is accepted is not: the reasons say why.
    `is_illustrative` marks one that is not on the public record, in a worked example.
    """
    with moving(AdmissionRound, round_id, "decide_place", by=by, at=at) as step:
        round_ = step.record
        step.require(step.at >= round_.closes_at, f"Applications can still change: the round closes {ending_text(round_.closes_at)}.")
        decided = Place.objects.to_decide().select_related("application__supplier").get(pk=place, application__round=round_)
        _check_decision(decided, outcome, reasons, step.at)
        require_no_conflict(step, decided.application)
        decided.left_out = _left_out(decided, outcome, left_out or [])
        decided.outcome, decided.reasons, decided.is_illustrative = outcome, reasons, is_illustrative
        weighed = weigh(step, decided)
        decided.decided_by, decided.decided_at = step.person, step.at
        decided.save()
        step.facts |= {"place": decided.pk, "application": decided.application_id, "outcome": outcome, "left_out": decided.left_out, **weighed}
    return round_


def _left_out(place: Place, outcome: Place.Outcome, services: list[UUID]) -> list[str]:
    """The services that the decision leaves out. Raises ValidationError for others than were asked for, and if none would be left."""
    asked, named = {str(service.pk) for service in place.services.all()}, {str(each) for each in services}
    if not named <= asked:
        raise ValidationError({"left_out": "The application does not ask for such a service here. Leave out those that it asks for."})
    if named and outcome == Place.Outcome.REFUSED:
        raise ValidationError({"left_out": "A place that is not accepted leaves no service out: it is refused for all of them."})
    if named == asked and asked:
        raise ValidationError({"left_out": "Every service is left out. Accept the place for at least one, or do not accept it."})
    return sorted(named)


def _check_decision(place: Place, outcome: Place.Outcome, reasons: str, at: datetime) -> None:
    if outcome == Place.Outcome.UNDECIDED:
        raise ValidationError({"outcome": "Choose whether the supplier is accepted."})
    if not reasons.strip():
        raise ValidationError({"reasons": "Give the reasons: they go into the letter."})
    if outcome == Place.Outcome.REFUSED and of_those_standing(Place.objects.filter(pk=place.pk)).exists():
        raise ValidationError({"outcome": "The supplier stands on this list for this area. To take it off, end its listing."})
    if outcome == Place.Outcome.ACCEPTED and (gone := why_none_is_listed([place], at)):
        raise ValidationError({"outcome": f"{gone} Do not accept it, with that reason."})


def send_decisions(round_id: UUID, *, by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Send every decision at one moment, with its reasons; the window for appeals opens, and its end is stored.

    Accepted suppliers stand on the lists from now, unpublished. Refused until every place has been decided.
    """
    with moving(AdmissionRound, round_id, "send_decisions", by=by, at=at) as step:
        round_ = step.record
        step.require(step.at >= round_.closes_at, f"The round closes {ending_text(round_.closes_at)}. Decisions are sent after that.")
        places = Place.objects.to_decide().filter(application__round=round_)
        step.require(places.exists(), "Nobody applied, so there is nothing to decide. Withdraw the round instead.")
        undecided = places.undecided().count()
        step.require(not undecided, f"{plural(undecided, 'place is', 'places are')} not decided yet. Decide first: all letters go at one moment.")
        _require_none_standing_is_refused(step, places)
        gone = why_none_is_listed(places.filter(outcome=Place.Outcome.ACCEPTED).select_related("application__supplier__organisation"), step.at)
        step.require(not gone, f"{gone} Decide anew not to accept it, with that reason.")
        require_decided_on_what_holds(step, places)
        round_.decisions_sent_at = step.at
        round_.appeals_end_at = window_ends_at(round_.framework.appeal_rule_id, step.at)
        listed = list_accepted(places.filter(outcome=Place.Outcome.ACCEPTED), at=step.at)
        step.facts |= {"appeals_end_at": round_.appeals_end_at, "places": places.count(), "listed": len(listed)}
        _send_letters(step, places)
        send_agreements(step, round_.framework)
    return round_


def _require_none_standing_is_refused(step: Step[AdmissionRound], places: "QuerySet[Place]") -> None:
    """A list never shows a company that appeals against a refusal for it, for nobody is refused what they have."""
    refused = of_those_standing(places.filter(outcome=Place.Outcome.REFUSED)).select_related("application__supplier__organisation").first()
    if refused is not None:
        name = f"{refused.application.supplier} has been listed meanwhile: {refused}"
        raise Refused(f"{name}. Accept it in this round as well, or end its listing first.")


def _send_letters(step: Step[AdmissionRound], places: "QuerySet[Place]") -> None:
    """A letter to each applicant with all its decisions, and an entry on the applicant's own trail."""
    decided_on = _by_application(places.select_related("application__supplier__organisation", "framework_list", "area").prefetch_related("services"))
    people = bid_managers(application.supplier for application in decided_on)
    results = results_by_application(step.record)
    told = []
    for application, decided in decided_on.items():
        application.round = step.record  # one for all, so that a letter asks for none
        told.append((application, {"decisions": [_said(place) for place in decided], "appeals_end_at": step.record.appeals_end_at}))
        words = {"places": decided, "round": step.record, "result": results.get(application.pk)}
        step.tell(people[application.supplier.organisation_id], "admission_decided", about=application, **words)
    trail.append_each(told, at=step.at, by=step.by, verb="send_decisions")


def _by_application(places: Iterable[Place]) -> dict[Application, list[Place]]:
    grouped: dict[Application, list[Place]] = {}
    for place in places:
        grouped.setdefault(place.application, []).append(place)
    return grouped


def _said(place: Place) -> dict[str, Any]:
    return {
        "place": place.pk,
        "list": place.framework_list.code,
        "area": place.area.code,
        "services": [each.code for each in place.services.all()],
        "left_out": [each.code for each in place.services_left_out()],
        "outcome": place.outcome,
        "reasons": place.reasons,
    }
