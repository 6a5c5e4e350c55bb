"""Two appeals of one supplier, in two rounds, are carried out at one instant: it is listed twice and signs once; without the lock one is refused.

RACE_ROUNDS says how many rounds are run (40 on PostgreSQL and 10 on SQLite unless it does).
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from commissioning import letters, moves
from commissioning.models import User
from suppliers.actions import agreements as sending
from suppliers.actions.admissions import send_decisions
from suppliers.actions.appeal_decisions import list_appellant
from suppliers.models import Appeal, FrameworkAgreement, Listing, Place
from tests.factories import admissions, agreements
from tests.factories.admissions import DECIDED_AT, announced_round, curator, decided, submitted_application
from tests.factories.appeals import CARRIED_OUT_AT, upheld_appeal
from tests.factories.frameworks import supplier
from tests.races.test_application_race import DWELLS, PAIR, close_connections, rounds, together

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pool(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadPoolExecutor]:
    # Letters are written in the transaction, as always; that they are then sent takes no part in the race.
    monkeypatch.setattr(letters, "_ring", lambda: None)
    begin_many = sending.begin_many

    def begun_late(*args: Any, **kwargs: Any) -> None:
        time.sleep(DWELLS)
        begin_many(*args, **kwargs)

    monkeypatch.setattr(sending, "begin_many", begun_late)
    with ThreadPoolExecutor(PAIR) as pool:
        yield pool
        barrier = Barrier(PAIR)
        for closing in [pool.submit(close_connections, barrier) for _ in range(PAIR)]:
            closing.result()


@pytest.fixture
def appeals(transactional_db: None) -> list[Appeal]:
    """One in each of two rounds of a framework that has terms to sign, upheld so that the appellant be listed."""
    agreements.with_terms(admissions.framework())
    firm, found = supplier(), []
    for area in ("performance", "engagement"):
        place = submitted_application(announced_round(), firm, ("micro", area)).places.get()
        decided(place, Place.Outcome.REFUSED)
        send_decisions(place.application.round_id, by=curator(), at=DECIDED_AT)
        found.append(upheld_appeal(Place.objects.get(pk=place.pk)))
    return found


def run_all(pool: ThreadPoolExecutor, appeals: list[Appeal]) -> list[tuple[int, int]]:
    """How many of the two went through, and how many agreements began; round by round."""
    by, found = curator().pk, []
    for _ in range(rounds()):
        FrameworkAgreement.objects.all().delete()
        Listing.objects.all().delete()
        Appeal.objects.update(status=Appeal.Status.UPHELD, carried_out_at=None)
        acts = [partial(list_appellant, appeal.pk, by=User.objects.get(pk=by), at=CARRIED_OUT_AT) for appeal in appeals]
        found.append((together(pool, *acts), FrameworkAgreement.objects.count()))
    print(f"\n{len(found)} rounds on {connection.vendor}: one was refused in {sum(through < PAIR for through, _ in found)}")
    return found


def test_two_appeals_of_one_supplier_are_both_carried_out_and_one_agreement_begins(pool, appeals):
    assert set(run_all(pool, appeals)) == {(PAIR, 1)}


@pytest.mark.postgres
def test_without_the_frameworks_lock_one_of_the_two_is_refused(pool, appeals, monkeypatch):
    """The control: the same race, with the rounds alone locked, must go wrong; else the one above proves nothing."""
    monkeypatch.setattr(moves, "_hold_what_comes_before", lambda model, pk, verb: None)
    assert sum(through < PAIR for through, _ in run_all(pool, appeals)) * 8 >= rounds()
