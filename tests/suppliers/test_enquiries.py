"""Suppliers ask about a round before questions close; the answer goes to everybody, and who asked is shown to nobody."""

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from rest_framework.test import APIClient

from commissioning import clock
from commissioning.announcing import announce_due
from commissioning.models import ClarificationAsker, Docket, Letter, Role, TrailEntry
from commissioning.reading_trail import readable_dockets
from commissioning.refusals import Refused
from suppliers.actions.admissions import announce_round, describe_round, open_round, withdraw_round
from suppliers.actions.applications import apply
from suppliers.actions.enquiries import answer_enquiry, enquire, enquire_further
from suppliers.models import Enquiry, RoundClarification
from suppliers.providers import deadlines, desk, due
from tests.factories import admissions
from tests.factories.admissions import CLOSES_AT, announced_round, bids, draft_round, enquiry_of, submitted_application
from tests.factories.frameworks import supplier
from tests.factories.people import NOON, person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
QUESTIONS_CLOSE_AT = clock.london(2026, 3, 16, 12)


@pytest.fixture
def firms():
    return supplier("BUPA", "bupa"), supplier("Tribal", "tribal")


@pytest.fixture
def bupa(firms):
    return firms[0]


@pytest.fixture
def round_(firms, curator):
    """A round about which questions close on 16 March at noon."""
    words = {"title": "Admission 2026", "closes_at": CLOSES_AT, "questions_close_at": QUESTIONS_CLOSE_AT, "notice": "Apply."}
    return announce_round(open_round(admissions.framework().pk, **words, by=curator, at=NOON).pk, by=curator, at=NOON)


def question_of(enquiry):
    return RoundClarification.objects.get(asker__organisation=enquiry.supplier.organisation, about=enquiry.round.docket)


def test_a_question_on_the_last_microsecond_is_taken_and_on_the_close_is_not(round_, firms):
    bupa, tribal = firms
    enquiry = enquiry_of(round_, bupa, at=QUESTIONS_CLOSE_AT - A_MOMENT)
    for late in (QUESTIONS_CLOSE_AT, QUESTIONS_CLOSE_AT + A_MOMENT):
        with pytest.raises(Refused, match=r"Questions closed on Monday 16 March 2026, 12:00:00"):
            enquire_further(enquiry.pk, question="And the rest?", by=bids(bupa), at=late)
        with pytest.raises(Refused, match="Questions closed"):
            enquiry_of(round_, tribal, at=late)
    assert RoundClarification.objects.of(round_).count() == 1
    assert not Enquiry.objects.filter(supplier=tribal).exists()


def test_without_a_moment_of_its_own_the_time_for_questions_ends_with_the_deadline(bupa):
    round_ = announced_round()
    enquiry = enquiry_of(round_, bupa, at=CLOSES_AT - A_MOMENT)
    for late in (CLOSES_AT, CLOSES_AT + A_MOMENT):
        with pytest.raises(Refused, match="Questions closed"):
            enquire_further(enquiry.pk, question="?", by=bids(bupa), at=late)


def test_questions_close_no_later_than_the_deadline(curator):
    round_, words = draft_round(), {"title": "Admission", "notice": "Apply.", "closes_at": CLOSES_AT}
    with pytest.raises(ValidationError, match="Questions close before the deadline"):
        describe_round(round_.pk, **words, questions_close_at=CLOSES_AT + A_MOMENT, by=curator, at=NOON)
    with pytest.raises(ValidationError, match="Questions close before the deadline"):
        open_round(round_.framework_id, **words, questions_close_at=CLOSES_AT + A_MOMENT, by=curator, at=NOON)
    assert describe_round(round_.pk, **words, questions_close_at=CLOSES_AT, by=curator, at=NOON).questions_close_at == CLOSES_AT


def test_neither_a_draft_nor_a_withdrawn_round_takes_questions(bupa, curator):
    withdrawn = announced_round()
    enquiry = enquiry_of(withdrawn, bupa)
    withdraw_round(withdrawn.pk, reason="It named the wrong services.", by=curator, at=NOON)
    with pytest.raises(Refused, match="takes no questions"):
        enquire_further(enquiry.pk, question="?", by=bids(bupa), at=NOON)
    with pytest.raises(ObjectDoesNotExist):
        enquiry_of(draft_round(), bupa)


def test_the_curators_are_told_the_question_and_not_who_asked(round_, bupa, told):
    enquiry = enquiry_of(round_, bupa)
    letter = Letter.objects.get(template="enquiry_made")
    assert told("enquiry_made") == ["curator@doh.example"]
    assert "Is the data ready?" in letter.body
    assert "BUPA" not in letter.body + letter.title
    assert ClarificationAsker.objects.get(clarification=question_of(enquiry)).organisation == bupa.organisation


