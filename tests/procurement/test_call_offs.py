"""A call-off is the framework's: its buyers alone draft one, on its criteria, with its periods, in its letters, under one version of it."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from commissioning import clock
from commissioning.models import Criterion, Letter, Organisation, PriceFormula, Question, Role
from commissioning.refusals import Refused
from procurement.actions.awards import LotDecision, announce_award
from procurement.actions.lots import CriterionEntry, PriceLineEntry, QuestionEntry, add_lot, set_criteria, set_price_schedule, set_questions
from procurement.actions.tenders import draft_tender, issue_tender, propose_tender, set_timeline
from procurement.forms.tenders import DraftTender
from procurement.models import Tender
from suppliers.actions.framework_versions import publish_framework
from suppliers.actions.frameworks import describe_framework
from suppliers.actions.terms import set_buyers, set_periods
from suppliers.framework_files import shipped
from suppliers.loading import load
from suppliers.models import Framework
from tests.factories import agreements, frameworks
from tests.factories import people as cast
from tests.factories.evaluations import evaluated_tender
from tests.factories.people import NOON
from tests.factories.tenders import CLOSES_AT, approve, hillingdon, place_on_the_list, who

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator():
    return cast.person(cast.authority(), Role.CURATOR)


@pytest.fixture
def today(curator):
    """The second framework, loaded from its file, with two suppliers on one of its lists."""
    framework = load(shipped("commissioning-support-2026"), by=curator, publish=True).framework
    place = framework.lists.get(code="managed"), framework.areas.get(code="contracting")
    for name, short_name in (("KPMG LLP", "kpmg"), ("Dr Foster Intelligence", "drfoster")):
        agreements.countersigned(framework, frameworks.listed(frameworks.supplier(name, short_name), *place).supplier)
    return framework


@pytest.fixture
def board():
    """An integrated care board with its lead, approver and openers."""
    icb = cast.organisation(Organisation.Kind.COMMISSIONER, "NHS North West London Integrated Care Board", body_class="ICB")
    for name, role in (("lead", Role.PROCUREMENT_LEAD), ("approver", Role.APPROVER), ("opener1", Role.OPENER), ("opener2", Role.OPENER)):
        cast.person(icb, role, f"{name}@northwestlondon.example")
    return icb


def the(name):
    from commissioning.models import User

    return User.objects.get(email=f"{name}@northwestlondon.example")


def place_of(framework):
    return {"framework_list": framework.lists.get(code="managed").pk, "area": framework.areas.get(code="contracting").pk}


def criteria(*refined):
    quality, price = refined
    return [
        CriterionEntry(kind=Criterion.Kind.QUALITY, title="Method", weight=Decimal(60), refines=quality),
        CriterionEntry(kind=Criterion.Kind.PRICE, title="Price", weight=Decimal(40), formula=PriceFormula.RELATIVE, refines=price),
    ]


def call_off(framework, *, closes_at=CLOSES_AT):
    """The board's draft, complete."""
    by = {"by": the("lead"), "at": NOON}
    tender = draft_tender(**place_of(framework), title="Validation", description="Each month.", **by)
    lot = add_lot(tender.pk, title="Validation", estimated_value=Decimal(1000000), **by)
    set_criteria(lot.pk, criteria=criteria("approach", "price"), **by)
    set_questions(lot.pk, questions=[QuestionEntry(kind=Question.Kind.TEXT, prompt="How?")], **by)
    set_price_schedule(lot.pk, lines=[PriceLineEntry(description="Month", unit="month", quantity=Decimal(24))], **by)
    days = {"contract_starts_on": date(2026, 6, 1), "contract_ends_on": date(2028, 5, 31)}
    set_timeline(tender.pk, questions_close_at=clock.london(2026, 3, 9, 12), closes_at=closes_at, **days, **by)
    return tender


def issued(tender):
    propose_tender(tender.pk, by=the("lead"), at=NOON)
    approve(tender, by=the("approver"))
    return issue_tender(tender.pk, by=the("lead"), at=NOON)


# Who may


def test_a_trust_that_the_framework_does_not_name_is_refused_with_those_that_it_does(today):
    lead = cast.person(hillingdon(), Role.PROCUREMENT_LEAD)
    with pytest.raises(Refused) as refused:
        draft_tender(**place_of(today), title="Validation", by=lead, at=NOON)
    assert str(refused.value) == (
        f"Hillingdon PCT may not buy under {today}. Those who may are: Integrated care board; NHS trust or foundation trust; Local authority."
    )


