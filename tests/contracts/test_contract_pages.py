"""Contracts on the register, in their workspace, in the downloads and in the API."""

import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commissioning.announcing import JOB
from commissioning.clock import london
from commissioning.models import Docket, Letter
from commissioning.refusals import Refused
from contracts.actions.announcements import announce_due_of_contract
from contracts.models import Contract
from contracts.providers import due
from procurement.models import Award
from tests.factories.contracts import drafted_contract, offered_contract, signed_contract
from tests.factories.tenders import bidder, hillingdon, who

pytestmark = pytest.mark.django_db


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_anybody_reads_a_signed_contract_and_its_statement():
    contract = signed_contract()
    page = Client().get(contract.get_absolute_url()).content.decode()
    assert "remains the statutory body" in page
    assert "Settlement" in page
    assert "Done by the supplier" in page
    assert bidder("bupa").name not in page.replace(str(contract.supplier), "")


def test_a_stranger_finds_nothing_where_a_draft_is():
    contract = drafted_contract()
    absent = Client().get(contract.get_absolute_url().replace(str(contract.pk), "00000000-0000-4000-8000-000000000000"))
    there = Client().get(contract.get_absolute_url())
    assert (there.status_code, there.content) == (absent.status_code, absent.content) == (404, absent.content)


def test_a_contract_is_taken_from_draft_to_signed_on_its_pages():
    contract = drafted_contract()
    keeper, supplier = signed_in(who("contracts")), signed_in(bidder("bupa"))
    scope = keeper.post(f"/contracts/{contract.pk}/set-scope/", {"functions": ["settlement"], "detail": "Validates activity data."})
    assert scope.status_code == 302
    assert keeper.post(f"/contracts/{contract.pk}/offer-contract/").status_code == 302
    for client in (keeper, supplier):
        page = client.get(f"/contracts/{contract.pk}/sign-contract/")
        assert "SHA-256" in page.content.decode()
        assert client.post(f"/contracts/{contract.pk}/sign-contract/", {"capacity": "Director", "agrees": "on"}).status_code == 302
    contract.refresh_from_db()
    assert contract.status == "signed"


def test_a_signature_without_a_capacity_is_asked_for_it_and_keeps_the_tick():
    contract = offered_contract()
    answer = signed_in(bidder("bupa")).post(f"/contracts/{contract.pk}/sign-contract/", {"capacity": "", "agrees": "on"})
    assert answer.status_code == 400
    assert "checked" in answer.content.decode()


def test_the_register_downloads_as_csv_with_the_functions():
    signed_contract()
    answer = Client().get("/contracts/register.csv")
    rows = list(csv.reader(answer.getvalue().decode("utf-8-sig").splitlines()))
    assert rows[0][0] == "Reference"
    assert rows[1][-1] == "Settlement"
    assert len(rows) == 2


def test_the_register_downloads_as_json_and_excel():
    signed_contract()
    assert len(Client().get("/contracts/register.json").json()["contracts"]) == 1
    assert Client().get("/contracts/register.xlsx").status_code == 200
    assert Client().get("/contracts/register.exe").status_code == 404


def test_how_a_trust_arranges_its_functions_follows_from_the_contracts_of_the_day():
    contract = signed_contract()
    address = f"/contracts/commissioners/{hillingdon().pk}/functions/"
    assert "BUPA" in Client().get(address, {"on": contract.starts_on.isoformat()}).content.decode()
    assert "BUPA" not in Client().get(address, {"on": (contract.starts_on - timedelta(days=1)).isoformat()}).content.decode()
    assert "Enter a day like" in Client().get(address, {"on": "30 February"}).content.decode()


def test_a_supplier_has_no_page_of_functions():
    contract = signed_contract()
    assert Client().get(f"/contracts/commissioners/{contract.supplier.organisation_id}/functions/").status_code == 404


def test_the_end_of_a_contract_is_announced_once_at_each_notice():
    contract = signed_contract()
    year, month, day = contract.ends_on.year, contract.ends_on.month, contract.ends_on.day
    assert list(due(london(year, month, day, 12) - timedelta(days=181))) == []
    assert [item.what for item in due(london(year, month, day, 12) - timedelta(days=180))] == ["ends_in:180"]
    Contract.objects.filter(pk=contract.pk).update(ends_on=london(2026, 1, 1).date(), starts_on=london(2025, 1, 1).date())
    assert list(due(london(2026, 1, 2, 12))) == []


def test_the_announcement_of_an_end_reaches_both_parties_once():
    contract = signed_contract()
    announce_due_of_contract(contract.pk, what="ends_in:180", by=JOB)
    with pytest.raises(Refused, match="announced already"):
        announce_due_of_contract(contract.pk, what="ends_in:180", by=JOB)
    told = Letter.objects.filter(template__startswith="contract_ends_soon").values_list("recipient__email", flat=True)
    assert sorted(told) == ["bids@bupa.example", "contracts@hillingdon.example"]


def test_the_api_takes_a_contract_from_offer_to_signature():
    contract = offered_contract()
    keeper = signed_in(who("contracts"))
    answer = keeper.post(f"/api/v1/contracts/{contract.pk}/sign-contract/", {"capacity": "Manager", "agrees": True}, content_type="application/json")
    assert answer.status_code == 200
    assert [signature["capacity"] for signature in answer.json()["signatures"]] == ["Manager"]
    again = keeper.post(f"/api/v1/contracts/{contract.pk}/sign-contract/", {"capacity": "Manager", "agrees": True}, content_type="application/json")
    assert again.status_code == 409
    assert "has signed these terms already" in again.json()["errors"][0]["detail"]
    rival = signed_in(bidder("tribal"))
    assert rival.get(f"/api/v1/contracts/{contract.pk}/").status_code == 404


@pytest.mark.parametrize("path", ["/contracts/", "/api/v1/contracts/"])
def test_the_register_costs_the_same_for_ten_and_for_a_thousand(path):
    contract = signed_contract()
    client = Client()
    client.get(path)
    copies(contract, 9)
    few = queries_of(client, path)
    copies(contract, 990)
    assert queries_of(client, path) == few


def copies(contract: Contract, number: int) -> None:
    """So many more signed contracts like this one, straight into the tables."""
    award, already = contract.award, Contract.objects.count()
    awards = [
        Award(lot=award.lot, submission=award.submission, supplier=award.supplier, value=1, reasons="A copy.", status=Award.Status.SET_ASIDE)
        for _ in range(number)
    ]
    dockets = [Docket(kind="contracts.contract", title="A copy") for _ in range(number)]
    same = {
        field.name: getattr(contract, field.name)
        for field in Contract._meta.fields
        if field.name not in {"id", "docket", "created_at", "award", "reference"}
    }
    Award.objects.bulk_create(awards)
    Docket.objects.bulk_create(dockets)
    Contract.objects.bulk_create(
        Contract(award=made, docket=docket, reference=f"copy-{already + n}", created_at=contract.created_at - timedelta(days=1), **same)
        for n, (made, docket) in enumerate(zip(awards, dockets, strict=True))
    )


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
