"""The end of a contract is announced in time, each notice once, and none of a time before the contract."""

from datetime import date, timedelta

import pytest

from commissioning.announcing import JOB, AlreadyTold
from commissioning.clock import in_london, london
from commissioning.models import Letter
from commissioning.refusals import Refused
from contracts.actions.announcements import announce_due_of_contract
from contracts.models import NOTICE_DAYS, Contract
from contracts.providers import due
from tests.factories.contracts import SIGNED_AT, signed_contract

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def noon(on: date):
    return london(on.year, on.month, on.day, 12)


def due_on(on: date) -> list[str]:
    return [item.what for item in due(noon(on))]


def lasting(days: int, starts_on: date) -> Contract:
    """A signed contract whose last day comes so many days after its first."""
    contract = signed_contract()
    Contract.objects.filter(pk=contract.pk).update(starts_on=starts_on, ends_on=starts_on + timedelta(days=days))
    contract.refresh_from_db()
    return contract


def test_each_notice_is_due_from_its_day_until_the_next_ones():
    end = signed_contract().ends_on
    assert due_on(end - 181 * DAY) == []
    assert due_on(end - 180 * DAY) == due_on(end - 91 * DAY) == ["ends_in:180"]
    assert due_on(end - 90 * DAY) == due_on(end - 31 * DAY) == ["ends_in:90"]
    assert due_on(end - 30 * DAY) == due_on(end) == ["ends_in:30"]
    assert due_on(end + DAY) == []


def test_a_contract_of_a_hundred_days_has_no_notice_of_half_a_year_and_never_two_at_once():
    contract = lasting(100, in_london(SIGNED_AT).date() + 5 * DAY)
    assert due_on(contract.starts_on) == []
    assert due_on(contract.starts_on + 9 * DAY) == []
    assert due_on(contract.starts_on + 10 * DAY) == ["ends_in:90"]
    assert due_on(contract.ends_on) == ["ends_in:30"]


@pytest.mark.parametrize("days", [29, 30])
def test_a_contract_that_begins_no_earlier_than_its_last_notice_has_none(days):
    contract = lasting(days, in_london(SIGNED_AT).date() + 5 * DAY)
    assert [due_on(contract.starts_on + n * DAY) for n in range(days + 1)] == [[]] * (days + 1)


def test_a_contract_that_began_before_it_was_signed_has_no_notice_of_a_day_that_had_passed_then():
    signed_on = in_london(SIGNED_AT).date()
    contract = lasting(400, signed_on - 310 * DAY)  # the notice of 90 days fell on the very day of the signature
    assert contract.ends_on - 90 * DAY == signed_on
    assert due_on(signed_on + DAY) == []
    assert due_on(contract.ends_on - 30 * DAY) == ["ends_in:30"]


@pytest.mark.parametrize(("length", "late"), [(1000, 0), (100, 0), (31, 0), (30, 0), (1, 0), (400, 310), (400, 309), (400, 311)])
def test_the_rule_of_notices_is_the_same_for_one_and_for_many(length, late):
    contract = lasting(length, in_london(SIGNED_AT).date() - late * DAY)
    days = {contract.ends_on - n * DAY + step * DAY for n in (*NOTICE_DAYS, 0) for step in (-1, 0, 1)}
    for on in days | {contract.starts_on, in_london(SIGNED_AT).date()}:
        found = [days for days in NOTICE_DAYS if Contract.objects.due_for_notice(days, on).filter(pk=contract.pk).exists()]
        assert found == ([contract.notice_due(on)] if contract.notice_due(on) else [])


def test_the_announcement_of_an_end_reaches_both_parties_once():
    contract = signed_contract()
    at = noon(contract.ends_on - 180 * DAY)
    announce_due_of_contract(contract.pk, what="ends_in:180", by=JOB, at=at)
    with pytest.raises(AlreadyTold):
        announce_due_of_contract(contract.pk, what="ends_in:180", by=JOB, at=at)
    assert list(due(at)) == []
    told = Letter.objects.filter(template__startswith="contract_ends_soon").values_list("recipient__email", flat=True)
    assert sorted(told) == ["bids@bupa.example", "contracts@hillingdon.example"]


@pytest.mark.parametrize("what", ["ends_in:90", "ends_in:None", "ends_in:181", "anything"])
def test_a_notice_that_is_not_due_is_not_given(what):
    contract = signed_contract()
    with pytest.raises(Refused, match="is not due"):
        announce_due_of_contract(contract.pk, what=what, by=JOB, at=noon(contract.ends_on - 180 * DAY))
    assert not Letter.objects.filter(template__startswith="contract_ends_soon").exists()


def test_nothing_is_announced_of_a_contract_that_has_no_notice_due():
    contract = signed_contract()
    with pytest.raises(Refused, match="is not due"):
        announce_due_of_contract(contract.pk, what="ends_in:None", by=JOB, at=noon(contract.ends_on - 181 * DAY))