def test_a_buyer_may_by_its_class_or_by_its_name(curator, board):
    framework = frameworks.live_framework("second")
    where = {"framework_list": framework.lists.first().pk, "area": framework.areas.first().pk}
    with pytest.raises(Refused, match="may not buy under"):
        draft_tender(**where, title="T", by=the("lead"), at=NOON)
    set_buyers(framework.pk, classes=["PCT"], named=[board.pk], by=curator, at=NOON)
    with pytest.raises(Refused, match="may not buy under"):
        draft_tender(**where, title="T", by=the("lead"), at=NOON)
    publish_framework(framework.pk, by=curator, at=NOON)
    assert draft_tender(**where, title="T", by=the("lead"), at=NOON).framework_version.number == 2


def test_the_form_offers_only_frameworks_under_which_the_viewer_may_buy(today, board):
    place_on_the_list()
    hillingdon()
    lead = who("lead")
    offered = {user: [str(label) for _, label in DraftTender(user=user).fields["framework_list"].choices] for user in (the("lead"), lead)}
    assert offered == {the("lead"): ["Specialist support", "Managed function"], lead: ["Micro", "Macro", "End to end"]}


# On what is judged


@pytest.mark.parametrize(
    ("refined", "sentence"),
    [
        (
            ("approach", ""),
            "Criterion 2, Price, lies under none of the framework. By section 46(8) of the Procurement Act 2023 criteria may be refined",
        ),
        (
            ("price-of-fish", "price"),
            "Criterion 1 refines “price-of-fish”, which is no criterion of the framework. These are: Quality of the service (quality)",
        ),
    ],
)
def test_criteria_of_a_call_off_may_be_refined_and_not_added(today, board, refined, sentence):
    tender = call_off(today)
    with pytest.raises(ValidationError) as wrong:
        set_criteria(tender.lots.get().pk, criteria=criteria(*refined), by=the("lead"), at=NOON)
    assert sentence in wrong.value.messages[0]


def test_the_form_says_what_is_compulsory_and_ties_each_complaint_to_its_box(today, board, client):
    lot = call_off(today).lots.get()
    client.force_login(the("lead"))
    page = f"/lots/{lot.pk}/set-criteria/"
    shown = " ".join(client.get(page).text.split())
    assert "Needed: the law lets criteria be refined and not added." in shown
    assert "Needed for price: how it becomes points." in shown
    assert "lies under (optional)" not in shown
    assert "for price (optional)" not in shown
    rows = [("Method", "quality", "60"), ("Price", "price", "40")]
    typed = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "0"}
    for number, (title, kind, weight) in enumerate(rows):
        typed |= {f"rows-{number}-{name}": value for name, value in (("title", title), ("kind", kind), ("weight", weight))}
    answer = client.post(page, typed)
    assert answer.status_code == 400
    links = dict(re.findall(r'<a href="(#id_rows-[^"]+)">([^<]+)</a>', answer.text))
    assert set(links) == {"#id_rows-0-refines", "#id_rows-1-refines", "#id_rows-1-formula"}
    assert links["#id_rows-1-formula"] == "Criterion 2: Choose the formula by which price becomes points."
    assert links["#id_rows-0-refines"].startswith("Criterion 1: Choose an answer for “The framework’s criterion that it lies under”")


def test_a_lot_whose_criteria_lie_under_none_is_not_complete(today, board):
    tender = call_off(today)
    Criterion.objects.filter(criteria_set__lot__tender=tender, title="Method").update(refines="")
    with pytest.raises(Refused, match="Lot 1: Criterion 1, Method, lies under none"):
        propose_tender(tender.pk, by=the("lead"), at=NOON)


def test_the_page_for_criteria_lets_one_choose_what_each_refines(today, board, client):
    lot = call_off(today).lots.get()
    client.force_login(the("lead"))
    shown = client.get(reverse("lot:set_criteria", args=[lot.pk])).content.decode()
    assert '<option value="approach" selected>Approach and method</option>' in " ".join(shown.split())
    typed = {"rows-TOTAL_FORMS": 2, "rows-INITIAL_FORMS": 0, "rows-0-refines": "people", "rows-1-refines": "price"}
    typed |= {"rows-0-title": "Team", "rows-0-kind": "quality", "rows-0-weight": "60"}
    typed |= {"rows-1-title": "Price", "rows-1-kind": "price", "rows-1-weight": "40", "rows-1-formula": "relative"}
    assert client.post(reverse("lot:set_criteria", args=[lot.pk]), typed).status_code == 302
    assert list(lot.criteria_set.criteria.values_list("refines", flat=True)) == ["people", "price"]
    assert client.post(reverse("lot:set_criteria", args=[lot.pk]), {**typed, "rows-0-refines": ""}).status_code == 400


