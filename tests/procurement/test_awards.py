"""The award: told to all bidders at the same moment, confirmed not one microsecond before the standstill ends."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from commissioning.models import Letter, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import awards, evaluations, tenders
from procurement.models import Award, AwardNotice, Result, Tender, UnawardedLot
from procurement.signals import award_confirmed
from tests.factories.evaluations import (
    A_MICROSECOND,
    AGREED_AT,
    ANNOUNCED_AT,
    EVALUATED_AT,
    STANDSTILL_ENDS_AT,
    agree,
    awarded_tender,
    bids_of,
    confirm_changes,
    criteria_of,
    decisions_for,
    evaluated_tender,
    notice_to,
    tender_in_standstill,
)
from tests.factories.tenders import bidder, who

pytestmark = pytest.mark.django_db


def announce(tender, decisions=None, at=ANNOUNCED_AT):
    return awards.announce_award(tender.pk, decisions=decisions or decisions_for(tender), by=who("lead"), at=at)


def confirm(tender, at):
    return awards.confirm_award(tender.pk, by=who("lead"), at=at)


def test_the_standstill_ends_at_midnight_of_the_tenth_day_in_summer_time():
    tender = announce(evaluated_tender())
    assert tender.status == Tender.Status.STANDSTILL
    assert tender.standstill_ends_at == STANDSTILL_ENDS_AT
    assert tender.standstill_ends_at.isoformat() == "2026-04-17T23:00:00+00:00"


def test_the_winner_is_the_first_ranked_of_each_lot():
    tender = announce(evaluated_tender())
    intended = Award.objects.filter(lot__tender=tender)
    assert {(award.lot.number, award.supplier.short_name, award.status) for award in intended} == {(1, "bupa", "intended"), (2, "bupa", "intended")}
    assert {award.value for award in intended} == {award.submission.total_price for award in intended}


def test_every_bidder_is_told_at_the_same_moment_and_nobody_who_did_not_bid():
    announce(evaluated_tender(suppliers=4, bids=3))
    letters = Letter.objects.filter(template="award_notice")
    assert {letter.recipient.email for letter in letters} == {"bids@bupa.example", "bids@drfoster.example", "bids@firm4.example"}
    assert {letter.created_at for letter in letters} == {ANNOUNCED_AT}
    assert AwardNotice.objects.count() == 3
    assert set(AwardNotice.objects.values_list("standstill_ends_at", flat=True)) == {STANDSTILL_ENDS_AT}


def test_a_letter_to_a_loser_has_all_that_the_law_asks_for():
    tender = announce(evaluated_tender())
    body = Letter.objects.get(recipient=bidder("tribal"), template="award_notice").body
    for what in (
        "Method",
        "40.00%",
        "3 of 5",
        "5 of 5",
        "The panel agrees on 3.",
        "BUPA Membership Commissioning Ltd",
        "100.00 points of 100",
        "It explains its method best, and its team has done this before.",
        "midnight at the end of Friday 17 April 2026",
        "The earliest date of a contract is",
        "18 April 2026",
        "challenge",
    ):
        assert what in body, what
    assert str(tender.lots.first().title) in body


def test_no_letter_tells_a_rivals_price_or_who_else_bid():
    tender = announce(evaluated_tender())
    body = Letter.objects.get(recipient=bidder("tribal"), template="award_notice").body
    assert "Dr Foster" not in body
    for bid in bids_of(tender):
        assert f"{bid.total_price:,.2f}" not in body
        assert str(bid.total_price) not in body


def test_a_winner_is_told_that_it_is_no_contract_yet_and_not_of_any_rival():
    announce(evaluated_tender())
    body = Letter.objects.get(recipient=bidder("bupa"), template="award_notice").body
    assert "We intend to award this lot to you." in body
    assert "not yet a contract" in body
    assert "Tribal" not in body
    assert "Winner’s score" not in body


def test_an_excluded_bidder_is_told_why():
    tender = evaluated_tender(suppliers=2)
    awards.reopen_evaluation(tender.pk, reason="A score was wrong.", by=who("lead"), at=EVALUATED_AT)
    for criterion in criteria_of(tender):
        agree(tender, bids_of(tender)[1], criterion, 0, discussion="It says nothing.", at=AGREED_AT)
    confirm_changes(tender)
    evaluations.complete_evaluation(tender.pk, by=who("chair"), at=EVALUATED_AT)
    announce(tender)
    body = Letter.objects.get(recipient=bidder("drfoster"), template="award_notice").body
    assert "Your bid was not ranked." in body
    assert "It scored 0 for “Method”, where at least 1 is needed." in body


def test_a_lot_can_be_left_unawarded_with_a_reason_that_its_bidders_are_given():
    tender = evaluated_tender(suppliers=1)
    first, second = decisions_for(tender)
    announce(tender, [first, {**second, "is_awarded": False, "reasons": "The service is not needed any more."}])
    assert Award.objects.get(lot__tender=tender).lot.number == 1
    assert UnawardedLot.objects.get().lot.number == 2
    body = Letter.objects.get(recipient=bidder("bupa"), template="award_notice").body
    assert "We make no award for this lot." in body
    assert "The service is not needed any more." in body


def test_each_lot_is_decided_once():
    tender = evaluated_tender(suppliers=1)
    first, second = decisions_for(tender)
    for wrong in ([], [first], [first, first], [first, second, second]):
        with pytest.raises(ValidationError, match="Decide about each lot of the tender once"):
            awards.announce_award(tender.pk, decisions=wrong, by=who("lead"), at=ANNOUNCED_AT)
    with pytest.raises(ValidationError, match="There is no decision about Lot 2"):
        announce(tender, [first])


def test_reasons_that_are_too_long_name_their_lot():
    tender = evaluated_tender(suppliers=1)
    first, second = decisions_for(tender)
    with pytest.raises(ValidationError, match=r"Lot 2: .*: Use 10,000 characters or fewer"):
        announce(tender, [first, {**second, "reasons": "x" * 10001}])


@pytest.mark.parametrize("is_awarded", [True, False])
def test_a_decision_gives_reasons(is_awarded):
    tender = evaluated_tender(suppliers=1)
    first, second = decisions_for(tender)
    with pytest.raises(ValidationError, match="Lot 2"):
        announce(tender, [first, {**second, "is_awarded": is_awarded, "reasons": "  "}])


def test_a_lot_whose_bids_are_all_excluded_cannot_be_awarded():
    tender = evaluated_tender(suppliers=1)
    Result.objects.filter(lot__number=2).update(rank=None, excluded_reason="It scored 0 for “Method”, where at least 1 is needed.", total_points=None)
    with pytest.raises(ValidationError, match="has no bid that it could be awarded to"):
        announce(tender)


@pytest.mark.parametrize("name", ["chair", "evaluator1", "approver"])
def test_only_the_lead_announces_and_confirms(name):
    tender = evaluated_tender(suppliers=1)
    with pytest.raises(PermissionDenied):
        awards.announce_award(tender.pk, decisions=decisions_for(tender), by=who(name), at=ANNOUNCED_AT)
    announce(tender)
    with pytest.raises(PermissionDenied):
        awards.confirm_award(tender.pk, by=who(name), at=STANDSTILL_ENDS_AT)


def test_an_award_is_not_confirmed_one_microsecond_before_the_standstill_ends():
    tender = tender_in_standstill(suppliers=1)
    with pytest.raises(Refused, match="The standstill runs until midnight at the end of Friday 17 April 2026"):
        confirm(tender, STANDSTILL_ENDS_AT - A_MICROSECOND)
    assert TrailEntry.objects.get(docket=tender.docket_id, verb="confirm_award").outcome == "refused"
    assert not Award.objects.filter(confirmed_at__isnull=False).exists()


@pytest.mark.parametrize("later", [timedelta(), A_MICROSECOND])
def test_an_award_is_confirmed_at_the_very_end_of_the_standstill_and_after(later):
    tender = confirm(tender_in_standstill(suppliers=1), STANDSTILL_ENDS_AT + later)
    assert tender.status == Tender.Status.AWARDED
    assert set(Award.objects.values_list("status", "confirmed_at")) == {("confirmed", STANDSTILL_ENDS_AT + later)}


def test_confirming_needs_no_worker(settings):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    tender = tender_in_standstill(suppliers=1)
    assert confirm(tender, STANDSTILL_ENDS_AT).status == Tender.Status.AWARDED
    assert Letter.objects.filter(template="award_confirmed").count() == 1


def test_each_confirmed_award_is_handed_up_inside_the_act(settings):
    heard = []

    def listen(sender, award, by, at, **kwargs):
        heard.append((award.lot.number, award.status, by, at))

    tender, lead = tender_in_standstill(suppliers=1), who("lead")
    award_confirmed.connect(listen)
    try:
        awards.confirm_award(tender.pk, by=lead, at=STANDSTILL_ENDS_AT)
    finally:
        award_confirmed.disconnect(listen)
    assert heard == [(1, "confirmed", lead, STANDSTILL_ENDS_AT), (2, "confirmed", lead, STANDSTILL_ENDS_AT)]


def test_a_listener_that_fails_undoes_the_confirmation():
    def fail(sender, **kwargs):
        raise Refused("The contract cannot be drafted.")

    tender = tender_in_standstill(suppliers=1)
    award_confirmed.connect(fail)
    try:
        with pytest.raises(Refused, match="The contract cannot be drafted"):
            confirm(tender, STANDSTILL_ENDS_AT)
    finally:
        award_confirmed.disconnect(fail)
    tender.refresh_from_db()
    assert tender.status == Tender.Status.STANDSTILL
    assert set(Award.objects.values_list("status", flat=True)) == {"intended"}


def test_every_bidder_is_told_when_the_award_is_confirmed():
    awarded_tender(suppliers=2)
    letters = {letter.recipient.email: letter.body for letter in Letter.objects.filter(template="award_confirmed")}
    assert "it is awarded to you" in letters["bids@bupa.example"]
    assert "it is awarded to BUPA Membership Commissioning Ltd" in letters["bids@drfoster.example"]


def test_an_evaluation_opened_again_sets_the_award_aside_and_tells_every_bidder_who_was_notified():
    tender = tender_in_standstill(suppliers=2)
    awards.reopen_evaluation(tender.pk, reason="A score was wrong.", by=who("lead"), at=ANNOUNCED_AT + timedelta(days=1))
    tender.refresh_from_db()
    assert (tender.status, tender.award_announced_at, tender.standstill_ends_at) == (Tender.Status.OPENED, None, None)
    assert set(Award.objects.values_list("status", flat=True)) == {"set_aside"}
    assert not AwardNotice.objects.standing().exists()
    told = {letter.recipient.email for letter in Letter.objects.filter(template="award_set_aside")}
    assert told == {"bids@bupa.example", "bids@drfoster.example"}


def test_a_second_announcement_has_its_own_notices_letters_and_standstill():
    tender = tender_in_standstill(suppliers=2)
    awards.reopen_evaluation(tender.pk, reason="A score was wrong.", by=who("lead"), at=ANNOUNCED_AT + timedelta(days=1))
    evaluations.complete_evaluation(tender.pk, by=who("chair"), at=ANNOUNCED_AT + timedelta(days=1))
    later = ANNOUNCED_AT + timedelta(days=2)
    tender = announce(tender, at=later)
    assert tender.standstill_ends_at == STANDSTILL_ENDS_AT + timedelta(days=2 + 1)
    assert Letter.objects.filter(recipient=bidder("bupa"), template="award_notice").count() == 2
    assert notice_to(tender, "bupa").created_at == later
    with pytest.raises(Refused):
        confirm(tender, STANDSTILL_ENDS_AT)


def test_a_tender_cancelled_in_its_standstill_sets_the_award_aside():
    tender = tender_in_standstill(suppliers=1)
    tenders.cancel_tender(tender.pk, reason="The money is gone.", by=who("lead"), at=ANNOUNCED_AT + timedelta(days=1))
    assert set(Award.objects.values_list("status", flat=True)) == {"set_aside"}
    assert not AwardNotice.objects.standing().exists()


def test_a_confirmed_award_cannot_be_taken_back():
    tender = awarded_tender(suppliers=1)
    with pytest.raises(Refused):
        awards.reopen_evaluation(tender.pk, reason="A score was wrong.", by=who("lead"))


def test_a_rival_sees_the_value_of_an_award_only_once_it_is_confirmed(client):
    tender = tender_in_standstill(suppliers=2)
    client.force_login(bidder("drfoster"), backend="commissioning.accounts.ByEmail")

    def values():
        return {award["value"] for award in client.get("/api/v1/awards/").json()["results"]}

    assert values() == {None}
    confirm(tender, STANDSTILL_ENDS_AT)
    assert values() == {str(Award.objects.first().value)}


def test_a_bidders_outcome_is_nobody_elses(client):
    tender = tender_in_standstill(suppliers=2)
    notice = notice_to(tender, "bupa")
    client.force_login(bidder("drfoster"), backend="commissioning.accounts.ByEmail")
    assert client.get(notice.get_absolute_url()).status_code == 404
    assert client.get(f"/api/v1/outcomes/{notice.pk}/").status_code == 404
    client.force_login(bidder("bupa"), backend="commissioning.accounts.ByEmail")
    page = client.get(notice.get_absolute_url())
    assert page.status_code == 200
    assert "We intend to award this lot to you." in page.text
