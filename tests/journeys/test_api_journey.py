"""The same story over the REST API alone: programs with people's tokens, from the framework to the register of contracts."""

from io import StringIO

import pytest
from django.core.management import call_command

from tests.journeys import award_by_api as award
from tests.journeys import lists_by_api as lists
from tests.journeys import tender_by_api as tender
from tests.journeys.callers import Caller
from tests.journeys.moments import BEGINS_AT, it_is
from tests.journeys.newcomers import first_curator_comes_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_hillingdon_lets_two_contracts_over_the_api_alone(demo: None) -> None:
    first_curator_comes_in()
    it_is(BEGINS_AT)
    curator = Caller("curator@doh.example")
    lists.doh_registers_the_trust_and_the_suppliers(curator)
    lists.doh_sets_up_the_framework(curator)
    lists.doh_admits_suppliers(curator)
    lists.tribal_appeals_on_the_last_instant(curator)
    lists.an_officer_hears_the_appeal_and_upholds_it(curator)
    lists.doh_releases_the_list_early_to_hillingdon(curator)
    tender.hillingdon_drafts_a_tender()
    tender.a_second_person_approves_and_it_is_issued()
    lists.doh_publishes_the_lists(curator)
    tender.suppliers_say_what_they_mean_to_do_and_ask()
    tender.suppliers_bid()
    tender.a_bid_is_replaced_and_one_is_withdrawn()
    tender.the_deadline_parts_early_from_late()
    award.two_openers_open_the_bids()
    award.the_panel_scores_and_agrees()
    award.the_ranking_follows()
    award.hillingdon_announces_the_award()
    award.the_award_waits_for_the_standstill_and_for_a_challenge()
    award.both_contracts_are_signed_and_public()
    every_chain_holds()


def every_chain_holds() -> None:
    """The trail of the whole story."""
    said = StringIO()
    call_command("verify_trail", stdout=said)
    assert "Every chain holds" in said.getvalue()


def test_a_program_without_a_token_reads_what_is_public_and_does_nothing(demo: None) -> None:
    nobody = Caller()
    assert nobody.finds("tenders") == nobody.finds("contracts") == []
    nobody.sends("tenders/", {"title": "A tender"}, status=401)
    nobody.reads("me/", status=401)
    nobody.reads("events/", status=401)