def test_a_law_that_does_not_ask_for_it_leaves_criteria_free():
    from tests.factories.tenders import draft_tender as factory_draft

    propose_tender(factory_draft().pk, by=who("lead"), at=NOON)


# Its own periods


@pytest.mark.parametrize(
    ("closes_at", "is_in_time"),
    [
        (clock.london(2026, 3, 13, 12), False),
        (clock.london(2026, 3, 16), False),  # the end of the day before
        (clock.london(2026, 3, 16, 0, 1), True),
        (clock.london(2026, 3, 16, 12), True),
    ],
)
def test_a_call_off_gives_suppliers_the_least_time_of_its_framework(today, board, closes_at, is_in_time):
    """Ten working days from Monday 2 March 2026 are over on Monday 16 March."""
    if is_in_time:
        assert issued(call_off(today, closes_at=closes_at)).status == Tender.Status.ISSUED
        return
    with pytest.raises(ValidationError) as wrong:
        call_off(today, closes_at=closes_at)
    told = "The framework gives suppliers 10 working days to tender: choose a deadline on 16 March 2026 or later."
    assert wrong.value.message_dict == {"closes_at": [told]}


def test_the_standstill_of_the_second_framework_is_eight_working_days_beginning_with_the_day_of_the_notice(today, monkeypatch):
    """Section 51 of the Procurement Act 2023: announced on 18 December 2025, it ends at the end of 31 December 2025."""
    announced_at = clock.london(2025, 12, 18, 15)
    tender = evaluated_tender()
    Tender.objects.filter(pk=tender.pk).update(framework_version=today.versions.get())
    decisions = [LotDecision(lot=lot.pk, is_awarded=True, reasons="The best.") for lot in tender.lots.all()]
    announced = announce_award(tender.pk, decisions=decisions, by=who("lead"), at=announced_at)
    assert announced.standstill_ends_at == clock.london(2026, 1, 1)
    letter = Letter.objects.filter(template="award_notice").first()
    assert "<p>The standstill of 8 working days began with the day of the contract award notice. It runs until midnight at the end of" in letter.body


# Its own letters, and one version to the end


def test_the_invitation_speaks_in_the_frameworks_own_words(today, board):
    issued(call_off(today))
    letters = Letter.objects.filter(template="invitation_to_tender")
    assert letters.count() == 2
    for letter in letters:
        assert f"<p>{board} calls off under {today}, a framework under the Procurement Act 2023.</p>" in letter.body
        assert "<p>The fee of 0.75% of the contract&#39;s value" in letter.body


def test_a_tender_keeps_the_version_that_it_was_drafted_under(today, board, curator, client):
    tender = call_off(today)
    set_buyers(today.pk, classes=["NHS_TRUST"], by=curator, at=NOON)
    rules = {"appeal_rule": "ADMISSION_APPEAL", "standstill_rule": "PSR_REPS", "tender_rule": ""}
    set_periods(today.pk, **rules, by=curator, at=NOON)
    describe_framework(today.pk, title="Another title", regime="PA2023", description="Other.", by=curator, at=NOON)
    publish_framework(today.pk, by=curator, at=NOON)
    assert Framework.objects.get(pk=today.pk).standstill_rule_id == "PSR_REPS"
    tender = Tender.objects.get(pk=issued(tender).pk)
    assert (tender.framework_version.number, tender.framework_version.standstill_rule_id) == (1, "PA_STANDSTILL")
    assert f"calls off under {today.title}" in Letter.objects.filter(template="invitation_to_tender").first().body
    shown = client.get(reverse("tender:notice", args=[tender.pk])).content.decode()
    assert reverse("framework:version", args=[today.pk, 1]) in shown
    with pytest.raises(Refused, match="may not buy under Another title"):
        draft_tender(**place_of(today), title="Another", by=the("lead"), at=NOON)
