"""The register of contracts: narrowed, downloaded whole, and as quick for a thousand as for ten."""

import csv
import json
from datetime import timedelta
from io import BytesIO
from itertools import count, islice

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from commissioning.models import Docket
from commissioning.spreadsheets import csv_blocks, json_blocks
from contracts.models import Contract
from procurement.models import Award
from tests.factories.contracts import offered_contract, signed_contract
from tests.factories.tenders import bidder, hillingdon, who

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    return answer.getvalue().decode("utf-8-sig")


def references(answer) -> list[str]:
    return [row["Reference"] for row in json.loads(text_of(answer))["contracts"]]


def test_the_register_downloads_as_csv_with_the_functions():
    signed_contract()
    rows = list(csv.reader(text_of(Client().get("/contracts/register.csv")).splitlines()))
    assert rows[0][0] == "Reference"
    assert rows[1][-1] == "Settlement"
    assert len(rows) == 2


def test_the_register_downloads_as_json_and_excel_with_the_same_rows():
    contract = signed_contract()
    (row,) = json.loads(text_of(Client().get("/contracts/register.json")))["contracts"]
    assert (row["Reference"], row["First day"], row["Functions"]) == (contract.reference, contract.starts_on.isoformat(), "Settlement")
    sheet = load_workbook(BytesIO(Client().get("/contracts/register.xlsx").getvalue())).active
    assert [line[0].value for line in sheet.iter_rows()] == ["Reference", contract.reference]
    assert Client().get("/contracts/register.exe").status_code == 404


def test_the_register_of_nobody_is_an_empty_list():
    assert json.loads(text_of(Client().get("/contracts/register.json"))) == {"contracts": []}


def test_the_register_downloads_whole_however_long_it_is():
    copies(signed_contract(), 10_001)
    for kind in ("json", "csv"):
        answer = Client().get(f"/contracts/register.{kind}")
        assert answer.streaming
        text = text_of(answer)
        found = json.loads(text)["contracts"] if kind == "json" else list(csv.DictReader(text.splitlines()))
        assert len({row["Reference"] for row in found}) == 10_002


@pytest.mark.parametrize("blocks", [csv_blocks, lambda headings, rows: json_blocks("contracts", headings, rows)])
def test_a_table_without_end_begins_to_be_sent(blocks):
    endless = ((number, "words") for number in count())
    assert [len(block) < 70_000 for block in islice(blocks(("Number", "Words"), endless), 3)] == [True] * 3


def test_the_download_holds_what_the_list_shows_and_the_page_links_to_it():
    contract = signed_contract()
    query = f"?words=no+such+contract&buyer={contract.buyer_id}"
    page = Client().get(f"/contracts/{query}&after=x").content.decode().replace("&amp;", "&")
    for kind in ("csv", "xlsx", "json"):
        assert f'href="/contracts/register.{kind}{query}"' in page
    assert references(Client().get(f"/contracts/register.json{query}")) == []
    assert references(Client().get(f"/contracts/register.json?buyer={contract.buyer_id}")) == [contract.reference]


@pytest.mark.parametrize("query", ["status=asleep", "running_on=30+February", "buyer=1", "supplier=x", "function=astrology"])
def test_a_download_narrowed_by_nonsense_is_refused_and_not_given_whole(query):
    signed_contract()
    assert Client().get(f"/contracts/register.csv?{query}").status_code == 400
    page = Client().get(f"/contracts/?{query}")
    assert (page.status_code, "There is a problem" in page.content.decode()) == (200, True)
    assert Client().get(f"/api/v1/contracts/?{query}").status_code == 400


def found_by_all(person, **query) -> list[str]:
    """What page, download and API find; they agree."""
    client = Client()
    if person:
        client.force_login(person)
    by_api = [contract["reference"] for contract in client.get("/api/v1/contracts/", query).json()["results"]]
    by_download = references(client.get("/contracts/register.json", query))
    by_page = [str(record.reference) for record in client.get("/contracts/", query).context_data["records"]]
    assert sorted(by_api) == sorted(by_download) == sorted(by_page)
    return sorted(by_api)


def test_the_register_is_narrowed_by_supplier_function_status_and_the_day_on_which_a_contract_ran():
    contract = signed_contract()
    here, day = [contract.reference], timedelta(days=1)
    assert found_by_all(None, supplier=contract.supplier_id) == here
    assert found_by_all(None, supplier=bidder("tribal").memberships.get().organisation.supplier.pk) == []
    assert found_by_all(None, function="settlement") == here
    assert found_by_all(None, function="emergency-planning") == []  # the trust keeps it
    assert found_by_all(None, status="signed") == here
    assert found_by_all(None, status="terminated") == []
    for on, found in ((-1 * day + contract.starts_on, []), (contract.starts_on, here), (contract.ends_on, here), (contract.ends_on + day, [])):
        assert found_by_all(None, running_on=on.isoformat()) == found
    assert found_by_all(None, running_on=f"{contract.ends_on:%d %B %Y}") == here


def test_a_draft_and_an_offer_are_found_by_their_parties_alone():
    contract = offered_contract()
    draft = Contract.objects.exclude(pk=contract.pk).get()
    assert found_by_all(None) == []
    assert found_by_all(bidder("tribal")) == []
    assert found_by_all(bidder("bupa"), status="offered") == [contract.reference]
    assert found_by_all(who("contracts"), buyer=hillingdon().pk) == sorted([contract.reference, draft.reference])
    assert found_by_all(who("contracts"), running_on=contract.starts_on.isoformat()) == []


@pytest.mark.parametrize("path", ["/contracts/", "/contracts/?function=settlement&running_on=2026-12-01", "/api/v1/contracts/"])
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