def test_the_answer_goes_to_every_supplier_whether_it_applies_or_not_in_the_same_words(round_, firms, curator, told):
    answered = answer_enquiry(question_of(enquiry_of(round_, firms[0])).pk, answer="Yes, from 1 April.", by=curator, at=NOON)
    assert told("enquiry_answered") == ["bids@bupa.example", "bids@tribal.example"]
    one, other = Letter.objects.filter(template="enquiry_answered")
    assert one.body.replace(str(one.recipient), "") == other.body.replace(str(other.recipient), "")
    assert (answered.number, answered.answer, answered.answered_by) == (1, "Yes, from 1 April.", curator)


def test_who_asks_stands_on_no_trail_that_the_authority_or_a_rival_reads(round_, firms, curator):
    bupa, tribal = firms
    enquiry = enquiry_of(round_, bupa)
    submitted_application(round_, bupa)
    enquire_further(enquiry.pk, question="And the rest?", by=bids(bupa), at=NOON)
    answer_enquiry(RoundClarification.objects.of(round_).first().pk, answer="Yes.", by=curator, at=NOON)
    for reader in (curator, bids(tribal)):
        read = TrailEntry.objects.filter(docket__in=Docket.objects.filter(readable_dockets(reader)))
        assert not read.filter(verb__startswith="enquire").exists()
        assert not Enquiry.objects.visible_to(reader).exists()
    assert [entry.verb for entry in TrailEntry.objects.filter(docket=enquiry.docket)] == ["enquire", "enquire_further"]
    assert Docket.objects.filter(pk=enquiry.docket_id, enquiry=enquiry).exists()


def test_a_question_is_seen_by_everybody_once_it_is_answered_and_not_before(round_, firms, curator, browse, at):
    bupa, tribal = firms
    question = question_of(enquiry_of(round_, bupa))
    visible = RoundClarification.objects.visible_to
    assert list(visible(bids(bupa))) == list(visible(curator)) == [question]
    assert not visible(bids(tribal)).exists()
    at(NOON)
    address = f"/rounds/{round_.pk}/clarifications/"
    assert "Is the data ready?" not in browse(None).get(address).text
    answer_enquiry(question.pk, answer="Yes.", by=curator, at=NOON)
    assert list(visible(bids(tribal))) == [question]
    for reader in (None, bids(tribal)):
        for page in (address, round_.get_absolute_url()):
            assert "Is the data ready?" in browse(reader).get(page).text
            assert "BUPA" not in browse(reader).get(page).text


def test_only_a_curator_answers_once_and_before_the_deadline(round_, firms, curator, officer):
    enquiry = enquiry_of(round_, firms[0])
    first, second = question_of(enquiry), enquire_further(enquiry.pk, question="And the rest?", by=bids(firms[0]), at=NOON)
    with pytest.raises(PermissionDenied):
        answer_enquiry(first.pk, answer="Yes.", by=officer, at=NOON)
    with pytest.raises(ObjectDoesNotExist):
        answer_enquiry(first.pk, answer="Yes.", by=bids(firms[1]), at=NOON)
    with pytest.raises(Refused, match="Write the answer"):
        answer_enquiry(first.pk, answer=" ", by=curator, at=NOON)
    answer_enquiry(first.pk, answer="Yes.", by=curator, at=CLOSES_AT - A_MOMENT)
    with pytest.raises(Refused, match="has been answered"):
        answer_enquiry(first.pk, answer="No.", by=curator, at=NOON)
    with pytest.raises(Refused, match="too late"):
        answer_enquiry(second.pk, answer="Yes.", by=curator, at=CLOSES_AT)


def test_a_person_asks_for_their_own_supplier_alone_and_a_contributor_may(round_, firms):
    bupa, tribal = firms
    enquiry = enquiry_of(round_, bupa)
    with pytest.raises(PermissionDenied):
        enquire(round_.pk, supplier=bupa.pk, question="?", by=bids(tribal), at=NOON)
    with pytest.raises(PermissionDenied):
        enquire_further(enquiry.pk, question="?", by=bids(tribal), at=NOON)
    writer = person(tribal.organisation, Role.CONTRIBUTOR, "writer@tribal.example")
    assert enquire(round_.pk, supplier=tribal.pk, question="?", by=writer, at=NOON).supplier == tribal


def test_a_supplier_has_one_enquiry_and_twenty_questions_that_wait(round_, bupa):
    enquiry = enquiry_of(round_, bupa)
    with pytest.raises(Refused, match="first question about this round has been asked"):
        enquiry_of(round_, bupa)
    for n in range(19):
        enquire_further(enquiry.pk, question=f"Question {n}?", by=bids(bupa), at=NOON)
    with pytest.raises(Refused, match="20 of your questions wait for an answer"):
        enquire_further(enquiry.pk, question="One more?", by=bids(bupa), at=NOON)


