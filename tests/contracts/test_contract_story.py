"""From a confirmed award to a contract that both parties have signed."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.html import escape

from commissioning import trail
from commissioning.models import Letter, TrailEntry
from commissioning.refusals import Refused
from contracts.actions import contracts
from contracts.models import Contract, Scope, Signature
from procurement.actions import awards
from procurement.models import Lot, Tender
from tests.factories.contracts import OFFERED_AT, SETTLEMENT, SIGNED_AT, drafted_contract, offered_contract, sign, signed_contract
from tests.factories.evaluations import STANDSTILL_ENDS_AT, tender_in_standstill
from tests.factories.tenders import bidder, who

pytestmark = pytest.mark.django_db


def test_each_confirmed_award_becomes_a_draft_contract_that_keeps_what_the_trust_retains():
    contract = drafted_contract()
    assert Contract.objects.count() == 2
    assert (contract.status, contract.buyer.name, contract.supplier.short_name) == ("draft", "Hillingdon PCT", "bupa")
    assert contract.value == contract.award.value
    assert contract.statement.startswith("Hillingdon PCT remains the statutory body.")
    retained = set(contract.scope.filter(arrangement=Scope.Arrangement.RETAINED).values_list("function__code", flat=True))
    assert {"patient-and-public-involvement", "emergency-planning"} <= retained
    assert Letter.objects.filter(template="contract_drafted", recipient=who("contracts")).exists()


def test_the_longest_reference_of_a_tender_leaves_room_for_its_contracts():
    tender = tender_in_standstill()
    longest = "R" * (Tender._meta.get_field("reference").max_length or 0)
    Tender.objects.filter(pk=tender.pk).update(reference=longest)
    Lot.objects.filter(tender=tender, number=2).update(number=32767)
    awards.confirm_award(tender.pk, by=who("lead"), at=STANDSTILL_ENDS_AT)
    drafted = list(Contract.objects.order_by("reference"))
    assert [contract.reference for contract in drafted] == [f"{longest}-1", f"{longest}-32767"]
    for contract in drafted:
        contract.clean_fields()


def test_no_contract_follows_from_an_intended_award():
    award = tender_in_standstill().lots.get(number=1).awards.get()
    with pytest.raises(Refused, match="confirmed award only"):
        contracts.draft_contract(award.pk, by=who("lead"))


def test_what_the_trust_always_keeps_cannot_be_handed_over():
    contract = drafted_contract()
    with pytest.raises(ValidationError, match="always keeps this itself"):
        contracts.set_scope(contract.pk, taken_over=[{"function": "emergency-planning"}], by=who("contracts"))


def test_a_function_that_is_not_known_is_named_in_the_refusal():
    with pytest.raises(ValidationError, match="no function called astrology"):
        contracts.set_scope(drafted_contract().pk, taken_over=[{"function": "astrology"}], by=who("contracts"))


def test_a_contract_without_a_scope_is_not_offered():
    with pytest.raises(Refused, match="set the scope"):
        contracts.offer_contract(drafted_contract().pk, by=who("contracts"))


def test_the_second_party_to_sign_concludes_the_contract_and_it_is_on_the_register():
    contract = offered_contract()
    sign(contract, capacity="Contract manager", by=who("contracts"), at=SIGNED_AT)
    contract.refresh_from_db()
    assert (contract.status, contract.signed_at) == ("offered", None)
    sign(contract, capacity="Director", by=bidder("bupa"), at=SIGNED_AT)
    contract.refresh_from_db()
    assert (contract.status, contract.signed_at) == ("signed", SIGNED_AT)
    verbs = TrailEntry.objects.filter(docket=contract.docket).order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["draft_contract", "set_scope", "offer_contract", "sign_contract", "sign_contract", "conclude_contract"]
    assert trail.first_break(contract.docket) is None


def test_a_party_signs_the_same_terms_once():
    contract = offered_contract()
    sign(contract, capacity="Contract manager", by=who("contracts"), at=SIGNED_AT)
    with pytest.raises(Refused, match="has signed these terms already"):
        sign(contract, capacity="Procurement lead", by=who("lead"), at=SIGNED_AT)


def test_a_recalled_offer_needs_both_signatures_anew():
    contract = offered_contract()
    sign(contract, capacity="Director", by=bidder("bupa"), at=SIGNED_AT)
    contracts.recall_contract(contract.pk, reason="The term was wrong.", by=who("contracts"))
    contracts.describe_contract(contract.pk, title="Acute contracts", starts_on=contract.starts_on, ends_on=contract.ends_on, by=who("contracts"))
    contracts.offer_contract(contract.pk, by=who("contracts"), at=OFFERED_AT)
    sign(contract, capacity="Contract manager", by=who("contracts"), at=SIGNED_AT)
    contract.refresh_from_db()
    assert contract.status == "offered"
    sign(contract, by=bidder("bupa"), at=SIGNED_AT)
    contract.refresh_from_db()
    assert contract.status == "signed"
    assert (contract.signatures.count(), contract.signatures.standing().count()) == (3, 2)


def test_terms_that_are_offered_again_unchanged_are_another_offer_and_need_both_signatures_anew():
    contract = offered_contract()
    first = contract.terms_hash
    sign(contract, by=bidder("bupa"), at=SIGNED_AT)
    contracts.recall_contract(contract.pk, reason="Offered too early.", by=who("contracts"))
    again = contracts.offer_contract(contract.pk, by=who("contracts"), at=OFFERED_AT)
    assert (again.offer, again.terms_hash != first) == (2, True)
    sign(contract, by=who("contracts"), at=SIGNED_AT)
    contract.refresh_from_db()
    assert (contract.status, contract.signatures.standing().count()) == ("offered", 1)


def test_both_parties_are_asked_again_to_sign_what_is_offered_again_unchanged():
    contract = offered_contract()
    contracts.recall_contract(contract.pk, reason="Offered too early.", by=who("contracts"))
    contracts.offer_contract(contract.pk, by=who("contracts"))
    assert Letter.objects.filter(template__startswith="contract_offered", recipient=bidder("bupa")).count() == 2


def test_nobody_signs_terms_that_they_were_not_shown():
    contract = offered_contract()
    shown = contract.terms_hash
    contracts.recall_contract(contract.pk, reason="The term was wrong.", by=who("contracts"))
    shorter = contract.ends_on - timedelta(days=1)
    contracts.describe_contract(contract.pk, title=contract.title, starts_on=contract.starts_on, ends_on=shorter, by=who("contracts"))
    contracts.offer_contract(contract.pk, by=who("contracts"), at=OFFERED_AT)
    with pytest.raises(Refused, match="terms have changed since you were shown them"):
        contracts.sign_contract(contract.pk, terms_hash=shown, capacity="Director", agrees=True, by=bidder("bupa"), at=SIGNED_AT)
    assert not contract.signatures.exists()


@pytest.mark.parametrize(
    ("later", "longer", "fault"), [(-1, 0, "starts_on"), (0, 1, "ends_on"), (30, 1, "ends_on"), (0, 0, ""), (30, 0, ""), (30, -1, "")]
)
def test_the_term_is_within_that_of_the_notice_by_the_day(later, longer, fault):
    contract = drafted_contract()
    (begins, ends), day = (contract.starts_on, contract.ends_on), timedelta(days=1)
    starts_on = begins + later * day
    term = {"starts_on": starts_on, "ends_on": starts_on + (ends - begins) + longer * day}
    if not fault:
        contracts.describe_contract(contract.pk, title="Another", **term, by=who("contracts"))
        contract.refresh_from_db()
        assert {"starts_on": contract.starts_on, "ends_on": contract.ends_on} == term
        return
    with pytest.raises(ValidationError) as refused:
        contracts.describe_contract(contract.pk, title="Another", **term, by=who("contracts"))
    days = (ends - begins).days + 1
    said = f"{begins:%-d %B %Y}" if fault == "starts_on" else f"a term of {days + 1:,} days. The notice of the tender has {days:,} days"
    assert said in refused.value.message_dict[fault][0]


def test_a_contract_says_by_which_tender_and_lot_it_was_awarded_whatever_its_title():
    contract = signed_contract()
    lot = contract.award.lot
    Contract.objects.filter(pk=contract.pk).update(title="Something else")
    for place, said in ((contract.get_absolute_url(), contract.awarded_as), ("/contracts/", f"{lot.tender.reference}, lot {lot.number}")):
        page = Client().get(place).content.decode()
        assert "Something else" in page
        assert escape(said) in page
    (row,) = json.loads(Client().get("/contracts/register.json").getvalue())["contracts"]
    assert (row["Tender"], row["Lot"], row["Lot title"]) == (lot.tender.reference, lot.number, lot.title)


def test_a_rival_may_not_sign_and_does_not_see_the_offer():
    contract = offered_contract()
    assert not Contract.objects.visible_to(bidder("tribal")).filter(pk=contract.pk).exists()
    with pytest.raises(PermissionDenied):
        sign(contract, capacity="Director", by=bidder("tribal"))


def test_the_supplier_sees_no_draft():
    contract = drafted_contract()
    assert not Contract.objects.visible_to(bidder("bupa")).filter(pk=contract.pk).exists()


def test_terms_changed_behind_the_door_are_not_signed():
    contract = offered_contract()
    Contract.objects.filter(pk=contract.pk).update(value=1)
    with pytest.raises(Refused, match="not those that were offered"):
        sign(contract, capacity="Director", by=bidder("bupa"))


def test_the_rule_of_running_is_the_same_for_one_and_for_many():
    contract = signed_contract()
    day = timedelta(days=1)
    for on in (contract.starts_on - day, contract.starts_on, contract.ends_on, contract.ends_on + day):
        assert contract.is_running(on) == Contract.objects.running(on).filter(pk=contract.pk).exists() == (contract.phase_at(on) == "Running")


def test_a_signed_contract_is_said_to_have_begun_and_ended_by_its_days():
    contract, day = signed_contract(), timedelta(days=1)
    assert contract.phase_at(contract.starts_on - day) == "Signed, not begun"
    assert contract.phase_at(contract.ends_on + day) == "Ended"
    assert Contract.objects.exclude(pk=contract.pk).get().phase_at(contract.starts_on) == "Draft"


def test_the_scope_that_was_offered_is_in_the_hash():
    contract = offered_contract()
    before = contract.terms_hash
    contracts.recall_contract(contract.pk, reason="Another scope.", by=who("contracts"))
    contracts.set_scope(contract.pk, taken_over=[*SETTLEMENT, {"function": "contracting"}], by=who("contracts"))
    assert contracts.offer_contract(contract.pk, by=who("contracts")).terms_hash != before


@pytest.mark.parametrize("statement", ["UPDATE {} SET capacity = 'Nobody'", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_remove_a_signature(statement):
    contract = signed_contract()
    with pytest.raises(DatabaseError, match="A signature does not change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(Signature._meta.db_table))
    assert contract.signatures.filter(capacity="Director").count() == 1
