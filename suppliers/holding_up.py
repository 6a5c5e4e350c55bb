"""What stands in the way of publishing a list for an area: that appeals can still come, that one is open, that one is not carried out."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef

from commissioning.wording import ending_text, plural
from suppliers.models import AdmissionRound, Appeal, Framework, FreshDecision, Place
from suppliers.models.admissions import RoundQuerySet
from suppliers.models.appeals import AppealQuerySet
from suppliers.models.publications import unpublished

# A list and an area, by their ids.
Part = tuple[UUID, UUID]
Reason = tuple[Part, str]
_WHERE = ("place__framework_list", "place__area")


def parts_left(round_: AdmissionRound) -> list[Part]:
    """The lists and areas that were applied for in the round and that it has not published yet, in their order."""
    places = unpublished(Place.objects.to_decide().filter(application__round=round_))
    found = places.order_by("framework_list__order", "area__order", "framework_list", "area").values_list("framework_list", "area")
    return list(dict.fromkeys(found))


def publishable(rounds: RoundQuerySet, at: datetime) -> RoundQuerySet:
    """Those of these rounds that can publish a list for an area at that moment (`held_up` is the same rule)."""
    where = {"framework_list": OuterRef("framework_list"), "area": OuterRef("area")}
    running = Place.objects.to_decide().filter(application__round__in=AdmissionRound.objects.hearing_appeals(at), **where)
    waiting = Appeal.objects.waiting(at).filter(**{f"place__{name}": path for name, path in where.items()})
    left = unpublished(Place.objects.to_decide().filter(application__round=OuterRef("pk")))
    return rounds.filter(Exists(left.exclude(Exists(running)).exclude(Exists(waiting))))


def held_up(framework: Framework, at: datetime) -> dict[Part, str]:
    """The lists and areas of the framework that cannot be published at that moment, each with the sentence that says why.

    Rounds do not matter: while one company's appeal about a list and area is open, nobody is added to it. In four queries.
    """
    reasons: dict[Part, str] = {}
    for way in (_windows, _undecided, _undone, _windows_anew):
        for part, sentence in way(framework, at):
            reasons.setdefault(part, sentence)
    return reasons


def _windows(framework: Framework, at: datetime) -> Iterator[Reason]:
    places = Place.objects.to_decide().filter(application__round__in=AdmissionRound.objects.hearing_appeals(at).filter(framework=framework))
    ends = places.order_by().values_list("framework_list", "area").annotate(ends_at=Max("application__round__appeals_end_at"))
    for framework_list, area, ends_at in ends:
        yield (framework_list, area), f"Appeals can be lodged until {ending_text(ends_at)}. A buyer that cannot wait needs an early release."


def _appeals(framework: Framework) -> AppealQuerySet:
    return Appeal.objects.filter(place__application__round__framework=framework)


def _counted(appeals: AppealQuerySet) -> Iterator[tuple[Part, int]]:
    for framework_list, area, count in appeals.order_by().values_list(*_WHERE).annotate(count=Count("pk")):
        yield (framework_list, area), count


def _undecided(framework: Framework, at: datetime) -> Iterator[Reason]:
    for part, count in _counted(_appeals(framework).undecided()):
        yield part, f"{plural(count, 'appeal is', 'appeals are')} open. Each must be decided or withdrawn first."


def _undone(framework: Framework, at: datetime) -> Iterator[Reason]:
    for part, count in _counted(_appeals(framework).blocking()):
        yield part, f"{plural(count, 'decision on an appeal is', 'decisions on appeals are')} not carried out yet. Do that first."


def _windows_anew(framework: Framework, at: datetime) -> Iterator[Reason]:
    anew = FreshDecision.objects.contestable(at).filter(appeal__in=_appeals(framework))
    where = ("appeal__place__framework_list", "appeal__place__area")
    for framework_list, area, ends_at in anew.order_by().values_list(*where).annotate(ends_at=Max("appeals_end_at")):
        yield (framework_list, area), f"A refusal that was made anew can be appealed against until {ending_text(ends_at)}. Wait for that end."
