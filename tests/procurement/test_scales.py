"""Suppliers read what each score means with the criteria, evaluators beside the score, and the score sheet says it."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from commissioning.models import Criterion, PriceFormula
from commissioning.scales import PUBLISHED_SCALE, meanings
from procurement import score_sheets
from procurement.actions.lots import CriterionEntry, set_criteria
from procurement.notice import notice_hash
from tests.factories.evaluations import agree, bids_of, criteria_of, declared_tender, locked_tender
from tests.factories.tenders import bidder, draft_tender, issued_tender, who

pytestmark = pytest.mark.django_db

OWN = "\r\n".join(f"Own words for {score}" for score in range(6))


def judge(lot, **quality):
    """Quality with these words, and price."""
    price: CriterionEntry = {"kind": Criterion.Kind.PRICE, "title": "Price", "weight": Decimal(40), "formula": PriceFormula.RELATIVE}
    set_criteria(lot.pk, criteria=[{"kind": Criterion.Kind.QUALITY, "title": "Method", "weight": Decimal(60), **quality}, price], by=who("lead"))
    return lot.criteria_set.criteria.get(number=1), lot.criteria_set.criteria.get(number=2)


def test_without_words_of_its_own_a_criterion_has_the_published_scale_and_a_price_has_none():
    quality, price = judge(draft_tender().lots.first())
    assert quality.meanings == meanings(PUBLISHED_SCALE)
    assert len(quality.meanings) == 6
    assert price.meanings == []


def test_a_tender_gives_its_own_words_a_line_for_each_score():
    quality, _ = judge(draft_tender().lots.first(), scale=OWN)
    assert [quality.meaning_of(score) for score in range(6)] == [f"Own words for {score}" for score in range(6)]


def test_a_scale_that_leaves_a_score_out_is_refused():
    with pytest.raises(ValidationError, match="Criterion 1: say on a line each what the scores 0 to 5 mean: there are 2 lines, and 6 are needed"):
        judge(draft_tender().lots.first(), scale="Bad\nGood")


def test_the_hash_of_the_notice_covers_the_scale():
    tender = draft_tender()
    judge(tender.lots.first())
    before = notice_hash(tender)
    Criterion.objects.filter(criteria_set__lot__tender=tender).update(scale=OWN)
    assert notice_hash(tender) != before


def test_suppliers_read_the_scale_with_the_criteria_on_the_page_and_in_the_api(client):
    tender = issued_tender(suppliers=1)
    client.force_login(bidder("bupa"), backend="commissioning.accounts.ByEmail")
    best = meanings(PUBLISHED_SCALE)[5]
    assert best in client.get(f"/tenders/{tender.pk}/notice/").text
    assert best in client.get(f"/api/v1/lots/{tender.lots.first().pk}/").json()["criteria"][0]["scale"]


def test_an_evaluator_and_the_chair_read_it_beside_the_score(client):
    tender = declared_tender(bids=1)
    bid, best = bids_of(tender)[0], meanings(PUBLISHED_SCALE)[5]
    for name, path in (("evaluator1", "score-bid"), ("chair", "record-consensus")):
        client.force_login(who(name), backend="commissioning.accounts.ByEmail")
        assert best in client.get(f"/tenders/{tender.pk}/{path}/{bid.pk}/").text


def test_the_score_sheet_says_what_each_score_means():
    tender = locked_tender(bids=1)
    agree(tender, bids_of(tender)[0], criteria_of(tender)[0], 5)
    rows = list(score_sheets.rows(tender, who("chair")))
    assert all(len(row) == len(score_sheets.HEADINGS) for row in rows)
    agreed = next(row for row in rows if row[2] == "Agreed score")
    assert agreed[-1] == meanings(PUBLISHED_SCALE)[5]


def test_a_lead_reads_and_types_the_scale_on_the_page_of_criteria(client):
    lot = draft_tender().lots.first()
    judge(lot)
    client.force_login(who("lead"), backend="commissioning.accounts.ByEmail")
    page = client.get(f"/lots/{lot.pk}/set-criteria/").text
    assert "What each score means" in page
    assert meanings(PUBLISHED_SCALE)[0] in page
