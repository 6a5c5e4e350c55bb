"""With no worker and no beat at all, whole days pass over every deadline: nothing that the law forbids becomes possible, nothing
that it allows becomes impossible. Then a sweeper comes, twice, and two at once: each thing is announced once, and each letter sent once.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from celery import Task
from django.core import mail
from django.db import connections
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from commissioning import announcing, clock, letters, registry
from commissioning.actions.people import invite_person
from commissioning.invitations import link_of
from commissioning.models import Announcement, ClockJob, Letter, Role, TrailEntry, User
from contracts.actions import announcements as contract_announcements
from procurement.actions import announcements as tender_announcements
from procurement.models import Tender
from suppliers.actions import announcements as round_announcements
from tests.factories import admissions, appeals, contracts, evaluations, tenders
from tests.factories.bids import drafted_bid
from tests.factories.evaluations import STANDSTILL_ENDS_AT, decisions_for, tender_in_standstill
from tests.factories.frameworks import supplier
from tests.factories.people import NOON
from tests.factories.tenders import CLOSES_AT, QUESTIONS_CLOSE_AT, bidder, issued_tender, who

A_MOMENT = timedelta(microseconds=1)
HALF_AN_HOUR = timedelta(minutes=30)


class Day:
    """A day in the office: whoever calls gets the clock's moment, and whatever is put into the queue lies there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at, self.queued = NOON, []
        monkeypatch.setattr(clock, "now", lambda: self.at)
        monkeypatch.setattr(Task, "apply_async", lambda task, *args, **kwargs: self.queued.append(task.name))

    def answers(self, person: User, address: str, body: object = None, *, key: str = "") -> int:
        """What the API answers the person who posts."""
        api = APIClient()
        api.force_authenticate(person)
        headers = {"Idempotency-Key": key} if key else {}
        return api.post(f"/api/v1/{address}/", body or {}, format="json", headers=headers).status_code

    def nobody_was_told(self) -> bool:
        """Whether no announcement was made, and no letter left the house."""
        return not Announcement.objects.exists() and not mail.outbox


@pytest.fixture
def day(db, monkeypatch):
    return Day(monkeypatch)


@pytest.fixture
def tender(day):
    return issued_tender(suppliers=3)


def bid_of(tender, short_name, lot=1):
    return drafted_bid(tender.invitations.get(supplier__short_name=short_name), tender.lots.get(number=lot))


def test_a_bid_is_received_until_the_last_instant_and_refused_from_the_deadline_on(day, tender):
    bids = {name: bid_of(tender, name) for name in ("bupa", "drfoster")}
    day.at = CLOSES_AT - A_MOMENT
    assert day.answers(bidder("bupa"), f"bids/{bids['bupa'].pk}/submit-bid", key="the-last-instant") == 200
    day.at = CLOSES_AT
    assert day.answers(bidder("drfoster"), f"bids/{bids['drfoster'].pk}/submit-bid", key="one-too-late") == 409
    assert day.answers(bidder("bupa"), f"bids/{bids['bupa'].pk}/withdraw-bid", key="one-too-late") == 409
    assert day.answers(bidder("drfoster"), f"bids/{bids['drfoster'].pk}/save-bid", {"revision": bids["drfoster"].revision}) == 409
    invitation = tender.invitations.get(supplier__short_name="tribal")
    assert day.answers(bidder("tribal"), f"invitations/{invitation.pk}/draft-bid", {"lot": str(tender.lots.first().pk)}) == 409
    assert day.nobody_was_told()


def test_a_late_bid_is_refused_on_the_page_too(day, tender):
    bid = bid_of(tender, "bupa")
    day.at = CLOSES_AT
    page = Client()
    page.force_login(bidder("bupa"))
    assert page.post(reverse("bid:submit_bid", args=[bid.pk]), {"revision": bid.revision}).status_code == 409
    assert not bid.submissions.exists()


