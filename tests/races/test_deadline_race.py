"""Twelve suppliers submit while the deadline passes and the bids are counted: none is left on the wrong side.

A bid is on the wrong side if its supplier was told that it was received and the count at the close did not hold it, or the
other way round. RACE_ROUNDS says how many rounds are run (40 on PostgreSQL and 10 on SQLite unless it does).
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from commissioning import clock, letters, moves
from commissioning.models import User
from commissioning.refusals import Refused
from procurement.actions import bids, openings
from procurement.models import Bid, Opening, OpeningConfirmation, Receipt, Submission, Tender
from tests.factories.bids import bid_manager, drafted_bid
from tests.factories.tenders import issued_tender, term_after, who

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SUPPLIERS = 12
# Suppliers press the button within so many seconds of the start.
SPREAD = 0.1
# Between its look at the clock and its commit a bid takes up to so many seconds more than here: as long as on a slow disk, or the
# twelve, who share one interpreter, would seldom be overtaken by the close, lock or no lock.
SLOWNESS = 0.06


def rounds() -> int:
    return int(os.environ.get("RACE_ROUNDS", "40" if connection.vendor == "postgresql" else "10"))


@dataclass
class Race:
    """One tender with a complete draft of each supplier, run again and again."""

    tender: Tender
    entrants: list[tuple[UUID, User]]
    openers: tuple[User, User]
    pool: ThreadPoolExecutor
    chance: random.Random = field(default_factory=lambda: random.Random(20070521))
    lead: float = 3 * SPREAD
    # What the supplier's side says the time is: nothing, for the act reads it under the lock.
    moment: Callable[[], datetime | None] = lambda: None

    def run(self, close: Callable[["Race"], set[UUID]]) -> "Round":
        """Set a deadline a moment ahead, let all go together, and see what is left. `close` gives the submissions that it counted."""
        self._clear()
        barrier = Barrier(SUPPLIERS + 1)
        lead = self.lead * self.chance.uniform(0.7, 1.3)
        closes_at = clock.now() + timedelta(seconds=lead)
        Tender.objects.filter(pk=self.tender.pk).update(closes_at=closes_at)
        running = [self.pool.submit(self._submit, barrier, self.chance.uniform(0, SPREAD), *entrant) for entrant in self.entrants]
        counting = self.pool.submit(self._close, barrier, closes_at, close)
        told = {bid for (bid, _), outcome in zip(self.entrants, running, strict=True) if outcome.result()}
        # The deadline goes where about half come in time, however fast this machine is just now.
        self.lead *= 0.8 if len(told) > SUPPLIERS / 2 else 1.25
        return Round(closes_at, told, counting.result())

    def _submit(self, barrier: Barrier, wait: float, bid: UUID, person: User) -> bool:
        barrier.wait()
        time.sleep(wait)
        try:
            return bids.submit_bid(bid, by=person, at=self.moment()).status == Bid.Status.SUBMITTED
        except Refused:
            return False

    def _close(self, barrier: Barrier, closes_at: datetime, close: Callable[["Race"], set[UUID]]) -> set[UUID]:
        barrier.wait()
        while (left := (closes_at - clock.now()).total_seconds()) > 0:
            time.sleep(left)
        return close(self)

    def _clear(self) -> None:
        Receipt.objects.all().delete()
        Submission.objects.all().delete()
        Opening.objects.all().delete()
        OpeningConfirmation.objects.all().delete()
        Bid.objects.update(status=Bid.Status.DRAFT, versions=0)
        Tender.objects.update(status=Tender.Status.ISSUED, bids_opened_at=None)


def count_at_once(race: Race) -> set[UUID]:
    """The quickest close there is: lock the tender, see by the clock that the deadline has passed, count."""
    with transaction.atomic():
        tender = moves._locked(Tender, race.tender.pk)
        assert tender.is_closed_unopened(clock.now())
        return set(Submission.objects.counting().values_list("pk", flat=True))


def open_them(race: Race) -> set[UUID]:
    """The close as it is: two openers confirm, and the opening records what it counted."""
    for opener in race.openers:
        openings.confirm_opening(race.tender.pk, by=opener)
    return {UUID(entry["submission"]) for entry in Opening.objects.get().bids}


@dataclass
class Round:
    """What a round left: those who were told that their bid was received, and what the close counted."""

    closes_at: datetime
    told: set[UUID]
    counted: set[UUID]

    def wrongs(self) -> list[str]:
        stored = {submission.bid_id: submission for submission in Submission.objects.all()}
        receipts = set(Receipt.objects.values_list("submission__bid", flat=True))
        return [
            *(f"told and not stored: {bid}" for bid in self.told - stored.keys()),
            *(f"stored and not told: {bid}" for bid in stored.keys() - self.told),
            *(f"received and not counted: {bid}" for bid, submission in stored.items() if submission.pk not in self.counted),
            *(f"received at the deadline or later: {bid}" for bid, submission in stored.items() if submission.received_at >= self.closes_at),
            *(f"received without a receipt: {bid}" for bid in stored.keys() - receipts),
        ]


@pytest.fixture
def race(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Race]:
    # Letters are written in the transaction, as always; that they are then sent takes no part in the race.
    monkeypatch.setattr(letters, "_ring", lambda: None)
    monkeypatch.setattr(bids, "write_receipt", slowly(bids.write_receipt))
    tender = issued_tender(suppliers=SUPPLIERS)
    lot = tender.lots.get(number=1)
    entrants = [(drafted_bid(invitation, lot).pk, bid_manager(invitation)) for invitation in tender.invitations.all()]
    now = clock.now()
    Tender.objects.update(issued_at=now - timedelta(days=1), closes_at=now + timedelta(days=1), **term_after(now))
    with ThreadPoolExecutor(SUPPLIERS + 1) as pool:
        yield Race(tender, entrants, (who("opener1"), who("opener2")), pool)
        on_every_thread(pool, connections.close_all)


def slowly(write: Callable[..., Receipt]) -> Callable[..., Receipt]:
    def written_slowly(*args: Any) -> Receipt:
        time.sleep(random.uniform(0, SLOWNESS))
        return write(*args)

    return written_slowly


def on_every_thread(pool: ThreadPoolExecutor, do: Callable[[], Any]) -> None:
    barrier = Barrier(SUPPLIERS + 1)

    def meet() -> None:
        do()
        barrier.wait()

    for running in [pool.submit(meet) for _ in range(SUPPLIERS + 1)]:
        running.result()


def run_all(race: Race, close: Callable[[Race], set[UUID]], how_many: int) -> list[list[str]]:
    """Each round's wrongs."""
    received, found = 0, []
    for _ in range(how_many):
        done = race.run(close)
        received += len(done.told)
        found.append(done.wrongs())
    refused = how_many * SUPPLIERS - received
    print(f"\n{how_many} rounds of {SUPPLIERS} on {connection.vendor}: {received} received, {refused} refused, {sum(map(bool, found))} went wrong")
    assert received, "every bid came too late: there was no race"
    assert refused, "every bid came in time: there was no race"
    return found


def test_no_bid_is_on_the_wrong_side_of_the_deadline(race):
    assert [wrongs for wrongs in run_all(race, count_at_once, rounds()) if wrongs] == []


def test_the_opening_counts_every_bid_that_was_received(race):
    assert [wrongs for wrongs in run_all(race, open_them, max(rounds() // 4, 5)) if wrongs] == []


@pytest.mark.postgres
def test_without_the_lock_bids_are_left_on_the_wrong_side(race, monkeypatch):
    """The control: the same race, with the tender not locked, must go wrong; else those above prove nothing."""

    def unlocked(model, pk):
        return model._default_manager.select_related(*([model.ROOT] if model.ROOT else [])).get(pk=pk)

    monkeypatch.setattr(moves, "_locked", unlocked)
    found = run_all(race, count_at_once, rounds())
    assert sum(map(bool, found)) * 8 >= rounds()


def test_with_the_clock_read_before_the_lock_bids_are_left_on_the_wrong_side(race):
    """The other control: a moment that was read before the lock is a rumour, on either database."""
    race.moment = clock.now
    assert any(run_all(race, count_at_once, rounds()))
