"""Companies and consortia are registered as suppliers within an organisation."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from commissioning.actions.organisations import GivenIdentifier
from commissioning.models import Identifier, Organisation, Role
from commissioning.refusals import Refused
from suppliers.actions.firms import describe_supplier, register_consortium, register_supplier
from suppliers.models import Supplier
from tests.factories.admissions import bids
from tests.factories.frameworks import supplier
from tests.factories.people import NOON, authority, person

pytestmark = pytest.mark.django_db
COMPANY_NUMBER = GivenIdentifier(scheme=Identifier.Scheme.COMPANIES_HOUSE, value="1234567")


@pytest.fixture
def curator():
    return person(authority(), Role.CURATOR)


def members(*shares, leads=0):
    companies = [supplier(f"Company {number}", f"company{number}") for number in range(len(shares))]
    return [
        {"company": company.organisation_id, "leads": number == leads, "liability_share": Decimal(share)}
        for number, (company, share) in enumerate(zip(companies, shares, strict=True))
    ]


def test_a_company_is_registered_with_what_registers_call_it(curator, last_entry):
    firm = register_supplier(name="BUPA Membership Commissioning Ltd", short_name="bupa", identifiers=[COMPANY_NUMBER], by=curator, at=NOON)
    assert (firm.kind, firm.organisation.kind, str(firm)) == (Supplier.Kind.COMPANY, Organisation.Kind.SUPPLIER, "BUPA Membership Commissioning Ltd")
    assert str(firm.organisation.identifiers.get()) == "GB-COH:01234567"
    assert last_entry(firm).verb == "register_supplier"


def test_a_short_name_is_given_once_and_nothing_is_left_of_the_second_attempt(curator):
    register_supplier(name="BUPA", short_name="bupa", by=curator, at=NOON)
    with pytest.raises(Refused, match="short name"):
        register_supplier(name="Another BUPA", short_name="bupa", by=curator, at=NOON)
    assert not Organisation.objects.filter(name="Another BUPA").exists()


def test_a_short_name_fits_into_an_address(curator):
    with pytest.raises(ValidationError) as wrong:
        register_supplier(name="BUPA", short_name="not a slug", by=curator, at=NOON)
    assert "short_name" in wrong.value.message_dict


@pytest.mark.parametrize("shares", [("50.00", "30.00", "20.00"), ("33.34", "33.33", "33.33"), ("99.99", "0.01")])
def test_a_consortium_whose_shares_add_up_to_100_is_registered_with_its_leader(curator, shares):
    firm = register_consortium(name="Partners In Commissioning", short_name="partners", members=members(*shares), by=curator, at=NOON)
    assert firm.kind == Supplier.Kind.CONSORTIUM
    assert sum(member.liability_share for member in firm.members_now()) == Decimal("100.00")
    assert str(firm.all_members.get(leads=True).company) == "Company 0"


@pytest.mark.parametrize("shares", [("50.00", "49.99"), ("50.00", "50.01"), ("100.00", "0.00"), ("100.01", "-0.01")])
def test_a_consortium_whose_shares_do_not_add_up_to_100_is_refused(curator, shares):
    with pytest.raises(ValidationError, match=r"must add up to 100\.00"):
        register_consortium(name="Partners", short_name="partners", members=members(*shares), by=curator, at=NOON)
    assert not Organisation.objects.filter(name="Partners").exists()


def test_a_consortium_has_two_companies(curator):
    with pytest.raises(ValidationError, match="at least two companies"):
        register_consortium(name="Partners", short_name="partners", members=members("100.00"), by=curator, at=NOON)


def test_a_company_is_in_a_consortium_once(curator):
    one, other = members("60.00", "40.00")
    other["company"] = one["company"]
    with pytest.raises(ValidationError, match="each of them once"):
        register_consortium(name="Partners", short_name="partners", members=[one, other], by=curator, at=NOON)


@pytest.mark.parametrize("leaders", [(False, False), (True, True)])
def test_one_company_leads_a_consortium_and_only_one(curator, leaders):
    given = [{**member, "leads": leads} for member, leads in zip(members("60.00", "40.00"), leaders, strict=True)]
    with pytest.raises(ValidationError, match="One company leads"):
        register_consortium(name="Partners", short_name="partners", members=given, by=curator, at=NOON)


def test_a_profile_is_written_by_the_suppliers_bid_manager_or_a_curator_and_by_no_rival(curator):
    firm, rival = supplier(), supplier("Tribal", "tribal")
    describe_supplier(firm.pk, profile="We settle.", website="https://bupa.example", by=bids(firm), at=NOON)
    assert describe_supplier(firm.pk, profile="They settle.", by=curator, at=NOON).profile == "They settle."
    with pytest.raises(PermissionDenied):
        describe_supplier(firm.pk, profile="They do not.", by=bids(rival), at=NOON)


def test_only_a_curator_registers_suppliers():
    with pytest.raises(PermissionDenied):
        register_supplier(name="Mine", short_name="mine", by=bids(supplier()), at=NOON)
