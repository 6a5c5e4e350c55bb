"""Contracts in their workspace, the pages on which they are settled and signed, and how a trust arranges its functions."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from commissioning.wording import pounds
from contracts.actions.contracts import offer_contract, recall_contract
from tests.factories.contracts import drafted_contract, offered_contract, sign, signed_contract
from tests.factories.tenders import bidder, hillingdon, who

pytestmark = pytest.mark.django_db


def shown(client, contract) -> str:
    """The hash of the terms that the signing page holds on to."""
    return re.search(r'name="terms_hash" value="([0-9a-f]{64})"', client.get(f"/contracts/{contract.pk}/sign-contract/").content.decode())[1]


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


def test_a_contract_is_taken_from_draft_to_signed_on_its_pages(browse):
    contract = drafted_contract()
    keeper, supplier = browse(who("contracts")), browse(bidder("bupa"))
    scope = keeper.post(f"/contracts/{contract.pk}/set-scope/", {"functions": ["settlement"], "detail-settlement": "Validates activity data."})
    assert scope.status_code == 302
    assert keeper.post(f"/contracts/{contract.pk}/offer-contract/").status_code == 302
    for client in (keeper, supplier):
        signature = {"terms_hash": shown(client, contract), "capacity": "Director", "agrees": "on"}
        assert client.post(f"/contracts/{contract.pk}/sign-contract/", signature).status_code == 302
    contract.refresh_from_db()
    assert contract.status == "signed"


def test_the_pages_of_the_offer_and_of_the_signature_show_every_term(browse):
    contract = drafted_contract()
    keeper = browse(who("contracts"))
    keeper.post(f"/contracts/{contract.pk}/set-scope/", {"functions": ["settlement"], "detail-settlement": "Validates activity data."})
    before = keeper.get(f"/contracts/{contract.pk}/offer-contract/").content.decode()
    offer_contract(contract.pk, by=who("contracts"))
    after = browse(bidder("bupa")).get(f"/contracts/{contract.pk}/sign-contract/").content.decode()
    for page in (before, after):
        for term in (pounds(contract.value), "Settlement", "Validates activity data.", "Emergency planning", "remains the statutory body"):
            assert term in page


def test_a_signature_without_a_capacity_is_asked_for_it_and_keeps_the_tick(browse):
    contract = offered_contract()
    supplier = browse(bidder("bupa"))
    signature = {"terms_hash": shown(supplier, contract), "capacity": "", "agrees": "on"}
    answer = supplier.post(f"/contracts/{contract.pk}/sign-contract/", signature)
    assert answer.status_code == 400
    assert "checked" in answer.content.decode()


def test_each_function_keeps_its_own_detail_through_the_form(browse):
    contract = drafted_contract()
    keeper, place = browse(who("contracts")), f"/contracts/{contract.pk}/set-scope/"
    details = {"detail-settlement": "Checks what is due.", "detail-contracting": "Drafts the contracts."}
    assert keeper.post(place, {"functions": ["settlement", "contracting"], **details}).status_code == 302
    form = keeper.get(place).context_data["form"]
    assert keeper.post(place, form.initial).status_code == 302
    kept = dict(contract.scope.filter(arrangement="taken_over").values_list("function__code", "detail"))
    assert kept == {"settlement": "Checks what is due.", "contracting": "Drafts the contracts."}


def test_a_detail_of_a_function_that_the_supplier_does_not_carry_out_is_asked_about(browse):
    contract = drafted_contract()
    scope = {"functions": ["settlement"], "detail-contracting": "Drafts the contracts."}
    answer = browse(who("contracts")).post(f"/contracts/{contract.pk}/set-scope/", scope)
    assert (answer.status_code, "Choose “Contracting” above as well" in answer.content.decode()) == (400, True)


def test_the_page_says_whose_signature_is_missing(browse):
    contract = offered_contract()
    page = browse(who("contracts")).get(contract.get_absolute_url()).content.decode()
    assert f"waits for the signature of Hillingdon PCT and of {contract.supplier}" in page
    sign(contract, by=who("contracts"))
    assert f"waits for the signature of {contract.supplier}" in browse(who("contracts")).get(contract.get_absolute_url()).content.decode()


def test_who_signs_terms_that_have_changed_meanwhile_is_shown_the_new_ones_and_agrees_anew(browse):
    contract = offered_contract()
    supplier, keeper = browse(bidder("bupa")), browse(who("contracts"))
    old = shown(supplier, contract)
    recall_contract(contract.pk, reason="The supplier does less.", by=who("contracts"))
    keeper.post(f"/contracts/{contract.pk}/set-scope/", {"functions": ["contracting"], "detail-contracting": "Drafts the contracts."})
    new = offer_contract(contract.pk, by=who("contracts")).terms_hash
    answer = supplier.post(f"/contracts/{contract.pk}/sign-contract/", {"terms_hash": old, "capacity": "Director", "agrees": "on"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The terms have changed since you were shown them" in page
    assert "Drafts the contracts." in page
    assert f'name="terms_hash" value="{new}"' in page
    assert 'value="Director"' in page
    assert "checked" not in page
    assert not contract.signatures.exists()


def test_a_signature_that_names_no_terms_is_refused(browse):
    contract = offered_contract()
    answer = browse(bidder("bupa")).post(f"/contracts/{contract.pk}/sign-contract/", {"capacity": "Director", "agrees": "on"})
    assert (answer.status_code, contract.signatures.count()) == (409, 0)


def test_whose_party_has_signed_is_not_asked_to_sign_again(browse):
    contract = offered_contract()
    sign(contract, by=who("contracts"))
    place = f"/contracts/{contract.pk}/sign-contract/"
    assert place not in browse(who("lead")).get(contract.get_absolute_url()).content.decode()
    assert place in browse(bidder("bupa")).get(contract.get_absolute_url()).content.decode()


def test_the_public_reads_in_what_capacity_somebody_signed_and_not_who(browse):
    contract = signed_contract()
    assert who("contracts").name not in browse().get(contract.get_absolute_url()).content.decode()
    assert who("contracts").name in browse(bidder("bupa")).get(contract.get_absolute_url()).content.decode()


def test_how_a_trust_arranges_its_functions_follows_from_the_contracts_of_the_day():
    contract = signed_contract()
    address = f"/contracts/commissioners/{hillingdon().pk}/functions/"
    assert "BUPA" in Client().get(address, {"on": contract.starts_on.isoformat()}).content.decode()
    assert "BUPA" not in Client().get(address, {"on": (contract.starts_on - timedelta(days=1)).isoformat()}).content.decode()
    assert "BUPA" in Client().get(address, {"on": f"{contract.ends_on:%d %B %Y}"}).content.decode()


@pytest.mark.parametrize("typed", ["30 February", "", "x" * 300])
def test_what_is_no_day_is_said_to_be_none_and_today_is_shown(typed):
    buyer = hillingdon()
    page = Client().get(f"/contracts/commissioners/{buyer.pk}/functions/", {"on": typed}).content.decode()
    assert "There is a problem" in page
    assert "0 functions carried out by others" in page


def test_a_supplier_has_no_page_of_functions():
    contract = signed_contract()
    assert Client().get(f"/contracts/commissioners/{contract.supplier.organisation_id}/functions/").status_code == 404
