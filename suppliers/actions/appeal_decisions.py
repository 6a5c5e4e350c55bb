"""How an appeal is decided, ground by ground; and how the decision is then carried out."""

from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from commissioning.refusals import Refused
from commissioning.windows import window_ends_at
from commissioning.wording import ending_text
from suppliers.actions.agreements import send_agreements
from suppliers.actions.appeals import tell_appellant
from suppliers.actions.listing_services import standing_for, why_none_is_listed
from suppliers.models import Appeal, AppealPoint, FreshDecision, FurtherInformation, Hearing, Listing, Place
from suppliers.models.appeals import Remedy

Found = AppealPoint.Finding


class FindingGiven(TypedDict):
    """What the officer finds on one ground of the appeal, and why."""

    point: UUID
    finding: AppealPoint.Finding
    reasons: str


def uphold_appeal(appeal_id: UUID, *, findings: list[FindingGiven], reasons: str, remedy: Remedy, by: Actor, at: datetime | None = None) -> Appeal:
    """Decide for the appellant, at least one of whose grounds is made out, and say what the remedy is; the curators carry it out."""
    with moving(Appeal, appeal_id, "uphold_appeal", by=by, at=at) as step:
        _decide(step, findings, reasons)
        made_out = any(given["finding"] == Found.MADE_OUT for given in findings)
        step.require(made_out, "No ground is made out. An appeal is upheld on one ground at least: dismiss it, or correct the findings.")
        if remedy == Remedy.LISTED and (gone := why_none_is_listed([step.record.place], step.at)):
            raise ValidationError({"remedy": f"{gone} Choose another remedy."})
        step.record.remedy = remedy
        step.facts["remedy"] = remedy
        _tell_of_decision(step, "upheld")
    return step.record


def dismiss_appeal(appeal_id: UUID, *, findings: list[FindingGiven], reasons: str, by: Actor, at: datetime | None = None) -> Appeal:
    """Decide against the appellant, none of whose grounds is made out: the refusal stands."""
    with moving(Appeal, appeal_id, "dismiss_appeal", by=by, at=at) as step:
        _decide(step, findings, reasons)
        made_out = any(given["finding"] == Found.MADE_OUT for given in findings)
        step.require(not made_out, "A ground is made out. Such an appeal is upheld or remitted: or correct the findings.")
        _tell_of_decision(step, "dismissed")
    return step.record


def remit_appeal(appeal_id: UUID, *, findings: list[FindingGiven], reasons: str, by: Actor, at: datetime | None = None) -> Appeal:
    """Send the place back, to be assessed anew by people who took no part: what was done does not let the officer decide."""
    with moving(Appeal, appeal_id, "remit_appeal", by=by, at=at) as step:
        _decide(step, findings, reasons)
        _tell_of_decision(step, "remitted")
    return step.record


def _decide(step: Step[Appeal], findings: list[FindingGiven], reasons: str) -> None:
    _require_all_is_in(step)
    if not reasons.strip():
        raise ValidationError({"reasons": "Give the reasons: the appellant will read them."})
    points = {point.pk: point for point in step.record.points.all()}
    if sorted(given["point"] for given in findings) != sorted(points):
        raise ValidationError({"findings": "Find on each ground of the appeal, and on each once."})
    if any(not given["reasons"].strip() for given in findings):
        raise ValidationError({"findings": "Give the reasons for each ground: the appellant will read them."})
    for given in findings:
        point = points[given["point"]]
        point.finding, point.finding_reasons = given["finding"], given["reasons"]
        point.save()
    step.record.decided_at, step.record.reasons = step.at, reasons
    step.facts["findings"] = [{"point": point.number, "finding": point.finding} for point in points.values()]


def _require_all_is_in(step: Step[Appeal]) -> None:
    """Nobody is cut short: while a clock of somebody else runs, the officer waits; once it is over, the officer may go on."""
    asked = FurtherInformation.objects.awaited(step.at).filter(appeal=step.record).order_by("ends_at").last()
    if asked is not None:
        raise Refused(f"Question {asked.number} can be answered until {ending_text(asked.ends_at)}. Wait for the answer, or for that end.")
    hearing = Hearing.objects.open_for_comments(step.at).filter(appeal=step.record).first()
    if hearing is not None:
        raise Refused(f"The appellant can comment on the minutes until {ending_text(hearing.comments_end_at)}. Wait for it, or for that end.")


def _tell_of_decision(step: Step[Appeal], how: str) -> None:
    points = list(step.record.points.select_related("ground"))
    tell_appellant(step, "appeal_outcome", points=points, how=how)
    step.tell(step.record.round.framework.curators(), "appeal_decided", how=how)


def list_appellant(appeal_id: UUID, *, by: Actor, at: datetime | None = None) -> Appeal:
    """Carry out an appeal upheld so that the appellant be listed: it stands on the list for the area, and is in its next published version.

    If its last day was over meanwhile and no successor stands there, nobody is listed, and the letter says so.
    """
    with moving(Appeal, appeal_id, "list_appellant", by=by, at=at) as step:
        _require_remedy(step, Remedy.LISTED)
        listing = _listed(step)
        step.facts["listing"] = listing and listing.pk
        _carried_out(step)
        tell_appellant(step, "appellant_listed", listing=listing)
    return step.record


