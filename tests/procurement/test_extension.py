"""The deadline only moves later: by two people, with a reason, before anything is opened; everybody is told at once."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from commissioning import clock
from commissioning.models import Letter, Role, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import bids, extensions
from procurement.models import Bid, Extension, Tender
from procurement.notice import notice_hash
from tests.factories.bids import drafted_bid
from tests.factories.people import NOON, person
from tests.factories.tenders import CLOSES_AT, bidder, extend, hillingdon, issued_tender, who

pytestmark = pytest.mark.django_db
LATER = clock.london(2026, 4, 1, 12)
A_MOMENT = timedelta(microseconds=1)
# The contract is to start on 1 June 2026: a deadline on the day before, to its last microsecond, leaves it where it is.
THE_DAY_BEFORE = clock.london(2026, 6, 1) - A_MOMENT
IN_JULY = {"contract_starts_on": date(2026, 7, 1), "contract_ends_on": date(2029, 6, 30)}


def proposed(tender, closes_at=LATER, *, by=None, at=NOON, **term):
    return extensions.propose_extension(tender.pk, closes_at=closes_at, reason="The data came late.", by=by or who("lead"), at=at, **term)


def test_one_proposes_a_second_sets_and_every_invited_supplier_is_told():
    tender = issued_tender(suppliers=3)
    proposed(tender)
    tender.refresh_from_db()
    assert tender.closes_at == CLOSES_AT
    assert not Letter.objects.filter(template__startswith="deadline_extended").exists()
    extend(tender)
    tender.refresh_from_db()
    assert tender.closes_at == LATER
    told = Letter.objects.filter(template__startswith="deadline_extended", recipient__email__startswith="bids@")
    assert {letter.recipient for letter in told} == {bidder(name) for name in ("bupa", "drfoster", "tribal")}
    assert all("The data came late." in letter.body for letter in told)
    facts = TrailEntry.objects.get(docket=tender.docket, verb="extend_deadline").facts
    assert (facts["from_deadline"], facts["to_deadline"], facts["proposed_by"]) == (
        "2026-03-27T12:00:00.000000Z",
        "2026-04-01T11:00:00.000000Z",
        "Procurement lead, Hillingdon PCT",
    )


def test_a_second_extension_is_told_as_well():
    tender = issued_tender(suppliers=1)
    for days in (1, 2):
        proposed(tender, CLOSES_AT + timedelta(days=days))
        extend(tender)
    assert Letter.objects.filter(recipient=bidder("bupa"), template__startswith="deadline_extended").count() == 2
    assert [extension.closes_at for extension in tender.extensions.made()] == [CLOSES_AT + timedelta(days=1), CLOSES_AT + timedelta(days=2)]


def test_nobody_sets_what_they_proposed_themselves():
    tender = issued_tender()
    both = person(hillingdon(), Role.PROCUREMENT_LEAD, "both@hillingdon.example")
    person(hillingdon(), Role.APPROVER, "both@hillingdon.example")
    proposed(tender, by=both)
    with pytest.raises(Refused, match="A second person"):
        extend(tender, by=both)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.update(set_by=both, set_at=NOON)


def test_nobody_sets_a_deadline_that_took_the_place_of_the_one_they_read(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    tender = issued_tender()
    proposed(tender, CLOSES_AT + timedelta(days=1))
    read = {"extension": str(tender.extensions.waiting().get().pk)}
    proposed(tender, CLOSES_AT + timedelta(days=20))
    client.force_login(who("approver"))
    page = client.post(reverse("tender:extend_deadline", args=[tender.pk]), read)
    assert page.status_code == 409
    assert "Another deadline has been proposed since you read this. Open the page anew" in page.content.decode()
    assert client.post(reverse("tender:extend_deadline", args=[tender.pk]), {}).status_code == 409
    tender.refresh_from_db()
    assert tender.closes_at == CLOSES_AT
    assert TrailEntry.objects.filter(docket=tender.docket, verb="extend_deadline", outcome=TrailEntry.Outcome.REFUSED).count() == 2


@pytest.mark.parametrize(("at", "is_over"), [(CLOSES_AT - A_MOMENT, False), (CLOSES_AT, True), (CLOSES_AT + A_MOMENT, True)])
def test_both_pages_say_that_a_later_deadline_opens_anew_what_was_over(client, monkeypatch, at, is_over):
    monkeypatch.setattr(clock, "now", lambda: at)
    tender = issued_tender(suppliers=1)
    proposed(tender, at=at)
    for name, person_there in (("propose_extension", "lead"), ("extend_deadline", "approver")):
        client.force_login(who(person_there))
        page = client.get(reverse(f"tender:{name}", args=[tender.pk])).text
        assert ("A later deadline opens it again:" in page) == is_over
        assert ("The time for bids was over on" in page) == is_over
        if name == "propose_extension":
            assert ('name="closes_at_year" type="text" value="2026"' in page) != is_over


def test_a_lead_does_not_set_and_an_evaluator_does_not_propose():
    tender = issued_tender()
    with pytest.raises(PermissionDenied):
        proposed(tender, by=who("evaluator1"))
    proposed(tender)
    with pytest.raises(PermissionDenied):
        extend(tender, by=who("lead"))


@pytest.mark.parametrize("closes_at", [CLOSES_AT, CLOSES_AT - A_MOMENT, NOON])
def test_a_deadline_never_moves_earlier(closes_at):
    with pytest.raises(ValidationError, match="only moves later"):
        proposed(issued_tender(), closes_at)


def test_a_microsecond_later_is_later():
    tender = issued_tender()
    proposed(tender, CLOSES_AT + A_MOMENT)
    assert extend(tender).closes_at == CLOSES_AT + A_MOMENT


def test_the_database_too_refuses_an_earlier_deadline():
    tender = issued_tender()
    proposed(tender)
    with pytest.raises(IntegrityError), transaction.atomic():
        Extension.objects.filter(tender=tender).update(closes_at=CLOSES_AT)


def test_a_proposal_that_time_has_overtaken_is_not_set():
    tender = issued_tender()
    proposed(tender, CLOSES_AT + timedelta(hours=1))
    with pytest.raises(ValidationError, match="in the future"):
        extend(tender, at=CLOSES_AT + timedelta(hours=1))
    extend(tender, at=CLOSES_AT + timedelta(hours=1) - A_MOMENT)


def test_after_the_deadline_and_before_opening_an_extension_lets_bids_in_again():
    tender = issued_tender()
    bid = drafted_bid(tender.invitations.first(), tender.lots.first())
    manager = bid.saved_by
    with pytest.raises(Refused):
        bids.submit_bid(bid.pk, by=manager, at=CLOSES_AT)
    proposed(tender, at=CLOSES_AT)
    extend(tender, at=CLOSES_AT)
    assert bids.submit_bid(bid.pk, by=manager, at=CLOSES_AT + A_MOMENT).status == Bid.Status.SUBMITTED


def test_once_bids_are_opened_the_deadline_stays():
    tender = issued_tender()
    proposed(tender)
    Tender.objects.filter(pk=tender.pk).update(status=Tender.Status.OPENED, bids_opened_at=CLOSES_AT)
    with pytest.raises(Refused):
        extend(tender, at=CLOSES_AT)
    with pytest.raises(Refused):
        proposed(tender, LATER, at=CLOSES_AT)


def test_nothing_is_set_that_nobody_proposed():
    with pytest.raises(Refused, match="No later deadline has been proposed"):
        extend(issued_tender())


class TestContract:
    def test_it_stays_as_it_is_where_it_starts_after_the_new_deadline(self):
        tender = issued_tender()
        proposed(tender, THE_DAY_BEFORE)
        extend(tender)
        tender.refresh_from_db()
        assert (tender.contract_starts_on, tender.contract_ends_on) == (date(2026, 6, 1), date(2029, 5, 31))
        letter = Letter.objects.get(recipient=bidder("bupa"), template__startswith="deadline_extended")
        assert "The contract is to run" not in letter.body

    @pytest.mark.parametrize("closes_at", [THE_DAY_BEFORE + A_MOMENT, clock.london(2026, 6, 30, 23, 59)])
    def test_a_deadline_on_the_day_it_starts_or_later_needs_another_first_day(self, closes_at):
        tender = issued_tender()
        with pytest.raises(ValidationError, match="must start after bids are due: choose a day after") as error:
            proposed(tender, closes_at)
        assert list(error.value.message_dict) == ["contract_starts_on"]
        assert not tender.extensions.exists()
        proposed(tender, closes_at, contract_starts_on=date(2026, 7, 1))
        extend(tender)
        tender.refresh_from_db()
        assert (tender.contract_starts_on, tender.contract_ends_on) == (date(2026, 7, 1), date(2029, 5, 31))

    @pytest.mark.parametrize(
        ("term", "field"),
        [
            ({"contract_starts_on": date(2026, 4, 1)}, "contract_starts_on"),
            ({"contract_starts_on": date(2029, 5, 31)}, "contract_ends_on"),
            ({"contract_ends_on": date(2026, 6, 1)}, "contract_ends_on"),
            ({"contract_ends_on": date(2046, 7, 1)}, "contract_ends_on"),
        ],
    )
    def test_days_out_of_order_are_refused_by_name(self, term, field):
        with pytest.raises(ValidationError) as error:
            proposed(issued_tender(), **term)
        assert list(error.value.message_dict) == [field]

    def test_everybody_is_told_of_the_new_days_and_the_notice_stays_frozen(self):
        tender = issued_tender(suppliers=2)
        proposed(tender, clock.london(2026, 6, 12, 12), **IN_JULY)
        told = "The contract is to run from 1 July 2026 to 30 June 2029. It was to run from 1 June 2026 to 31 May 2029."
        assert told in words_of(Letter.objects.get(template__startswith="extension_proposed"))
        extend(tender)
        letters = Letter.objects.filter(template__startswith="deadline_extended")
        assert {letter.recipient for letter in letters} >= {bidder("bupa"), bidder("drfoster"), who("lead"), who("opener1")}
        assert all(told in words_of(letter) for letter in letters)
        facts = TrailEntry.objects.get(docket=tender.docket, verb="extend_deadline").facts
        assert (facts["contract_starts_on"], facts["contract_ends_on"]) == ("2026-07-01", "2029-06-30")
        assert notice_hash(Tender.objects.get(pk=tender.pk)) == tender.notice_hash

    def test_the_pages_say_what_is_proposed_and_then_what_holds(self, client, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOON)
        tender = issued_tender(suppliers=1)
        page = reverse("tender:propose_extension", args=[tender.pk])
        client.force_login(who("lead"))
        typed = {"closes_at_day": "12", "closes_at_month": "6", "closes_at_year": "2026", "closes_at_time": "12:00", "reason": "The data came late."}
        refused = client.post(page, typed)
        assert refused.status_code == 400
        assert "choose a day after 12 June 2026" in refused.content.decode()
        assert "The data came late." in refused.content.decode()
        days = {"contract_starts_on_day": "1", "contract_starts_on_month": "7", "contract_starts_on_year": "2026"}
        assert client.post(page, typed | days).status_code == 302
        client.force_login(who("approver"))
        for name in ("workspace", "extend_deadline"):
            assert "1 July 2026" in client.get(reverse(f"tender:{name}", args=[tender.pk])).content.decode()
        shown = {"extension": str(tender.extensions.waiting().get().pk)}
        assert shown["extension"] in client.get(reverse("tender:extend_deadline", args=[tender.pk])).content.decode()
        assert client.post(reverse("tender:extend_deadline", args=[tender.pk]), shown).status_code == 302
        client.force_login(bidder("bupa"))
        notice = unescape(client.get(reverse("tender:notice", args=[tender.pk])).content.decode())
        assert notice.count("1 July 2026 to 31 May 2029") == 2

    def test_the_database_too_keeps_the_contract_after_the_day_on_which_bids_are_due(self):
        tender = issued_tender()
        Tender.objects.filter(pk=tender.pk).update(closes_at=THE_DAY_BEFORE)
        with pytest.raises(IntegrityError, match="a_contract_starts_after_the_day_on_which_bids_are_due"), transaction.atomic():
            Tender.objects.filter(pk=tender.pk).update(closes_at=THE_DAY_BEFORE + A_MOMENT)


def words_of(letter):
    return " ".join(unescape(re.sub(r"<[^>]+>", "", letter.body)).split())
