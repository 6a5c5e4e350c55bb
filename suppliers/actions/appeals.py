"""An appeal against a refused place: drafted, lodged within the window, taken up by an officer who took no part, or withdrawn."""

from datetime import datetime
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from django.core.exceptions import ValidationError

from commissioning.canon import digest, plain
from commissioning.models import Role, User
from commissioning.models.people import Actor
from commissioning.moves import Step, beginning, moving
from commissioning.refusals import Gone
from commissioning.wording import ending_text, instant_text
from suppliers.models import Appeal, AppealGround, AppealPoint, OfficerChange, Place
from suppliers.models.appeals import Refusal, Remedy, standing_on


class PointGiven(TypedDict):
    """A ground of the framework, the argument for it, and the remedy that is asked for; a draft may lack either until it is lodged."""

    ground: UUID
    argument: NotRequired[str]
    remedy: NotRequired[Remedy]


def draft_appeal(place_id: UUID, *, by: Actor, at: datetime | None = None) -> Appeal:
    """Begin an appeal against the refusal that stands on one list and area, or on services left out there, as a draft.

    Only the appellant's own people see it. It is no appeal: that counts once it is lodged, before the window ends. There is one
    appeal against each refusal.
    """
    appeal = Appeal(place=Place.objects.select_related("framework_list", "area").get(pk=place_id))
    with beginning(appeal, "draft_appeal", by=by, at=at, within=appeal.place) as step:
        place = appeal.place = step.within_a(Place)
        refusal = standing_on(place)
        _require_window(step, refusal)
        step.require(refusal.refuses, "This place was accepted. Only a refusal can be appealed against.")
        begun = Appeal.objects.filter(place=place, against=refusal.fresh).exists()
        step.require(not begun, "An appeal against this refusal has been begun. There is one for each: go on with that one.")
        appeal.against = refusal.fresh
        step.facts |= {"place": place.pk, "appeals_end_at": refusal.ends_at}
    return appeal


def _require_window(step: Step[Appeal], refusal: Refusal) -> None:
    is_sent = refusal.sent_at is not None and step.at >= refusal.sent_at
    step.require(is_sent, "No decision has been sent yet. An appeal can be lodged once it has.")
    late = f"This appeal came at {instant_text(step.at)}. It was due before {instant_text(refusal.ends_at)}: the window ended"
    step.require(refusal.can_be_contested(step.at), f"{late} {ending_text(refusal.ends_at)}.")


def save_appeal(appeal_id: UUID, *, points: list[PointGiven], revision: int | None = None, by: Actor, at: datetime | None = None) -> Appeal:
    """Keep a draft's grounds, each with its argument and the remedy that is asked for, in place of those that it had.

    `revision` is that of the draft which the writer read: Gone if somebody has saved since.
    """
    with moving(Appeal, appeal_id, "save_appeal", by=by, at=at) as step:
        draft = step.record
        _require_window(step, draft.refusal)
        if revision is not None and revision != draft.revision:
            raise Gone("Somebody has saved this appeal since you opened it. Open it again, and put in what is missing.")
        grounds = _of_the_framework(draft, points)
        draft.points.all().delete()
        for number, given in enumerate(points, start=1):
            words = {"argument": given.get("argument", ""), "remedy": given.get("remedy", "")}
            AppealPoint.objects.create(appeal=draft, ground=grounds[given["ground"]], number=number, created_at=step.at, **words)
        draft.revision += 1
        step.facts |= {"revision": draft.revision, "content_hash": digest(_content(draft))}
    return draft


def _of_the_framework(appeal: Appeal, points: list[PointGiven]) -> dict[UUID, AppealGround]:
    """The framework's grounds, by id. Raises ValidationError for one that it does not have, or that stands twice."""
    grounds: dict[UUID, AppealGround] = {ground.pk: ground for ground in appeal.round.framework.appeal_grounds.all()}
    given = [point["ground"] for point in points]
    if any(ground not in grounds for ground in given):
        raise ValidationError({"points": "This framework has no such ground of appeal. Choose from those that it has."})
    if len(set(given)) != len(given):
        raise ValidationError({"points": "Each ground stands once. Put all that you say on it together."})
    return grounds


