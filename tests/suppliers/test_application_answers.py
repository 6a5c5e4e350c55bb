"""What an application answers: written by several people, submitted once complete, read by the authority once received, and removed with it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from commissioning import signing
from commissioning.canon import digest, plain
from commissioning.models import Document, Role
from commissioning.refusals import Gone, Refused
from suppliers.actions.application_files import attach_to_application, remove_from_application
from suppliers.actions.applications import save_application, submit_application, withdraw_application
from suppliers.applying import faults_of, has_unsent_changes
from suppliers.models import Application
from tests.factories import admissions
from tests.factories.admissions import (
    A_PLACE,
    CLOSES_AT,
    DECIDED_AT,
    a_file,
    answered_application,
    answers_to,
    asking_round,
    bids,
    drafted_application,
    wanted,
)
from tests.factories.frameworks import supplier
from tests.factories.people import NOON, person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
HELLO_SHA256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"


@pytest.fixture
def bupa():
    return supplier()


@pytest.fixture
def draft(bupa):
    return answered_application(asking_round(), bupa)


def save(draft, *, by=None, statement="We do.", **more):
    return save_application(draft.pk, statement=statement, places=wanted(A_PLACE), by=by or bids(draft.supplier), at=NOON, **more)


def submit(draft, *, at=NOON):
    return submit_application(draft.pk, by=bids(draft.supplier), at=at)


def test_what_is_missing_keeps_it_from_being_submitted_and_each_lack_is_named(bupa):
    draft = drafted_application(asking_round(), bupa)
    lacking = ["Question 1: enter an answer.", "Question 2: choose an option.", "Question 4: tick the box to make this declaration."]
    assert faults_of(draft) == lacking
    with pytest.raises(ValidationError) as refused:
        submit(draft)
    assert refused.value.messages == lacking
    assert not draft.versions.exists()


def test_an_unfinished_answer_is_kept_as_it_was_typed(draft):
    save(draft, answers=answers_to(draft, q1="word " * 60, q2=None))
    draft.refresh_from_db()
    assert draft.answers[str(draft.questions()[0].pk)] == "word " * 60
    assert faults_of(draft) == ["Question 1: use 50 words or fewer: there are 60 now.", "Question 2: choose an option."]


def test_what_is_received_are_the_answers_as_read_and_the_receipt_covers_them(draft):
    submit(draft)
    version = draft.versions.get()
    first, second, _, fourth = (str(question.pk) for question in draft.questions())
    assert version.content["answers"] == {first: "By reading it twice.", second: "No", fourth: True}
    assert version.content["files"] == []
    assert version.receipt["content_hash"] == version.content_hash == digest(version.content)
    assert signing.is_signed(version.receipt, version.signature)


def test_a_question_that_another_answer_calls_for_wants_its_file(draft):
    save(draft, answers=answers_to(draft, q2="Yes"))
    with pytest.raises(ValidationError, match="Question 3: attach a file"):
        submit(draft)
    draft.refresh_from_db()
    file = a_file(draft, number=3)
    version = submit(draft).versions.get()
    assert version.content["answers"][str(draft.questions()[2].pk)] == [file.stamp()] == version.content["files"] == version.receipt["files"]
    assert file.sha256 == HELLO_SHA256


def test_a_file_that_answers_what_is_not_asked_any_more_is_not_submitted(draft):
    save(draft, answers=answers_to(draft, q2="Yes"))
    draft.refresh_from_db()
    a_file(draft, number=3)
    save(draft, answers=answers_to(draft, q2="No"))
    assert submit(draft).versions.get().content["files"] == []


def test_two_people_write_different_answers_and_neither_is_lost(draft, bupa):
    first, second = (str(question.pk) for question in draft.questions()[:2])
    revision = draft.revision
    writer = person(bupa.organisation, Role.CONTRIBUTOR)
    save(draft, answers={first: "Mine."}, revision=revision)
    with pytest.raises(Gone, match="A colleague has changed this application"):
        save(draft, answers={first: "Another's."}, revision=revision, by=writer)
    save(draft, answers={second: "Yes"}, revision=revision + 1, by=writer)
    draft.refresh_from_db()
    assert (draft.answers[first], draft.answers[second], draft.saved_by) == ("Mine.", "Yes", writer)


def test_a_file_counts_as_a_change_that_a_colleague_notices(draft):
    a_file(draft)
    with pytest.raises(Gone):
        save(draft, revision=draft.revision)


def test_a_draft_read_before_a_colleague_saved_is_not_submitted(draft, bupa):
    save(draft, answers=answers_to(draft, q1="Better."))
    with pytest.raises(Gone):
        submit_application(draft.pk, revision=draft.revision, by=bids(bupa), at=NOON)


def test_the_same_content_sent_twice_is_one_version(draft, last_entry):
    submit(draft)
    submit(draft, at=CLOSES_AT - A_MOMENT)
    assert draft.versions.count() == 1
    assert last_entry(draft).facts["same_as_version"] == 1


def test_a_changed_answer_is_unsent_until_it_replaces_what_was_received(draft):
    submit(draft)
    draft.refresh_from_db()
    assert not has_unsent_changes(draft)
    changed = save(draft, statement=draft.statement, answers=answers_to(draft, q1="Better."))
    assert has_unsent_changes(changed)
    assert draft.received().content["answers"][str(draft.questions()[0].pk)] == "By reading it twice."
    submit(draft, at=CLOSES_AT - A_MOMENT)
    assert draft.received().number == 2


@pytest.mark.parametrize("late_by", [0 * A_MOMENT, A_MOMENT])
def test_from_the_deadline_on_nothing_is_written_attached_or_removed(draft, bupa, late_by):
    file, at, by = a_file(draft), CLOSES_AT + late_by, bids(bupa)
    for act, more in (
        (save_application, {"statement": "Late.", "places": []}),
        (attach_to_application, {"file": admissions.SimpleUploadedFile("late.txt", b"late")}),
        (remove_from_application, {"document": file.pk}),
    ):
        with pytest.raises(Refused, match="It is too late"):
            act(draft.pk, **more, by=by, at=at)
    assert not Document.objects.filter(name="late.txt").exists()


def test_a_stranger_neither_attaches_nor_removes(draft):
    rival = bids(supplier("Rival", "rival"))
    with pytest.raises(Application.DoesNotExist):
        attach_to_application(draft.pk, file=admissions.SimpleUploadedFile("x.txt", b"x"), by=rival, at=NOON)
    with pytest.raises(PermissionDenied):
        remove_from_application(draft.pk, document=a_file(draft).pk, by=rival, at=NOON)


def test_the_trail_that_the_authority_comes_to_read_names_no_file_that_was_never_received(draft, last_entry):
    a_file(draft, "our-doubts.txt")
    assert "our-doubts" not in str(last_entry(draft).facts)


def test_a_file_that_was_received_stays_with_its_version_when_it_leaves_the_draft(draft, curator, bupa, browse, at):
    at(NOON)
    file = a_file(draft)
    submit(draft)
    remove_from_application(draft.pk, document=file.pk, by=bids(bupa), at=NOON)
    at(CLOSES_AT)
    assert b"".join(browse(curator).get(address(draft, file)).streaming_content) == b"hello"
    submit(draft)
    assert browse(curator).get(address(draft, file)).status_code == 404


def address(application, file):
    return reverse("application:file", args=[application.pk, file.pk])


def test_the_authority_reads_answers_and_files_only_once_they_are_received_and_the_deadline_has_come(draft, curator, browse, at):
    at(CLOSES_AT)
    file = a_file(draft)
    addresses = (draft.get_absolute_url(), f"/api/v1/applications/{draft.pk}/", address(draft, file))
    assert {browse(curator).get(one).status_code for one in addresses} == {404}
    submit(draft)
    later = a_file(draft, "later.txt")
    save(draft, answers=answers_to(draft, q1="A second thought."))
    at(CLOSES_AT - A_MOMENT)
    assert {browse(curator).get(one).status_code for one in addresses} == {404}
    at(CLOSES_AT)
    page = browse(curator).get(draft.get_absolute_url()).text
    assert "By reading it twice." in page
    assert "agreements.txt" in page
    assert "A second thought." not in page
    assert "later.txt" not in page
    assert browse(curator).get(address(draft, later)).status_code == 404
    shown = browse(curator).get(f"/api/v1/applications/{draft.pk}/").json()
    assert shown["draft"] is None
    assert "A second thought." not in str(shown)
    assert browse(curator).get(f"/api/v1/applications/{draft.pk}/files/{later.pk}/").status_code == 404
    assert browse(curator).get(f"/api/v1/applications/{draft.pk}/files/{file.pk}/").status_code == 200


def test_a_rival_reads_nothing(draft, browse, at):
    at(NOON)
    file, rival = a_file(draft), bids(supplier("Rival", "rival"))
    submit(draft)
    for one in (
        draft.get_absolute_url(),
        address(draft, file),
        f"/api/v1/applications/{draft.pk}/",
        f"/api/v1/applications/{draft.pk}/files/{file.pk}/",
    ):
        assert browse(rival).get(one).status_code == 404


def test_withdrawal_removes_answers_and_files_in_every_version_and_keeps_the_hashes(
    draft, curator, browse, at, bupa, django_capture_on_commit_callbacks
):
    at(NOON)
    file = a_file(draft)
    submit(draft)
    save(draft, answers=answers_to(draft, q1="Better."))
    submit(draft)
    hashes = set(draft.versions.values_list("content_hash", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_application(draft.pk, by=bids(bupa), at=NOON)
    draft.refresh_from_db()
    assert (draft.statement, draft.wanted, draft.answers, list(draft.attached()), list(draft.places.all())) == ("", [], {}, [], [])
    assert [(version.content, version.withdrawn_at) for version in draft.versions.all()] == [(None, NOON), (None, NOON)]
    assert set(draft.versions.values_list("content_hash", flat=True)) == hashes
    file.refresh_from_db()
    assert not file.file
    assert file.sha256 == HELLO_SHA256
    at(CLOSES_AT)
    for reader in (curator, bids(bupa)):
        page = browse(reader).get(draft.get_absolute_url())
        assert page.status_code == 200
        assert "By reading it twice." not in page.text
        assert "Better." not in str(browse(reader).get(f"/api/v1/applications/{draft.pk}/").json())


def test_after_a_withdrawal_another_is_written_and_received_as_a_later_version(draft, bupa):
    submit(draft)
    withdraw_application(draft.pk, by=bids(bupa), at=NOON)
    save(draft, answers=answers_to(draft))
    assert submit(draft).received().number == 2


def test_whoever_decides_reads_the_answers_beside_the_decision(draft, curator, browse, at):
    submit(draft)
    at(DECIDED_AT)
    page = browse(curator).get(reverse("place:decide_place", args=[draft.places.get().pk])).text
    assert "By reading it twice." in page


def test_a_draft_is_written_checked_and_submitted_through_pages(bupa, browse, at):
    at(NOON)
    draft = drafted_application(asking_round(), bupa)
    client, write = browse(bids(bupa)), reverse("application:save_application", args=[draft.pk])
    first, second, third, fourth = draft.questions()
    (place,) = plain(wanted(A_PLACE))
    chosen = {f"{place['framework_list']}_{place['area']}": place["services"]}
    typed = {"revision": draft.revision, "statement": "We can.", **chosen, f"q-{first.pk}": "Twice.", f"q-{second.pk}": "Yes"}
    assert str(third.prompt) not in client.get(write).text
    checked = client.post(write, {**typed, "check": "application"}, follow=True)
    assert "1 more question is asked because of what you answered." in checked.text
    assert "Question 3: attach a file." in checked.text
    assert "Question 4: tick the box" in checked.text
    assert "Submit the application</button>" not in checked.text
    file = admissions.SimpleUploadedFile("agreements.txt", b"hello")
    typed |= {"revision": draft.revision + 1, f"q-{fourth.pk}": "yes", f"q-{third.pk}": file}
    checked = client.post(write, {**typed, "check": "application"}, follow=True)
    assert "cannot be submitted yet" not in checked.text
    draft.refresh_from_db()
    sent = client.post(reverse("application:submit_application", args=[draft.pk]), {"revision": draft.revision}, follow=True)
    assert "The application is received." in sent.text
    assert draft.versions.get().content["answers"][str(third.pk)][0]["sha256"] == HELLO_SHA256


def test_after_a_colleagues_change_the_page_keeps_what_was_typed_and_shows_where_it_differs(draft, bupa, browse, at):
    at(NOON)
    first = str(draft.questions()[0].pk)
    save(draft, answers={first: "A colleague's answer."}, statement="A colleague's statement.")
    client = browse(bids(bupa))
    typed = {"revision": draft.revision, "statement": "My statement.", f"q-{first}": "My answer."}
    again = client.post(reverse("application:save_application", args=[draft.pk]), typed)
    assert again.status_code == 412
    for text in ("My answer.", "A colleague&#39;s answer.", "My statement.", "A colleague&#39;s statement.", "Micro"):
        assert text in again.text, text
    assert again.context_data["form"].data["revision"] == str(draft.revision + 1)


def test_over_the_api_the_draft_says_what_it_is_asked_what_it_lacks_and_its_files(draft, bupa, browse, at):
    at(NOON)
    client, here = browse(bids(bupa)), f"/api/v1/applications/{draft.pk}/"
    second = draft.questions()[1]
    words = {"statement": "We do.", "places": plain(wanted(A_PLACE))}
    saved = client.post(f"{here}save-application/", {**words, "answers": {str(second.pk): "Yes"}}, content_type="application/json").json()["draft"]
    assert len(saved["asked"]) == 4
    assert saved["faults"] == ["Question 3: attach a file."]
    file = admissions.SimpleUploadedFile("agreements.txt", b"hello")
    attached = client.post(f"{here}attach-to-application/", {"file": file, "question": str(draft.questions()[2].pk)})
    assert [each["name"] for each in attached.json()["draft"]["files"]] == ["agreements.txt"]
    assert attached.json()["draft"]["faults"] == []
    received = client.post(f"{here}submit-application/", {}, content_type="application/json").json()
    assert (received["status"], received["draft"]["has_unsubmitted_changes"]) == ("submitted", False)
    wrong = client.post(f"{here}save-application/", {**words, "answers": {str(draft.pk): "x"}}, content_type="application/json")
    assert wrong.status_code == 400
