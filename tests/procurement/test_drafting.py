"""A tender is drafted by its trust's procurement lead, part by part."""

from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

from commissioning import clock
from commissioning.models import Criterion, PriceFormula, Question, Role, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import lots, tenders
from procurement.completeness import lacks
from procurement.dates import hints, proposed, time_to_bid
from procurement.models import Lot, Tender
from suppliers.models import Framework
from tests.factories import frameworks
from tests.factories.people import NOON, commissioner, person
from tests.factories.tenders import ANSWERS_DUE_AT, CLOSES_AT, QUESTIONS_CLOSE_AT, draft_tender, hillingdon, issued_tender, place_on_the_list, who

pytestmark = pytest.mark.django_db

TERM = {"contract_starts_on": date(2026, 6, 1), "contract_ends_on": date(2029, 5, 31)}
DATES = {"questions_close_at": QUESTIONS_CLOSE_AT, "answers_due_at": ANSWERS_DUE_AT, "closes_at": CLOSES_AT, **TERM}


def begun(**words) -> Tender:
    framework_list, area = place_on_the_list()
    hillingdon()
    return tenders.draft_tender(framework_list=framework_list.pk, area=area.pk, title="Acute contracts", by=who("lead"), at=NOON, **words)


def test_a_tender_begins_with_a_reference_of_its_own_and_a_trail():
    first, second = begun(), begun()
    assert (first.reference, second.reference) == ("FESC-HP-2026-001", "FESC-HP-2026-002")
    entry = TrailEntry.objects.get(docket=first.docket)
    assert (entry.verb, entry.actor, entry.facts["reference"]) == ("draft_tender", who("lead"), first.reference)


def test_the_longest_reference_of_a_framework_and_a_trust_without_a_code_leave_room_for_the_number():
    framework = frameworks.live_framework("a-framework-with-a-name-of-forty-letters")
    trust = commissioner("Royal Borough of Kensington and Chelsea and City of Westminster PCT")
    person(trust, Role.PROCUREMENT_LEAD, "lead@hillingdon.example")
    chosen = {"framework_list": framework.lists.first().pk, "area": framework.areas.first().pk}
    tender = tenders.draft_tender(**chosen, title="Ours", by=who("lead"), at=NOON)
    assert tender.reference == "A-FRAMEWORK-WITH-A-NAME-OF-FORTY-LETTERS-RBOKACACOW-2026-001"
    tender.clean_fields()


def test_a_number_that_is_taken_is_passed_over():
    first = begun()
    Tender.objects.filter(pk=first.pk).update(reference="FESC-HP-2026-002")
    second = begun()
    assert second.reference == "FESC-HP-2026-003"
    assert TrailEntry.objects.get(docket=second.docket).facts["reference"] == second.reference


def test_only_a_procurement_lead_begins_a_tender():
    framework_list, area = place_on_the_list()
    hillingdon()
    with pytest.raises(PermissionDenied):
        tenders.draft_tender(framework_list=framework_list.pk, area=area.pk, title="No", by=who("evaluator1"), at=NOON)
    assert not Tender.objects.exists()


def test_a_lead_of_two_trusts_says_for_which():
    framework_list, area = place_on_the_list()
    other = commissioner("Northamptonshire PCT")
    hillingdon()
    person(other, Role.PROCUREMENT_LEAD, "lead@hillingdon.example")
    tender = tenders.draft_tender(framework_list=framework_list.pk, area=area.pk, title="Ours", buyer=other.pk, by=who("lead"), at=NOON)
    assert tender.buyer == other
    with pytest.raises(ObjectDoesNotExist):
        tenders.draft_tender(framework_list=framework_list.pk, area=area.pk, title="Not ours", buyer=commissioner("X").pk, by=who("lead"), at=NOON)


def test_nothing_is_called_off_under_a_framework_that_is_not_in_force():
    framework_list, _ = place_on_the_list()
    Framework.objects.filter(pk=framework_list.framework_id).update(ends_on=date(2026, 3, 1))
    with pytest.raises(Refused, match="not in force"):
        begun()
    Framework.objects.filter(pk=framework_list.framework_id).update(ends_on=date(2026, 3, 2))
    assert begun().status == Tender.Status.DRAFT


