"""An officer asks for information with its own clock, hears the appellant, and waits while a clock of somebody else runs."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError

from commissioning.models import ClosedDay, Document, PeriodRule
from commissioning.refusals import Refused
from suppliers.actions.appeals import withdraw_appeal
from suppliers.actions.evidence import attach_evidence, remove_evidence
from suppliers.actions.hearings import adjourn_hearing, arrange_hearing, ask_for_information, comment_on_minutes, give_information, hear_appeal
from suppliers.models import Appeal, FurtherInformation, Hearing
from tests.factories import appeals
from tests.factories.admissions import APPEALS_END_AT, LODGED_AT, bids
from tests.factories.appeals import (
    COMMENTS_END_AT,
    HEARD_AT,
    INFORMATION_ENDS_AT,
    RULED_AT,
    acknowledged_appeal,
    arranged_appeal,
    asked,
    drafted_appeal,
    heard_appeal,
    lodged_appeal,
    minuted_appeal,
)
from tests.factories.frameworks import supplier
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
Of = FurtherInformation.AskedOf
Form = Hearing.Form


@pytest.fixture
def tribal():
    return supplier("Tribal", "tribal")


def a_file(name="evidence.txt"):
    return SimpleUploadedFile(name, b"Page four names the team.")


# Evidence.


def test_evidence_goes_with_a_draft_until_the_window_ends(tribal):
    draft = drafted_appeal(tribal)
    attach_evidence(draft.pk, file=a_file(), by=bids(tribal), at=APPEALS_END_AT - A_MOMENT)
    assert draft.evidence().get().name == "evidence.txt"
    with pytest.raises(Refused, match="Files are taken with the draft"):
        attach_evidence(draft.pk, file=a_file("late.txt"), by=bids(tribal), at=APPEALS_END_AT)
    assert Document.objects.get() == draft.evidence().get(), "nothing of a refused file stays"


def test_a_file_that_is_taken_out_of_a_draft_is_destroyed(tribal, django_capture_on_commit_callbacks):
    draft = drafted_appeal(tribal)
    attach_evidence(draft.pk, file=a_file(), by=bids(tribal), at=LODGED_AT)
    document = draft.evidence().get()
    storage, where = document.file.storage, document.file.name
    with django_capture_on_commit_callbacks(execute=True):
        remove_evidence(draft.pk, document=document.pk, by=bids(tribal), at=LODGED_AT)
    assert not draft.evidence().exists()
    assert not storage.exists(where)


def test_what_was_lodged_keeps_its_evidence_and_takes_more_only_while_the_appellant_is_asked(tribal, officer, last_entry):
    draft = drafted_appeal(tribal)
    attach_evidence(draft.pk, file=a_file(), by=bids(tribal), at=LODGED_AT)
    appeal = appeals.lodge_appeal(draft.pk, by=bids(tribal), at=LODGED_AT)
    assert [file["name"] for file in last_entry(appeal).facts["evidence"]] == ["evidence.txt"]
    with pytest.raises(Refused, match="while it is lodged"):
        attach_evidence(appeal.pk, file=a_file("more.txt"), by=bids(tribal), at=LODGED_AT)
    with pytest.raises(Refused, match="while it is lodged"):
        remove_evidence(appeal.pk, document=appeal.evidence().get().pk, by=bids(tribal), at=LODGED_AT)
    appeals.acknowledge_appeal(appeal.pk, by=officer, at=LODGED_AT)
    ask_for_information(appeal.pk, asked_of=Of.CURATORS, question="Where is it?", by=officer, at=LODGED_AT)
    with pytest.raises(Refused, match="while the officer waits for information from you"):
        attach_evidence(appeal.pk, file=a_file("more.txt"), by=bids(tribal), at=LODGED_AT)
    ask_for_information(appeal.pk, asked_of=Of.APPELLANT, question="Where is it?", by=officer, at=LODGED_AT)
    attach_evidence(appeal.pk, file=a_file("more.txt"), by=bids(tribal), at=INFORMATION_ENDS_AT - A_MOMENT)
    assert [document.name for document in appeal.evidence()] == ["evidence.txt", "more.txt"]


def test_nobody_else_attaches_evidence(tribal, officer):
    appeal = asked(tribal).appeal
    with pytest.raises(PermissionDenied):
        attach_evidence(appeal.pk, file=a_file(), by=officer, at=LODGED_AT)
    with pytest.raises(Appeal.DoesNotExist):
        attach_evidence(appeal.pk, file=a_file(), by=bids(supplier()), at=LODGED_AT)
    assert not Document.objects.exists()


# Further information.


def test_the_time_for_an_answer_is_five_working_days_stored_when_it_is_asked(tribal, told):
    question = asked(tribal)
    assert question.ends_at == INFORMATION_ENDS_AT
    PeriodRule.objects.filter(code="FESC_APPEAL_INFO").update(length=1)
    ClosedDay.objects.create(on="2026-04-09", calendar="ENG", reason="A strike.")
    question.refresh_from_db()
    assert question.ends_at == INFORMATION_ENDS_AT
    assert told("information_asked") == ["bids@tribal.example"]


def test_an_answer_on_the_last_instant_is_taken(tribal, told):
    question = give_information(asked(tribal).pk, answer="On page four.", by=bids(tribal), at=INFORMATION_ENDS_AT - A_MOMENT)
    assert (question.answer, question.answered_at) == ("On page four.", INFORMATION_ENDS_AT - A_MOMENT)
    assert told("information_given") == ["appeals@doh.example"]


@pytest.mark.parametrize("late_by", [timedelta(), A_MOMENT, timedelta(days=9)])
def test_a_late_answer_is_refused_with_both_moments_on_the_trail(tribal, late_by, last_entry):
    question, came_at = asked(tribal), INFORMATION_ENDS_AT + late_by
    with pytest.raises(Refused, match=r"due before Saturday 11 April 2026, 00:00:00.000000 BST") as late:
        give_information(question.pk, answer="On page four.", by=bids(tribal), at=came_at)
    entry = last_entry(question)
    assert (entry.verb, entry.outcome, entry.at, entry.facts["reason"]) == ("give_information", "refused", came_at, str(late.value))
    question.refresh_from_db()
    assert question.answered_at is None


@pytest.mark.parametrize(("asked_of", "right"), [(Of.APPELLANT, "bids@tribal.example"), (Of.CURATORS, "curator@doh.example")])
def test_those_answer_who_were_asked_once_and_with_words(tribal, officer, curator, asked_of, right):
    question = asked(tribal, asked_of)
    for person_ in (officer, curator, bids(tribal)):
        if person_.email != right:
            with pytest.raises(PermissionDenied):
                give_information(question.pk, answer="I know.", by=person_, at=LODGED_AT)
    answerer = type(curator).objects.get(email=right)
    with pytest.raises(ValidationError, match="Enter an answer"):
        give_information(question.pk, answer=" ", by=answerer, at=LODGED_AT)
    give_information(question.pk, answer="Here.", by=answerer, at=LODGED_AT)
    with pytest.raises(Refused, match="has been answered"):
        give_information(question.pk, answer="Or there.", by=answerer, at=LODGED_AT)


def test_the_appellant_reads_the_question_to_the_curators_and_their_answer(tribal, curator):
    question = give_information(asked(tribal, Of.CURATORS).pk, answer="We did not find it.", by=curator, at=LODGED_AT)
    assert question in FurtherInformation.objects.visible_to(bids(tribal))
    assert question not in FurtherInformation.objects.visible_to(bids(supplier()))


def test_the_officer_decides_no_sooner_than_the_answer_or_the_end_of_its_time(tribal, officer):
    appeal = heard_appeal(tribal)
    question = ask_for_information(appeal.pk, asked_of=Of.APPELLANT, question="Where?", by=officer, at=RULED_AT)
    with pytest.raises(Refused, match="Question 1 can be answered until midnight at the end of Monday 13 April 2026"):
        appeals.dismiss(appeal, at=question.ends_at - A_MOMENT)
    assert appeals.dismiss(appeal, at=question.ends_at).status == Appeal.Status.DISMISSED


def test_an_answer_lets_the_officer_go_on_at_once(tribal, officer):
    appeal = heard_appeal(tribal)
    question = ask_for_information(appeal.pk, asked_of=Of.APPELLANT, question="Where?", by=officer, at=RULED_AT)
    give_information(question.pk, answer="Page four.", by=bids(tribal), at=RULED_AT)
    assert appeals.dismiss(appeal, at=RULED_AT).status == Appeal.Status.DISMISSED


def test_nothing_is_answered_once_the_appeal_is_over(tribal):
    question = asked(tribal)
    withdraw_appeal(question.appeal_id, by=bids(tribal), at=LODGED_AT)
    with pytest.raises(Refused, match="The appeal is over"):
        give_information(question.pk, answer="Still.", by=bids(tribal), at=LODGED_AT)


def test_a_question_is_asked_by_the_appeals_officer_with_words_and_after_acknowledging(tribal, officer, curator):
    appeal = lodged_appeal(tribal)
    with pytest.raises(PermissionDenied):
        ask_for_information(appeal.pk, asked_of=Of.APPELLANT, question="Where?", by=officer, at=LODGED_AT)
    appeals.acknowledge_appeal(appeal.pk, by=officer, at=LODGED_AT)
    with pytest.raises(ValidationError, match="what you need to know"):
        ask_for_information(appeal.pk, asked_of=Of.APPELLANT, question=" ", by=officer, at=LODGED_AT)
    with pytest.raises(PermissionDenied):
        ask_for_information(appeal.pk, asked_of=Of.APPELLANT, question="Where?", by=curator, at=LODGED_AT)


def test_the_rules_of_the_clocks_say_the_same_of_a_record_as_of_a_set(tribal, officer):
    question = asked(tribal)
    for at in (LODGED_AT, INFORMATION_ENDS_AT - A_MOMENT, INFORMATION_ENDS_AT):
        assert question.is_awaited(at) == FurtherInformation.objects.awaited(at).filter(pk=question.pk).exists()
        assert question.is_awaited(at) != FurtherInformation.objects.unanswered(at).filter(pk=question.pk).exists()
    hearing = minuted_appeal(supplier("Other", "other")).hearings.get()
    for at in (HEARD_AT, COMMENTS_END_AT - A_MOMENT, COMMENTS_END_AT):
        assert hearing.may_be_commented_on(at) == Hearing.objects.open_for_comments(at).filter(pk=hearing.pk).exists()
        assert hearing.may_be_commented_on(at) != Hearing.objects.past_comments(at).filter(pk=hearing.pk).exists()


# The hearing.


def test_the_appellant_is_invited_to_an_oral_hearing_with_when_and_where(tribal, officer, told):
    appeal = arranged_appeal(tribal)
    hearing = appeal.hearings.get()
    assert (hearing.form, hearing.starts_at, hearing.where) == (Form.ORAL, HEARD_AT, "Room 12, Richmond House")
    assert told("hearing_arranged") == ["bids@tribal.example"]
    with pytest.raises(Refused, match="arranged already"):
        arrange_hearing(appeal.pk, form=Form.WRITTEN, starts_at=HEARD_AT, by=officer, at=LODGED_AT)


def test_an_oral_hearing_has_a_place_and_no_hearing_is_arranged_for_the_past(tribal, officer):
    appeal = acknowledged_appeal(tribal)
    with pytest.raises(ValidationError, match="Say where"):
        arrange_hearing(appeal.pk, form=Form.ORAL, starts_at=HEARD_AT, where=" ", by=officer, at=LODGED_AT)
    with pytest.raises(ValidationError, match="has passed"):
        arrange_hearing(appeal.pk, form=Form.WRITTEN, starts_at=LODGED_AT, by=officer, at=LODGED_AT)


def test_a_hearing_is_recorded_once_it_has_begun_with_who_attended_and_minutes(tribal, officer):
    appeal = arranged_appeal(tribal)
    with pytest.raises(Refused, match="It is recorded once it has begun"):
        hear_appeal(appeal.pk, attended="All.", minutes="Said.", by=officer, at=HEARD_AT - A_MOMENT)
    for given, sentence in (({"attended": " ", "minutes": "Said."}, "Say who attended"), ({"attended": "All.", "minutes": " "}, "what was heard")):
        with pytest.raises(ValidationError, match=sentence):
            hear_appeal(appeal.pk, **given, by=officer, at=HEARD_AT)
    assert hear_appeal(appeal.pk, attended="All.", minutes="Said.", by=officer, at=HEARD_AT).status == Appeal.Status.HEARD


def test_on_the_papers_nobody_attends(tribal, officer):
    appeal = arranged_appeal(tribal, form=Form.WRITTEN)
    assert hear_appeal(appeal.pk, minutes="The papers were read.", by=officer, at=HEARD_AT).status == Appeal.Status.HEARD


def test_an_adjourned_hearing_is_not_recorded_and_another_takes_its_place(tribal, officer, told):
    appeal = arranged_appeal(tribal)
    with pytest.raises(ValidationError, match="Say why"):
        adjourn_hearing(appeal.pk, reason="", by=officer, at=LODGED_AT)
    adjourn_hearing(appeal.pk, reason="The room is flooded.", by=officer, at=LODGED_AT)
    assert told("hearing_adjourned") == ["bids@tribal.example"]
    with pytest.raises(Refused, match="No hearing is arranged"):
        hear_appeal(appeal.pk, attended="All.", minutes="Said.", by=officer, at=HEARD_AT)
    arrange_hearing(appeal.pk, form=Form.ORAL, starts_at=RULED_AT, where="By telephone", by=officer, at=LODGED_AT)
    hear_appeal(appeal.pk, attended="All.", minutes="Said.", by=officer, at=RULED_AT)
    assert [(hearing.number, hearing.held_at) for hearing in appeal.hearings.all()] == [(1, None), (2, RULED_AT)]


def test_an_appeal_is_decided_after_it_is_heard(tribal):
    appeal = arranged_appeal(tribal)
    for act in (appeals.uphold, appeals.dismiss):
        with pytest.raises(Refused, match="while it is acknowledged"):
            act(appeal)


# The minutes.


def test_a_comment_on_the_minutes_on_the_last_instant_is_taken(tribal, told):
    appeal = comment_on_minutes(minuted_appeal(tribal).pk, comments="We said ten.", by=bids(tribal), at=COMMENTS_END_AT - A_MOMENT)
    assert appeal.hearings.get().comments == "We said ten."
    assert told("minutes_commented_on") == ["appeals@doh.example"]
    with pytest.raises(Refused, match="You have commented"):
        comment_on_minutes(appeal.pk, comments="Eleven.", by=bids(tribal), at=COMMENTS_END_AT - A_MOMENT)


@pytest.mark.parametrize("late_by", [timedelta(), A_MOMENT])
def test_a_late_comment_is_refused_with_both_moments_on_the_trail(tribal, late_by, last_entry):
    appeal = minuted_appeal(tribal)
    with pytest.raises(Refused, match=r"due before Tuesday 14 April 2026, 00:00:00.000000 BST"):
        comment_on_minutes(appeal.pk, comments="We said ten.", by=bids(tribal), at=COMMENTS_END_AT + late_by)
    assert (last_entry(appeal).verb, last_entry(appeal).outcome) == ("comment_on_minutes", "refused")


def test_the_officer_decides_no_sooner_than_the_comment_or_the_end_of_its_time(tribal):
    appeal = minuted_appeal(tribal)
    with pytest.raises(Refused, match="can comment on the minutes until midnight at the end of Monday 13 April 2026"):
        appeals.dismiss(appeal, at=COMMENTS_END_AT - A_MOMENT)
    assert appeals.dismiss(appeal, at=COMMENTS_END_AT).status == Appeal.Status.DISMISSED


def test_the_appellant_alone_comments_and_with_words(tribal, officer):
    appeal = minuted_appeal(tribal)
    with pytest.raises(PermissionDenied):
        comment_on_minutes(appeal.pk, comments="We are right.", by=officer, at=HEARD_AT)
    with pytest.raises(ValidationError, match="or that there is nothing"):
        comment_on_minutes(appeal.pk, comments=" ", by=bids(tribal), at=HEARD_AT)


def test_the_database_itself_takes_no_late_answer_and_no_late_comment(tribal):
    question = asked(tribal)
    with pytest.raises(IntegrityError, match="further_information_comes_before_its_end"):
        FurtherInformation.objects.filter(pk=question.pk).update(answered_at=INFORMATION_ENDS_AT)
