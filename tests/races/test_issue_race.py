"""A supplier is suspended at the instant at which a tender is issued: it is not invited, or its buyer is told; and without the lock neither.

RACE_ROUNDS says how many rounds are run (40 on PostgreSQL and 10 on SQLite unless it does).
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from commissioning import letters, moves
from commissioning.models import TrailEntry, User
from procurement.actions.tenders import issue_tender
from procurement.models import Invitation
from suppliers.actions.listings import reinstate_listing, suspend_listing
from suppliers.models import Listing
from tests.factories.admissions import curator
from tests.factories.people import NOON
from tests.factories.tenders import approved_tender, listed_suppliers, who
from tests.races.test_opening_race import close_connections, rounds

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@dataclass
class Race:
    """Two listed suppliers, of whom one is suspended again and again; a tender in each round."""

    listing: Listing
    curator: User
    lead: User
    pool: ThreadPoolExecutor
    number: int = 0

    def run(self) -> list[str]:
        """Let both go together; what went wrong."""
        self.number += 1
        at, barrier = NOON + timedelta(seconds=self.number), Barrier(2)
        tender, later = approved_tender(title=f"Tender {self.number}", at=NOON), at + timedelta(microseconds=1)
        acts = (
            lambda: suspend_listing(self.listing.pk, ends_at=at + timedelta(days=1), reason="A breach.", by=self.curator, at=at),
            lambda: issue_tender(tender.pk, by=self.lead, at=later),
        )
        for running in [self.pool.submit(self._act, barrier, act) for act in acts]:
            running.result()
        is_invited = Invitation.objects.filter(tender=tender, supplier=self.listing.supplier_id).exists()
        is_noted = TrailEntry.objects.filter(docket=tender.docket_id, verb="note_listing").exists()
        reinstate_listing(self.listing.pk, reason="It was made good.", by=self.curator, at=at + timedelta(microseconds=2))
        return ["it is invited, and its buyer is not told that it is suspended"] if is_invited and not is_noted else []

    @staticmethod
    def _act(barrier: Barrier, act: Callable[[], Any]) -> None:
        barrier.wait()
        act()


@pytest.fixture
def race(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Race]:
    # Letters are written in the transaction, as always; that they are then sent takes no part in the race.
    monkeypatch.setattr(letters, "_ring", lambda: None)
    firm = listed_suppliers(2)[0]
    approved_tender(title="The first, which makes the people", at=NOON)
    with ThreadPoolExecutor(2) as pool:
        yield Race(Listing.objects.get(supplier=firm), curator(), who("lead"), pool)
        barrier = Barrier(2)
        for closing in [pool.submit(close_connections, barrier) for _ in range(2)]:
            closing.result()


def run_all(race: Race) -> list[list[str]]:
    """Each round's wrongs."""
    found = [race.run() for _ in range(rounds())]
    print(f"\n{len(found)} rounds of an issue and a suspension on {connection.vendor}: {sum(map(bool, found))} went wrong")
    return found


def test_nobody_who_is_suspended_as_a_tender_is_issued_is_invited_unless_the_buyer_is_told(race):
    assert [wrongs for wrongs in run_all(race) if wrongs] == []


@pytest.mark.postgres
def test_without_the_frameworks_lock_somebody_is_invited_and_the_buyer_is_not_told(race, monkeypatch):
    """The control: the same race, with the tender alone locked, must go wrong; else the one above proves nothing."""
    monkeypatch.setattr(moves, "_hold_what_comes_before", lambda model, pk, verb: None)
    assert sum(map(bool, run_all(race))) * 8 >= rounds()
