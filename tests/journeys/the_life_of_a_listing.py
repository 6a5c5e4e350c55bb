"""A listed supplier's contract is broken, and it is called otherwise: the authority acts, and the lists say so."""

from datetime import datetime
from typing import Any

from contracts.models import BreachReport
from suppliers.models import SupplierChange
from tests.factories.admissions import bids, curator
from tests.factories.breaches import REPLY, WHAT
from tests.factories.contracts import signed_contract
from tests.factories.tenders import who
from tests.journeys.visitors import Town

NEW_NAME = "BUPA Commissioning Ltd"


def a_contract_has_been_signed() -> Any:
    """Between Hillingdon and BUPA, under the framework; the authority has a curator."""
    curator()
    return signed_contract()


def the_trust_reports_a_breach(town: Town, contract: Any) -> None:
    """From the contract's page, as a draft first; the supplier and the authority are told."""
    manager = town.person(who("contracts").email)
    manager.goes_to(contract.get_absolute_url())
    manager.begins_act("Report a breach")
    manager.chooses("What was agreed came late, or did not come")
    manager.types({"What happened": WHAT})
    manager.presses("Save the draft")
    manager.acts("Report the breach")
    manager.sees("The supplier and the authority have been told.")


def the_supplier_replies_and_the_authority_suspends(town: Town, contract: Any, until: datetime) -> None:
    """The decision is carried out at once, on the lists."""
    page = BreachReport.objects.get().get_absolute_url()
    bupa = town.person(bids(contract.supplier).email)
    bupa.goes_to(page)
    bupa.acts("Reply to the report", {"Your reply": REPLY}, button="Send the reply")
    visitor = town.person(curator().email)
    visitor.goes_to("/desk/")
    visitor.goes_to(page)
    visitor.sees(REPLY)
    visitor.begins_act("Decide the report")
    visitor.chooses("Suspension from the list")
    visitor.types_moment("Suspended until", until)
    visitor.types({"Reasons": "It was late twice."})
    visitor.presses("Decide the report")
    visitor.sees("both sides have been told")
    visitor.looks_by_phone()


def everybody_sees_the_mark_on_the_list(town: Town, contract: Any) -> None:
    """And not the reason."""
    anybody = town.stranger()
    anybody.goes_to(f"/frameworks/{contract.award.lot.tender.framework_list.framework_id}/lists/micro/performance/")
    anybody.sees("Suspended")
    anybody.does_not_see("It was late twice.")
    anybody.page.context.close()


def the_supplier_takes_another_name(town: Town, contract: Any, day: datetime) -> None:
    """It tells the authority, which records it; the public profile keeps the earlier name with its last day."""
    bupa, visitor = town.person(bids(contract.supplier).email), town.person(curator().email)
    bupa.goes_to(contract.supplier.get_absolute_url())
    bupa.begins_act("Tell of another name or other control")
    bupa.chooses("Another name")
    bupa.types({"New name": NEW_NAME, "What has changed, and how it came about": "The shareholders resolved on it."})
    bupa.types_day("First day on which it is so", day.date())
    bupa.presses("Tell the authority")
    visitor.goes_to(SupplierChange.objects.get().get_absolute_url())
    visitor.acts("Record the new name")
    visitor.sees("The new name is recorded.")
    anybody = town.stranger()
    anybody.goes_to(contract.supplier.get_absolute_url())
    anybody.sees(NEW_NAME)
    anybody.sees("BUPA Membership Commissioning Ltd")
    anybody.page.context.close()
