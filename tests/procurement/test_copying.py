"""A lot takes its criteria and its price schedule from another lot of the same buyer."""

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

from commissioning.models import Role, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import lots
from procurement.models import Tender
from tests.factories.people import NOON, commissioner, person
from tests.factories.tenders import draft_tender, issued_tender, who

pytestmark = pytest.mark.django_db
JUDGED = ("number", "kind", "title", "description", "refines", "weight", "max_score", "least_score", "formula")
PRICED = ("number", "description", "unit", "quantity")


def rows(lot):
    return list(lot.criteria_set.criteria.values_list(*JUDGED)), list(lot.price_lines.values_list(*PRICED))


@pytest.fixture
def source():
    """A lot of an earlier tender of the same buyer."""
    return issued_tender(suppliers=1, title="Last year").lots.get(number=1)


@pytest.fixture
def target():
    """A lot of a draft that has nothing yet."""
    lot = draft_tender().lots.get(number=1)
    lot.criteria_set.criteria.all().delete()
    lot.price_lines.all().delete()
    return lot


def test_criteria_and_prices_are_copied_in_full_and_the_source_keeps_its_own(source, target):
    before = rows(source)
    lots.copy_from_lot(target.pk, source=source.pk, by=who("lead"), at=NOON)
    assert rows(target) == rows(source) == before
    facts = TrailEntry.objects.get(docket=target.tender.docket, verb="copy_from_lot").facts
    assert (facts["copied_from"], facts["criteria"], facts["lines"]) == (str(source.pk), 3, 2)


def test_each_can_be_left_out_and_not_both(source, target):
    lots.copy_from_lot(target.pk, source=source.pk, criteria=False, by=who("lead"), at=NOON)
    assert rows(target) == ([], rows(source)[1])
    with pytest.raises(Refused, match="Say what is to be copied"):
        lots.copy_from_lot(target.pk, source=source.pk, criteria=False, price_schedule=False, by=who("lead"), at=NOON)


def test_a_lot_that_has_none_gives_none_and_takes_nothing_away(source, target):
    filled = target.tender.lots.get(number=2)
    before = rows(filled)
    with pytest.raises(ValidationError, match=r"do not fit this tender\. Say what bids are judged on"):
        lots.copy_from_lot(filled.pk, source=target.pk, by=who("lead"), at=NOON)
    with pytest.raises(Refused, match="has no price schedule to be copied"):
        lots.copy_from_lot(filled.pk, source=target.pk, criteria=False, by=who("lead"), at=NOON)
    assert rows(filled) == before


def test_nobody_copies_from_another_buyer_into_an_issued_tender_or_without_the_right(source, target):
    stranger = commissioner("Northamptonshire PCT")
    Tender.objects.filter(pk=source.tender_id).update(buyer=stranger)
    with pytest.raises(ObjectDoesNotExist):
        lots.copy_from_lot(target.pk, source=source.pk, by=who("lead"), at=NOON)
    with pytest.raises(PermissionDenied):
        lots.copy_from_lot(target.pk, source=source.pk, by=who("evaluator1"), at=NOON)
    Tender.objects.filter(pk=source.tender_id).update(buyer=target.tender.buyer)
    with pytest.raises(Refused, match="You cannot copy from lot"):
        lots.copy_from_lot(source.pk, source=target.pk, by=who("lead"), at=NOON)
    assert not person(stranger, Role.PROCUREMENT_LEAD).has_perm("procurement.copy_from_lot", target)


def test_on_the_page_and_over_the_api(source, target, client):
    client.force_login(who("lead"), backend="commissioning.accounts.ByEmail")
    shown = client.get(f"/lots/{target.pk}/copy-from-lot/").text
    assert "Last year, Lot 1: Acute trust contracts" in shown
    assert client.post(f"/lots/{target.pk}/copy-from-lot/", {"source": str(source.pk), "criteria": "on"}).status_code == 302
    assert rows(target) == (rows(source)[0], [])
    words = {"source": str(source.pk), "criteria": False}
    answer = client.post(f"/api/v1/lots/{target.pk}/copy-from-lot/", words, content_type="application/json")
    assert [line["description"] for line in answer.json()["price_lines"]] == ["Days of analysis", "Monthly report"]
