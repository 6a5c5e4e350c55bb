"""Contracts over the API: the same acts, refusals in one shape, and nothing for strangers."""

import pytest
from rest_framework.test import APIClient

from commissioning.canon import digest
from commissioning.models import CommissioningFunction
from contracts.actions.contracts import offer_contract, recall_contract
from contracts.models import Contract
from tests.factories.contracts import SETTLEMENT, drafted_contract, offered_contract, sign, signed_contract
from tests.factories.tenders import bidder, who

pytestmark = pytest.mark.django_db


def api(person=None) -> APIClient:
    client = APIClient()
    if person is not None:
        client.force_authenticate(person)
    return client


def place(contract: Contract, act: str = "") -> str:
    return f"/api/v1/contracts/{contract.pk}/{act and f'{act}/'}"


def sentence(answer) -> str:
    return answer.json()["errors"][0]["detail"]


def test_a_contract_goes_from_draft_to_signature():
    contract = drafted_contract()
    keeper, supplier = api(who("contracts")), api(bidder("bupa"))
    assert keeper.post(place(contract, "set-scope"), {"taken_over": SETTLEMENT}, format="json").status_code == 200
    offered = keeper.post(place(contract, "offer-contract"), format="json").json()
    assert (offered["status"], offered["offer"]) == ("offered", 1)
    for party, capacity in ((keeper, "Manager"), (supplier, "Director")):
        shown = party.get(place(contract)).json()["terms_hash"]
        signed = party.post(place(contract, "sign-contract"), {"terms_hash": shown, "capacity": capacity, "agrees": True}, format="json")
        assert signed.status_code == 200
    assert signed.json()["status"] == "signed"
    assert [signature["capacity"] for signature in signed.json()["signatures"]] == ["Manager", "Director"]


def test_the_hash_that_is_signed_is_that_of_what_the_api_shows():
    contract = offered_contract()
    shown = api(bidder("bupa")).get(place(contract)).json()
    order = list(CommissioningFunction.objects.values_list("code", flat=True))
    named = ("reference", "offer", "title", "buyer", "supplier", "award", "value", "starts_on", "ends_on", "statement")
    scope = sorted(shown["scope"], key=lambda part: order.index(part["function"]))
    terms = {name: shown[name] for name in named} | {"scope": [[part["function"], part["arrangement"], part["detail"]] for part in scope]}
    assert digest(terms) == shown["terms_hash"]


def test_a_party_signs_an_offer_once():
    contract = offered_contract()
    keeper = api(who("contracts"))
    signature = {"terms_hash": contract.terms_hash, "capacity": "Manager", "agrees": True}
    assert keeper.post(place(contract, "sign-contract"), signature, format="json").status_code == 200
    again = keeper.post(place(contract, "sign-contract"), signature, format="json")
    assert (again.status_code, sentence(again)) == (409, "Hillingdon PCT has signed these terms already.")


def test_terms_that_changed_since_they_were_read_are_not_signed():
    contract = offered_contract()
    supplier = api(bidder("bupa"))
    shown = supplier.get(place(contract)).json()["terms_hash"]
    recall_contract(contract.pk, reason="The term was wrong.", by=who("contracts"))
    offer_contract(contract.pk, by=who("contracts"))
    signature = {"terms_hash": shown, "capacity": "Director", "agrees": True}
    refused = supplier.post(place(contract, "sign-contract"), signature, format="json")
    assert refused.status_code == 409
    assert "The terms have changed since you were shown them" in sentence(refused)
    read = supplier.get(place(contract)).json()
    assert read["signatures"] == []
    signature["terms_hash"] = read["terms_hash"]
    assert supplier.post(place(contract, "sign-contract"), signature, format="json").status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"capacity": "Director", "agrees": True}, "terms_hash"),
        ({"terms_hash": "", "capacity": "Director", "agrees": True}, "terms_hash"),
        ({"terms_hash": "x", "capacity": "", "agrees": True}, "capacity"),
        ({"terms_hash": "x", "capacity": "Director"}, "agrees"),
        ({"terms_hash": "x", "capacity": "Director", "agrees": "perhaps"}, "agrees"),
    ],
)
def test_a_signature_with_something_missing_names_it(body, field):
    contract = offered_contract()
    answer = api(bidder("bupa")).post(place(contract, "sign-contract"), body, format="json")
    assert (answer.status_code, [error["attr"] for error in answer.json()["errors"]]) == (400, [field])


def test_who_does_not_agree_does_not_sign():
    contract = offered_contract()
    signature = {"terms_hash": contract.terms_hash, "capacity": "Director", "agrees": False}
    answer = api(bidder("bupa")).post(place(contract, "sign-contract"), signature, format="json")
    assert (answer.status_code, contract.signatures.count()) == (400, 0)


def test_a_signature_of_an_offer_that_was_taken_back_is_nobodys_to_read_here():
    contract = offered_contract()
    sign(contract, by=bidder("bupa"))
    recall_contract(contract.pk, reason="Offered too early.", by=who("contracts"))
    assert api(who("contracts")).get(place(contract)).json()["signatures"] == []
    offer_contract(contract.pk, by=who("contracts"))
    for person in (who("contracts"), bidder("bupa")):
        sign(contract, by=person)
    assert len(api().get(place(contract)).json()["signatures"]) == 2


ACTS = ("describe-contract", "set-scope", "offer-contract", "recall-contract", "sign-contract")
BODIES = {
    "describe-contract": {"title": "T", "starts_on": "2027-01-01", "ends_on": "2028-01-01"},
    "set-scope": {"taken_over": SETTLEMENT},
    "recall-contract": {"reason": "R"},
    "sign-contract": {"terms_hash": "x", "capacity": "C", "agrees": True},
}


@pytest.mark.parametrize("act", ACTS)
def test_strangers_find_no_draft_and_no_offer_to_act_on(act):
    offered = offered_contract()
    draft = Contract.objects.exclude(pk=offered.pk).get()
    for contract in (draft, offered):
        for stranger, status in ((api(bidder("tribal")), 404), (api(), 401)):
            assert stranger.get(place(contract)).status_code == 404
            assert stranger.post(place(contract, act), BODIES.get(act), format="json").status_code == status


@pytest.mark.parametrize("act", [act for act in ACTS if act != "sign-contract"])
def test_the_supplier_settles_nothing_of_the_contract(act):
    contract = offered_contract()
    assert api(bidder("bupa")).post(place(contract, act), BODIES.get(act), format="json").status_code == 403


@pytest.mark.parametrize("act", ACTS)
def test_a_signed_contract_is_neither_changed_nor_signed_again(act):
    contract = signed_contract()
    answer = api(who("contracts")).post(place(contract, act), BODIES.get(act), format="json")
    assert (answer.status_code, "while it is signed" in sentence(answer)) == (409, True)
    assert api(bidder("tribal")).post(place(contract, act), BODIES.get(act), format="json").status_code == 403


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_contract_is_changed_by_its_acts_alone(method):
    contract = drafted_contract()
    assert getattr(api(who("contracts")), method)(place(contract), {"value": "1.00"}, format="json").status_code == 405
    contract.refresh_from_db()
    assert contract.value != 1
