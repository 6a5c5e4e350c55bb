"""What the public reads once a tender is closed, and once its award is confirmed: winner, lot, value, date; and the contract."""

from datetime import timedelta

import pytest

from contracts.models import Contract
from procurement.models import Award, Tender
from tests.factories.evaluations import ANNOUNCED_AT, OPENED_AT, STANDSTILL_ENDS_AT, awarded_tender, tender_in_standstill
from tests.factories.tenders import CLOSES_AT, issued_tender

pytestmark = pytest.mark.django_db


def it_is(moment, monkeypatch):
    monkeypatch.setattr("commissioning.clock.now", lambda: moment)


def words(response):
    return " ".join(response.text.split())


def test_nobody_outside_reads_who_won_before_the_award_is_confirmed(client, monkeypatch):
    tender = tender_in_standstill(suppliers=2)
    it_is(ANNOUNCED_AT, monkeypatch)
    for address in (f"/tenders/{tender.pk}/", "/tenders/closed/", "/tenders/awarded/"):
        assert "BUPA" not in words(client.get(address))


def test_everybody_reads_who_won_which_lot_for_how_much_and_when(client, monkeypatch):
    tender = awarded_tender(suppliers=2)
    it_is(STANDSTILL_ENDS_AT + timedelta(days=1), monkeypatch)
    award = Award.objects.confirmed().filter(lot__tender=tender).first()
    page, listed = words(client.get(f"/tenders/{tender.pk}/")), words(client.get("/tenders/awarded/"))
    for shown in (page, listed):
        assert str(award.supplier) in shown
        assert f"{award.value:,.2f}".removesuffix(".00") in shown
    assert award.reasons not in page + listed
    assert tender.title in listed


def test_a_signed_contract_and_its_tender_lead_to_each_other(client, monkeypatch):
    tender = awarded_tender(suppliers=2)
    it_is(STANDSTILL_ENDS_AT + timedelta(days=1), monkeypatch)
    contract = Contract.objects.filter(award__lot__tender=tender).first()
    assert contract.get_absolute_url() not in words(client.get(f"/tenders/{tender.pk}/"))
    Contract.objects.filter(pk=contract.pk).update(status=Contract.Status.SIGNED, signed_at=STANDSTILL_ENDS_AT)
    assert contract.get_absolute_url() in words(client.get(f"/tenders/{tender.pk}/"))
    assert tender.get_absolute_url() in words(client.get(contract.get_absolute_url()))


def test_a_tender_stands_in_one_list_at_a_time(client, monkeypatch):
    tender = issued_tender(suppliers=1)
    for moment, where in ((CLOSES_AT - timedelta(microseconds=1), "open"), (CLOSES_AT, "closed"), (OPENED_AT, "closed")):
        it_is(moment, monkeypatch)
        found = [name for name in ("open", "closed", "awarded") if tender.title in words(client.get(f"/tenders/{name}/"))]
        assert found == [where]
    Tender.objects.filter(pk=tender.pk).update(is_public=False)
    assert tender.title not in words(client.get("/tenders/closed/"))


def test_the_list_of_awards_costs_as_many_queries_for_more(client, monkeypatch, django_assert_max_num_queries):
    first = awarded_tender(suppliers=2)
    it_is(STANDSTILL_ENDS_AT + timedelta(days=1), monkeypatch)
    client.get("/tenders/awarded/")
    second = awarded_tender(suppliers=2)
    with django_assert_max_num_queries(8):
        page = words(client.get("/tenders/awarded/"))
    assert page.count(f"/tenders/{first.pk}/") == page.count(f"/tenders/{second.pk}/") == 1
