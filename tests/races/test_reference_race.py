"""Two frameworks whose tenders come to one series of references: each draft gets a number of its own; one that does not look again fails."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID

import pytest
from django.db import connections, transaction

from commissioning import letters
from commissioning.refusals import Refused
from procurement.actions import tenders
from procurement.models import Tender
from suppliers.models import Framework
from tests.factories.frameworks import live_framework
from tests.factories.people import NOON
from tests.factories.tenders import hillingdon, who

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
# How long the first draft waits for the second to come to the number that it has taken.
MEETING = 0.5


@pytest.fixture
def frameworks(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> tuple[Framework, Framework]:
    monkeypatch.setattr(letters, "_ring", lambda: None)
    hillingdon()
    return live_framework("calls"), live_framework("CALLS")


def draft(framework: Framework) -> str:
    chosen: dict[str, UUID] = {"framework_list": framework.lists.get(code="micro").pk, "area": framework.areas.get(code="performance").pk}
    return tenders.draft_tender(**chosen, title="Acute contracts", by=who("lead"), at=NOON).reference


def race(first: Framework, second: Framework) -> list[str]:
    """Both drafts at once: the first has its number and is not committed yet when the second comes for one."""
    numbered = Event()

    def drafted_first() -> str:
        try:
            with transaction.atomic():
                reference = draft(first)
                numbered.set()
                Event().wait(MEETING)
            return reference
        finally:
            numbered.set()
            connections.close_all()

    def drafted_second() -> str:
        try:
            numbered.wait()
            return draft(second)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return [running.result() for running in (pool.submit(drafted_first), pool.submit(drafted_second))]


def test_two_frameworks_that_meet_in_one_series_give_a_number_each(frameworks):
    assert race(*frameworks) == ["CALLS-HP-2026-001", "CALLS-HP-2026-002"]
    assert Tender.objects.count() == 2


@pytest.mark.postgres
def test_without_the_second_look_one_of_them_is_refused(frameworks, monkeypatch):
    """The control: the same race, with a number that is taken not passed over."""
    monkeypatch.setattr(tenders, "_is_taken", lambda reference: False)
    with pytest.raises(Refused):
        race(*frameworks)
