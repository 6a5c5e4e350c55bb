"""A tender in each of its states: drafted by Hillingdon in two lots, issued to every listed supplier, closed with their bids."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from commissioning import clock
from commissioning.models import CriteriaSet, Criterion, Organisation, PriceFormula, Question, Questionnaire, Role, User
from commissioning.scales import PUBLISHED_SCALE
from commissioning.trail import open_docket
from procurement.actions import extensions, tenders
from procurement.models import Lot, PriceLine, Tender
from suppliers.models import Framework, FrameworkList, ServiceArea, Supplier
from tests.factories import frameworks
from tests.factories.bids import submitted_bid
from tests.factories.kept import kept
from tests.factories.people import NOON, commissioner, person

# All in March 2026, before the clocks change: issued on Monday 2 March at noon, closed on Friday 27 March at noon.
QUESTIONS_CLOSE_AT = clock.london(2026, 3, 16, 12)
ANSWERS_DUE_AT = clock.london(2026, 3, 23, 12)
CLOSES_AT = clock.london(2026, 3, 27, 12)
FIRMS = (("bupa", "BUPA Membership Commissioning Ltd"), ("drfoster", "Dr Foster Intelligence"), ("tribal", "Tribal Consulting Ltd"))
TEAM = {
    "lead": Role.PROCUREMENT_LEAD,
    "approver": Role.APPROVER,
    "opener1": Role.OPENER,
    "opener2": Role.OPENER,
    "chair": Role.PANEL_CHAIR,
    "evaluator1": Role.EVALUATOR,
    "evaluator2": Role.EVALUATOR,
    "contracts": Role.CONTRACT_MANAGER,
}


@kept
def hillingdon() -> Organisation:
    """Hillingdon PCT with its whole team, `lead@hillingdon.example` and so on; the same one each time."""
    found = Organisation.objects.filter(name="Hillingdon PCT").first()
    if found:
        return found
    trust = commissioner("Hillingdon PCT")
    for name, role in TEAM.items():
        person(trust, role, f"{name}@hillingdon.example")
    return trust


def who(name: str) -> User:
    """A member of the buyer's team by the first part of the address: `who("lead")`."""
    return User.objects.get(email=f"{name}@hillingdon.example")


def term_after(moment: datetime) -> dict[str, date]:
    """A contract's first and last day, for a tender whose deadline is brought to about that moment."""
    return {"contract_starts_on": moment.date() + timedelta(days=30), "contract_ends_on": moment.date() + timedelta(days=1000)}


def bidder(short_name: str) -> User:
    """The bid manager of a supplier: `bidder("bupa")`."""
    return User.objects.get(email=f"bids@{short_name}.example")


def place_on_the_list() -> tuple[FrameworkList, ServiceArea]:
    """The micro list and the performance management area of a framework in force; the same each time."""
    framework = Framework.objects.filter(reference="fesc").first() or frameworks.live_framework()
    return framework.lists.get(code="micro"), framework.areas.get(code="performance")


@kept
def listed_suppliers(number: int = 3) -> list[Supplier]:
    """So many suppliers on that list for that area."""
    framework_list, area = place_on_the_list()
    found = []
    for short_name, name in [*FIRMS, *((f"firm{n}", f"Firm {n} Ltd") for n in range(4, number + 1))][:number]:
        firm = Supplier.objects.filter(short_name=short_name).first() or frameworks.supplier(name, short_name)
        if not firm.listings.filter(framework_list=framework_list, area=area).exists():
            frameworks.listed(firm, framework_list, area)
        found.append(firm)
    return found


@kept
def draft_tender(*, title: str = "Acute contracts and payment by results", at: datetime = NOON) -> Tender:
    """A complete draft in two lots, each with criteria, questions and a price schedule."""
    framework_list, area = place_on_the_list()
    tender = Tender(
        buyer=hillingdon(),
        framework_list=framework_list,
        area=area,
        framework_version=framework_list.framework.versions.first(),
        reference=f"FESC-HILLINGDON-2026-{Tender.objects.count() + 1:03}",
        title=title,
        description="Help with the trust's contracts for acute care.",
        questions_close_at=QUESTIONS_CLOSE_AT,
        answers_due_at=ANSWERS_DUE_AT,
        closes_at=CLOSES_AT,
        contract_starts_on=clock.in_london(clock.london(2026, 6, 1)).date(),
        contract_ends_on=clock.in_london(clock.london(2029, 5, 31)).date(),
        created_at=at,
    )
    tender.docket = open_docket(tender, title)
    tender.save()
    for number, name in enumerate(("Acute trust contracts", "Implementation of payment by results"), start=1):
        _lot(tender, number, name, at)
    return tender