def test_a_trust_that_has_ended_begins_no_tender():
    place_on_the_list()
    trust = hillingdon()
    trust.valid_to = NOON.date()
    trust.save()
    assert begun().buyer == trust, "its last day is its own"
    framework_list, area = place_on_the_list()
    with pytest.raises(Refused, match=r"ended on .* and can begin no tender\. Act for the organisation that took its place\."):
        tenders.draft_tender(framework_list=framework_list.pk, area=area.pk, title="Acute", by=who("lead"), at=NOON + timedelta(days=1))


def test_every_date_that_is_wrong_is_named_at_once():
    for field, value in (("closes_at", NOON), ("questions_close_at", CLOSES_AT)):
        with pytest.raises(ValidationError) as refused:
            tenders.set_timeline(begun().pk, **{**DATES, field: value, "contract_ends_on": date(2026, 6, 1)}, by=who("lead"), at=NOON)
        assert set(refused.value.message_dict) == {field, "contract_ends_on"}


def test_what_is_bought_is_described_anew_while_it_is_a_draft():
    tender = begun()
    tenders.describe_tender(tender.pk, title="  Acute care  ", description="More.", is_public=False, by=who("lead"), at=NOON)
    tender.refresh_from_db()
    assert (tender.title, tender.description, tender.is_public) == ("Acute care", "More.", False)
    issued = issued_tender()
    with pytest.raises(Refused, match="while it is issued"):
        tenders.describe_tender(issued.pk, title="Else", by=who("lead"), at=NOON)


class TestTimeline:
    def test_dates_in_order_are_kept_to_the_microsecond(self):
        closes_at = CLOSES_AT.replace(microsecond=1)
        tender = tenders.set_timeline(begun().pk, **{**DATES, "closes_at": closes_at}, by=who("lead"), at=NOON)
        assert Tender.objects.get(pk=tender.pk).closes_at == closes_at

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("closes_at", NOON),
            ("closes_at", clock.london(2028, 3, 5, 12)),
            ("questions_close_at", CLOSES_AT),
            ("questions_close_at", NOON),
            ("answers_due_at", CLOSES_AT),
            ("answers_due_at", clock.london(2026, 3, 16, 11, 59, 59, 999999)),
            ("contract_starts_on", date(2026, 3, 27)),
            ("contract_ends_on", date(2026, 6, 1)),
            ("contract_ends_on", date(2047, 1, 1)),
        ],
    )
    def test_a_date_out_of_order_is_named(self, field, value):
        with pytest.raises(ValidationError) as error:
            tenders.set_timeline(begun().pk, **{**DATES, field: value}, by=who("lead"), at=NOON)
        assert list(error.value.message_dict) == [field]

    def test_the_period_rules_propose_it(self):
        dates = proposed(begun(), NOON)
        assert dates["questions_close_at"] == clock.london(2026, 3, 16, 12)
        assert dates["answers_due_at"] == clock.london(2026, 3, 19, 12)
        assert dates["closes_at"] == clock.london(2026, 3, 30, 12)
        assert dates["contract_starts_on"] > date(2026, 4, 20)
        tenders.set_timeline(begun().pk, **dates, by=who("lead"), at=NOON)

    def test_closed_days_and_late_hours_are_pointed_out_and_allowed(self):
        good_friday_evening = {**DATES, "questions_close_at": clock.london(2026, 3, 16, 17), "closes_at": clock.london(2026, 4, 3, 12)}
        tender = tenders.set_timeline(begun().pk, **good_friday_evening, by=who("lead"), at=NOON)
        assert [sentence.split(" on ")[0] for sentence in hints(tender)] == ["Questions close", "Bids are due"]
        assert "Good Friday" in hints(tender)[1]
        assert "before 4pm" in hints(tender)[0]

    def test_how_long_suppliers_have_is_said_beside_what_the_rules_propose(self):
        assert time_to_bid(draft_tender(), NOON) == "Suppliers have 19 working days to bid; the period rules propose 20."


