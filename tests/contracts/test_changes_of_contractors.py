"""A supplier's other name or control reaches the buyers of its live tenders and contracts; what was signed keeps the name of its day."""

from datetime import timedelta

import pytest

from commissioning.clock import in_london
from commissioning.models import Letter, Role, User
from contracts import register
from contracts.models import BreachReport, Contract
from suppliers.actions.changes import decide_change_of_control, record_new_name, tell_of_change
from suppliers.actions.firms import register_supplier
from suppliers.actions.new_members import record_new_members
from suppliers.consequences import CONSEQUENCES, Event
from suppliers.models import ConsortiumMember, Supplier
from suppliers.models.changes import ChangeKind, ControlOutcome
from tests.factories import admissions
from tests.factories.breaches import reported_breach
from tests.factories.contracts import SIGNED_AT, offered_contract, signed_contract
from tests.factories.people import person
from tests.factories.supplier_changes import agreed, told_of_members
from tests.factories.tenders import bidder, issued_tender

pytestmark = pytest.mark.django_db
LATER = SIGNED_AT + timedelta(days=30)
NEW = "Bupa Commissioning Ltd"


def told(contract, kind, **words):
    where = {"authority": admissions.curator().memberships.get().organisation_id, "effective_on": in_london(LATER).date(), "account": "It is so."}
    return tell_of_change(contract.supplier.pk, kind=kind, **where, **words, by=bidder("bupa"), at=SIGNED_AT)


def renamed(contract):
    return record_new_name(told(contract, ChangeKind.NAME, new_name=NEW).pk, by=admissions.curator(), at=LATER)


def test_what_was_signed_before_keeps_the_old_name_and_says_the_new(browse):
    contract = signed_contract()
    old = str(contract.supplier)
    renamed(contract)
    contract = Contract.objects.get(pk=contract.pk)
    assert (contract.supplier_name, contract.supplier_then_and_now) == (old, f"{old} (now {NEW})")
    (row,) = register.rows(Contract.objects.filter(pk=contract.pk), in_london(LATER).date())
    assert row[register.HEADINGS.index("Supplier")] == old
    for address in (contract.get_absolute_url(), "/contracts/"):
        assert f"{old} (now {NEW})" in browse().get(address).content.decode()
    assert f"Signed by {old}" in browse().get(contract.get_absolute_url()).content.decode()


def test_a_contract_that_is_not_signed_has_the_new_name():
    contract = offered_contract()
    renamed(contract)
    assert Contract.objects.get(pk=contract.pk).supplier_then_and_now == NEW


def test_the_buyers_of_live_tenders_and_the_contract_managers_are_told_of_the_new_name():
    contract, tender = signed_contract(), issued_tender(title="Still open")
    old = str(contract.supplier)
    renamed(contract)
    for template, subject in (("contractor_listing_changed", contract), ("bidder_listing_changed", tender)):
        letter = Letter.objects.get(template__startswith=template, subject_id=subject.pk)
        assert letter.title.startswith("Under a new name: ")
        assert f"It was called {old}, and is called {NEW} since" in letter.body
        assert "It is so." not in letter.body


def test_they_are_told_of_new_members_and_who_left_is_barred_from_what_was_while_it_was_one(browse):
    contract, by = signed_contract(), admissions.curator()
    firm = Supplier.objects.get(pk=contract.supplier_id)
    Supplier.objects.filter(pk=firm.pk).update(kind=Supplier.Kind.CONSORTIUM)
    for name, leads in (("alder", True), ("beech", False), ("cedar", False)):
        company = register_supplier(name=f"{name.title()} Ltd", short_name=name, by=by, at=contract.created_at).organisation
        person(company, Role.BID_MANAGER, f"bids@{name}.example")
        if name != "cedar":
            given = {"liability_share": 50, "leads": leads, "created_at": contract.created_at}
            ConsortiumMember.objects.create(consortium=firm, company=company, **given)
    change = agreed(told_of_members(firm, {"alder": "50.00", "cedar": "50.00"}, at=SIGNED_AT, effective_on=in_london(LATER).date()), at=SIGNED_AT)
    report = reported_breach(contract)
    record_new_members(change.pk, reasons="We looked at it.", by=by, at=LATER)
    letter = Letter.objects.get(template__startswith="contractor_listing_changed", subject_id=contract.pk)
    assert letter.title.startswith("With other members: ")
    assert "Left: Beech Ltd. Joined: Cedar Ltd." in letter.body
    assert CONSEQUENCES[Event.MEMBERS].contracts in letter.body
    for name in ("alder", "beech", "cedar"):
        company = Supplier.objects.get(short_name=name).organisation
        assert company.pk in report.parties()
        acts_for = User.objects.get(email=f"bids@{name}.example")
        assert not BreachReport.objects.filter(pk=report.pk).free_of(acts_for).exists()
    assert BreachReport.objects.filter(pk=report.pk).free_of(by).exists()
    signed = browse().get(contract.get_absolute_url()).content.decode()
    assert "Members when it was signed" in signed
    assert "Beech Ltd, 50.00 percent of the liability" in signed
    assert "Cedar Ltd" not in signed
    then = {member["company"] for member in browse().get(f"/api/v1/contracts/{contract.pk}/").json()["members"]}
    assert then == {str(Supplier.objects.get(short_name=name).organisation_id) for name in ("alder", "beech")}


@pytest.mark.parametrize("outcome", [ControlOutcome.KEPT, ControlOutcome.REMOVAL])
def test_they_are_told_of_other_control_and_of_what_becomes_of_the_listing(outcome):
    contract = signed_contract()
    change = told(contract, ChangeKind.CONTROL)
    decide_change_of_control(change.pk, outcome=outcome, reasons="We looked at it.", by=admissions.curator(), at=LATER)
    letters = Letter.objects.filter(template__startswith="contractor_listing_changed", subject_id=contract.pk)
    titles = {letter.title.partition(":")[0] for letter in letters}
    assert titles == {"Under other control"} | ({"Removed by the authority"} if outcome == ControlOutcome.REMOVAL else set())
    assert all("We looked at it." not in letter.body for letter in letters)
    assert any(CONSEQUENCES[Event.CONTROL].contracts in letter.body for letter in letters)
