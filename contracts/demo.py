"""The contracts of the demo world: the two of 2008, two that run today, and one that waits for a signature."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from commissioning.clock import in_london
from commissioning.demo import Calendar, players, texts
from commissioning.models import User
from contracts.actions.contracts import describe_contract, offer_contract, set_scope, sign_contract
from contracts.models import Contract


def build(built_at: datetime) -> Iterator[str]:
    """Take each drafted contract as far as its plan has moments for it."""
    calendar, people, words = Calendar.of(built_at), players(), texts("contracts")
    for plan in words["contracts"]:
        drafted = Contract.objects.get(award__lot__tender__title=plan["tender"], award__lot__number=plan["lot"])
        for at, act in sorted(_happenings(drafted, plan, calendar, people, words), key=lambda happening: happening[0]):
            act(at)
        contract = Contract.objects.get(pk=drafted.pk)
        runs = contract.is_running(in_london(built_at).date())
        yield f"{contract.reference}, {contract}: {'running' if runs else contract.get_status_display().lower()}."


def _happenings(
    contract: Contract, plan: dict[str, Any], calendar: Calendar, people: dict[str, User], words: dict[str, Any]
) -> Iterator[tuple[datetime, Callable[[datetime], Any]]]:
    """What happens to a contract, and when."""
    manager = contract.managers().get()
    supplier = people[f"bids@{contract.supplier.short_name}.example"]
    acts: dict[str, Callable[[datetime], Any]] = {
        "described": lambda at: _describe(contract, plan, calendar, manager, at),
        "offered": lambda at: offer_contract(contract.pk, by=manager, at=at),
        "trust_signs": lambda at: _sign(contract, words["capacity_of_the_trust"], manager, at),
        "supplier_signs": lambda at: _sign(contract, words["capacity_of_the_supplier"], supplier, at),
    }
    for name, act in acts.items():
        if name in plan:
            yield calendar.moment(plan[name]), act


def _sign(contract: Contract, capacity: str, by: User, at: datetime) -> None:
    """Sign what is on offer."""
    offered = Contract.objects.get(pk=contract.pk).terms_hash
    sign_contract(contract.pk, terms_hash=offered, capacity=capacity, agrees=True, by=by, at=at)


def _describe(contract: Contract, plan: dict[str, Any], calendar: Calendar, manager: User, at: datetime) -> None:
    """Give it its scope, a title that marks it as illustrative, and the term of the plan where it is not the award's."""
    set_scope(contract.pk, taken_over=plan["taken_over"], by=manager, at=at)
    starts_on = calendar.day(plan["starts_on"]) if "starts_on" in plan else contract.starts_on
    ends_on = calendar.day(plan["ends_on"]) if "ends_on" in plan else contract.ends_on
    describe_contract(contract.pk, title=plan["title"], starts_on=starts_on, ends_on=ends_on, by=manager, at=at)
