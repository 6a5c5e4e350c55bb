"""Suppliers ask before questions close; the answer goes to all, and who asked is shown to nobody."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError

from commissioning.models import ClarificationAsker, Letter, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import clarifications
from procurement.models import TenderClarification
from suppliers.models import RoundClarification
from tests.factories import admissions, frameworks
from tests.factories.people import NOON
from tests.factories.tenders import CLOSES_AT, QUESTIONS_CLOSE_AT, bidder, issued_tender, who

pytestmark = pytest.mark.django_db
A_MOMENT = timedelta(microseconds=1)


def invited(tender, short_name="bupa"):
    return tender.invitations.get(supplier__short_name=short_name)


def asked(tender, short_name="bupa", *, question="Is the data ready?", at=NOON):
    return clarifications.ask_clarification(invited(tender, short_name).pk, question=question, by=bidder(short_name), at=at)


def test_a_question_on_the_last_microsecond_is_taken_and_on_the_close_is_not():
    tender = issued_tender()
    assert asked(tender, at=QUESTIONS_CLOSE_AT - A_MOMENT).question == "Is the data ready?"
    for late in (QUESTIONS_CLOSE_AT, QUESTIONS_CLOSE_AT + A_MOMENT):
        with pytest.raises(Refused, match=r"Questions closed on Monday 16 March 2026, 12:00:00\.000000 GMT"):
            asked(tender, at=late)
    assert TenderClarification.objects.of(tender).count() == 1


def test_the_lead_is_told_the_question_and_not_who_asked():
    tender = issued_tender()
    clarification = asked(tender)
    letter = Letter.objects.get(recipient=who("lead"), template="clarification_asked")
    assert "Is the data ready?" in letter.body
    assert "BUPA" not in letter.body + letter.title
    assert ClarificationAsker.objects.get(clarification=clarification).organisation == invited(tender).supplier.organisation


def test_the_answer_goes_to_every_supplier_at_the_same_moment_in_the_same_words():
    tender = issued_tender(suppliers=3)
    clarification = clarifications.answer_clarification(asked(tender).pk, answer="Yes, from 1 April.", by=who("lead"), at=NOON)
    letters = Letter.objects.filter(template="clarification_answered")
    assert letters.count() == 3
    assert {letter.created_at for letter in letters} == {NOON}
    assert {letter.body.replace(str(letter.recipient), "") for letter in letters} == {letters[0].body.replace(str(letters[0].recipient), "")}
    assert (clarification.answer, clarification.answered_by) == ("Yes, from 1 April.", who("lead"))


def test_the_asker_stands_on_no_trail_that_the_buyer_or_a_rival_reads():
    tender = issued_tender(suppliers=2)
    clarifications.answer_clarification(asked(tender).pk, answer="Yes.", by=who("lead"), at=NOON)
    on_the_tender = TrailEntry.objects.filter(docket=tender.docket)
    assert [entry.verb for entry in on_the_tender][-1] == "answer_clarification"
    assert not on_the_tender.filter(actor=bidder("bupa")).exists()
    readers = type(invited(tender)).objects.trail_readable_by
    assert not readers(who("lead")).exists()
    assert [invitation.supplier.short_name for invitation in readers(bidder("drfoster"))] == ["drfoster"]


def test_a_rival_sees_a_question_once_it_is_answered_and_not_before():
    tender = issued_tender(suppliers=2)
    clarification = asked(tender)
    visible = TenderClarification.objects.visible_to
    assert list(visible(bidder("bupa"))) == [clarification]
    assert list(visible(who("lead"))) == [clarification]
    assert not visible(bidder("drfoster")).exists()
    clarifications.answer_clarification(clarification.pk, answer="Yes.", by=who("lead"), at=NOON)
    assert list(visible(bidder("drfoster"))) == [clarification]
    frameworks.supplier("KPMG LLP", "kpmg")
    assert not visible(bidder("kpmg")).exists()


def test_only_the_lead_answers_once_and_before_the_deadline():
    tender = issued_tender()
    first, second = asked(tender), asked(tender, question="And the rest?")
    with pytest.raises(PermissionDenied):
        clarifications.answer_clarification(first.pk, answer="Yes.", by=who("approver"), at=NOON)
    with pytest.raises(ObjectDoesNotExist):
        clarifications.answer_clarification(first.pk, answer="Yes.", by=bidder("drfoster"), at=NOON)
    clarifications.answer_clarification(first.pk, answer="Yes.", by=who("lead"), at=NOON)
    with pytest.raises(Refused, match="has been answered"):
        clarifications.answer_clarification(first.pk, answer="No.", by=who("lead"), at=NOON)
    with pytest.raises(Refused, match="too late"):
        clarifications.answer_clarification(second.pk, answer="Yes.", by=who("lead"), at=CLOSES_AT)


def test_a_question_for_another_suppliers_invitation_is_refused():
    tender = issued_tender(suppliers=2)
    with pytest.raises(PermissionDenied):
        clarifications.ask_clarification(invited(tender).pk, question="?", by=bidder("drfoster"), at=NOON)


def test_an_empty_question_is_no_question():
    with pytest.raises(Refused, match="Write your question"):
        asked(issued_tender(), question=" \n ")


def test_the_number_comes_with_the_answer_and_tells_nothing_of_what_waits():
    tender = issued_tender(suppliers=2)
    rival = asked(tender, "drfoster", question="And the staff?")
    own = asked(tender)
    assert (rival.number, own.number) == (None, None)
    assert clarifications.answer_clarification(own.pk, answer="Yes.", by=who("lead"), at=NOON).number == 1
    for docket in (tender.docket, invited(tender, "drfoster").docket):
        assert not any("number" in entry.facts for entry in TrailEntry.objects.filter(docket=docket, verb="ask_clarification"))
    assert "Question" not in Letter.objects.filter(template="clarification_asked").first().body.split("The question")[0]


def test_a_supplier_has_twenty_questions_waiting_and_asks_again_once_one_is_answered():
    tender = issued_tender(suppliers=2)
    first, *_ = [asked(tender, question=f"Question {n}?") for n in range(20)]
    with pytest.raises(Refused, match="20 of your questions wait for an answer"):
        asked(tender)
    asked(tender, "drfoster")
    clarifications.answer_clarification(first.pk, answer="Yes.", by=who("lead"), at=NOON)
    assert asked(tender).pk


def test_a_question_has_five_thousand_characters_at_most():
    tender = issued_tender(suppliers=1)
    assert asked(tender, question="x" * 5000)
    with pytest.raises(ValidationError, match="at most 5,000 characters, and this one has 5,001"):
        asked(tender, question="x" * 5001)


def test_the_buyers_questions_come_in_pages_that_cost_the_same(client, django_assert_max_num_queries, monkeypatch):
    tender = issued_tender(suppliers=3)
    for n in range(18):
        for short_name in ("bupa", "drfoster", "tribal"):
            asked(tender, short_name, question=f"{short_name} {n}?", at=NOON + n * A_MOMENT)
    monkeypatch.setattr("commissioning.clock.now", lambda: NOON)
    client.force_login(who("lead"), backend="commissioning.accounts.ByEmail")
    shown, address = [], f"/tenders/{tender.pk}/clarifications/"
    while address:
        with django_assert_max_num_queries(20):
            page = client.get(address)
        shown += [record.question for record in page.context_data["records"]]
        address = page.context_data["page"]["next_href"]
    assert len(shown) == len(set(shown)) == 54
    assert len(client.get(f"/tenders/{tender.pk}/").context_data["clarifications"]) == 25


def test_a_supplier_sees_its_own_question_without_a_number_and_no_rivals(client, monkeypatch):
    tender = issued_tender(suppliers=2)
    asked(tender, "drfoster", question="And the staff?")
    asked(tender)
    monkeypatch.setattr("commissioning.clock.now", lambda: NOON)
    client.force_login(bidder("bupa"), backend="commissioning.accounts.ByEmail")
    for address in (invited(tender).get_absolute_url(), f"/tenders/{tender.pk}/clarifications/"):
        page = client.get(address).text
        assert "Is the data ready?" in page
        assert "Not yet answered" in page
        assert "And the staff?" not in page
        assert "Question 1" not in page
    assert [row["number"] for row in client.get("/api/v1/clarifications/").json()["results"]] == [None]


def test_questions_about_tenders_and_about_rounds_are_never_mixed():
    tender = issued_tender(suppliers=1)
    asked(tender)
    admissions.enquiry_of(admissions.announced_round(), invited(tender).supplier)
    assert [clarification.tender for clarification in TenderClarification.objects.all()] == [tender]
    assert [clarification.round.title for clarification in RoundClarification.objects.all()] == ["Admission 2026"]


def test_a_question_that_names_its_asker_goes_to_all_in_other_words_and_is_kept_as_it_came():
    tender = issued_tender(suppliers=2)
    asker, reworded = "We at BUPA ask: is the data ready?", "Is the data ready?"
    clarification = asked(tender, question=asker)
    clarifications.answer_clarification(clarification.pk, answer="Yes.", question=reworded, by=who("lead"), at=NOON)
    kept = TenderClarification.objects.get()
    assert (kept.question, kept.as_asked) == (reworded, asker)
    told = Letter.objects.filter(template="clarification_answered")
    assert told.count() == 2
    assert not any("BUPA ask" in letter.body for letter in told)
    assert TrailEntry.objects.filter(docket=tender.docket, verb="answer_clarification").get().facts["as_asked_hash"]


def test_a_question_left_in_its_words_is_kept_once():
    tender = issued_tender()
    clarification = asked(tender)
    clarifications.answer_clarification(clarification.pk, answer="Yes.", question=" Is the data ready? ", by=who("lead"), at=NOON)
    kept = TenderClarification.objects.get()
    assert (kept.question, kept.as_asked) == ("Is the data ready?", "")


def test_the_words_for_all_are_no_longer_than_a_question():
    tender = issued_tender()
    with pytest.raises(ValidationError, match="at most 5,000 characters"):
        clarifications.answer_clarification(asked(tender).pk, answer="Yes.", question="x" * 5001, by=who("lead"), at=NOON)
