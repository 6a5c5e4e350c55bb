"""Who is shown what to do after the deadline, and what is announced by itself: each thing once, and nothing depends on it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commissioning import clock
from commissioning.announcing import announce_due
from commissioning.models import Announcement, Letter, TrailEntry
from procurement import after_the_deadline
from procurement.actions import awards, challenges, evaluations, openings
from procurement.models import Tender
from tests.factories.evaluations import (
    A_MICROSECOND,
    ANNOUNCED_AT,
    OPENED_AT,
    PANEL,
    STANDSTILL_ENDS_AT,
    awarded_tender,
    bids_of,
    criteria_of,
    declared_tender,
    evaluated_tender,
    locked_tender,
    notice_to,
    opened_tender,
    score,
    tender_in_standstill,
)
from tests.factories.tenders import CLOSES_AT, bidder, closed_tender, issued_tender, who

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
# The first working day after Friday 27 March is Monday 30 March.
OVERDUE_AT = clock.london(2026, 3, 31)


def desk(name, at=OPENED_AT):
    user = who(name) if "@" not in name and name not in {"bupa", "drfoster", "tribal"} else bidder(name)
    return [item.what for item in after_the_deadline.desk(user, at)]


def due(at):
    return [item.what for item in after_the_deadline.due(at)]


def announce(at, monkeypatch):
    monkeypatch.setattr("commissioning.clock.now", lambda: at)
    return announce_due()


def test_openers_are_asked_to_confirm_from_the_deadline_on():
    tender = closed_tender(suppliers=1)
    assert desk("opener1", CLOSES_AT - A_MICROSECOND) == []
    assert desk("opener1", CLOSES_AT) == ["The deadline has passed: confirm that the bids be opened."]
    openings.confirm_opening(tender.pk, by=who("opener1"), at=CLOSES_AT)
    assert desk("opener2", CLOSES_AT) == ["Opener, Hillingdon PCT waits for a second opener: confirm too."]
    assert desk("opener1", CLOSES_AT) == ["You have confirmed. Another opener must confirm too."]
    assert desk("opener2", CLOSES_AT + timedelta(minutes=30)) == ["The deadline has passed: confirm that the bids be opened."]
    openings.confirm_opening(tender.pk, by=who("opener2"), at=CLOSES_AT)
    assert desk("opener1", CLOSES_AT) == []


def test_the_panel_is_asked_to_declare_then_to_score_then_to_agree():
    tender = opened_tender(suppliers=1)
    for name in PANEL:
        assert desk(name) == ["The bids are opened: declare your interests."]
        evaluations.declare_interests(tender.pk, has_conflict=False, by=who(name))
    assert desk("lead") == []
    assert desk("evaluator1") == ["4 of 4 scores are still to be given."]
    score(tender, bids_of(tender)[0], criteria_of(tender)[0], 3, by=who("evaluator1"))
    assert desk("evaluator1") == ["3 of 4 scores are still to be given."]
    assert desk("evaluator2") == ["4 of 4 scores are still to be given."]
    assert desk("chair") == ["The panel is scoring: lock the scores when all are given."]


def test_somebody_with_a_conflict_has_nothing_more_to_do():
    tender = opened_tender(suppliers=1)
    evaluations.declare_interests(tender.pk, has_conflict=True, statement="I own shares in BUPA.", by=who("evaluator1"))
    assert desk("evaluator1") == []


def test_an_evaluator_who_is_done_has_nothing_on_the_desk_and_the_chair_goes_on():
    locked_tender(suppliers=1)
    assert desk("evaluator1") == []
    assert desk("chair") == ["The scores are locked: record what the panel agrees on."]


def test_the_lead_announces_decides_and_confirms_in_their_time():
    tender = evaluated_tender(suppliers=2)
    assert desk("lead") == ["The evaluation is complete: announce the award."]
    awards.announce_award(
        tender.pk, decisions=[{"lot": lot.pk, "is_awarded": True, "reasons": "Best."} for lot in tender.lots.all()], by=who("lead"), at=ANNOUNCED_AT
    )
    assert desk("lead", STANDSTILL_ENDS_AT - A_MICROSECOND) == []
    assert desk("lead", STANDSTILL_ENDS_AT) == ["The standstill is over: confirm the award."]
    challenge = challenges.lodge_challenge(notice_to(tender, "drfoster").invitation_id, grounds="Unfair.", by=bidder("drfoster"), at=ANNOUNCED_AT)
    assert desk("lead", STANDSTILL_ENDS_AT) == ["Decide the challenge: until then the award cannot be confirmed."]
    challenges.reject_challenge(challenge.pk, reasons="It was fair.", by=who("lead"), at=STANDSTILL_ENDS_AT)
    assert desk("lead", STANDSTILL_ENDS_AT) == ["The standstill is over: confirm the award."]


def test_a_bidder_is_shown_its_outcome_until_the_standstill_ends():
    tender_in_standstill(suppliers=2)
    assert desk("drfoster", ANNOUNCED_AT) == ["The award is announced. You can challenge it until the standstill ends."]
    assert desk("drfoster", STANDSTILL_ENDS_AT) == []


def test_the_end_of_a_standstill_is_in_the_calendar_of_the_buyer_and_of_those_who_bid():
    tender_in_standstill(suppliers=3, bids=2)
    for user in (who("approver"), bidder("bupa"), bidder("drfoster")):
        assert [deadline.at for deadline in after_the_deadline.deadlines(user, ANNOUNCED_AT)] == [STANDSTILL_ENDS_AT]
    assert list(after_the_deadline.deadlines(bidder("tribal"), ANNOUNCED_AT)) == []


def test_the_desk_costs_as_many_queries_for_many_tenders_as_for_one():
    def cost():
        users = [who(name) for name in (*PANEL, "opener1")]
        with CaptureQueriesContext(connection) as captured:
            for user in users:
                list(after_the_deadline.desk(user, STANDSTILL_ENDS_AT))
        return len(captured)

    for state in (closed_tender, declared_tender, evaluated_tender, tender_in_standstill):
        state(suppliers=1)
    one = cost()
    for state in (closed_tender, declared_tender, evaluated_tender, tender_in_standstill):
        state(suppliers=1)
    assert cost() == one


@pytest.mark.parametrize(
    ("at", "overdue"), [(OVERDUE_AT - A_MICROSECOND, []), (OVERDUE_AT, ["opening_overdue"]), (OVERDUE_AT + A_DAY, ["opening_overdue"])]
)
def test_an_opening_is_overdue_after_one_working_day(at, overdue):
    closed_tender(suppliers=1)
    assert due(at) == overdue


def test_what_is_overdue_costs_the_same_for_one_tender_and_for_five(django_assert_num_queries):
    closed_tender(suppliers=1)
    with django_assert_num_queries(4):
        assert due(OVERDUE_AT) == ["opening_overdue"]
    for number in range(4):
        issued_tender(suppliers=1, title=f"Tender {number}")
    with django_assert_num_queries(4):
        assert due(OVERDUE_AT) == ["opening_overdue"] * 5


def test_an_overdue_opening_is_told_once_to_openers_and_lead(monkeypatch):
    closed_tender(suppliers=1)
    announce(OVERDUE_AT, monkeypatch)
    announce(OVERDUE_AT + A_DAY, monkeypatch)
    told = sorted(letter.recipient.email for letter in Letter.objects.filter(template="opening_overdue"))
    assert told == ["lead@hillingdon.example", "opener1@hillingdon.example", "opener2@hillingdon.example"]
    assert Announcement.objects.filter(what="opening_overdue").count() == 1


@pytest.mark.parametrize(
    ("at", "is_over"), [(STANDSTILL_ENDS_AT - A_MICROSECOND, False), (STANDSTILL_ENDS_AT, True), (STANDSTILL_ENDS_AT + A_DAY, True)]
)
def test_the_end_of_a_standstill_falls_due_at_its_very_end(at, is_over):
    tender_in_standstill(suppliers=1)
    assert bool(due(at)) is is_over


def test_the_end_of_a_standstill_is_told_once_to_the_lead_even_when_the_worker_was_off_for_a_day(monkeypatch):
    tender = tender_in_standstill(suppliers=1)
    announce(STANDSTILL_ENDS_AT + A_DAY, monkeypatch)
    announce(STANDSTILL_ENDS_AT + 2 * A_DAY, monkeypatch)
    letters = Letter.objects.filter(template__startswith="standstill_over")
    assert [letter.recipient for letter in letters] == [who("lead")]
    assert "You can now confirm the award." in letters.get().body
    entry = TrailEntry.objects.get(docket=tender.docket_id, verb="announce_due_of_tender", facts__announced__startswith="standstill_over")
    assert (entry.job, entry.actor) == ("announce_due", None)


def test_an_open_challenge_is_named_when_the_standstill_ends(monkeypatch):
    tender = tender_in_standstill(suppliers=2)
    challenges.lodge_challenge(notice_to(tender, "drfoster").invitation_id, grounds="Unfair.", by=bidder("drfoster"), at=ANNOUNCED_AT)
    announce(STANDSTILL_ENDS_AT, monkeypatch)
    assert "1 challenge is still open" in " ".join(Letter.objects.get(template__startswith="standstill_over").body.split())


def test_a_second_standstill_is_announced_again(monkeypatch):
    tender = tender_in_standstill(suppliers=1)
    announce(STANDSTILL_ENDS_AT, monkeypatch)
    awards.reopen_evaluation(tender.pk, reason="A score was wrong.", by=who("lead"), at=STANDSTILL_ENDS_AT + A_DAY)
    evaluations.complete_evaluation(tender.pk, by=who("chair"), at=STANDSTILL_ENDS_AT + A_DAY)
    decisions = [{"lot": lot.pk, "is_awarded": True, "reasons": "Best."} for lot in tender.lots.all()]
    second = awards.announce_award(tender.pk, decisions=decisions, by=who("lead"), at=STANDSTILL_ENDS_AT + A_DAY)
    announce(second.standstill_ends_at, monkeypatch)
    assert Letter.objects.filter(template__startswith="standstill_over").count() == 2


def test_a_confirmed_award_has_nothing_left_to_announce():
    awarded_tender(suppliers=1)
    assert due(STANDSTILL_ENDS_AT + A_DAY) == []
    assert Tender.objects.get().status == Tender.Status.AWARDED
