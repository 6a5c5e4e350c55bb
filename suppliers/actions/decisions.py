"""From the assessment to decisions: all of a round's drafted at once, and what holds each against what was proposed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet

from commissioning.models import User
from commissioning.models.people import Actor
from commissioning.moves import Step, moving
from commissioning.wording import ending_text, in_one_sentence, plural
from suppliers.assessing import Proposal
from suppliers.assessment_state import hash_of, is_assessed, proposed, waiting
from suppliers.models import AdmissionRound, Application, ConsortiumMember, Listing, Place

UNDECIDED, REFUSED = Place.Outcome.UNDECIDED, Place.Outcome.REFUSED
_AT_ONCE = 1000
_WRITTEN = ["outcome", "left_out", "reasons", "decided_by", "decided_at", "proposal"]


def draft_decisions(round_id: UUID, *, by: Actor, at: datetime | None = None) -> AdmissionRound:
    """Draft every decision of the round as the assessment proposes it; refused while one is not moderated.

    Each stays a draft, and a curator can decide otherwise with reasons. What was decided on the same proposal before stays as it is, and
    so does what is left to somebody else: places of applicants with whom you have a conflict, and refusals of suppliers who are listed there.
    """
    with moving(AdmissionRound, round_id, "draft_decisions", by=by, at=at) as step:
        round_ = step.record
        step.require(step.at >= round_.closes_at, f"Applications can still change: the round closes {ending_text(round_.closes_at)}.")
        step.require(is_assessed(round_), "This round asks nothing that is judged, so nothing is proposed. Decide on each place, with reasons.")
        found = proposed(round_)
        missing = [str(one) for one in waiting(round_, found)]
        step.require(not missing, in_one_sentence(missing))
        drafted, left = _drafted(step, found)
        columns = [field.name for field in Place._meta.concrete_fields if field.name in _WRITTEN]
        Place.objects.bulk_create(drafted, update_conflicts=True, unique_fields=["id"], update_fields=columns, batch_size=_AT_ONCE)
        step.facts |= {"drafted": len(drafted), "left": left, "places": len(found)}
    return round_


def _drafted(step: Step[AdmissionRound], found: dict[UUID, Proposal]) -> tuple[list[Place], int]:
    """The places with what is proposed for them, where that says something new; and how many are left to somebody else."""
    places = Place.objects.to_decide().filter(application__round=step.record)
    kept_from = set(_of_applicants_close_to(step.person, places).values_list("pk", flat=True))
    standing = set(of_those_standing(places).values_list("pk", flat=True))
    drafted, left = [], 0
    for place in places:
        one = found[place.pk]
        if place.outcome != UNDECIDED and place.proposal == hash_of(one):
            continue
        if place.pk in kept_from or (one.outcome == REFUSED and place.pk in standing):
            left += 1
            continue
        place.outcome, place.reasons, place.proposal = one.outcome, one.reasons, hash_of(one)
        place.left_out, place.decided_by, place.decided_at = [], step.person, step.at
        drafted.append(place)
    return drafted, left


def _of_applicants_close_to(person: User, places: "QuerySet[Place]") -> "QuerySet[Place]":
    """The places of applicants for whom the person acts, or with whom they declared a conflict."""
    since = OuterRef("application__created_at")
    members = ConsortiumMember.objects.filter(consortium=OuterRef("application__supplier"), company__in=person.organisations).since(since)
    own = Q(application__supplier__organisation__in=person.organisations) | Exists(members)
    return places.filter(own | Q(application__in=Application.objects.filter(conflicts__person=person)))


def of_those_standing(places: "QuerySet[Place]") -> "QuerySet[Place]":
    """The places for which the same supplier has been listed, published or not."""
    where = {name: OuterRef(path) for name, path in (("supplier", "application__supplier"), ("framework_list", "framework_list"), ("area", "area"))}
    return places.filter(Exists(Listing.objects.filter(**where, ended_at__isnull=True)))


def weigh(step: Step[AdmissionRound], place: Place) -> dict[str, Any]:
    """Keep with a decision what was proposed; what the trail says of that. Refused while the assessment of it is not finished.

    In a round that asks nothing that is judged there is no proposal, and nothing to say.
    """
    if not is_assessed(step.record):
        return {}
    one = proposed(step.record)[place.pk]
    step.require(one.outcome, f"{place.application.supplier}, {place}: {one.reasons} Decide after that.")
    if place.left_out and place.reasons.strip() == one.reasons.strip():
        raise ValidationError({"reasons": "Say why services are left out: these words are those that the assessment proposed."})
    place.proposal = hash_of(one)
    return {"proposed": one.outcome, **({"against_the_proposal": True} if one.outcome != place.outcome else {})}


def require_decided_on_what_holds(step: Step[AdmissionRound], places: Iterable[Place]) -> None:
    """Refuse to send decisions that were made on what was found otherwise since."""
    if not is_assessed(step.record):
        return
    found = proposed(step.record)
    missing = [str(one) for one in waiting(step.record, found)]
    step.require(not missing, in_one_sentence(missing))
    stale = sum(1 for place in places if place.proposal != hash_of(found[place.pk]))
    changed = f"What is proposed for {plural(stale, 'place')} has changed since the decision was drafted. Draft the decisions anew."
    step.require(not stale, changed)
