"""The menus of services that a framework's areas have, and what a draft asks for of them, in words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from suppliers.models import FrameworkList, ServiceArea

# What an application keeps of a place that it wants: list, area, and services, by their ids as text.
Wanted = Mapping[str, Any]


@dataclass(frozen=True)
class Menu:
    """An area, and the names of its services by their ids as text, in order."""

    area: str
    services: Mapping[str, str]


@dataclass(frozen=True)
class InWords:
    """A list and area that is asked for, with the services there, for people."""

    place: str
    services: list[str]


def menus_of(framework_id: UUID) -> dict[str, Menu]:
    """The menu of each area of the framework, by the area's id as text, in order; in two queries."""
    areas = ServiceArea.objects.filter(framework=framework_id).prefetch_related("services")
    return {str(area.pk): Menu(area.name, {str(service.pk): service.name for service in area.services.all()}) for area in areas}


def in_words(framework_id: UUID, places: Iterable[Wanted]) -> list[InWords]:
    """These places in the order of lists and areas, with their services in the order of the menu."""
    return [InWords(name, [menu.services[key] for key in menu.services if key in said]) for name, menu, said in _told(framework_id, places)]


def without_service(framework_id: UUID, places: Iterable[Wanted]) -> list[str]:
    """Those of these places that name no service, though their area's menu has some."""
    return [name for name, menu, said in _told(framework_id, places) if menu.services and not said]


def _told(framework_id: UUID, places: Iterable[Wanted]) -> Iterator[tuple[str, Menu, list[str]]]:
    asked = {(place["framework_list"], place["area"]): place["services"] for place in places}
    if not asked:
        return
    lists, menus = FrameworkList.objects.filter(framework=framework_id).values_list("pk", "name"), menus_of(framework_id)
    for list_id, name in lists:
        for area_id, menu in menus.items():
            if (said := asked.get((str(list_id), area_id))) is not None:
                yield f"{name}: {menu.area}", menu, said
