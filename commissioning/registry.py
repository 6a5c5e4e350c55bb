"""Where each application adds what the pages that gather from all floors show."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from commissioning.models.people import ClockJob
from commissioning.pace import Pace


@dataclass(frozen=True)
class DeskItem:
    """Something that needs the viewer, and by when (None: no date)."""

    title: str
    href: str
    what: str
    due_at: datetime | None = None


@dataclass(frozen=True)
class Deadline:
    """A moment that matters to the viewer, for the calendar and its feed."""

    at: datetime
    title: str
    href: str
    uid: str


@dataclass(frozen=True)
class Found:
    """One answer to a search."""

    title: str
    href: str
    kind: str
    summary: str = ""


@dataclass(frozen=True)
class Table:
    """Rows that a higher floor shows on a page of a lower one; a cell is what tables of data take."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    empty: str


@dataclass(frozen=True)
class Queue:
    """Work of the framework authority of one sort that waits, the most pressing first."""

    title: str
    items: Sequence[DeskItem]
    empty: str


class UsedPlace(NamedTuple):
    """A commissioner, and the list and area of a framework, by their names."""

    framework: str
    buyer: str
    framework_list: str
    area: str


@dataclass(frozen=True)
class Use:
    """What a commissioner has done under a framework for one list and area: how often, and for how many pounds; a floor tells of its own alone."""

    place: UsedPlace
    tenders: int = 0
    awards: int = 0
    contracts: int = 0
    value: Decimal = Decimal(0)


@dataclass(frozen=True)
class Link:
    """A place in the navigation; `may` says for whom it is there at all, and `menu` in whose menu it stands (None: for all, and in all).

    Whoever may go there and has it not in the menu finds it at the foot of every page.
    """

    text: str
    url_name: str
    order: int
    may: Callable[[Any], bool] | None = None
    menu: Callable[[Any], bool] | None = None


@dataclass(frozen=True)
class Due:
    """Something that has fallen due: the act that tells of it, and its record."""

    act: Callable[..., Any]
    record_id: UUID
    what: str

    def announce(self, job: ClockJob) -> None:
        """Carry the act out in the job's name."""
        self.act(self.record_id, what=self.what, by=job)


# Each provider takes the viewer and the moment, and answers from what that viewer may see.
desk: list[Callable[[Any, datetime], Iterable[DeskItem]]] = []
deadlines: list[Callable[[Any, datetime], Iterable[Deadline]]] = []
searches: list[Callable[[Any, str], Iterable[Found]]] = []
# Each takes the viewer and a record of a lower floor, and answers what became of it on its own, as far as the viewer may see it.
sequels: list[Callable[[Any, Any], Iterable[Found]]] = []
# Each takes a supplier, the viewer and the moment, and answers what its floor shows on the supplier's public page.
profiles: list[Callable[[Any, Any, datetime], Table]] = []
navigation: list[Link] = []
# Each takes the viewer, who keeps a framework, and the moment; and answers what waits there, how long steps take, and how much it is used.
queues: list[Callable[[Any, datetime], Iterable[Queue]]] = []
paces: list[Callable[[Any, datetime], Iterable[Pace]]] = []
uses: list[Callable[[Any, datetime], Iterable[Use]]] = []
# Each takes the moment, and answers what has fallen due and was not told; at most a few hundred at a time.
due: list[Callable[[datetime], Iterable[Due]]] = []
# Each takes the code of a period rule, and answers with whatever was published and counts by it.
rules_in_force: list[Callable[[str], Iterable[Any]]] = []
# Each names a function that builds its floor's part of the demo world as it stands at a moment, and says what it has built; in the
# order of the floors. Names, so that nothing of the demo is loaded where there is none.
demos: list[str] = []
