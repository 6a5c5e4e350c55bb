"""A consortium of three companies, each with a bid manager, and so the consortium."""

from decimal import Decimal

from commissioning.models import Role
from suppliers.actions.firms import register_consortium, register_supplier
from suppliers.models import Supplier
from tests.factories.admissions import curator
from tests.factories.kept import kept
from tests.factories.people import NOON, person

SHARES = {"alder": "50.00", "beech": "30.00", "cedar": "20.00"}


@kept
def dogwood() -> Supplier:
    """A company with a bid manager, which can join."""
    firm = register_supplier(name="Dogwood Ltd", short_name="dogwood", by=curator(), at=NOON)
    person(firm.organisation, Role.BID_MANAGER, "bids@dogwood.example")
    return firm


@kept
def another(name: str) -> Supplier:
    """Another consortium, of two companies of Grove's, which are there, with a bid manager."""
    companies = [Supplier.objects.get(short_name=name).organisation for name in ("alder", "beech")]
    members = [{"company": each.pk, "leads": each == companies[0], "liability_share": Decimal("50.00")} for each in companies]
    firm = register_consortium(name=name.title(), short_name=name, members=members, by=curator(), at=NOON)
    person(firm.organisation, Role.BID_MANAGER, f"bids@{name}.example")
    return firm


@kept
def a_consortium() -> Supplier:
    """Grove, of three companies, each with a bid manager."""
    by = curator()
    companies = {name: register_supplier(name=f"{name.title()} Ltd", short_name=name, by=by, at=NOON).organisation for name in SHARES}
    members = [{"company": companies[name].pk, "leads": name == "alder", "liability_share": Decimal(share)} for name, share in SHARES.items()]
    grove = register_consortium(name="Grove", short_name="grove", members=members, by=by, at=NOON)
    for name, company in {**companies, "grove": grove.organisation}.items():
        person(company, Role.BID_MANAGER, f"bids@{name}.example")
    return grove
