"""What a round asks of every applicant: written while it is a draft, announced with the notice, and fixed from then on."""

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.urls import reverse

from commissioning.models import Question, Questionnaire
from commissioning.refusals import Refused
from suppliers.actions.admissions import announce_round
from suppliers.actions.round_questions import copy_round_questions, set_round_questions
from suppliers.models import AdmissionRound
from tests.factories.admissions import ASKED, announced_round, asking_round, bids, draft_round, reissued_round, withdrawn_round
from tests.factories.frameworks import supplier
from tests.factories.people import NOON

pytestmark = pytest.mark.django_db


def prompts(round_):
    return [question.prompt for question in AdmissionRound.objects.get(pk=round_.pk).questionnaire.questions.all()]


def test_a_round_begins_with_an_empty_questionnaire_of_its_own(curator):
    first, second = draft_round(), draft_round()
    assert first.questionnaire != second.questionnaire
    assert prompts(first) == []


def test_the_questions_are_set_in_draft_and_stand_on_the_trail(curator, last_entry):
    round_ = draft_round()
    set_round_questions(round_.pk, questions=ASKED, by=curator, at=NOON)
    assert prompts(round_) == [entry["prompt"] for entry in ASKED]
    assert last_entry(round_).facts == {"questions": len(ASKED)}


def test_a_question_that_is_wrong_changes_nothing(curator):
    round_ = draft_round()
    set_round_questions(round_.pk, questions=ASKED, by=curator, at=NOON)
    with pytest.raises(ValidationError, match="Question 2: give at least two different options"):
        set_round_questions(round_.pk, questions=[ASKED[0], {"kind": "choice", "prompt": "Which?"}], by=curator, at=NOON)
    assert len(prompts(round_)) == len(ASKED)


def test_once_announced_the_questions_are_fixed_and_the_sentence_says_what_to_do(curator, last_entry):
    round_, other = asking_round(), asking_round()
    for act, more in ((set_round_questions, {"questions": []}), (copy_round_questions, {"source": other.pk})):
        with pytest.raises(Refused, match="Withdraw the round, and issue it anew"):
            act(round_.pk, **more, by=curator, at=NOON)
    assert last_entry(round_).outcome == "refused"
    assert len(prompts(round_)) == len(ASKED)


def test_the_questions_of_another_round_of_the_authority_are_copied_and_are_then_ones_own(curator):
    earlier, round_ = asking_round(), draft_round()
    copy_round_questions(round_.pk, source=earlier.pk, by=curator, at=NOON)
    assert prompts(round_) == prompts(earlier)
    set_round_questions(round_.pk, questions=ASKED[:1], by=curator, at=NOON)
    assert len(prompts(earlier)) == len(ASKED)


def test_only_a_round_that_asks_something_is_there_to_copy_from(curator):
    silent = announced_round()
    with pytest.raises(ObjectDoesNotExist):
        copy_round_questions(draft_round().pk, source=silent.pk, by=curator, at=NOON)


def test_a_round_issued_anew_asks_what_the_withdrawn_one_asked(curator):
    withdrawn = withdrawn_round(asks=True)
    anew = reissued_round(withdrawn)
    assert prompts(anew) == prompts(withdrawn)
    assert anew.questionnaire != withdrawn.questionnaire
    set_round_questions(anew.pk, questions=ASKED[:1], by=curator, at=NOON)
    assert (len(prompts(anew)), len(prompts(withdrawn))) == (1, len(ASKED))


def test_only_a_curator_of_the_framework_asks(officer):
    round_ = draft_round()
    for somebody in (officer, bids(supplier())):
        with pytest.raises(PermissionDenied):
            set_round_questions(round_.pk, questions=[], by=somebody, at=NOON)


def test_the_notice_shows_everybody_what_is_asked_once_it_is_announced(curator, browse, at):
    at(NOON)
    round_ = draft_round()
    set_round_questions(round_.pk, questions=ASKED, by=curator, at=NOON)
    assert browse(None).get(round_.get_absolute_url()).status_code == 404
    announce_round(round_.pk, by=curator, at=NOON)
    page = browse(None).get(round_.get_absolute_url()).text
    assert all(entry["prompt"] in page for entry in ASKED)
    shown = browse(None).get(f"/api/v1/rounds/{round_.pk}/").json()
    assert [question["prompt"] for question in shown["questions"]] == [entry["prompt"] for entry in ASKED]
    schema = browse(None).get(f"/api/v1/rounds/{round_.pk}/answer-schema/").json()
    assert set(schema["properties"]) == {question["id"] for question in shown["questions"]}


def test_the_questions_are_written_and_copied_through_pages(curator, browse, at):
    at(NOON)
    earlier, round_ = asking_round(), draft_round()
    address = reverse("admissionround:set_round_questions", args=[round_.pk])
    assert browse(curator).get(address).status_code == 200
    row = {"rows-0-prompt": "Who leads?", "rows-0-kind": "text", "rows-0-mandatory": "on", "rows-0-judging": "information"}
    saved = browse(curator).post(address, {"rows-TOTAL_FORMS": "1", "rows-INITIAL_FORMS": "0", **row})
    assert saved.status_code == 302, saved.text
    assert prompts(round_) == ["Who leads?"]
    copied = browse(curator).post(reverse("admissionround:copy_round_questions", args=[round_.pk]), {"source": str(earlier.pk)})
    assert copied.url == round_.get_absolute_url()
    assert prompts(round_) == prompts(earlier)


def test_no_question_is_left_behind_without_a_round(curator):
    round_ = asking_round()
    assert set(Question.objects.values_list("questionnaire", flat=True)) == {round_.questionnaire_id}
    assert Questionnaire.objects.filter(admission_round__isnull=False).count() == AdmissionRound.objects.count()
