"""A bidder contests the intended award within the standstill; until that is decided nothing is confirmed."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from commissioning.models import Letter, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import awards, challenges
from procurement.actions.challenges import Consequence
from procurement.models import Award, Challenge, Tender
from tests.factories.evaluations import A_MICROSECOND, ANNOUNCED_AT, STANDSTILL_ENDS_AT, awarded_tender, evaluated_tender, tender_in_standstill
from tests.factories.tenders import bidder, who

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def lodge(tender, short_name="tribal", *, at=ANNOUNCED_AT + A_DAY, grounds="Our team was scored without annex B.", by=None):
    invitation = tender.invitations.get(supplier__short_name=short_name)
    return challenges.lodge_challenge(invitation.pk, grounds=grounds, by=by or bidder(short_name), at=at)


def confirm(tender, at=STANDSTILL_ENDS_AT):
    return awards.confirm_award(tender.pk, by=who("lead"), at=at)


@pytest.mark.parametrize("at", [ANNOUNCED_AT, ANNOUNCED_AT + A_MICROSECOND, STANDSTILL_ENDS_AT - A_MICROSECOND])
def test_a_challenge_is_received_from_the_announcement_to_the_last_instant_of_the_standstill(at):
    challenge = lodge(tender_in_standstill(), at=at)
    assert (challenge.status, challenge.lodged_at) == (Challenge.Status.OPEN, at)


@pytest.mark.parametrize("at", [STANDSTILL_ENDS_AT, STANDSTILL_ENDS_AT + A_MICROSECOND])
def test_a_challenge_that_comes_when_the_standstill_has_ended_is_refused_and_recorded(at):
    tender = tender_in_standstill()
    with pytest.raises(Refused, match="only within the standstill, which ended midnight at the end of Friday 17 April 2026"):
        lodge(tender, at=at)
    invitation = tender.invitations.get(supplier__short_name="tribal")
    assert TrailEntry.objects.get(docket=invitation.docket_id, verb="lodge_challenge").outcome == "refused"
    assert not Challenge.objects.exists()


def test_nothing_can_be_challenged_before_an_award_is_announced():
    with pytest.raises(Refused, match="No award has been announced"):
        lodge(evaluated_tender())


def test_an_open_challenge_keeps_the_award_from_being_confirmed_however_long_it_takes():
    tender = tender_in_standstill()
    lodge(tender)
    for at in (STANDSTILL_ENDS_AT, STANDSTILL_ENDS_AT + 30 * A_DAY):
        with pytest.raises(Refused, match="The challenge by Tribal Consulting Ltd is open"):
            confirm(tender, at)


def test_a_rejected_challenge_frees_the_award_once_the_standstill_is_over():
    tender = tender_in_standstill()
    challenge = lodge(tender)
    challenges.reject_challenge(challenge.pk, reasons="Annex B was read.", by=who("lead"), at=ANNOUNCED_AT + 2 * A_DAY)
    with pytest.raises(Refused, match="The standstill runs until"):
        confirm(tender, STANDSTILL_ENDS_AT - A_MICROSECOND)
    assert confirm(tender).status == Tender.Status.AWARDED
    letter = Letter.objects.get(recipient=bidder("tribal"), template="challenge_rejected")
    assert "Annex B was read." in letter.body


def test_a_withdrawn_challenge_frees_the_award():
    tender = tender_in_standstill()
    challenge = lodge(tender)
    challenges.withdraw_challenge(challenge.pk, reason="We are content.", by=bidder("tribal"), at=ANNOUNCED_AT + 2 * A_DAY)
    assert confirm(tender).status == Tender.Status.AWARDED
    assert Letter.objects.filter(recipient=who("lead"), template="challenge_withdrawn").exists()


def test_an_upheld_challenge_sets_the_award_aside_and_opens_the_evaluation_again():
    tender = tender_in_standstill()
    challenge = lodge(tender)
    challenges.uphold_challenge(
        challenge.pk, reasons="Annex B was overlooked.", consequence=Consequence.REOPEN, by=who("lead"), at=ANNOUNCED_AT + 2 * A_DAY
    )
    tender.refresh_from_db()
    challenge.refresh_from_db()
    assert (tender.status, challenge.status) == (Tender.Status.OPENED, Challenge.Status.UPHELD)
    assert set(Award.objects.values_list("status", flat=True)) == {"set_aside"}
    verbs = list(TrailEntry.objects.filter(docket=tender.docket_id).order_by("-number").values_list("verb", flat=True)[:2])
    assert verbs == ["reopen_evaluation", "uphold_challenge"]


def test_rivals_are_told_that_a_challenge_was_upheld_and_not_whose_or_why():
    tender = tender_in_standstill()
    challenge = lodge(tender)
    challenges.uphold_challenge(
        challenge.pk, reasons="Annex B was overlooked.", consequence=Consequence.REOPEN, by=who("lead"), at=ANNOUNCED_AT + A_DAY
    )
    body = Letter.objects.get(recipient=bidder("drfoster"), template="award_set_aside").body
    assert "A challenge to the intended award was upheld." in body
    assert "Tribal" not in body
    assert "Annex B" not in body


def test_an_upheld_challenge_can_cancel_the_tender():
    tender = tender_in_standstill()
    challenge = lodge(tender)
    challenges.uphold_challenge(
        challenge.pk, reasons="The criteria were wrong.", consequence=Consequence.CANCEL, by=who("lead"), at=ANNOUNCED_AT + 2 * A_DAY
    )
    tender.refresh_from_db()
    assert tender.status == Tender.Status.CANCELLED
    assert set(Award.objects.values_list("status", flat=True)) == {"set_aside"}


def test_a_challenge_whose_award_was_set_aside_meanwhile_is_not_upheld_twice():
    tender = tender_in_standstill()
    first, second = lodge(tender, "tribal"), lodge(tender, "drfoster")
    challenges.uphold_challenge(first.pk, reasons="Right.", consequence=Consequence.REOPEN, by=who("lead"), at=ANNOUNCED_AT + 2 * A_DAY)
    with pytest.raises(Refused, match="The award was set aside already"):
        challenges.uphold_challenge(second.pk, reasons="Right too.", consequence=Consequence.REOPEN, by=who("lead"), at=ANNOUNCED_AT + 2 * A_DAY)


def test_only_a_bidder_challenges():
    tender = tender_in_standstill(suppliers=3, bids=2)
    with pytest.raises(Refused, match="Only those who bid"):
        lodge(tender, "tribal")
    with pytest.raises(PermissionDenied):
        lodge(tender, "bupa", by=bidder("drfoster"))
    with pytest.raises(PermissionDenied):
        lodge(tender, "bupa", by=who("lead"))


def test_a_bidder_has_one_open_challenge_at_a_time():
    tender = tender_in_standstill()
    first = lodge(tender)
    with pytest.raises(Refused, match="Your challenge is open already"):
        lodge(tender)
    challenges.reject_challenge(first.pk, reasons="No.", by=who("lead"), at=ANNOUNCED_AT + 2 * A_DAY)
    assert lodge(tender, at=ANNOUNCED_AT + 3 * A_DAY).status == Challenge.Status.OPEN


@pytest.mark.parametrize("grounds", ["", "  ", "x" * 20001])
def test_a_challenge_states_its_grounds(grounds):
    with pytest.raises(ValidationError) as complaint:
        lodge(tender_in_standstill(), grounds=grounds)
    assert set(complaint.value.message_dict) == {"grounds"}


def test_a_decision_gives_reasons_and_is_the_leads():
    tender = tender_in_standstill()
    challenge = lodge(tender)
    with pytest.raises(ValidationError):
        challenges.reject_challenge(challenge.pk, reasons=" ", by=who("lead"), at=ANNOUNCED_AT + 2 * A_DAY)
    for name in ("chair", "approver"):
        with pytest.raises(PermissionDenied):
            challenges.reject_challenge(challenge.pk, reasons="No.", by=who(name), at=ANNOUNCED_AT + 2 * A_DAY)
    with pytest.raises(PermissionDenied):
        challenges.withdraw_challenge(challenge.pk, by=bidder("bupa"), at=ANNOUNCED_AT + 2 * A_DAY)


def test_a_challenge_is_decided_once():
    tender = tender_in_standstill()
    challenge = lodge(tender)
    challenges.reject_challenge(challenge.pk, reasons="No.", by=who("lead"), at=ANNOUNCED_AT + 2 * A_DAY)
    with pytest.raises(Refused, match="while it is rejected"):
        challenges.uphold_challenge(challenge.pk, reasons="Yes.", consequence=Consequence.REOPEN, by=who("lead"), at=ANNOUNCED_AT + 2 * A_DAY)
    with pytest.raises(Refused, match="while it is rejected"):
        challenges.withdraw_challenge(challenge.pk, by=bidder("tribal"), at=ANNOUNCED_AT + 2 * A_DAY)


def test_a_confirmed_award_can_be_challenged_no_more():
    with pytest.raises(Refused, match="only within the standstill"):
        lodge(awarded_tender(), at=STANDSTILL_ENDS_AT)


def test_a_challenge_is_seen_by_the_challenger_and_the_buyer_alone(client):
    challenge = lodge(tender_in_standstill())
    for user, status in ((bidder("tribal"), 200), (who("lead"), 200), (bidder("bupa"), 404)):
        client.force_login(user, backend="commissioning.accounts.ByEmail")
        assert client.get(challenge.get_absolute_url()).status_code == status
        assert client.get(f"/api/v1/challenges/{challenge.pk}/").status_code == status
