"""Two openers confirm at the same instant, each twice: the bids are opened, once; and without the lock they are not.

RACE_ROUNDS says how many rounds are run (40 on PostgreSQL and 10 on SQLite unless it does).
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from commissioning import clock, letters, moves
from commissioning.models import TrailEntry, User
from commissioning.refusals import Refused
from commissioning.trail import first_break
from procurement.actions import openings
from procurement.models import Opening, OpeningConfirmation, Submission, Tender
from tests.factories.tenders import closed_tender, term_after, who

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CLICKS = 4


def rounds() -> int:
    return int(os.environ.get("RACE_ROUNDS", "40" if connection.vendor == "postgresql" else "10"))


@dataclass
class Race:
    """A closed tender, opened again and again by two people who each press the button twice."""

    tender: Tender
    openers: tuple[User, User]
    pool: ThreadPoolExecutor

    def run(self) -> list[str]:
        """Let all go together; what went wrong."""
        self._clear()
        before = TrailEntry.objects.filter(verb="open_bids").count()
        barrier = Barrier(CLICKS)
        running = [self.pool.submit(self._confirm, barrier, opener) for opener in self.openers * 2]
        done = sum(one.result() for one in running)
        self.tender.refresh_from_db()
        opened = TrailEntry.objects.filter(verb="open_bids").count() - before
        sealed = Submission.objects.filter(opened_at__isnull=True).count()
        return [
            *([f"{done} confirmations went through"] if done != 2 else []),
            *([f"opened {opened} times"] if opened != 1 else []),
            *([f"{sealed} bids are sealed still"] if sealed else []),
            *(["it is not in evaluation"] if self.tender.status != Tender.Status.OPENED else []),
        ]

    def _confirm(self, barrier: Barrier, opener: User) -> bool:
        barrier.wait()
        try:
            openings.confirm_opening(self.tender.pk, by=opener)
        except Refused:
            return False
        return True

    def _clear(self) -> None:
        Opening.objects.all().delete()
        OpeningConfirmation.objects.all().delete()
        Submission.objects.update(opened_at=None)
        Tender.objects.update(status=Tender.Status.ISSUED, bids_opened_at=None)


@pytest.fixture
def race(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Race]:
    # Letters are written in the transaction, as always; that they are then sent takes no part in the race.
    monkeypatch.setattr(letters, "_ring", lambda: None)
    tender = closed_tender(suppliers=2)
    now = clock.now()
    Tender.objects.update(issued_at=now - timedelta(days=2), closes_at=now - timedelta(minutes=1), **term_after(now))
    with ThreadPoolExecutor(CLICKS) as pool:
        yield Race(tender, (who("opener1"), who("opener2")), pool)
        barrier = Barrier(CLICKS)
        for closing in [pool.submit(close_connections, barrier) for _ in range(CLICKS)]:
            closing.result()


def close_connections(barrier: Barrier) -> None:
    """Those of this thread, once every thread is here."""
    connections.close_all()
    barrier.wait()


def run_all(race: Race) -> list[list[str]]:
    """Each round's wrongs."""
    found = [race.run() for _ in range(rounds())]
    print(f"\n{len(found)} rounds of {CLICKS} clicks on {connection.vendor}: {sum(map(bool, found))} went wrong")
    return found


def test_two_openers_at_the_same_instant_open_once(race):
    assert [wrongs for wrongs in run_all(race) if wrongs] == []
    race.tender.docket.refresh_from_db()
    assert first_break(race.tender.docket) is None


@pytest.mark.postgres
def test_without_the_lock_they_do_not(race, monkeypatch):
    """The control: the same race, with the tender not locked, must go wrong; else the one above proves nothing."""

    def unlocked(model, pk):
        return model._default_manager.select_related(*([model.ROOT] if model.ROOT else [])).get(pk=pk)

    monkeypatch.setattr(moves, "_locked", unlocked)
    found = run_all(race)
    assert sum(map(bool, found)) * 8 >= rounds()