def test_a_question_is_taken_until_questions_close_and_not_after(day, tender):
    invitation = tender.invitations.first()
    person = invitation.people()[0]
    ask = f"invitations/{invitation.pk}/ask-clarification"
    day.at = QUESTIONS_CLOSE_AT - A_MOMENT
    assert day.answers(person, ask, {"question": "How many beds?"}) == 201
    day.at = QUESTIONS_CLOSE_AT
    assert day.answers(person, ask, {"question": "How many beds?"}) == 409


def test_the_deadline_moves_until_bids_are_opened_and_never_after(day, tender):
    proposed = {"closes_at": "2026-04-17T12:00:00+01:00", "reason": "More data."}
    day.at = CLOSES_AT - A_MOMENT
    assert day.answers(who("lead"), f"tenders/{tender.pk}/propose-extension", proposed) == 200
    waiting = {"extension": str(tender.extensions.waiting().get().pk)}
    assert day.answers(who("approver"), f"tenders/{tender.pk}/extend-deadline", waiting) == 200
    assert day.answers(who("opener1"), f"tenders/{tender.pk}/confirm-opening") == 409
    day.at = clock.london(2026, 4, 17, 12)
    for name in ("opener1", "opener2"):
        assert day.answers(who(name), f"tenders/{tender.pk}/confirm-opening") == 200
    later = {**proposed, "closes_at": "2026-05-15T12:00:00+01:00"}
    assert day.answers(who("lead"), f"tenders/{tender.pk}/propose-extension", later) == 409


def test_bids_stay_sealed_to_the_last_instant_and_two_openers_open_them_from_the_deadline_on(day, tender):
    bid = bid_of(tender, "bupa")
    opening = f"tenders/{tender.pk}/confirm-opening"
    day.at = CLOSES_AT - A_MOMENT
    day.answers(bidder("bupa"), f"bids/{bid.pk}/submit-bid", key="the-last-instant")
    assert day.answers(who("opener1"), opening) == 409
    day.at = CLOSES_AT
    assert [day.answers(who(name), opening) for name in ("opener1", "opener1", "opener2")] == [200, 409, 200]
    tender.refresh_from_db()
    assert (tender.status, tender.bids_opened_at) == (Tender.Status.OPENED, CLOSES_AT)
    assert day.nobody_was_told()


def test_an_opener_who_waited_half_an_hour_in_vain_confirms_again(day, tender):
    opening = f"tenders/{tender.pk}/confirm-opening"
    day.at = CLOSES_AT
    assert day.answers(who("opener1"), opening) == 200
    day.at = CLOSES_AT + HALF_AN_HOUR
    assert day.answers(who("opener2"), opening) == 200
    tender.refresh_from_db()
    assert tender.bids_opened_at is None
    assert day.answers(who("opener1"), opening) == 200
    tender.refresh_from_db()
    assert tender.bids_opened_at == day.at


@pytest.fixture
def standing_still(day):
    return tender_in_standstill()


def test_an_award_is_confirmed_from_the_end_of_the_standstill_and_not_an_instant_sooner(day, standing_still):
    confirm = f"tenders/{standing_still.pk}/confirm-award"
    day.at = STANDSTILL_ENDS_AT - A_MOMENT
    assert day.answers(who("lead"), confirm) == 409
    day.at = STANDSTILL_ENDS_AT
    assert day.answers(who("lead"), confirm) == 200
    assert day.nobody_was_told()


def test_a_challenge_is_taken_on_the_last_instant_and_holds_the_award_until_it_is_decided(day, standing_still):
    invitations = {each.supplier.short_name: each for each in standing_still.invitations.select_related("supplier")}
    day.at = STANDSTILL_ENDS_AT - A_MOMENT
    grounds = {"grounds": "Our price was misread."}
    assert day.answers(bidder("tribal"), f"invitations/{invitations['tribal'].pk}/lodge-challenge", grounds) == 200
    day.at = STANDSTILL_ENDS_AT
    assert day.answers(bidder("drfoster"), f"invitations/{invitations['drfoster'].pk}/lodge-challenge", grounds) == 409
    assert day.answers(who("lead"), f"tenders/{standing_still.pk}/confirm-award") == 409
    challenge = invitations["tribal"].challenges.get()
    assert day.answers(who("lead"), f"challenges/{challenge.pk}/reject-challenge", {"reasons": "It was read as written."}) == 200
    assert day.answers(who("lead"), f"tenders/{standing_still.pk}/confirm-award") == 200