def test_curators_are_told_once_that_questions_are_closed_and_how_many_wait(round_, bupa, at, told):
    enquiry_of(round_, bupa)
    assert "round_questions_closed" not in [item.what for item in due(QUESTIONS_CLOSE_AT - A_MOMENT)]
    assert "round_questions_closed" in [item.what for item in due(QUESTIONS_CLOSE_AT)]
    at(QUESTIONS_CLOSE_AT)
    announce_due()
    announce_due()
    assert told("round_questions_closed") == ["curator@doh.example"]
    assert "1 question waits" in Letter.objects.get(template="round_questions_closed").body


def test_desk_and_calendar_show_what_waits_and_until_when(round_, bupa, curator):
    enquiry = enquiry_of(round_, bupa)
    assert [item.what for item in desk(curator, NOON) if "question" in item.what] == ["1 question waits for an answer."]
    assert QUESTIONS_CLOSE_AT in [deadline.at for deadline in deadlines(bids(bupa), NOON)]
    assert QUESTIONS_CLOSE_AT not in [deadline.at for deadline in deadlines(bids(bupa), QUESTIONS_CLOSE_AT)]
    answer_enquiry(question_of(enquiry).pk, answer="Yes.", by=curator, at=NOON)
    assert not [item for item in desk(curator, NOON) if "question" in item.what]


def test_a_supplier_asks_and_a_curator_answers_in_a_browser(round_, bupa, curator, browse, at):
    at(NOON)
    asker, address = browse(bids(bupa)), round_.get_absolute_url()
    assert "Ask a question" in asker.get(address).text
    page = asker.post(f"{address}enquire/", {"supplier": bupa.pk, "question": "Is the data ready?"}, follow=True)
    assert "Your question is asked" in page.text
    assert "Not yet answered" in page.text
    assert "What BUPA asked" in asker.get(address).text
    assert f"{address}enquire/" not in asker.get(address).text
    question = question_of(Enquiry.objects.get())
    decider = browse(curator)
    assert "BUPA" not in decider.get(f"{address}clarifications/").text
    answering = f"/round-clarifications/{question.pk}/answer-enquiry/"
    assert answering in decider.get(address).text
    assert "Is the data ready?" in decider.get(answering).text
    assert "The answer has gone to every supplier" in decider.post(answering, {"answer": "Yes."}, follow=True).text


def test_a_program_asks_and_reads_the_answer(round_, bupa, curator, browse, at):
    at(NOON)
    asker = browse(bids(bupa))
    made = asker.post(f"/api/v1/rounds/{round_.pk}/enquire/", {"supplier": str(bupa.pk), "question": "How?"}, "application/json")
    assert made.status_code == 201
    further = asker.post(f"/api/v1/enquiries/{made.json()['id']}/enquire-further/", {"question": "Who?"}, "application/json")
    assert (further.status_code, further.json()["number"]) == (201, None)
    assert len(asker.get(f"/api/v1/round-clarifications/?round={round_.pk}").json()["results"]) == 2
    browse(curator).post(f"/api/v1/round-clarifications/{further.json()['id']}/answer-enquiry/", {"answer": "We."}, "application/json")
    (public,) = browse(None).get("/api/v1/round-clarifications/").json()["results"]
    assert (public["number"], public["question"], public["answer"]) == (1, "Who?", "We.")


def test_the_page_of_questions_costs_the_same_however_many_there_are(round_, bupa, curator, browse, at, django_assert_max_num_queries):
    enquiry = enquiry_of(round_, bupa)
    for n in range(19):
        enquire_further(enquiry.pk, question=f"Question {n}?", by=bids(bupa), at=NOON)
    at(NOON)
    decider = browse(curator)
    with django_assert_max_num_queries(20):
        assert decider.get(f"/rounds/{round_.pk}/clarifications/").text.count("Answer this question") == 20


def test_who_tries_to_apply_or_to_ask_without_the_right_to_is_not_on_the_rounds_trail(at):
    round_ = admissions.announced_round()
    at(NOON)
    firm, other = supplier(), supplier("Rival", "rival")
    before = last_number(round_)
    for act in (enquire, apply):
        words = {"question": "Who applies?"} if act is enquire else {}
        with pytest.raises(PermissionDenied):
            act(round_.pk, supplier=firm.pk, **words, by=bids(other), at=NOON)
    client = APIClient()
    for verb, role in (("apply", Role.CONTRIBUTOR), ("enquire", Role.PROCUREMENT_LEAD)):
        client.force_authenticate(person(firm.organisation, role, f"{role}@bupa.example"))
        assert client.post(f"/api/v1/rounds/{round_.pk}/{verb}/", {}, format="json").status_code == 403
    assert last_number(round_) == before


def last_number(round_):
    return TrailEntry.objects.filter(docket=round_.docket_id).count()
