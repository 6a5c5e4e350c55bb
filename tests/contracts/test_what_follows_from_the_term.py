"""That a contract runs or has ended follows from its term: downloads, the API and the supplier's profile say it as the register does."""

import csv
import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from commissioning import clock
from contracts.models import Contract
from tests.contracts.test_register import copies
from tests.factories.contracts import offered_contract, signed_contract

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


def it_is(day, monkeypatch):
    moment = clock.london(day.year, day.month, day.day, 12)
    monkeypatch.setattr(clock, "now", lambda: moment)


def statuses(contract):
    """What each door says."""
    client = Client()
    lines = client.get("/contracts/register.csv").getvalue().decode("utf-8-sig").splitlines()
    sheet = load_workbook(BytesIO(client.get("/contracts/register.xlsx").getvalue())).active
    cells = dict(zip(*([cell.value for cell in line] for line in sheet.iter_rows(max_row=2)), strict=True))
    (row,) = json.loads(client.get("/contracts/register.json").getvalue())["contracts"]
    (shown,) = client.get("/api/v1/contracts/").json()["results"]
    return {next(csv.DictReader(lines))["Status"], cells["Status"], row["Status"], shown["phase"]}


def test_every_door_says_whether_a_signed_contract_has_begun_runs_or_has_ended(monkeypatch):
    contract = signed_contract()
    for day, status in (
        (contract.starts_on - A_DAY, "Signed, not begun"),
        (contract.starts_on, "Running"),
        (contract.ends_on, "Running"),
        (contract.ends_on + A_DAY, "Ended"),
    ):
        it_is(day, monkeypatch)
        assert statuses(contract) == {status}
        assert f"{status}</strong>" in Client().get("/contracts/").text


def test_the_register_breaks_a_term_only_between_its_days():
    signed_contract()
    assert Client().get("/contracts/").text.count('class="app-whole"') == 2


def profile_of(contract):
    return f"/suppliers/{contract.supplier_id}/"


def test_a_suppliers_profile_lists_its_signed_contracts(monkeypatch):
    contract = signed_contract()
    it_is(contract.ends_on + A_DAY, monkeypatch)
    page = Client().get(profile_of(contract)).text
    assert contract.get_absolute_url() in page
    assert "Ended" in page


def test_a_profile_shows_no_contract_that_is_not_signed():
    contract = offered_contract()
    page = Client().get(profile_of(contract)).text
    assert contract.get_absolute_url() not in page
    assert "It has no signed contract." in page


def test_a_profile_costs_the_same_for_one_contract_and_for_many():
    contract = signed_contract()

    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(profile_of(contract)).status_code == 200
        return len(queries)

    few = cost()
    copies(contract, 30)
    assert Contract.objects.count() > 30
    assert cost() == few
