"""A report of a breach is withdrawn at the instant at which it is decided: one of the two happens; and without the lock both do.

RACE_ROUNDS says how many rounds are run (40 on PostgreSQL and 10 on SQLite unless it does).
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections

from commissioning import clock, letters, moves
from commissioning.models import TrailEntry, User
from commissioning.refusals import Refused
from commissioning.trail import first_break
from contracts.actions.breaches import decide_breach_report, withdraw_breach_report
from contracts.models import BreachReport
from contracts.models.breaches import BreachOutcome
from tests.factories import admissions
from tests.factories.breaches import replied_breach
from tests.factories.tenders import who

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
BOTH = ("decide_breach_report", "withdraw_breach_report")


def rounds() -> int:
    return int(os.environ.get("RACE_ROUNDS", "40" if connection.vendor == "postgresql" else "10"))


@dataclass
class Race:
    """A report that was replied to, decided and withdrawn at once, again and again."""

    report: BreachReport
    curator: User
    reporter: User
    pool: ThreadPoolExecutor

    def run(self) -> list[str]:
        """Let both go together; what went wrong."""
        empty: dict[str, Any] = {"outcome": "", "reasons": "", "decided_at": None, "withdrawn_at": None}
        BreachReport.objects.update(status=BreachReport.Status.REPLIED, **empty)
        done = TrailEntry.objects.filter(verb__in=BOTH, outcome=TrailEntry.Outcome.DONE)
        before = done.count()
        barrier = Barrier(2)
        acts = (
            lambda: decide_breach_report(self.report.pk, outcome=BreachOutcome.WARNING, reasons="It was late.", by=self.curator),
            lambda: withdraw_breach_report(self.report.pk, reason="It was made good.", by=self.reporter),
        )
        went = sum(running.result() for running in [self.pool.submit(self._try, barrier, act) for act in acts])
        self.report.refresh_from_db()
        both = self.report.decided_at and self.report.withdrawn_at
        return [
            *([f"{went} went through"] if went != 1 else []),
            *([f"{done.count() - before} stand on the trail"] if done.count() - before != 1 else []),
            *(["it is decided and withdrawn"] if both else []),
        ]

    @staticmethod
    def _try(barrier: Barrier, act: Callable[[], Any]) -> bool:
        barrier.wait()
        try:
            act()
        except Refused:
            return False
        return True


@pytest.fixture
def race(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Race]:
    # Letters are written in the transaction, as always; that they are then sent takes no part in the race.
    monkeypatch.setattr(letters, "_ring", lambda: None)
    report = replied_breach()
    now = clock.now()
    BreachReport.objects.update(reported_at=now - timedelta(days=2), replied_at=now - timedelta(days=1), reply_ends_at=now + timedelta(days=9))
    with ThreadPoolExecutor(2) as pool:
        yield Race(report, admissions.curator(), who("contracts"), pool)
        barrier = Barrier(2)
        for closing in [pool.submit(close_connections, barrier) for _ in range(2)]:
            closing.result()


def close_connections(barrier: Barrier) -> None:
    """Those of this thread, once every thread is here."""
    connections.close_all()
    barrier.wait()


def run_all(race: Race) -> list[list[str]]:
    """Each round's wrongs."""
    found = [race.run() for _ in range(rounds())]
    print(f"\n{len(found)} rounds of a decision and a withdrawal on {connection.vendor}: {sum(map(bool, found))} went wrong")
    return found


def test_a_report_is_decided_or_withdrawn_and_never_both(race):
    assert [wrongs for wrongs in run_all(race) if wrongs] == []
    race.report.docket.refresh_from_db()
    assert first_break(race.report.docket) is None


@pytest.mark.postgres
def test_without_the_lock_it_is_both(race, monkeypatch):
    """The control: the same race, with nothing locked, must go wrong; else the one above proves nothing."""

    def unlocked(model, pk):
        return model._default_manager.select_related(*([model.ROOT] if model.ROOT else [])).get(pk=pk)

    monkeypatch.setattr(moves, "_locked", unlocked)
    assert sum(map(bool, run_all(race))) * 8 >= rounds()
