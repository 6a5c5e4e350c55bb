"""A bid is drafted by colleagues who do not overwrite each other, and nothing that was typed is lost."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

from commissioning import clock
from commissioning.models import Question, Role
from commissioning.refusals import Gone, Refused
from procurement.actions import bids
from procurement.bidding import faults_of, price_of
from procurement.models import Bid
from tests.factories.bids import answers_for, prices_for
from tests.factories.people import NOON, person
from tests.factories.tenders import CLOSES_AT, bidder, issued_tender, who

pytestmark = pytest.mark.django_db


@pytest.fixture
def bid():
    tender = issued_tender(suppliers=2)
    return begun(tender.invitations.get(supplier__short_name="bupa"))


def begun(invitation, number=1, *, by=None):
    return bids.draft_bid(invitation.pk, lot=invitation.tender.lots.get(number=number).pk, by=by or bidder("bupa"), at=NOON)


def save(bid, *, revision=None, by=None, at=NOON, **content):
    return bids.save_bid(bid.pk, revision=bid.revision if revision is None else revision, by=by or bidder("bupa"), at=at, **content)


def question(bid, number=1):
    return str(bid.lot.questionnaire.questions.get(number=number).pk)


def line(bid, number=1):
    return str(bid.lot.price_lines.get(number=number).pk)


def test_two_colleagues_who_begin_a_bid_for_one_lot_have_one_bid(bid):
    colleague = person(bid.invitation.supplier.organisation, Role.CONTRIBUTOR, "writer@bupa.example")
    assert begun(bid.invitation, by=colleague) == bid
    assert begun(bid.invitation, number=2) != bid
    assert Bid.objects.count() == 2


def test_what_is_saved_in_parts_adds_up(bid):
    bid = save(bid, answers={question(bid, 1): "First."})
    bid = save(bid, answers={question(bid, 2): "Second."}, prices={line(bid): "10"})
    assert bid.answers == {question(bid, 1): "First.", question(bid, 2): "Second."}
    assert (bid.prices, bid.revision, bid.saved_by) == ({line(bid): "10"}, 2, bidder("bupa"))


def test_an_answer_is_taken_back_with_nothing(bid):
    bid = save(bid, answers={question(bid): "First."})
    assert save(bid, answers={question(bid): None}).answers == {}


@pytest.mark.parametrize("typed", ["ten", "1e308", "NaN", "Infinity", "-0", "-1", "１２", "1,2,3", "£", "0.001", "9" * 40])
def test_a_price_that_is_none_is_kept_as_typed_and_pointed_out(bid, typed):
    bid = save(bid, prices={line(bid): typed})
    assert Bid.objects.get(pk=bid.pk).prices == {line(bid): typed}
    assert price_of(bid).faults[line(bid)].startswith("Price 1: enter an amount in pounds and pence")
    assert price_of(bid).total is None


def test_a_stale_copy_overwrites_nothing(bid):
    first = save(bid, answers={question(bid): "Mine."})
    with pytest.raises(Gone, match="A colleague has changed this bid"):
        save(bid, revision=0, answers={question(bid): "Yours."})
    assert Bid.objects.get(pk=bid.pk).answers == {question(bid): "Mine."}
    assert save(bid, revision=first.revision, answers={question(bid): "Ours."}).answers == {question(bid): "Ours."}


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 100_001])
def test_what_no_database_can_keep_is_refused_beside_its_field(bid, text):
    with pytest.raises(ValidationError) as error:
        save(bid, answers={question(bid): text})
    assert list(error.value.message_dict) == ["answers"]


def test_answers_to_what_was_not_asked_are_refused_without_repeating_them(bid):
    with pytest.raises(ValidationError) as error:
        save(bid, prices={"\ud800<script>": "1"})
    assert error.value.message_dict == {"prices": ["One of these is not asked for this lot. Leave it out."]}


def test_a_draft_is_kept_until_the_deadline_and_then_stays_as_it_is(bid):
    save(bid, answers={question(bid): "In time."}, at=CLOSES_AT - timedelta(microseconds=1))
    bid.refresh_from_db()
    with pytest.raises(Refused, match="too late"):
        save(bid, answers={question(bid): "Late."}, at=CLOSES_AT)
    assert Bid.objects.get(pk=bid.pk).answers == {question(bid): "In time."}


def test_a_rival_and_the_buyer_find_no_bid(bid):
    for stranger in (bidder("drfoster"), who("lead")):
        assert not Bid.objects.visible_to(stranger).exists()
        with pytest.raises(PermissionDenied):
            save(bid, by=stranger, answers={})


def test_a_lot_of_another_tender_is_not_found(bid):
    other = issued_tender(title="Another")
    with pytest.raises(ObjectDoesNotExist):
        bids.draft_bid(bid.invitation_id, lot=other.lots.first().pk, by=bidder("bupa"), at=NOON)


def test_what_is_missing_is_said_sentence_by_sentence(bid):
    assert faults_of(bid) == [
        "Question 1: enter an answer.",
        "Question 2: enter an answer.",
        "Price 1: enter a price; 0 if there is no charge.",
        "Price 2: enter a price; 0 if there is no charge.",
    ]
    assert faults_of(save(bid, answers=answers_for(bid.lot), prices=prices_for(bid.lot))) == []


def test_a_bid_for_nothing_is_no_bid(bid):
    bid = save(bid, answers=answers_for(bid.lot), prices=dict.fromkeys(prices_for(bid.lot), "0"))
    assert faults_of(bid) == ["The prices come to £0.00 in all. A bid has a total of at least £0.01 and less than £1,000,000,000,000."]


def test_a_form_that_came_without_the_boxes_of_a_day_is_saved_and_is_no_error(bid, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    asked = Question.objects.create(questionnaire=bid.lot.questionnaire, number=3, kind=Question.Kind.DATE, prompt="From which day?", created_at=NOON)
    client.force_login(bidder("bupa"), backend="commissioning.accounts.ByEmail")
    page = f"/bids/{bid.pk}/save-bid/"
    assert client.post(page, {"revision": bid.revision}).status_code == 302
    assert client.post(page, {"revision": bid.revision + 1, f"q-{asked.pk}_month": "3"}).status_code == 302
    assert Bid.objects.get(pk=bid.pk).answers == {str(asked.pk): "/3/"}
