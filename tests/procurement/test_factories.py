import pytest

from procurement.models import Submission, Tender
from tests.factories.tenders import CLOSES_AT, closed_tender, draft_tender, issued_tender

pytestmark = pytest.mark.django_db


def test_a_tender_in_each_state_is_as_its_name_says():
    assert draft_tender().status == Tender.Status.DRAFT
    assert issued_tender().is_receiving(CLOSES_AT.replace(hour=11))
    tender = closed_tender(suppliers=4, bids=2)
    assert tender.is_closed_unopened(CLOSES_AT)
    assert Submission.objects.counting().filter(bid__lot__tender=tender).count() == 4
