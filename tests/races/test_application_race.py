"""Two colleagues save the same draft at once, and a member declines while the consortium submits: of each pair one goes through.

RACE_ROUNDS says how many rounds are run (40 on PostgreSQL and 10 on SQLite unless it does).
"""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from commissioning import clock, letters, moves
from commissioning.models import Role, User
from commissioning.refusals import Refused
from suppliers.actions import applications, confirmations
from suppliers.models import AdmissionRound, Application, ApplicationVersion, MemberConfirmation
from tests.factories.admissions import A_PLACE, answered_application, asking_round, bids, confirmed, wanted
from tests.factories.consortia import a_consortium

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PAIR = 2
# How long an act dwells between its look and its change, so that without a lock the other would come in between.
DWELLS = 0.01


def rounds() -> int:
    return int(os.environ.get("RACE_ROUNDS", "40" if connection.vendor == "postgresql" else "10"))


@pytest.fixture
def pool(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadPoolExecutor]:
    # Letters are written in the transaction, as always; that they are then sent takes no part in the race.
    monkeypatch.setattr(letters, "_ring", lambda: None)
    with ThreadPoolExecutor(PAIR) as pool:
        yield pool
        barrier = Barrier(PAIR)
        for closing in [pool.submit(close_connections, barrier) for _ in range(PAIR)]:
            closing.result()


@pytest.fixture
def draft(transactional_db: None) -> Application:
    """A consortium's, confirmed by every member, in a round that is open now."""
    made = confirmed(answered_application(asking_round(), a_consortium()))
    AdmissionRound.objects.update(closes_at=clock.london(2200, 1, 1))
    return Application.objects.get(pk=made.pk)


def close_connections(barrier: Barrier) -> None:
    """Those of this thread, once both are here."""
    connections.close_all()
    barrier.wait()


def slowly(act: Callable[..., Any]) -> Callable[..., Any]:
    def done_slowly(*args: Any, **kwargs: Any) -> Any:
        found = act(*args, **kwargs)
        time.sleep(DWELLS)
        return found

    return done_slowly


def together(pool: ThreadPoolExecutor, *acts: Callable[[], Any]) -> int:
    """How many of the two went through, let go at once."""
    barrier = Barrier(PAIR)

    def tried(act: Callable[[], Any]) -> bool:
        barrier.wait()
        try:
            act()
        except (Refused, ValidationError):
            return False
        return True

    return sum(running.result() for running in [pool.submit(tried, act) for act in acts])


def unlocked(model: Any, pk: Any) -> Any:
    return model._default_manager.select_related(*([model.ROOT] if model.ROOT else [])).get(pk=pk)


def saves(pool: ThreadPoolExecutor, draft: Application, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many of two colleagues, who read the same draft, saved; round by round."""
    monkeypatch.setattr(applications, "require_current", slowly(applications.require_current))
    places, by = wanted(A_PLACE), bids(draft.supplier)

    def save(revision: int, statement: str) -> Callable[[], Any]:
        return lambda: applications.save_application(draft.pk, statement=statement, places=places, revision=revision, by=by)

    found = []
    for _ in range(rounds()):
        revision = Application.objects.get(pk=draft.pk).revision
        found.append(together(pool, save(revision, "Mine."), save(revision, "Also mine.")))
    print(f"\n{len(found)} rounds on {connection.vendor}: both saved in {found.count(PAIR)}")
    return found


def decisions(pool: ThreadPoolExecutor, draft: Application, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many of a submission and a member's decline went through; round by round."""
    monkeypatch.setattr(applications, "checked_content", slowly(applications.checked_content))
    monkeypatch.setattr(confirmations, "latest_request", slowly(confirmations.latest_request))
    confirmation = MemberConfirmation.objects.filter(request__application=draft).select_related("company").first()
    assert confirmation is not None
    member, manager = confirmation.company.people(Role.BID_MANAGER)[0], bids(draft.supplier)

    def submit() -> Any:
        return applications.submit_application(draft.pk, by=User.objects.get(pk=manager.pk))

    def decline() -> Any:
        return confirmations.decline_application(confirmation.pk, reason="We think again.", by=User.objects.get(pk=member.pk))

    found = []
    for _ in range(rounds()):
        ApplicationVersion.objects.all().delete()
        draft.places.all().delete()
        Application.objects.update(status=Application.Status.DRAFT, submitted_at=None, received_hash="")
        MemberConfirmation.objects.update(status=MemberConfirmation.Status.CONFIRMED, reason="")
        found.append(together(pool, submit, decline))
    print(f"\n{len(found)} rounds on {connection.vendor}: both went through in {found.count(PAIR)}")
    return found


@pytest.mark.parametrize("race", [saves, decisions])
def test_of_two_that_exclude_each_other_one_goes_through(race, pool, draft, monkeypatch):
    assert set(race(pool, draft, monkeypatch)) == {1}


@pytest.mark.postgres
@pytest.mark.parametrize("race", [saves, decisions])
def test_without_the_lock_both_go_through(race, pool, draft, monkeypatch):
    """The control: the same race, with the round not locked, must go wrong; else the one above proves nothing."""
    monkeypatch.setattr(moves, "_locked", unlocked)
    assert race(pool, draft, monkeypatch).count(PAIR) * 8 >= rounds()
