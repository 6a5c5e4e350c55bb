"""Three assessors reach for the two seats of an application at the same instant: two get one; and without the lock three do.

RACE_ROUNDS says how many rounds are run (40 on PostgreSQL and 10 on SQLite unless it does).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from commissioning import clock, letters, moves
from commissioning.models import User
from commissioning.refusals import Refused
from commissioning.trail import first_break
from suppliers.actions.assessments import save_assessment
from suppliers.actions.assessors import declare_conflicts, name_assessors
from suppliers.models import AdmissionRound, Application, Assessment, Judgement
from tests.factories.admissions import curator
from tests.factories.assessments import ASSESSED_AT, applied, findings, judging_round, who
from tests.factories.frameworks import supplier
from tests.races.test_opening_race import close_connections, rounds

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NAMES = ("assessor1", "assessor2", "assessor3")


@dataclass
class Race:
    """A closed round with one application and three assessors."""

    application: Application
    assessors: list[User]
    found: list[Any]
    pool: ThreadPoolExecutor

    def run(self) -> list[str]:
        """Let all go together; what went wrong."""
        Judgement.objects.all().delete()
        Assessment.objects.all().delete()
        barrier = Barrier(len(self.assessors))
        running = [self.pool.submit(self._save, barrier, assessor) for assessor in self.assessors]
        done = sum(one.result() for one in running)
        seats = Assessment.objects.count()
        return [f"{done} were let in, and {seats} seats are taken"] if (done, seats) != (2, 2) else []

    def _save(self, barrier: Barrier, assessor: User) -> bool:
        barrier.wait()
        try:
            save_assessment(self.application.round_id, application=self.application.pk, findings=self.found, by=assessor)
        except Refused:
            return False
        return True


@pytest.fixture
def race(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Race]:
    monkeypatch.setattr(letters, "_ring", lambda: None)
    round_ = judging_round()
    application = applied(round_, supplier())
    people = [who(name) for name in NAMES]
    name_assessors(round_.pk, assessors=[each.pk for each in people], moderators=[who("moderator").pk], by=curator(), at=ASSESSED_AT)
    for person in people:
        declare_conflicts(round_.pk, conflicts=[], by=person, at=ASSESSED_AT)
    now = clock.now()
    AdmissionRound.objects.update(announced_at=now - timedelta(days=2), closes_at=now - timedelta(minutes=1))
    with ThreadPoolExecutor(len(people)) as pool:
        yield Race(application, people, findings(application), pool)
        barrier = Barrier(len(people))
        for closing in [pool.submit(close_connections, barrier) for _ in people]:
            closing.result()


def run_all(race: Race) -> list[list[str]]:
    """Each round's wrongs."""
    found = [race.run() for _ in range(rounds())]
    print(f"\n{len(found)} rounds of three assessors on {connection.vendor}: {sum(map(bool, found))} went wrong")
    return found


def test_of_three_at_the_same_instant_two_assess(race):
    assert [wrongs for wrongs in run_all(race) if wrongs] == []
    race.application.round.docket.refresh_from_db()
    assert first_break(race.application.round.docket) is None


@pytest.mark.postgres
def test_without_the_lock_all_three_do(race, monkeypatch):
    """The control: the same race, with the round not locked, must go wrong; else the one above proves nothing."""

    def unlocked(model, pk):
        return model._default_manager.select_related(*([model.ROOT] if model.ROOT else [])).get(pk=pk)

    monkeypatch.setattr(moves, "_locked", unlocked)
    found = run_all(race)
    assert sum(map(bool, found)) * 8 >= rounds()
