"""What the law demands of a framework before it is published, and what of that is missing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from commissioning.models import Regime
from commissioning.wording import date_text
from suppliers import criteria_tree
from suppliers.models import Framework, FrameworkList, ServiceArea


@dataclass(frozen=True)
class Checked:
    """A framework as its next version would have it, with the rows that the checks read, each read once."""

    framework: Framework

    @cached_property
    def lists(self) -> list[FrameworkList]:
        """Its lists."""
        return list(self.framework.lists.all())

    @cached_property
    def areas(self) -> list[ServiceArea]:
        """Its areas, with their services."""
        return list(self.framework.areas.prefetch_related("services"))

    @property
    def law(self) -> Regime:
        """The law that it is set up under."""
        return self.framework.regime


@dataclass(frozen=True)
class Demand:
    """Something that a framework must state: its name, the act by which it is stated, and what is missing of it (empty: nothing)."""

    code: str
    title: str
    verb: str
    missing: str


Check = Callable[[Checked], str]


def _description(it: Checked) -> str:
    return "" if it.framework.description.strip() else "Say what the framework is for."


def _lists(it: Checked) -> str:
    return "" if it.lists else "Add at least one list."


def _areas(it: Checked) -> str:
    return "" if it.areas else "Add at least one area."


def _services(it: Checked) -> str:
    if not it.areas:
        return "Add a service in each area."
    bare = [area.name for area in it.areas if not area.services.all()]
    return f"Add a service in each area: there is none in {', '.join(bare)}." if bare else ""


def _term(it: Checked) -> str:
    framework, law = it.framework, it.law
    last = framework.longest_ends_on or framework.ends_on
    longest = law.longest_end(framework.starts_on, is_open=bool(framework.reopens))
    if longest is None or last <= longest or (law.exceptional_ground and framework.term_ground.strip()):
        return ""
    too_long = f"The term can run to {date_text(last)}. By the {law} its last day is {date_text(longest)} at the latest"
    return f"{too_long}, unless a ground is stated: {law.exceptional_ground}" if law.exceptional_ground else f"{too_long}."


def _price(it: Checked) -> str:
    return "" if it.framework.price_mechanism.strip() else "State the price, or the mechanism by which it is found."


def _value(it: Checked) -> str:
    return "" if it.framework.estimated_value else "State the estimated value, above £0."


def _selection(it: Checked) -> str:
    return "" if it.framework.selection_process.strip() else "Describe how a supplier is selected for a contract."


def _buyers(it: Checked) -> str:
    return "" if it.framework.buyer_classes or it.framework.named_buyers else "Say who may buy under the framework, by class or by name."


def _openness(it: Checked) -> str:
    return "Say whether it is an open framework." if it.framework.reopens is None else ""


def _reopening(it: Checked) -> str:
    if it.framework.reopens and not it.law.open_frameworks:
        return f"The {it.law} knows no open frameworks. Say that it is not one."
    return "Describe how it reopens." if it.framework.reopens and not it.framework.reopening.strip() else ""


def _criteria(it: Checked) -> str:
    return criteria_tree.fault(it.framework.criteria) if it.framework.criteria else "Set the award criteria and their weights."


def _periods(it: Checked) -> str:
    lengths = (it.framework.appeal_rule.length, it.framework.standstill_rule.length)
    return "" if min(lengths) > 0 else "Choose periods that count forward."


def _fee(it: Checked) -> str:
    if it.framework.fee_percent and it.law.fee == Regime.Fee.NOT_ALLOWED:
        return f"The {it.law} allows no fee. Take it out."
    return ""


# Title, act and check of each thing that a law can demand, by the code under which its regime does.
CHECKS: dict[str, tuple[str, str, Check]] = {
    "description": ("What it is for", "describe_framework", _description),
    "term": ("Term", "set_term", _term),
    "lists": ("Lists", "add_list", _lists),
    "areas": ("Areas", "add_area", _areas),
    "services": ("Services", "add_service", _services),
    "buyers": ("Entitled buyers", "set_buyers", _buyers),
    "criteria": ("Award criteria", "set_award_criteria", _criteria),
    "price": ("Price, or its mechanism", "set_price_and_fee", _price),
    "value": ("Estimated value", "set_price_and_fee", _value),
    "fee": ("Fee", "set_price_and_fee", _fee),
    "selection": ("Selection process", "describe_selection", _selection),
    "openness": ("Whether it is open", "set_reopening", _openness),
    "reopening": ("Reopening", "set_reopening", _reopening),
    "periods": ("Periods", "set_periods", _periods),
}
# Asked of every framework, whatever the law says: the service rests on the first four, and the last three are limits.
ALWAYS = ("description", "lists", "areas", "services", "term", "fee", "reopening")


def demands(framework: Framework) -> list[Demand]:
    """Everything that is asked of the framework as its next version would have it, met or missing."""
    it = Checked(framework.drafted())
    wanted = {*ALWAYS, *it.law.demands}
    known = [Demand(code, title, verb, check(it)) for code, (title, verb, check) in CHECKS.items() if code in wanted]
    return [*known, *_unknown(it.law, sorted(wanted - CHECKS.keys()))]


def _unknown(law: Regime, codes: Iterable[str]) -> Iterable[Demand]:
    """What the regime demands and no check knows: nothing is published before somebody has looked."""
    for code in codes:
        yield Demand(code, code, "", f"The {law} demands “{code}”, which this service cannot check. Correct the regime in the administration.")


def missing(framework: Framework) -> list[Demand]:
    """Those that are not met."""
    return [demand for demand in demands(framework) if demand.missing]
