"""What falls due up to the deadline is told once, also by a worker that was off; and it tells nothing of who bids."""

from datetime import timedelta

import pytest

from commissioning import clock
from commissioning.announcing import announce_due
from commissioning.models import Announcement, ClockJob, Letter, TrailEntry
from commissioning.refusals import Refused
from procurement import before_the_deadline
from procurement.actions import announcements, extensions, invitations, tenders
from procurement.models import Invitation
from tests.factories.bids import drafted_bid, submitted_bid
from tests.factories.people import NOON
from tests.factories.tenders import CLOSES_AT, QUESTIONS_CLOSE_AT, bidder, extend, issued_tender, who

pytestmark = pytest.mark.django_db
A_MOMENT = timedelta(microseconds=1)
# The deadline is noon on Friday 27 March: five working days before it is the Friday before, two the Wednesday, one the Thursday.
FIVE, TWO, ONE = clock.london(2026, 3, 20, 12), clock.london(2026, 3, 25, 12), clock.london(2026, 3, 26, 12)


def due(at):
    return [item.what.partition(":202")[0] for item in before_the_deadline.due(at)]


def told(at, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at)
    announce_due()


def letters(template):
    return {letter.recipient.email for letter in Letter.objects.filter(template__startswith=template)}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (QUESTIONS_CLOSE_AT - A_MOMENT, []),
        (QUESTIONS_CLOSE_AT, ["questions_closed"]),
        (FIVE - A_MOMENT, ["questions_closed"]),
        (FIVE, ["questions_closed", "reminder:5"]),
        (TWO - A_MOMENT, ["questions_closed", "reminder:5"]),
        (TWO, ["questions_closed", "reminder:2"]),
        (ONE, ["questions_closed", "reminder:1"]),
        (CLOSES_AT - A_MOMENT, ["questions_closed", "reminder:1"]),
        (CLOSES_AT, ["deadline_passed"]),
    ],
)
def test_what_is_due_at_each_moment(at, expected):
    issued_tender()
    assert due(at) == expected


def test_each_is_told_once_in_its_turn(monkeypatch):
    issued_tender(suppliers=2)
    for at in (QUESTIONS_CLOSE_AT, FIVE, FIVE + timedelta(hours=1), TWO, ONE, ONE + timedelta(hours=2), CLOSES_AT, CLOSES_AT + timedelta(minutes=5)):
        told(at, monkeypatch)
    assert [each.what.partition(":202")[0] for each in Announcement.objects.order_by("at", "pk")] == [
        "questions_closed",
        "reminder:5",
        "reminder:2",
        "reminder:1",
        "deadline_passed",
    ]
    assert Letter.objects.filter(recipient=bidder("bupa"), template__startswith="bids_close_soon").count() == 3
    assert letters("deadline_passed") == {"lead@hillingdon.example", "opener1@hillingdon.example", "opener2@hillingdon.example"}
    assert letters("questions_closed") == {"lead@hillingdon.example"}


def test_a_worker_that_was_off_over_the_deadline_catches_up_with_what_still_matters(monkeypatch):
    issued_tender()
    told(CLOSES_AT + timedelta(hours=3), monkeypatch)
    assert letters("bids_close_soon") == set()
    assert letters("deadline_passed")


def test_only_those_who_have_not_submitted_and_do_not_decline_are_reminded_in_the_same_words(monkeypatch):
    tender = issued_tender(suppliers=5)
    of = {invitation.supplier.short_name: invitation for invitation in tender.invitations.all()}
    submitted_bid(of["bupa"], tender.lots.get(number=1), at=NOON)
    drafted_bid(of["tribal"], tender.lots.get(number=1), at=NOON)
    invitations.say_intention(of["firm4"].pk, intention=Invitation.Intention.DECLINES, by=bidder("firm4"), at=NOON)
    told(FIVE, monkeypatch)
    assert letters("bids_close_soon") == {"bids@drfoster.example", "bids@tribal.example", "bids@firm5.example"}
    bodies = set()
    for letter in Letter.objects.filter(template__startswith="bids_close_soon").select_related("recipient"):
        supplier = next(i.supplier for i in of.values() if bidder(i.supplier.short_name) == letter.recipient)
        bodies.add(letter.body.replace(str(letter.recipient), "").replace(str(supplier), ""))
    assert len(bodies) == 1


def test_the_trail_says_that_people_were_reminded_and_never_how_many(monkeypatch):
    tender = issued_tender(suppliers=2)
    for invitation in tender.invitations.all():
        submitted_bid(invitation, tender.lots.get(number=1), at=NOON)
    told(FIVE, monkeypatch)
    assert not letters("bids_close_soon")
    entry = TrailEntry.objects.filter(docket=tender.docket, verb="announce_due_of_tender").last()
    assert entry.facts == {"announced": "reminder:5:20260327T120000Z"}
    assert (entry.actor, entry.job) == (None, "announce_due")


def test_a_later_deadline_is_reminded_of_anew(monkeypatch):
    tender = issued_tender(suppliers=1)
    for at in (FIVE, TWO, ONE):
        told(at, monkeypatch)
    extensions.propose_extension(tender.pk, closes_at=CLOSES_AT + timedelta(days=14), reason="More data.", by=who("lead"), at=ONE)
    extend(tender, at=ONE)
    assert due(ONE) == []
    told(clock.london(2026, 4, 9, 13), monkeypatch)
    assert Letter.objects.filter(recipient=bidder("bupa"), template__startswith="bids_close_soon").count() == 4
    told(CLOSES_AT + timedelta(days=14), monkeypatch)
    assert letters("deadline_passed")


def test_a_deadline_that_passed_twice_is_told_twice(monkeypatch):
    tender = issued_tender()
    told(CLOSES_AT, monkeypatch)
    later = CLOSES_AT + timedelta(days=4)
    extensions.propose_extension(tender.pk, closes_at=later, reason="The service was down.", by=who("lead"), at=CLOSES_AT)
    extend(tender, at=CLOSES_AT)
    told(later, monkeypatch)
    assert Letter.objects.filter(recipient=who("opener1"), template__startswith="deadline_passed").count() == 2


def test_nothing_is_due_of_a_cancelled_tender():
    tenders.cancel_tender(issued_tender().pk, reason="No.", by=who("lead"), at=NOON)
    assert due(FIVE) == []
    assert due(CLOSES_AT) == []


def test_what_is_no_longer_so_is_not_told():
    tender = issued_tender()
    job = ClockJob("announce_due")
    with pytest.raises(Refused):
        announcements.announce_due_of_tender(tender.pk, what="deadline_passed:x", by=job, at=CLOSES_AT - A_MOMENT)
    with pytest.raises(Refused):
        announcements.announce_due_of_tender(tender.pk, what="reminder:1:x", by=job, at=CLOSES_AT)
    assert not Announcement.objects.exists()


def test_what_is_due_costs_the_same_for_one_tender_and_for_ten(django_assert_num_queries):
    issued_tender()
    with django_assert_num_queries(5):
        list(before_the_deadline.due(FIVE))
    for number in range(9):
        issued_tender(title=f"Tender {number}")
    with django_assert_num_queries(5):
        assert len(list(before_the_deadline.due(FIVE))) == 20