def _require_remedy(step: Step[Appeal], remedy: Remedy) -> None:
    step.require(step.record.remedy == remedy, f"The remedy of this appeal is another: {step.record.get_remedy_display().lower()}.")


def _carried_out(step: Step[Appeal]) -> None:
    step.record.carried_out_at = step.at
    step.facts["carried_out"] = step.record.remedy or "remitted"


def _listed(step: Step[Appeal]) -> Listing | None:
    """The appellant's listing: one that stands there already, itself or by its successor, has the services with the round's publication.

    Otherwise it begins now, unpublished; of a company whose last day is over none begins.
    """
    place = step.record.place
    if (begun := Listing.objects.filter(place=place).first()) is not None:  # accepted in part before; one that has ended stays ended
        begun.services.add(*place.services.all())
        return begun
    if (standing := standing_for([place]).get(place.pk)) is not None:
        return Listing.objects.select_related("supplier__organisation").get(pk=standing)
    supplier = place.application.supplier
    if supplier.is_over(step.at):
        return None
    where = {"supplier": supplier, "framework_list": place.framework_list, "area": place.area, "place": place}
    listing = Listing.objects.create(**where, is_illustrative=place.is_illustrative, listed_at=step.at, created_at=step.at)
    listing.services.set(place.services.all())
    send_agreements(step, step.record.round.framework)
    return listing


def reissue_reasons(appeal_id: UUID, *, reasons: str, by: Actor, at: datetime | None = None) -> Appeal:
    """Carry out an appeal that was upheld for want of reasons: the refusal is sent once more with these, and a new window for appeals opens."""
    with moving(Appeal, appeal_id, "reissue_reasons", by=by, at=at) as step:
        _require_remedy(step, Remedy.REASONS_REISSUED)
        if not reasons.strip():
            raise ValidationError({"reasons": "Give the reasons: they go into the letter."})
        words: dict[str, Any] = {"outcome": Place.Outcome.REFUSED, "reasons": reasons, "decided_by": step.person, "decided_at": step.at}
        _send(step, FreshDecision(appeal=step.record, created_at=step.at, **words), "reasons_reissued")
    return step.record


def _send(step: Step[Appeal], decision: FreshDecision, letter: str) -> None:
    """The decision goes out, with a window of its own where it is a refusal; the remedy is carried out with it."""
    decision.sent_at = step.at
    if decision.outcome == Place.Outcome.REFUSED:
        decision.appeals_end_at = window_ends_at(step.record.round.framework.appeal_rule_id, step.at)
    decision.save()
    step.facts |= {"outcome": decision.outcome, "reasons": decision.reasons, "appeals_end_at": decision.appeals_end_at}
    _carried_out(step)
    tell_appellant(step, letter, about=decision)


def assess_anew(appeal_id: UUID, *, outcome: Place.Outcome, reasons: str, by: Actor, at: datetime | None = None) -> Appeal:
    """Decide anew, in draft, on the place of an appeal; as somebody who took no part in the decision, and none in the appeal.

    The appellant learns it when it is sent; it can be made anew until then.
    """
    with moving(Appeal, appeal_id, "assess_anew", by=by, at=at) as step:
        step.require(step.record.goes_back_to_assessment, "The remedy of this appeal is another: the place is not assessed anew.")
        if outcome == Place.Outcome.UNDECIDED:
            raise ValidationError({"outcome": "Choose whether the supplier is accepted."})
        if not reasons.strip():
            raise ValidationError({"reasons": "Give the reasons: they go into the letter."})
        if outcome == Place.Outcome.ACCEPTED and (gone := why_none_is_listed([step.record.place], step.at)):
            raise ValidationError({"outcome": f"{gone} Do not accept it, with that reason."})
        words = {"outcome": outcome, "reasons": reasons, "decided_by": step.person, "decided_at": step.at}
        FreshDecision.objects.update_or_create(appeal=step.record, defaults=words, create_defaults={**words, "created_at": step.at})
    return step.record


def send_fresh_decision(appeal_id: UUID, *, by: Actor, at: datetime | None = None) -> Appeal:
    """Send the decision that was made anew: who is accepted stands on the list from now, unpublished; who is refused may appeal once more."""
    with moving(Appeal, appeal_id, "send_fresh_decision", by=by, at=at) as step:
        decision = FreshDecision.objects.filter(appeal=step.record).first()
        if decision is None:
            raise Refused("The place has not been assessed anew. Do that first.")
        if decision.outcome == Place.Outcome.ACCEPTED:
            gone = why_none_is_listed([step.record.place], step.at)
            step.require(not gone, f"{gone} Assess it anew not to accept it, with that reason.")
            step.facts["listing"] = listing.pk if (listing := _listed(step)) else None
        _send(step, decision, "fresh_decision")
    return step.record