def test_no_second_announcement_restarts_a_standstill(day, standing_still):
    day.at = STANDSTILL_ENDS_AT - A_MOMENT
    decisions = [{**each, "lot": str(each["lot"])} for each in decisions_for(standing_still)]
    assert day.answers(who("lead"), f"tenders/{standing_still.pk}/announce-award", {"decisions": decisions}) == 409


def test_an_application_is_received_until_the_last_instant_and_decided_from_the_deadline_on(day):
    round_, early, late = admissions.announced_round(), supplier(), supplier("Tribal Consulting Ltd", "tribal")
    drafts = [admissions.drafted_application(round_, firm) for firm in (early, late)]
    day.at = admissions.CLOSES_AT - A_MOMENT
    assert day.answers(admissions.bids(early), f"applications/{drafts[0].pk}/submit-application") == 200
    decision = {"place": str(drafts[0].places.get().pk), "outcome": "accepted", "reasons": "It met each criterion."}
    assert day.answers(admissions.curator(), f"rounds/{round_.pk}/decide-place", decision) == 409
    day.at = admissions.CLOSES_AT
    assert day.answers(admissions.bids(late), f"applications/{drafts[1].pk}/submit-application") == 409
    assert day.answers(admissions.bids(late), f"applications/{drafts[1].pk}/save-application", {"statement": "Better.", "places": []}) == 409
    assert day.answers(admissions.curator(), f"rounds/{round_.pk}/decide-place", decision) == 200
    assert day.answers(admissions.curator(), f"rounds/{round_.pk}/send-decisions") == 200


def test_an_appeal_is_taken_on_the_last_instant_and_lists_are_published_when_window_and_appeal_are_over(day):
    accepted, refused, other = supplier(), supplier("Tribal Consulting Ltd", "tribal"), supplier("Dr Foster Intelligence", "drfoster")
    round_ = admissions.round_with_decisions([accepted], [refused, other])
    drafts = {firm: appeals.drafted_appeal(firm) for firm in (refused, other)}
    day.at = admissions.APPEALS_END_AT - A_MOMENT
    assert day.answers(admissions.curator(), f"rounds/{round_.pk}/publish-lists") == 409
    assert day.answers(admissions.bids(refused), f"appeals/{drafts[refused].pk}/lodge-appeal") == 200
    day.at = admissions.APPEALS_END_AT
    assert day.answers(admissions.bids(other), f"appeals/{drafts[other].pk}/lodge-appeal") == 409
    assert day.answers(admissions.curator(), f"rounds/{round_.pk}/publish-lists") == 409
    appeal = drafts[refused]
    assert day.answers(admissions.bids(refused), f"appeals/{appeal.pk}/withdraw-appeal") == 200
    assert day.answers(admissions.curator(), f"rounds/{round_.pk}/publish-lists") == 200
    assert day.nobody_was_told()


def test_an_invitation_to_act_for_somebody_ends_by_itself(day):
    trust = tenders.hillingdon()
    invitation = invite_person(trust.pk, email="new@hillingdon.example", name="New", role=Role.APPROVER, by=ClockJob("test"), at=NOON)
    day.at = invitation.expires_at
    link = link_of(invitation).removeprefix("http://127.0.0.1:8000")
    Client().post(link, {"password": "three words together"})
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def a_long_weekend():
    """What waits when the workers come back: deadlines, a standstill, a round, an appeal window and a contract's last months; and when that is."""
    contracts.signed_contract()
    tender_in_standstill()
    for number in range(3):
        tenders.closed_tender(bids=0 if number else None)
    admissions.submitted_application(admissions.announced_round(), supplier("Ernst Consulting Ltd", "ernst"))
    admissions.round_with_decisions([], [supplier("Kingston Consulting Ltd", "kingston")])
    return clock.london(2029, 5, 1, 9)


