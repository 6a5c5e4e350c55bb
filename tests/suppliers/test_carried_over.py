"""What a supplier answered last time is in its new draft, each answer to be confirmed before it is submitted again."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from commissioning.canon import plain
from suppliers.actions.admissions import announce_round
from suppliers.actions.applications import apply, save_application, submit_application, withdraw_application
from suppliers.actions.round_questions import set_round_questions
from suppliers.applying import faults_of
from suppliers.models import Application
from tests.factories.admissions import A_PLACE, ASKED, a_file, answered_application, answers_to, asking_round, bids, draft_round, wanted
from tests.factories.frameworks import supplier
from tests.factories.people import NOON

pytestmark = pytest.mark.django_db
FIRST, FOURTH = (f"Question {number}: confirm the answer that was carried over from your last application, or change it." for number in (1, 4))
SECOND = FIRST.replace("1", "2")


@pytest.fixture
def bupa():
    return supplier()


@pytest.fixture
def earlier(bupa):
    return received(bupa)


def received(firm, **changed):
    return submit_application(answered_application(asking_round(), firm, **changed).pk, by=bids(firm), at=NOON)


def begun(firm, round_=None):
    application = apply((round_ or asking_round()).pk, supplier=firm.pk, by=bids(firm), at=NOON)
    return Application.objects.get(pk=application.pk)


def save(draft, **more):
    save_application(draft.pk, statement="We do.", places=wanted(A_PLACE), **more, by=bids(draft.supplier), at=NOON)
    return Application.objects.get(pk=draft.pk)


def keys(draft, *numbers):
    return [str(question.pk) for question in draft.questions() if question.number in numbers]


def asking(*entries):
    by = draft_round().framework.authority.people("curator")[0]
    round_ = draft_round()
    set_round_questions(round_.pk, questions=list(entries), by=by, at=NOON)
    return announce_round(round_.pk, by=by, at=NOON)


def test_the_answers_of_the_last_received_application_are_in_the_new_draft_as_they_would_be_typed(bupa, earlier, last_entry):
    draft = begun(bupa)
    assert draft.answers == answers_to(draft)
    assert set(draft.to_confirm) == set(draft.answers)
    assert last_entry(draft).facts["answers_carried_over"] == 3


def test_unconfirmed_answers_keep_it_from_being_submitted_and_each_is_named(bupa, earlier):
    draft = save(begun(bupa))
    assert faults_of(draft) == [FIRST, SECOND, FOURTH]
    with pytest.raises(ValidationError) as refused:
        submit_application(draft.pk, by=bids(bupa), at=NOON)
    assert refused.value.messages == [FIRST, SECOND, FOURTH]


def test_an_answer_is_settled_by_being_confirmed_or_changed_and_not_by_being_sent_again(bupa, earlier):
    draft = begun(bupa)
    first, second, fourth = keys(draft, 1, 2, 4)
    draft = save(draft, answers=answers_to(draft))
    assert faults_of(draft) == [FIRST, SECOND, FOURTH]
    draft = save(draft, answers={first: "Otherwise than last time."}, confirmed=[second])
    assert faults_of(draft) == [FOURTH]
    draft = save(draft, confirmed=[fourth])
    assert draft.to_confirm == []
    assert submit_application(draft.pk, by=bids(bupa), at=NOON).versions.count() == 1


def test_an_answer_to_what_is_not_asked_need_not_be_confirmed(bupa):
    """Whether others work for the supplier decides whether it is asked who they are."""
    who = {"kind": "text", "prompt": "Who are they?", "judging": "information", "shown_if_question": 1, "shown_if_answers": ["Yes"]}
    others = ASKED[1]
    round_ = asking(others, who)
    old = begun(bupa, round_)
    first, second = keys(old, 1, 2)
    save(old, answers={first: "Yes", second: "A coder."})
    submit_application(old.pk, by=bids(bupa), at=NOON)
    draft = begun(bupa, asking(others, who))
    draft = save(draft, answers={keys(draft, 1)[0]: "No"})
    assert faults_of(draft) == []
    draft = save(draft, answers={keys(draft, 1)[0]: "Yes"})
    assert faults_of(draft) == [SECOND]


def test_a_question_that_asks_something_else_begins_empty_and_one_that_only_moved_does_not(bupa, earlier):
    longer = {**ASKED[0], "word_limit": 60}
    draft = begun(bupa, asking(ASKED[3], longer, {**ASKED[1], "judging": "pass_fail", "pass_rule": {"failing": ["Yes"]}}))
    assert draft.answers == dict(zip(keys(draft, 1, 3), ["yes", "No"], strict=True))


def test_files_stay_with_the_application_with_which_they_came(bupa):
    old = answered_application(asking_round(), bupa, q2="Yes")
    a_file(old, number=3)
    submit_application(old.pk, by=bids(bupa), at=NOON)
    draft = save(begun(bupa))
    assert not draft.attached().exists()
    assert faults_of(draft)[0] == "Question 3: attach a file."


def test_nothing_is_carried_over_of_what_was_never_received_or_was_withdrawn_or_is_anothers(bupa, earlier):
    withdraw_application(earlier.pk, by=bids(bupa), at=NOON)
    answered_application(asking_round(), bupa)
    received(supplier("Rival", "rival"))
    draft = begun(bupa)
    assert (draft.answers, draft.to_confirm) == ({}, [])


def test_a_round_that_asks_nothing_carries_nothing_over(bupa, earlier):
    assert begun(bupa, announce_round(draft_round().pk, by=draft_round().framework.authority.people("curator")[0], at=NOON)).answers == {}


def test_the_page_says_what_is_to_be_confirmed_and_takes_the_ticks(bupa, earlier, browse, at):
    at(NOON)
    draft = save(begun(bupa))
    client, here = browse(bids(bupa)), reverse("application:save_application", args=[draft.pk])
    page = client.get(here).text
    assert "3 answers were carried over from your last application" in page
    (place,) = draft.wanted
    chosen = {f"{place['framework_list']}_{place['area']}": place["services"]}
    typed = {"revision": draft.revision, "statement": "We do.", **chosen, "confirmed": keys(draft, 1, 2)}
    answers = {f"q-{key}": text for key, text in draft.answers.items()}
    checked = client.post(here, {**typed, **answers, "check": "application"}, follow=True).text
    assert FOURTH in checked
    assert FIRST not in checked
    assert "1 answer was carried over" in client.get(here).text


def test_over_the_api_the_draft_says_what_is_to_be_confirmed(bupa, earlier, browse, at):
    at(NOON)
    draft, client = begun(bupa), browse(bids(bupa))
    here = f"/api/v1/applications/{draft.pk}/"
    assert set(client.get(here).json()["draft"]["to_confirm"]) == set(draft.to_confirm)
    places = plain(wanted(A_PLACE))
    words = {"statement": "We do.", "places": places, "confirmed": draft.to_confirm}
    saved = client.post(f"{here}save-application/", words, content_type="application/json").json()["draft"]
    assert (saved["to_confirm"], saved["faults"]) == ([], [])