def _content(appeal: Appeal) -> list[dict[str, str]]:
    points = appeal.points.select_related("ground")
    return [{"ground": point.ground.code, "argument": point.argument, "remedy": point.remedy} for point in points]


def lodge_appeal(appeal_id: UUID, *, by: Actor, at: datetime | None = None) -> Appeal:
    """Lodge a draft, within the window of the refusal that it contests.

    A late appeal is refused with the moment at which it came and the end of the window, and both stand on the trail; its draft has lapsed.
    """
    with moving(Appeal, appeal_id, "lodge_appeal", by=by, at=at) as step:
        appeal = step.record
        _require_window(step, appeal.refusal)
        _require_finished(step)
        content, ends_at = _content(appeal), appeal.refusal.ends_at
        appeal.lodged_at = step.at
        files = [document.stamp() for document in appeal.evidence()]
        step.facts |= plain({"points": content, "content_hash": digest(content), "evidence": files, "appeals_end_at": ends_at})
        step.tell(appeal.officers(), "appeal_lodged")
        tell_appellant(step, "appeal_received")
    return appeal


def _require_finished(step: Step[Appeal]) -> None:
    """Go on only if there is a ground, and each says why the decision is wrong and what is asked for."""
    points = list(step.record.points.select_related("ground"))
    step.require(points, "The appeal has no ground. Choose at least one, and say why the decision is wrong.")
    for point in points:
        step.require(point.argument.strip(), f"The ground “{point.ground}” has no argument. Say why the decision is wrong, or leave the ground out.")
        step.require(point.remedy, f"The ground “{point.ground}” asks for nothing. Choose what you ask for.")


def acknowledge_appeal(appeal_id: UUID, *, by: Actor, at: datetime | None = None) -> Appeal:
    """Take the appeal up as its officer, and tell the appellant."""
    with moving(Appeal, appeal_id, "acknowledge_appeal", by=by, at=at) as step:
        step.record.officer, step.record.acknowledged_at = step.person, step.at
        tell_appellant(step, "appeal_acknowledged")
    return step.record


def give_appeal(appeal_id: UUID, *, officer: UUID, cause: OfficerChange.Cause, reason: str, by: Actor, at: datetime | None = None) -> Appeal:
    """Give the appeal to another officer who took no part in the decision, for its own is absent or turns out to have an interest.

    One who has an interest does not get it back.
    """
    with moving(Appeal, appeal_id, "give_appeal", by=by, at=at) as step:
        appeal = step.record
        if not reason.strip():
            raise ValidationError({"reason": "Say why: the appellant will read it."})
        given = {"before_id": appeal.officer_id, "after": _another(appeal, officer), "cause": cause, "reason": reason}
        change = OfficerChange.objects.create(appeal=appeal, created_at=step.at, **given)
        appeal.officer = change.after
        step.facts |= {"before": change.before_id, "after": change.after_id, "cause": cause, "reason": reason}
        people = appeal.place.application.supplier.organisation.people(Role.BID_MANAGER)
        step.tell({*people, change.before, change.after}, "appeal_given", about=change, appeal=appeal)
    return appeal


def _another(appeal: Appeal, officer: UUID) -> User:
    """The officer, if the appeal may be given to that one. Raises ValidationError."""
    found = appeal.officers().filter(pk=officer).exclude(pk=appeal.officer_id).first()
    is_party = found is not None and found.organisations & appeal.place.application.parties()
    if found is None or is_party:
        raise ValidationError({"officer": "Choose another appeals officer, who took no part in the decision and has no interest in the appeal."})
    return found


def withdraw_appeal(appeal_id: UUID, *, reason: str = "", by: Actor, at: datetime | None = None) -> Appeal:
    """Take one's own appeal back before it is decided: the refusal stands."""
    with moving(Appeal, appeal_id, "withdraw_appeal", by=by, at=at) as step:
        step.facts["reason"] = reason
        step.tell(step.record.officers(), "appeal_withdrawn")
        step.tell(step.record.round.framework.curators(), "appeal_withdrawn")
    return step.record


def tell_appellant(step: Step[Appeal], template: str, **words: Any) -> None:
    """A letter to the appellant's bid managers."""
    step.tell(step.record.place.application.supplier.organisation.people(Role.BID_MANAGER), template, **words)
