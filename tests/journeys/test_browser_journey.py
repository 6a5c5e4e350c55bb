"""The whole story through a browser: the lists are made, Hillingdon lets two contracts, and everybody sees what concerns them.

No script runs, axe looks at every page, and a picture of each is left in `artefacts/journey`.
"""

import pytest

from tests.journeys import the_bids as bids
from tests.journeys import the_contracts as contracts
from tests.journeys import the_evaluation as evaluation
from tests.journeys import the_framework as framework
from tests.journeys import the_tender as tender
from tests.journeys.moments import ANNOUNCED_AT, APPEALED_AT, DECIDED_AT, HEARD_AT, OPENED_AT, PUBLISHED_AT, RELEASED_AT, it_is
from tests.journeys.newcomers import the_authority_is_founded
from tests.journeys.visitors import Town, kept_album, likeness

pytestmark = [pytest.mark.browser, pytest.mark.first_home, pytest.mark.django_db(transaction=True)]


def test_hillingdon_lets_two_contracts(town: Town) -> None:
    town.album = kept_album()
    curator = the_authority_is_founded(town)
    framework.the_curator_moves_the_clock_to_2040(curator)
    lead = framework.hillingdons_people_come_in(town, curator)
    framework.doh_sets_up_the_framework(curator)
    framework.doh_registers_the_suppliers(town, curator)
    framework.doh_withdraws_its_notice_and_issues_another(town, curator)
    framework.suppliers_apply(town)
    it_is(DECIDED_AT)
    framework.doh_decides_and_sends_all_decisions(curator)
    it_is(APPEALED_AT)
    framework.tribal_appeals(town)
    framework.an_officer_takes_the_appeal_up(town)
    it_is(HEARD_AT)
    framework.the_appeal_is_heard_and_upheld(town, curator)
    it_is(RELEASED_AT)
    framework.doh_releases_the_micro_list_early_to_hillingdon(town, curator)
    it_is(PUBLISHED_AT)
    framework.doh_publishes_the_lists(town, curator)
    tender.hillingdon_drafts_a_tender(lead)
    tender.a_second_person_approves_it(town, lead)
    tender.hillingdon_issues_it(town, lead)
    bids.suppliers_read_their_invitations(town)
    bids.dr_foster_asks_and_everybody_is_answered(town, lead)
    bids.bupa_drafts_saves_and_submits(town)
    bids.bupa_replaces_its_bid(town)
    bids.the_others_bid(town)
    bids.the_consortium_withdraws_one_bid(town)
    bids.tribal_thinks_again_and_comes_too_late(town)
    it_is(OPENED_AT)
    evaluation.two_openers_open_together(town)
    evaluation.the_panel_declares_its_interests(town)
    evaluation.evaluators_score_every_bid(town)
    evaluation.the_chair_records_what_the_panel_agrees_on(town)
    evaluation.the_ranking_follows(town)
    it_is(ANNOUNCED_AT)
    evaluation.hillingdon_announces_the_award(town)
    evaluation.the_consortium_challenges(town)
    evaluation.the_award_waits_for_the_standstill_and_the_challenge(town)
    evaluation.hillingdon_confirms_the_award(town)
    contracts.hillingdon_offers_both_contracts(town)
    contracts.both_parties_sign(town)
    contracts.everybody_reads_the_register(town)
    contracts.everybody_finds_what_is_theirs(town)
    contracts.every_chain_holds()


PLAIN = "<!doctype html><html lang=en><title>{title}</title><main><h1>Heading</h1>{more}</main></html>"


def test_no_script_runs_in_a_journey(town: Town) -> None:
    visitor = town.stranger()
    visitor.page.goto("data:text/html," + PLAIN.format(title="Without", more="<script>document.title = 'With'</script>"))
    assert visitor.page.title() == "Without"


@pytest.mark.parametrize(
    ("more", "complaint"),
    [("<input>", "label"), ("<p style='width: 1000px'>Wide</p>", "is wider than 375 points")],
    ids=["a box without a label", "a page wider than a phone"],
)
def test_a_page_that_is_not_right_ends_the_journey(town: Town, more: str, complaint: str) -> None:
    visitor = town.stranger()
    visitor.page.goto("data:text/html," + PLAIN.format(title="Wrong", more=more))
    with pytest.raises(AssertionError, match=complaint):
        visitor.looks_around()


def test_pages_that_differ_in_words_alone_are_examined_once() -> None:
    page = PLAIN.format(title="One", more='<a class="nhsuk-link" href="/1/">One</a>')
    assert likeness(page) == likeness(page.replace("One", "Two").replace("/1/", "/2/"))
    assert likeness(page) != likeness(page.replace("nhsuk-link", "nhsuk-button"))
    assert likeness(page) != likeness(page.replace(">One</a>", "></a>"))