class TestLots:
    def test_lots_are_numbered_and_a_gap_closes(self):
        tender = begun()
        made = [lots.add_lot(tender.pk, title=f"Lot {letter}", by=who("lead"), at=NOON) for letter in "ABC"]
        lots.remove_lot(made[1].pk, by=who("lead"), at=NOON)
        assert list(tender.lots.values_list("number", "title")) == [(1, "Lot A"), (2, "Lot C")]

    def test_a_lot_is_changed(self):
        lot = lots.add_lot(begun().pk, title="A", by=who("lead"), at=NOON)
        lots.change_lot(lot.pk, title="B", estimated_value=Decimal("250000.00"), by=who("lead"), at=NOON)
        lot.refresh_from_db()
        assert (lot.title, lot.estimated_value) == ("B", Decimal("250000.00"))
        with pytest.raises(ValidationError):
            lots.change_lot(lot.pk, title="B", estimated_value=Decimal("-0.01"), by=who("lead"), at=NOON)

    def test_a_lot_of_another_trust_is_not_found(self):
        lot = draft_tender().lots.first()
        stranger = person(commissioner("Northamptonshire PCT"), Role.PROCUREMENT_LEAD)
        with pytest.raises(Lot.DoesNotExist):
            lots.change_lot(lot.pk, title="Mine", by=stranger, at=NOON)

    def test_nothing_of_a_lot_changes_once_the_tender_is_issued(self):
        lot = issued_tender().lots.first()
        for change in (
            lambda: lots.change_lot(lot.pk, title="B", by=who("lead"), at=NOON),
            lambda: lots.remove_lot(lot.pk, by=who("lead"), at=NOON),
            lambda: lots.set_criteria(lot.pk, criteria=[], by=who("lead"), at=NOON),
            lambda: lots.set_questions(lot.pk, questions=[], by=who("lead"), at=NOON),
            lambda: lots.set_price_schedule(lot.pk, lines=[], by=who("lead"), at=NOON),
        ):
            with pytest.raises(Refused, match="while it is issued"):
                change()


def quality(weight: str, **more) -> lots.CriterionEntry:
    return {"kind": Criterion.Kind.QUALITY, "title": "Method", "weight": Decimal(weight), **more}


def price(weight: str) -> lots.CriterionEntry:
    return {"kind": Criterion.Kind.PRICE, "title": "Price", "weight": Decimal(weight), "formula": PriceFormula.RELATIVE}


class TestCriteria:
    @pytest.fixture
    def lot(self):
        return lots.add_lot(begun().pk, title="A", by=who("lead"), at=NOON)

    def test_weights_that_sum_to_exactly_100_are_taken(self, lot):
        lots.set_criteria(lot.pk, criteria=[quality("33.33", least_score=3), quality("26.67"), price("40")], by=who("lead"), at=NOON)
        assert [criterion.weight for criterion in lot.criteria_set.criteria.all()] == [Decimal("33.33"), Decimal("26.67"), Decimal("40.00")]

    @pytest.mark.parametrize("weight", ["59.99", "60.01"])
    def test_weights_a_hundredth_off_are_not(self, lot, weight):
        with pytest.raises(ValidationError, match="sum to exactly 100"):
            lots.set_criteria(lot.pk, criteria=[quality(weight), price("40")], by=who("lead"), at=NOON)
        assert not lot.criteria_set.criteria.exists()

    @pytest.mark.parametrize(
        ("criteria", "sentence"),
        [
            ([], "what bids are judged on"),
            ([quality("100")], "there is none"),
            ([price("50"), price("50")], "there are 2"),
            ([quality("60"), {**price("40"), "formula": PriceFormula("relative")} | {"formula": ""}], "by which formula"),
            ([quality("60", least_score=6), price("40")], "at most 5"),
            ([quality("60", title=""), price("40")], "title"),
            ([quality("60", title="x" * 201), price("40")], "title"),
            ([quality("NaN"), price("40")], "more than 0|Criterion 1"),
            ([quality("-60"), price("160")], "Criterion 1"),
        ],
    )
    def test_what_is_wrong_with_criteria_is_said(self, lot, criteria, sentence):
        with pytest.raises(ValidationError, match=sentence):
            lots.set_criteria(lot.pk, criteria=criteria, by=who("lead"), at=NOON)


