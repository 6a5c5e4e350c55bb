"""Appeals against a refused place: lodged within the window, heard and decided by an officer who took no part."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.models import Role
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from commissioning.wording import ending_text, instant_text
from suppliers.models import Appeal, Listing, Place


def lodge_appeal(place_id: UUID, *, grounds: str, by: Actor, at: datetime | None = None) -> Appeal:
    """Appeal against the refusal of one list and area, within the window that opened when the decisions were sent.

    A late appeal is refused with the moment at which it came and the end of the window, and both stand on the trail.
    """
    with moving(Place, place_id, "lodge_appeal", by=by, at=at) as step:
        place = step.record
        _require_window(step)
        step.require(place.outcome == Place.Outcome.REFUSED, "This place was accepted. Only a refusal can be appealed against.")
        step.require(not Appeal.objects.filter(place=place).exists(), "An appeal has been lodged against this refusal. There is one for each.")
        if not grounds.strip():
            raise ValidationError({"grounds": "Say why the decision is wrong."})
        appeal = Appeal.objects.create(place=place, grounds=grounds, lodged_at=step.at, created_at=step.at)
        step.facts |= {"appeal": appeal.pk, "appeals_end_at": place.application.round.appeals_end_at}
        step.tell(appeal.officers(), "appeal_lodged", about=appeal)
    return appeal


def _require_window(step: Step[Place]) -> None:
    round_ = step.record.application.round
    sent_at, ends_at = round_.decisions_sent_at, round_.appeals_end_at
    step.require(sent_at is not None and step.at >= sent_at, "No decision has been sent yet. An appeal can be lodged once it has.")
    late = f"This appeal came at {instant_text(step.at)}. It was due before {instant_text(ends_at)}: the window ended {ending_text(ends_at)}."
    step.require(round_.hears_appeals(step.at), late)


def acknowledge_appeal(appeal_id: UUID, *, by: Actor, at: datetime | None = None) -> Appeal:
    """Take the appeal up as its officer, and tell the appellant."""
    with moving(Appeal, appeal_id, "acknowledge_appeal", by=by, at=at) as step:
        step.record.officer = step.person
        _tell_appellant(step, "appeal_acknowledged")
    return step.record


def hear_appeal(appeal_id: UUID, *, hearing_note: str, by: Actor, at: datetime | None = None) -> Appeal:
    """Record that the appellant was heard, in person or in writing, and what was said."""
    with moving(Appeal, appeal_id, "hear_appeal", by=by, at=at) as step:
        if not hearing_note.strip():
            raise ValidationError({"hearing_note": "Write down what was heard."})
        step.record.officer, step.record.heard_at, step.record.hearing_note = step.person, step.at, hearing_note
        _tell_appellant(step, "appeal_heard")
    return step.record


def uphold_appeal(appeal_id: UUID, *, reasons: str, by: Actor, at: datetime | None = None) -> Appeal:
    """Decide for the appellant: it stands on the list for the area from now, and is published with the others."""
    with moving(Appeal, appeal_id, "uphold_appeal", by=by, at=at) as step:
        _decide(step, reasons)
        step.facts["listing"] = _listed(step).pk
        _tell_appellant(step, "appeal_upheld")
        step.tell(step.record.round.framework.curators(), "appeal_decided", upheld=True)
    return step.record


def _listed(step: Step[Appeal]) -> Listing:
    """The appellant's listing, unpublished; one that stands already stays as it is."""
    place = step.record.place
    where = {"supplier": place.application.supplier, "framework_list": place.framework_list, "area": place.area}
    made = {"place": place, "is_illustrative": place.is_illustrative, "listed_at": step.at, "created_at": step.at}
    listing, _ = Listing.objects.get_or_create(**where, ended_at=None, defaults=made)
    return listing


def dismiss_appeal(appeal_id: UUID, *, reasons: str, by: Actor, at: datetime | None = None) -> Appeal:
    """Decide against the appellant: the refusal stands."""
    with moving(Appeal, appeal_id, "dismiss_appeal", by=by, at=at) as step:
        _decide(step, reasons)
        _tell_appellant(step, "appeal_dismissed")
        step.tell(step.record.round.framework.curators(), "appeal_decided", upheld=False)
    return step.record


def _decide(step: Step[Appeal], reasons: str) -> None:
    if not reasons.strip():
        raise ValidationError({"reasons": "Give the reasons: the appellant will read them."})
    step.record.officer, step.record.decided_at, step.record.reasons = step.person, step.at, reasons


def withdraw_appeal(appeal_id: UUID, *, reason: str = "", by: Actor, at: datetime | None = None) -> Appeal:
    """Take one's own appeal back before it is decided: the refusal stands."""
    with moving(Appeal, appeal_id, "withdraw_appeal", by=by, at=at) as step:
        step.facts["reason"] = reason
        step.tell(step.record.officers(), "appeal_withdrawn")
    return step.record


def _tell_appellant(step: Step[Appeal], template: str) -> None:
    step.tell(step.record.place.application.supplier.organisation.people(Role.BID_MANAGER), template)
