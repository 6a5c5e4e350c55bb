"""Two tenders for one list and area are issued at the same instant, each to one of two suppliers in turn: each is asked once.

Without the lock one of them is asked twice. RACE_ROUNDS says how many rounds are run (40 on PostgreSQL and 10 on SQLite unless it does).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from commissioning import letters, moves
from commissioning.models import User
from procurement.actions import tenders
from procurement.models import Invitation, Tender
from suppliers.models import Framework
from tests.factories.frameworks import published_version
from tests.factories.people import NOON
from tests.factories.tenders import approved_tender, listed_suppliers, who
from tests.races.test_opening_race import close_connections, rounds

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@dataclass
class Race:
    """Two suppliers, of whom a call-off invites one; two tenders in each round."""

    lead: User
    pool: ThreadPoolExecutor
    number: int = 0

    def run(self) -> list[str]:
        """Let both go together; what went wrong."""
        self.number += 1
        at, barrier = NOON + timedelta(seconds=self.number), Barrier(2)
        both = [approved_tender(title=f"Tender {self.number} {which}", at=NOON) for which in ("A", "B")]
        moments = (at, at + timedelta(microseconds=1))
        for running in [self.pool.submit(self._issue, barrier, tender, moment) for tender, moment in zip(both, moments, strict=True)]:
            running.result()
        asked = set(Invitation.objects.filter(tender__in=both).values_list("supplier", flat=True))
        return [] if len(asked) == 2 else [f"{len(asked)} supplier was asked by both"]

    def _issue(self, barrier: Barrier, tender: Tender, at: datetime) -> None:
        barrier.wait()
        tenders.issue_tender(tender.pk, by=self.lead, at=at)


@pytest.fixture
def race(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Race]:
    monkeypatch.setattr(letters, "_ring", lambda: None)
    listed_suppliers(2)
    Framework.objects.filter(reference="fesc").update(asks_at_most=1)
    published_version(Framework.objects.get(reference="fesc"))
    approved_tender(title="The first, which makes the people", at=NOON)
    with ThreadPoolExecutor(2) as pool:
        yield Race(who("lead"), pool)
        barrier = Barrier(2)
        for closing in [pool.submit(close_connections, barrier) for _ in range(2)]:
            closing.result()


def run_all(race: Race) -> list[list[str]]:
    """Each round's wrongs."""
    found = [race.run() for _ in range(rounds())]
    print(f"\n{len(found)} rounds of two tenders on {connection.vendor}: {sum(map(bool, found))} went wrong")
    return found


def test_two_tenders_at_the_same_instant_ask_both_suppliers(race):
    assert [wrongs for wrongs in run_all(race) if wrongs] == []


@pytest.mark.postgres
def test_without_the_lock_one_supplier_is_asked_by_both(race, monkeypatch):
    """The control: the same race, with nothing locked, must go wrong; else the one above proves nothing."""

    def unlocked(model, pk):
        return model._default_manager.select_related(*([model.ROOT] if model.ROOT else [])).get(pk=pk)

    monkeypatch.setattr(moves, "_locked", unlocked)
    found = run_all(race)
    assert sum(map(bool, found)) * 8 >= rounds()