def announcements():
    """How often each thing is on the trail as announced."""
    verbs = ["announce_due_of_tender", "announce_due_of_round", "announce_due_of_contract"]
    entries = TrailEntry.objects.filter(verb__in=verbs, outcome=TrailEntry.Outcome.DONE)
    return Counter((entry.subject_id, entry.facts["announced"]) for entry in entries)


def due_things():
    return {(item.record_id, item.what) for provider in registry.due for item in provider(clock.now())}


def once_each(counter: Counter) -> bool:
    return bool(counter) and set(counter.values()) == {1}


def test_a_sweeper_that_comes_late_and_twice_announces_everything_once(day):
    day.at = a_long_weekend()
    due = due_things()
    assert {what.partition(":")[0] for _, what in due} >= {"deadline_passed", "opening_overdue", "standstill_over", "round_closed", "ends_in"}
    assert announcing.announce_due().told == len(due)
    letters_written = Letter.objects.count()
    assert announcing.announce_due().told == 0
    assert (announcements().keys(), once_each(announcements())) == (due, True)
    assert (Letter.objects.count(), due_things()) == (letters_written, set())
    assert (letters.send_waiting(limit=5000), letters.send_waiting(limit=5000)) == (letters_written, 0)
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == len(mail.outbox) == letters_written


def two_at_once(job: Callable[[], Any]) -> list[Any]:
    """Two that begin at the same instant, each with a connection of its own; what each did."""
    barrier = Barrier(2)

    def meet() -> Any:
        try:
            barrier.wait()
            return job()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return [running.result() for running in [pool.submit(meet) for _ in range(2)]]


@pytest.fixture
def backlog(transactional_db, monkeypatch):
    day = Day(monkeypatch)
    day.at = a_long_weekend()
    mail.outbox.clear()
    return day


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_announce_everything_once(backlog):
    due = due_things()
    assert sum(sweep.told for sweep in two_at_once(announcing.announce_due)) == len(due)
    assert (announcements().keys(), once_each(announcements())) == (due, True)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_sweepers_without_a_claim_announce_twice(backlog, monkeypatch):
    """The control: where nobody claims, the test above must fail."""
    for module in (tender_announcements, round_announcements, contract_announcements):
        monkeypatch.setattr(module, "claim", lambda step, what: step.facts.update(announced=what))
    two_at_once(announcing.announce_due)
    assert not once_each(announcements())


def sent():
    return Counter(message.extra_headers["Message-ID"] for message in mail.outbox)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_letter_once(backlog):
    assert sum(two_at_once(lambda: letters.send_waiting(limit=5000))) == Letter.objects.count()
    assert (len(sent()), once_each(sent())) == (Letter.objects.count(), True)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_senders_without_a_claim_send_letters_twice(backlog, monkeypatch):
    """The control: where a letter that somebody is sending still counts as waiting, letters go twice."""
    monkeypatch.setattr(letters, "_waiting", lambda: Letter.objects.order_by("created_at", "pk"))
    two_at_once(lambda: letters.send_waiting(limit=5000))
    assert not once_each(sent())


def test_whoever_looks_sees_the_same_phase_with_or_without_a_sweeper(day):
    day.at = a_long_weekend()
    before = {tender.pk: tender.phase_at(day.at) for tender in Tender.objects.all()}
    announcing.announce_due()
    assert {tender.pk: tender.phase_at(day.at) for tender in Tender.objects.all()} == before
    assert day.at > evaluations.STANDSTILL_ENDS_AT
