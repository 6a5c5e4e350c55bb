"""What a supplier asked for and answered last time, put into a new draft; the answers for its writers to confirm."""

from dataclasses import dataclass, field
from typing import Any

from commissioning.answering import as_typed
from commissioning.models import Question
from commissioning.questionnaires import what_it_asks
from suppliers.models import AdmissionRound, Application, FrameworkList, Listing, ServiceArea


@dataclass(frozen=True)
class CarriedOver:
    """Answers as they would be typed, by the id of the question that asks the same now, places as a draft keeps them, and from where they come."""

    source: Application | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    places: list[dict[str, Any]] = field(default_factory=list)


def carried_over(application: Application) -> CarriedOver:
    """What the supplier's last received application asked for, and answered to questions that this one asks in the same words and limits.

    Files are not carried over, for they belong to the application with which they came.
    """
    asked = [question for question in application.questions() if question.kind != Question.Kind.FILE]
    before = Application.objects.counting().filter(supplier=application.supplier_id).exclude(pk=application.pk)
    source = before.select_related("round").order_by("-submitted_at").first()
    received = source.received() if source else None
    if source is None or received is None:
        return CarriedOver()
    said = received.content["answers"]
    earlier = [(what_it_asks(question), said[str(question.pk)]) for question in source.questions() if str(question.pk) in said]
    found = ((question, next((answer for asks, answer in earlier if asks == what_it_asks(question)), None)) for question in asked)
    typed = {str(question.pk): as_typed(answer) for question, answer in found if answer is not None}
    return CarriedOver(source, typed, _places(application, source.round, received.content["places"]))


def _places(application: Application, before: AdmissionRound, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was asked for then, by the codes of lists, areas and services, where the framework has these and the supplier is not listed yet."""
    lists, areas, services = _parts(before)
    then = {(lists[each["framework_list"]], areas[each["area"]]): {services[key] for key in each["services"]} for each in asked}
    lists, areas, services = _parts(application.round)
    listed = Listing.objects.filter(supplier=application.supplier_id, ended_at__isnull=True).values_list("framework_list", "area")
    standing = {(str(framework_list), str(area)) for framework_list, area in listed}
    return [
        {"framework_list": on, "area": area, "services": sorted(key for key, code in services.items() if code in then[lists[on], areas[area]])}
        for on in sorted(lists)
        for area in sorted(areas)
        if (lists[on], areas[area]) in then and (on, area) not in standing
    ]


def _parts(round_: AdmissionRound) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """The codes of the lists, areas and services of a round's framework, by their ids as text; that of a service says its area's too."""
    lists = FrameworkList.objects.filter(framework=round_.framework_id).values_list("pk", "code")
    areas = list(ServiceArea.objects.filter(framework=round_.framework_id).prefetch_related("services"))
    services = {str(service.pk): f"{area.code}/{service.code}" for area in areas for service in area.services.all()}
    return {str(pk): code for pk, code in lists}, {str(area.pk): area.code for area in areas}, services


def unconfirmed(application: Application, asked: list[Question]) -> list[Question]:
    """Those of the questions asked whose answer was carried over, and that nobody has confirmed or changed since."""
    waiting = set(application.to_confirm)
    return [question for question in asked if str(question.pk) in waiting]