class TestQuestionsAndPrices:
    @pytest.fixture
    def lot(self):
        return lots.add_lot(begun().pk, title="A", by=who("lead"), at=NOON)

    def test_questions_of_every_kind_are_set_in_order(self, lot):
        asked: list[lots.QuestionEntry] = [
            {"kind": Question.Kind.TEXT, "prompt": "How?", "word_limit": 500},
            {"kind": Question.Kind.CHOICE, "prompt": "Which?", "choices": ["One", "Two"]},
            {"kind": Question.Kind.DECLARATION, "prompt": "We agree.", "mandatory": True},
            {"kind": Question.Kind.DATE, "prompt": "From when?", "mandatory": False},
        ]
        lots.set_questions(lot.pk, questions=asked, by=who("lead"), at=NOON)
        lots.set_questions(lot.pk, questions=asked[::-1], by=who("lead"), at=NOON)
        assert [question.prompt for question in lot.questionnaire.questions.all()] == ["From when?", "We agree.", "Which?", "How?"]

    @pytest.mark.parametrize(
        ("question", "sentence"),
        [
            ({"kind": "choice", "prompt": "Which?", "choices": ["One", " One "]}, "two different options"),
            ({"kind": "text", "prompt": "How?", "word_limit": 0}, "word limit"),
            ({"kind": "text", "prompt": ""}, "prompt"),
            ({"kind": "text", "prompt": "x" * 501}, "prompt"),
        ],
    )
    def test_what_is_wrong_with_a_question_is_said(self, lot, question, sentence):
        with pytest.raises(ValidationError, match=sentence):
            lots.set_questions(lot.pk, questions=[question], by=who("lead"), at=NOON)

    def test_a_line_needs_a_quantity_that_a_price_can_be_multiplied_by(self, lot):
        with pytest.raises(ValidationError, match="quantity above 0"):
            lots.set_price_schedule(lot.pk, lines=[{"description": "Days", "unit": "day", "quantity": Decimal(0)}], by=who("lead"), at=NOON)
        lots.set_price_schedule(lot.pk, lines=[{"description": "Days", "unit": "day", "quantity": Decimal("0.01")}], by=who("lead"), at=NOON)
        assert lot.price_lines.get().number == 1

    def test_more_rows_than_anybody_reads_are_refused(self, lot):
        with pytest.raises(ValidationError, match="200 rows or fewer"):
            lots.set_price_schedule(lot.pk, lines=[{"description": "x", "unit": "y", "quantity": Decimal(1)}] * 201, by=who("lead"), at=NOON)


def test_what_is_missing_is_listed_part_by_part():
    tender = begun()
    assert [lack.part for lack in lacks(tender)] == ["details", "timeline", "timeline", "lots"]
    lots.add_lot(tender.pk, title="A", by=who("lead"), at=NOON)
    assert [str(lack) for lack in lacks(tender)][3:] == [
        "Lot 1: Say what bids are judged on.",
        "Lot 1: Add at least one line to the price schedule.",
    ]
    assert lacks(draft_tender()) == []


def test_a_list_and_an_area_of_two_frameworks_are_refused_and_nothing_typed_is_lost(client, monkeypatch):
    framework_list, _ = place_on_the_list()
    elsewhere = frameworks.live_framework("other").areas.get(code="performance")
    hillingdon()
    monkeypatch.setattr("commissioning.clock.now", lambda: NOON)
    client.force_login(who("lead"), backend="commissioning.accounts.ByEmail")
    typed = {"framework_list": str(framework_list.pk), "area": str(elsewhere.pk), "title": "Acute contracts", "description": "A long text."}
    shown = client.get("/tenders/new/").text
    assert f'{framework_list}<span class="nhsuk-u-visually-hidden">, {framework_list.framework} (fesc)</span>' in unescape(shown)
    page = client.post("/tenders/new/", typed)
    assert page.status_code == 400
    assert "Choose an area of the same framework as the list." in page.text
    assert "A long text." in page.text
    answer = client.post("/api/v1/tenders/", typed, content_type="application/json")
    assert answer.status_code == 400
    assert "area" in str(answer.json())
    assert not Tender.objects.exists()