def _lot(tender: Tender, number: int, title: str, at: datetime) -> Lot:
    lot = Lot.objects.create(
        tender=tender,
        number=number,
        title=title,
        criteria_set=CriteriaSet.objects.create(title=title, created_at=at),
        questionnaire=Questionnaire.objects.create(title=title, created_at=at),
        created_at=at,
    )
    for place, (name, weight) in enumerate((("Method", "40"), ("Team", "20")), start=1):
        said = {"title": name, "weight": Decimal(weight), "least_score": 1, "scale": PUBLISHED_SCALE}
        Criterion.objects.create(criteria_set=lot.criteria_set, number=place, created_at=at, **said)
    Criterion.objects.create(
        criteria_set=lot.criteria_set,
        number=3,
        kind=Criterion.Kind.PRICE,
        title="Price",
        weight=Decimal(40),
        formula=PriceFormula.RELATIVE,
        created_at=at,
    )
    Question.objects.create(questionnaire=lot.questionnaire, number=1, prompt="How will you do it?", word_limit=500, created_at=at)
    Question.objects.create(questionnaire=lot.questionnaire, number=2, prompt="Who will do it?", created_at=at)
    PriceLine.objects.create(lot=lot, number=1, description="Days of analysis", unit="day", quantity=Decimal(100), created_at=at)
    PriceLine.objects.create(lot=lot, number=2, description="Monthly report", unit="report", quantity=Decimal(36), created_at=at)
    return lot


@kept
def proposed_tender(*, title: str = "Acute contracts and payment by results", at: datetime = NOON) -> Tender:
    """Complete, and waiting for the approver."""
    return tenders.propose_tender(draft_tender(title=title, at=at).pk, by=who("lead"), at=at)


@kept
def approved_tender(*, title: str = "Acute contracts and payment by results", at: datetime = NOON) -> Tender:
    """Approved by a second person, and not issued."""
    return approve(proposed_tender(title=title, at=at), at=at)


def approve(tender: Tender, *, by: User | None = None, at: datetime = NOON) -> Tender:
    """Approve what is proposed now, as one who has just read it."""
    proposed = Tender.objects.values_list("proposal_hash", flat=True).get(pk=tender.pk)
    return tenders.approve_tender(tender.pk, proposal_hash=proposed, by=by or who("approver"), at=at)


def extend(tender: Tender, *, by: User | None = None, at: datetime = NOON) -> Tender:
    """Set the later deadline that waits, as one who has just read it; one that nobody proposed, if none does."""
    waiting = tender.extensions.waiting().values_list("pk", flat=True).first()
    return extensions.extend_deadline(tender.pk, extension=waiting or uuid4(), by=by or who("approver"), at=at)


@kept
def issued_tender(*, suppliers: int = 3, title: str = "Acute contracts and payment by results", at: datetime = NOON) -> Tender:
    """Issued at `at` to so many suppliers; it closes at CLOSES_AT."""
    listed_suppliers(suppliers)
    return tenders.issue_tender(approved_tender(title=title, at=at).pk, by=who("lead"), at=at)


@kept
def closed_tender(*, suppliers: int = 3, bids: int | None = None, at: datetime = NOON) -> Tender:
    """Its deadline, CLOSES_AT, is to be taken as passed: the first `bids` of the suppliers (all, unless said) bid for both lots in time."""
    tender = issued_tender(suppliers=suppliers, at=at)
    for place, invitation in enumerate(tender.invitations.order_by("supplier__short_name")[: suppliers if bids is None else bids]):
        for lot in tender.lots.all():
            submitted_bid(invitation, lot, unit_price=Decimal(500 + 50 * place))
    return tender
