"""A supplier proposes what it offers at the instant at which its listing ends: nothing is proposed after the end; and without the lock it is.

RACE_ROUNDS says how many rounds are run (40 on PostgreSQL and 10 on SQLite unless it does).
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from commissioning import letters, moves
from commissioning.models import User
from commissioning.refusals import Refused
from commissioning.trail import first_break
from suppliers.actions.listings import end_listing
from suppliers.actions.offers import propose_offer
from suppliers.models import Listing, Offer
from tests.factories.admissions import bids, curator, published_round
from tests.factories.frameworks import supplier
from tests.races.test_opening_race import close_connections, rounds

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@dataclass
class Race:
    """A listing that stands in each round anew, and offers nothing yet."""

    listing: Listing
    writer: User
    curator: User
    pool: ThreadPoolExecutor

    def run(self) -> list[str]:
        """Let both go together; what went wrong."""
        Offer.objects.all().delete()
        Listing.objects.update(ended_at=None, end_cause="", end_reason="")
        barrier = Barrier(2)
        acts = (
            lambda: propose_offer(self.listing.pk, text="We check data.", by=self.writer),
            lambda: end_listing(self.listing.pk, reason="It misled us.", by=self.curator),
        )
        for running in [self.pool.submit(self._try, barrier, act) for act in acts]:
            running.result()
        self.listing.refresh_from_db()
        ended, late = self.listing.ended_at, Offer.objects.filter(created_at__gte=self.listing.ended_at).exists()
        return [*([] if ended else ["it has not ended"]), *(["something is offered after the end"] if late else [])]

    @staticmethod
    def _try(barrier: Barrier, act: Callable[[], Any]) -> None:
        barrier.wait()
        with suppress(Refused):
            act()


@pytest.fixture
def race(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Race]:
    # Letters are written in the transaction, as always; that they are then sent takes no part in the race.
    monkeypatch.setattr(letters, "_ring", lambda: None)
    bupa = supplier()
    published_round(bupa)
    with ThreadPoolExecutor(2) as pool:
        yield Race(Listing.objects.get(), bids(bupa), curator(), pool)
        barrier = Barrier(2)
        for closing in [pool.submit(close_connections, barrier) for _ in range(2)]:
            closing.result()


def run_all(race: Race) -> list[list[str]]:
    """Each round's wrongs."""
    found = [race.run() for _ in range(rounds())]
    print(f"\n{len(found)} rounds of a proposal and an end on {connection.vendor}: {sum(map(bool, found))} went wrong")
    return found


def test_nothing_is_offered_with_a_listing_after_its_end(race):
    assert [wrongs for wrongs in run_all(race) if wrongs] == []
    docket = race.listing.docket_keeper().docket
    docket.refresh_from_db()
    assert first_break(docket) is None


@pytest.mark.postgres
def test_without_the_lock_it_is(race, monkeypatch):
    """The control: the same race, with nothing locked, must go wrong; else the one above proves nothing."""

    def unlocked(model, pk):
        return model._default_manager.select_related(*([model.ROOT] if model.ROOT else [])).get(pk=pk)

    monkeypatch.setattr(moves, "_locked", unlocked)
    assert sum(map(bool, run_all(race))) * 8 >= rounds()
