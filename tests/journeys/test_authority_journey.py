"""Two shorter stories of the authority through a browser: it has applications assessed, and it acts on what becomes of a listed supplier.

What led to them is made by the acts. No script runs, and axe looks at every page.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from commissioning import clock
from tests.factories.admissions import DECIDED_AT
from tests.factories.assessments import ASSESSED_AT
from tests.factories.breaches import REPORTED_AT
from tests.factories.people import NOON
from tests.journeys import the_assessment as assessment
from tests.journeys import the_life_of_a_listing as listing
from tests.journeys.visitors import Town

pytestmark = [pytest.mark.browser, pytest.mark.first_home, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def it_is(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set every clock to a moment."""

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    return set_clock


def test_applications_are_assessed_by_two_moderated_by_a_third_and_decided_as_proposed(town: Town, it_is: Any) -> None:
    it_is(NOON)
    round_ = assessment.two_firms_have_applied()
    assessment.the_curator_sees_nothing_before_the_deadline(town, round_)
    it_is(ASSESSED_AT)
    assessment.the_curator_names_who_judges(town, round_)
    assessment.everybody_judges(town, round_)
    it_is(DECIDED_AT)
    assessment.the_curator_drafts_and_sends_all_decisions(town, round_)
    assessment.the_refused_firm_reads_its_scores(town)


def test_a_breach_is_reported_answered_and_decided_and_a_supplier_takes_another_name(town: Town, it_is: Any) -> None:
    it_is(REPORTED_AT)
    contract = listing.a_contract_has_been_signed()
    listing.the_trust_reports_a_breach(town, contract)
    listing.the_supplier_replies_and_the_authority_suspends(town, contract, REPORTED_AT + timedelta(days=30))
    listing.everybody_sees_the_mark_on_the_list(town, contract)
    listing.the_supplier_takes_another_name(town, contract, REPORTED_AT)
