"""The panel's work in pages: nothing typed is lost, nothing is shown too early, and no page costs more with more bids."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning.models import Document, TrailEntry
from procurement.actions import bids, documents, evaluations, openings
from procurement.models import Award, Challenge, Consensus, Declaration, Score, Tender
from tests.factories.bids import THE_DAY_BEFORE, drafted_bid, submitted_bid
from tests.factories.evaluations import (
    OPENED_AT,
    STANDSTILL_ENDS_AT,
    agree,
    agreed_on,
    agreed_tender,
    awarded_tender,
    bids_of,
    complete,
    criteria_of,
    declared_tender,
    evaluated_tender,
    locked_tender,
    more_bids,
    notice_to,
    opened_tender,
    result_of,
    score,
    tender_in_standstill,
)
from tests.factories.pages import words
from tests.factories.tenders import bidder, issued_tender, who

pytestmark = pytest.mark.django_db


def it_is(moment, monkeypatch):
    """The clock stands at this moment."""
    monkeypatch.setattr("commissioning.clock.now", lambda: moment)


@pytest.mark.parametrize("path", ["opening/", "evaluation/", "award/", "ranking/", "score-bid/", "scores.csv"])
def test_the_buyers_pages_are_not_there_for_anybody_else(seen_by, path):
    tender = opened_tender(suppliers=1)
    assert seen_by(bidder("bupa")).get(f"/tenders/{tender.pk}/{path}").status_code == 404


def test_declaring_shows_who_bid_and_asks_for_the_conflict(seen_by):
    tender = opened_tender(suppliers=2)
    client, address = seen_by(who("evaluator1")), f"/tenders/{tender.pk}/declare-interests/"
    assert "Dr Foster Intelligence" in client.get(address).text
    wrong = client.post(address, {"has_conflict": "yes", "statement": ""})
    assert wrong.status_code == 400
    assert "Say what the conflict is" in wrong.text
    assert client.post(address, {"has_conflict": "no"}).status_code == 302
    assert Declaration.objects.get().has_conflict is False


def a_sheet(forms, **typed):
    """What a browser sends for a sheet of so many criteria."""
    return {"form-TOTAL_FORMS": forms, "form-INITIAL_FORMS": forms, **{name.replace("_", "-", 2): value for name, value in typed.items()}}


def test_an_evaluator_saves_some_scores_now_and_the_rest_later(seen_by):
    tender = declared_tender(suppliers=1)
    bid = bids_of(tender)[0]
    client, address = seen_by(who("evaluator1")), f"/tenders/{tender.pk}/score-bid/{bid.pk}/"
    assert "With care, and on time." in client.get(address).text
    assert client.post(address, a_sheet(2, form_0_value="4", form_0_reason="Clear steps.")).status_code == 302
    assert list(Score.objects.values_list("criterion__title", "value", "reason")) == [("Method", 4, "Clear steps.")]
    assert "Clear steps." in client.get(address).text
    assert (
        client.post(address, a_sheet(2, form_0_value="4", form_0_reason="Clear steps.", form_1_value="2", form_1_reason="Thin.")).status_code == 302
    )
    assert Score.objects.count() == 2


def test_a_score_without_its_reason_is_sent_back_with_all_that_was_typed(seen_by):
    tender = declared_tender(suppliers=1)
    address = f"/tenders/{tender.pk}/score-bid/{bids_of(tender)[0].pk}/"
    page = seen_by(who("evaluator1")).post(address, a_sheet(2, form_0_value="4", form_1_value="2", form_1_reason="Thin on people."))
    assert page.status_code == 400
    assert "1. Method: Give the reason for this score." in words(page)
    assert "Thin on people." in page.text
    assert not Score.objects.exists()


@pytest.mark.parametrize("value", ["6", "-1", "4.5", "four", "٤"])
def test_a_value_that_is_not_on_the_scale_is_sent_back(seen_by, value):
    tender = declared_tender(suppliers=1)
    address = f"/tenders/{tender.pk}/score-bid/{bids_of(tender)[0].pk}/"
    page = seen_by(who("evaluator1")).post(address, a_sheet(2, form_0_value=value, form_0_reason="Because."))
    assert page.status_code == 400
    assert not Score.objects.exists()


def test_scores_sent_after_the_lock_are_refused_and_stay_on_the_page(seen_by):
    tender = locked_tender(suppliers=1)
    address = f"/tenders/{tender.pk}/score-bid/{bids_of(tender)[0].pk}/"
    kept = {"form_1_value": "5", "form_1_reason": "A 5, for what is there."}
    page = seen_by(who("evaluator1")).post(address, a_sheet(2, form_0_value="1", form_0_reason="On second thoughts.", **kept))
    assert page.status_code == 409
    assert "Scores are locked" in page.text
    assert "On second thoughts." in page.text


def refused_from_the_second_on(act):
    """The act; its second call meets scores that another has locked, or opened again."""
    calls = []

    def once(tender_id, **words):
        calls.append(words)
        if len(calls) > 1:
            locked = Tender.objects.values_list("scores_locked_at", flat=True).get(pk=tender_id)
            Tender.objects.filter(pk=tender_id).update(scores_locked_at=None if locked else OPENED_AT)
        return act(tender_id, **words)

    return once


def test_a_sheet_that_is_refused_in_the_middle_saves_nothing_and_says_so(seen_by, monkeypatch):
    tender = declared_tender(suppliers=1)
    monkeypatch.setattr("procurement.views.evaluations.score_bid", refused_from_the_second_on(evaluations.score_bid))
    sent = a_sheet(2, form_0_value="4", form_0_reason="It is clear.", form_1_value="3", form_1_reason="Thin on people.")
    page = seen_by(who("evaluator1")).post(f"/tenders/{tender.pk}/score-bid/{bids_of(tender)[0].pk}/", sent)
    assert page.status_code == 409
    assert "Scores are locked: the chair now records what the panel agrees on. Nothing of this sheet was saved." in words(page)
    assert "It is clear." in page.text
    assert "Thin on people." in page.text
    assert not Score.objects.exists()
    assert [entry.outcome for entry in TrailEntry.objects.filter(docket=tender.docket, verb="score_bid")] == ["refused"]


def test_a_sheet_of_agreed_scores_that_is_refused_in_the_middle_saves_nothing_and_says_so(seen_by, monkeypatch):
    tender = locked_tender(suppliers=1)
    monkeypatch.setattr("procurement.views.moderation.record_consensus", refused_from_the_second_on(evaluations.record_consensus))
    sent = a_sheet(2, form_0_value="4", form_0_reason="It is clear.", form_1_value="3", form_1_reason="Thin on people.")
    page = seen_by(who("chair")).post(f"/tenders/{tender.pk}/record-consensus/{bids_of(tender)[0].pk}/", sent)
    assert page.status_code == 409
    assert "Lock the scores first, so that the panel sees them all. Nothing of this sheet was saved." in words(page)
    assert "It is clear." in page.text
    assert "Thin on people." in page.text
    assert not Consensus.objects.exists()


def test_what_an_act_complains_of_stands_beside_the_score_and_nothing_is_saved(seen_by, monkeypatch):
    tender = declared_tender(suppliers=1)
    calls = []

    def complains(tender_id, **words):
        calls.append(words)
        return evaluations.score_bid(tender_id, **{**words, "value": 6 if len(calls) > 1 else words["value"]})

    monkeypatch.setattr("procurement.views.evaluations.score_bid", complains)
    sent = a_sheet(2, form_0_value="4", form_0_reason="It is clear.", form_1_value="3", form_1_reason="Thin on people.")
    page = seen_by(who("evaluator1")).post(f"/tenders/{tender.pk}/score-bid/{bids_of(tender)[0].pk}/", sent)
    assert page.status_code == 400
    assert "Give a whole number from 0 to 5." in words(page)
    assert not Score.objects.exists()


def test_the_overview_shows_only_ones_own_scores(seen_by):
    tender = declared_tender(suppliers=1)
    score(tender, bids_of(tender)[0], criteria_of(tender)[0], 5, by=who("evaluator2"), reason="Mine alone.")
    assert "You have given 0 of 4 scores" in words(seen_by(who("evaluator1")).get(f"/tenders/{tender.pk}/score-bid/"))
    assert "You have given 1 of 4 scores" in words(seen_by(who("evaluator2")).get(f"/tenders/{tender.pk}/score-bid/"))


def test_the_chairs_grid_shows_no_score_before_they_are_locked(seen_by):
    tender = declared_tender(suppliers=1)
    score(tender, bids_of(tender)[0], criteria_of(tender)[0], 5, by=who("evaluator2"), reason="Mine alone.")
    bid = bids_of(tender)[0]
    for path in (f"/tenders/{tender.pk}/record-consensus/", f"/tenders/{tender.pk}/record-consensus/{bid.pk}/"):
        page = seen_by(who("chair")).get(path)
        assert "Scores are hidden until they are locked" in page.text
        assert "Mine alone." not in page.text


def test_the_chair_sees_where_scores_lie_apart_and_records_what_was_discussed(seen_by):
    tender = declared_tender(suppliers=1)
    for lot in (1, 2):
        for criterion in criteria_of(tender, lot):
            score(tender, bids_of(tender, lot)[0], criterion, 5, by=who("evaluator1"))
            score(tender, bids_of(tender, lot)[0], criterion, 2 if criterion.number == 1 else 4, by=who("evaluator2"))
    evaluations.lock_scores(tender.pk, by=who("chair"))
    client, bid = seen_by(who("chair")), bids_of(tender)[0]
    grid = words(client.get(f"/tenders/{tender.pk}/record-consensus/"))
    assert "0 of 4 scores are agreed" in grid
    assert grid.count("Apart") == 2
    address = f"/tenders/{tender.pk}/record-consensus/{bid.pk}/"
    refused = client.post(address, a_sheet(2, form_0_value="4", form_0_reason="It is clear.", form_1_value="4", form_1_reason="Good."))
    assert refused.status_code == 400
    assert "Say what the panel discussed" in refused.text
    sent = a_sheet(2, form_0_value="4", form_0_reason="It is clear.", form_0_discussion="Annex B.", form_1_value="4", form_1_reason="Good.")
    assert client.post(address, sent).status_code == 302
    assert Consensus.objects.count() == 2
    assert "Agreed: 4" in words(client.get(f"/tenders/{tender.pk}/record-consensus/"))


def test_a_file_of_a_bid_is_a_download_for_the_panel_alone_and_its_reading_is_recorded(seen_by):
    tender = issued_tender(suppliers=1)
    draft = drafted_bid(tender.invitations.get(), tender.lots.get(number=1))
    documents.attach_to_bid(draft.pk, file=SimpleUploadedFile("method.txt", b"hello"), by=bidder("bupa"), at=THE_DAY_BEFORE)
    bids.submit_bid(draft.pk, by=bidder("bupa"), at=THE_DAY_BEFORE)
    for opener in ("opener1", "opener2"):
        openings.confirm_opening(tender.pk, by=who(opener), at=OPENED_AT)
    bid = bids_of(tender)[0]
    (stamp,) = bid.content["files"]
    page, api = f"/tenders/{tender.pk}/bids/{bid.pk}/files/{stamp['document']}/", f"/api/v1/opened-bids/{bid.pk}/files/{stamp['document']}/"
    for address in (page, api):
        assert seen_by(who("evaluator1")).get(address).status_code == 403
    evaluations.declare_interests(tender.pk, has_conflict=False, by=who("evaluator1"))
    for address in (page, api):
        response = seen_by(who("evaluator1")).get(address)
        assert b"".join(response.streaming_content) == b"hello"
        assert response["Content-Disposition"] == 'attachment; filename="method.txt"'
    assert seen_by(bidder("bupa")).get(page).status_code == 404
    assert seen_by(bidder("bupa")).get(api).status_code == 404
    entries = TrailEntry.objects.filter(docket=tender.docket_id, verb="read_submission").order_by("number")
    assert [entry.outcome for entry in entries] == ["refused", "refused", "done", "done"]
    assert stamp["sha256"] in entries.last().facts["what"]


def test_a_file_that_is_not_the_bids_own_is_not_served(seen_by):
    tender = declared_tender(suppliers=1)
    bid = bids_of(tender)[0]
    notice = Document.objects.create(
        subject_type="procurement.tender", subject_id=tender.pk, purpose="notice", name="x.txt", size=1, given_by=who("lead")
    )
    assert seen_by(who("evaluator1")).get(f"/tenders/{tender.pk}/bids/{bid.pk}/files/{notice.pk}/").status_code == 404


def test_a_tie_is_settled_on_a_page(seen_by):
    tender = issued_tender(suppliers=2)
    for invitation in tender.invitations.all():
        submitted_bid(invitation, tender.lots.get(number=1))
    agreed_on(tender, [4, 4])
    client, address = seen_by(who("chair")), f"/tenders/{tender.pk}/settle-tie/"
    assert address not in client.get(f"/tenders/{tender.pk}/").text
    unasked = client.get(address)
    assert (unasked.status_code, "Dr Foster" in unasked.text) == (409, False)
    assert client.post(f"/tenders/{tender.pk}/bring-in-prices/").status_code == 302
    assert address in client.get(f"/tenders/{tender.pk}/").text
    bupa, drfoster = bids_of(tender)
    assert "Place of Dr Foster Intelligence among them" in client.get(address).text
    twice = client.post(address, {f"place_{bupa.pk}": "1", f"place_{drfoster.pk}": "1", "reason": "A fresh written best price."})
    assert twice.status_code == 400
    assert "Give each place to one bid only." in twice.text
    assert client.post(address, {f"place_{bupa.pk}": "2", f"place_{drfoster.pk}": "1", "reason": "A fresh written best price."}).status_code == 302
    assert client.post(f"/tenders/{tender.pk}/complete-evaluation/").status_code == 302
    assert result_of(tender, "drfoster").rank == 1
    assert "The chair put them in order" in words(client.get(f"/tenders/{tender.pk}/ranking/"))


def test_without_a_tie_there_is_nothing_to_settle_on_the_page(seen_by):
    tender = agreed_tender(suppliers=2)
    client, address = seen_by(who("chair")), f"/tenders/{tender.pk}/settle-tie/"
    assert address not in client.get(f"/tenders/{tender.pk}/").text
    assert client.post(address, {"reason": "None."}).status_code == 409


def test_the_ranking_shows_points_and_prices_once_it_is_complete(seen_by):
    tender = agreed_tender(suppliers=2)
    client, address = seen_by(who("chair")), f"/tenders/{tender.pk}/ranking/"
    assert "The ranking is made when the evaluation is complete" in client.get(address).text
    complete(tender)
    page = words(client.get(address))
    assert "1. BUPA Membership Commissioning Ltd" in page
    assert "100.00" in page


def test_the_score_sheet_has_every_criterion_at_every_stage(seen_by):
    tender = evaluated_tender(suppliers=2)
    sheet = b"".join(seen_by(who("lead")).get(f"/tenders/{tender.pk}/scores.csv").streaming_content).decode()
    assert sheet.count('"Individual score"') == 16
    assert sheet.count('"Agreed score"') == 8
    assert sheet.count(',"Points",') == 12 + 1
    assert sheet.count('"Total"') == 4
    assert sheet.count("The panel agrees on 4.") == 4 + 4


def test_the_score_sheet_of_an_evaluator_has_only_their_own_scores_before_the_lock(seen_by):
    tender = declared_tender(suppliers=1)
    score(tender, bids_of(tender)[0], criteria_of(tender)[0], 5, by=who("evaluator2"), reason="Mine alone.")
    sheet = b"".join(seen_by(who("evaluator1")).get(f"/tenders/{tender.pk}/scores.csv").streaming_content).decode()
    assert "Mine alone." not in sheet


def test_the_score_sheet_comes_as_a_workbook_too(seen_by):
    tender = evaluated_tender(suppliers=1)
    response = seen_by(who("lead")).get(f"/tenders/{tender.pk}/scores.xlsx")
    assert b"".join(response.streaming_content)[:2] == b"PK"


def test_an_award_is_announced_on_a_page_and_a_missing_reason_is_sent_back_beside_its_lot(seen_by):
    tender = evaluated_tender(suppliers=2)
    client, address = seen_by(who("lead")), f"/tenders/{tender.pk}/announce-award/"
    assert "Award it to BUPA Membership Commissioning Ltd, whose bid has 100.00 points" in words(client.get(address))
    wrong = client.post(address, {"award_1": "yes", "reasons_1": "The best method.", "award_2": "no", "reasons_2": ""})
    assert wrong.status_code == 400
    assert "The best method." in wrong.text
    assert f'href="#id_reasons_2">{tender.lots.get(number=2)}: give the reasons.' in wrong.text
    neither = words(client.post(address, {"reasons_1": "x" * 10001, "award_2": "no", "reasons_2": "Not needed."}))
    assert f"{tender.lots.get(number=1)}: choose whether to award it." in neither
    assert f"{tender.lots.get(number=1)}: use 10,000 characters or fewer for the reasons." in neither
    assert client.post(address, {"award_1": "yes", "reasons_1": "The best method.", "award_2": "no", "reasons_2": "Not needed."}).status_code == 302
    assert Award.objects.get().lot.number == 1
    page = words(client.get(f"/tenders/{tender.pk}/award/"))
    assert "No award" in page
    assert "BUPA Membership Commissioning Ltd" in page


def test_a_bidder_reads_its_outcome_and_challenges_it(seen_by, monkeypatch):
    tender = tender_in_standstill(suppliers=2)
    it_is(tender.award_announced_at, monkeypatch)
    client, notice = seen_by(bidder("drfoster")), notice_to(tender, "drfoster")
    page = words(client.get(notice.get_absolute_url()))
    assert "We do not intend to award this lot to you." in page
    assert "The reasons for your scores" in page
    assert "Challenge the award" in page
    address = f"/invitations/{notice.invitation_id}/lodge-challenge/"
    assert "10 days" in words(client.get(address))
    assert client.post(address, {"grounds": ""}).status_code == 400
    response = client.post(address, {"grounds": "Our team was scored too low."})
    challenge = Challenge.objects.get()
    assert response.url == challenge.get_absolute_url()
    seen = words(seen_by(who("lead")).get(challenge.get_absolute_url()))
    assert "Our team was scored too low." in seen
    assert "Uphold the challenge" in seen
    assert "A challenge is open" in words(seen_by(who("lead")).get(f"/tenders/{tender.pk}/award/"))


def test_the_standstill_is_called_over_only_when_it_is(seen_by, monkeypatch):
    tender = tender_in_standstill(suppliers=1)
    it_is(STANDSTILL_ENDS_AT - timedelta(microseconds=1), monkeypatch)
    refused = seen_by(who("lead")).post(f"/tenders/{tender.pk}/confirm-award/")
    assert refused.status_code == 409
    assert "The standstill is over." not in words(refused)
    it_is(STANDSTILL_ENDS_AT, monkeypatch)
    assert "The standstill ended at midnight at the end of Friday 17 April 2026" in words(seen_by(who("lead")).get(f"/tenders/{tender.pk}/award/"))


@pytest.mark.parametrize("state", [opened_tender, locked_tender, evaluated_tender, tender_in_standstill, awarded_tender])
def test_the_tenders_own_page_shows_its_phase_to_everybody_who_buys(seen_by, state):
    tender = state(suppliers=1)
    for name in ("lead", "chair", "evaluator1", "opener1", "approver"):
        assert seen_by(who(name)).get(f"/tenders/{tender.pk}/").status_code == 200


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_panels_pages_cost_as_many_queries_for_a_hundred_bids_as_for_ten(seen_by):
    tender = locked_tender(suppliers=1)
    agree(tender, bids_of(tender)[0], criteria_of(tender)[0], 4)
    pages = [("chair", "record-consensus/"), ("evaluator1", "score-bid/"), ("chair", "evaluation/"), ("opener1", "opening/")]

    def costs():
        return [queries(seen_by(who(name)), f"/tenders/{tender.pk}/{path}") for name, path in pages]

    more_bids(tender, 9)
    ten = costs()
    more_bids(tender, 90)
    assert costs() == ten


def test_the_ranking_and_the_score_sheet_cost_as_many_queries_for_more_bids(seen_by):
    counts = {}
    for suppliers in (2, 5):
        tender = evaluated_tender(suppliers=suppliers)
        client = seen_by(who("lead"))
        counts[suppliers] = [queries(client, f"/tenders/{tender.pk}/{path}") for path in ("ranking/", "scores.csv", "award/")]
    assert counts[2] == counts[5]
