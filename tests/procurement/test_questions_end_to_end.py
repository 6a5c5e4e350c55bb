"""A tender's questions of every kind, from the buyer's page through the bid to the panel: one definition, and nothing hidden is submitted."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from commissioning import clock
from commissioning.models import Letter, TrailEntry
from commissioning.refusals import Refused
from procurement import score_sheets
from procurement.actions import awards, bids, documents, evaluations
from procurement.actions.consensus_changes import decide_consensus_change
from procurement.bidding import faults_of
from procurement.models import Bid, ConsensusChange, PassDecision, Result
from procurement.standings import standings
from tests.factories.bids import THE_DAY_BEFORE, prices_for
from tests.factories.evaluations import AGREED_AT, EVALUATED_AT, complete
from tests.factories.pages import words
from tests.factories.people import commissioner, person
from tests.factories.questions import agreed_bid, answers_to, invitation_and_lot, issued, tender_that_asks
from tests.factories.tenders import Role, bidder, draft_tender, who

pytestmark = pytest.mark.django_db
RULE = "Passes from 10 people; Fails below 5 people. On any other answer a person decides"


@pytest.fixture
def bid(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: THE_DAY_BEFORE)
    invitation, lot = invitation_and_lot(issued(tender_that_asks()))
    return bids.draft_bid(invitation.pk, lot=lot.pk, by=bidder("bupa"), at=THE_DAY_BEFORE)


def save(bid, **changed):
    given = {"answers": answers_to(bid.questions(), **changed), "prices": prices_for(bid.lot)}
    return bids.save_bid(bid.pk, revision=Bid.objects.get(pk=bid.pk).revision, **given, by=bidder("bupa"), at=THE_DAY_BEFORE)


def attach(bid, number=9, name="how.txt", content=b"Apart."):
    question = bid.lot.questionnaire.questions.get(number=number)
    return documents.attach_to_bid(bid.pk, file=SimpleUploadedFile(name, content), question=question.pk, by=bidder("bupa"), at=THE_DAY_BEFORE)


def submit(bid):
    return bids.submit_bid(bid.pk, by=bidder("bupa"), at=THE_DAY_BEFORE).submissions.counting().get()


def key(bid, number):
    return str(bid.lot.questionnaire.questions.get(number=number).pk)


def definitions(lot):
    return [question.definition() for question in lot.questionnaire.questions.all()]


class TestBidding:
    def test_what_is_submitted_is_what_is_asked_as_it_is_read(self, bid):
        submission = submit(save(bid, q8=["Work"]))
        answers = submission.content["answers"]
        assert set(answers) == {key(bid, number) for number in (1, 2, 3, 4, 5, 6, 7, 10)}
        assert answers[key(bid, 4)] == "1250.50"
        assert answers[key(bid, 6)] == [{"Post": "Lead", "Days": "8", "Grade": "Senior"}, {"Post": "Analyst", "Days": "12.5"}]
        assert Bid.objects.get(pk=bid.pk).answers[key(bid, 8)] == ["Work"], "it is kept"

    def test_a_file_answers_its_question_and_is_submitted_with_it(self, bid):
        save(bid, q7="Yes", q8=["Work"])
        attach(bid)
        submission = submit(Bid.objects.get(pk=bid.pk))
        (stamp,) = submission.content["answers"][key(bid, 9)]
        assert (stamp["name"], submission.content["files"]) == ("how.txt", [stamp])

    def test_a_file_of_a_question_that_is_not_asked_any_more_stays_behind(self, bid):
        save(bid, q7="Yes", q8=["Work"])
        attach(bid)
        submission = submit(save(bid))
        assert submission.content["files"] == []
        assert bid.attached().count() == 1

    def test_a_file_for_a_question_that_is_not_asked_or_wants_none_or_has_enough_is_refused_and_nothing_stays(self, bid):
        for number in (9, 1):
            with pytest.raises(ValidationError, match="No such file is asked for here"):
                attach(bid, number)
        save(bid, q7="Yes", q8=["Work"])
        attach(bid)
        with pytest.raises(ValidationError, match="Question 9: attach 1 file or fewer"):
            attach(bid)
        assert bid.attached().count() == 1

    def test_files_are_not_sent_with_answers(self, bid):
        with pytest.raises(ValidationError, match="Attach them one by one"):
            save(bid, q9="how.txt")

    def test_two_writers_notice_each_other_and_a_wrong_shape_is_kept_and_told(self, bid):
        saved = save(bid, q6="Lead")
        assert "Question 6: enter rows, each with its columns by title." in faults_of(saved)

    @pytest.mark.parametrize("raw", [{"a": "b"}, [["x"]], [{"Post": ["x"]}], ["a\0"], 1e400, [{}] * 401])
    def test_what_no_draft_can_keep_is_refused_beside_its_field(self, bid, raw):
        with pytest.raises(ValidationError) as refusal:
            save(bid, q6=raw)
        assert list(refusal.value.message_dict) == ["answers"]


class TestPages:
    def test_a_bid_is_written_without_a_script(self, bid, seen_by):
        page, at = seen_by(bidder("bupa")), f"/bids/{bid.pk}/save-bid/"
        shown = words(page.get(at))
        assert "Some questions are asked only after certain answers." in shown
        assert "9. Attach how you deal with it." not in shown
        sent = self.posted(bid, q7="Yes")
        response = page.post(at, sent, follow=True)
        assert "1 more question is asked because of what you answered." in words(response)
        assert "8. Of which kinds?" in words(response)
        sent = self.posted(bid, q7="Yes", q8=["Family", "Work"])
        response = page.post(at, {**sent, f"q-{key(bid, 9)}": SimpleUploadedFile("how.txt", b"Apart.")}, follow=True)
        assert "9. Attach how you deal with it." in words(response), "it comes once what calls for it is saved"
        sent = self.posted(bid, q7="Yes", q8=["Family", "Work"])
        response = page.post(at, {**sent, f"q-{key(bid, 9)}": SimpleUploadedFile("how.txt", b"Apart."), "check": "bid"}, follow=True)
        assert "Attached" not in words(response)
        assert "how.txt" in words(response)
        assert "cannot be submitted yet" not in words(response)
        assert f"/bids/{bid.pk}/save-bid/#question-6" in response.text, "each answer has a link to change it"
        assert page.post(f"/bids/{bid.pk}/submit-bid/", {"revision": Bid.objects.get(pk=bid.pk).revision}).status_code == 302

    def posted(self, bid, **changed):
        bid = Bid.objects.get(pk=bid.pk)
        given = answers_to(bid.questions(), **changed)
        sent = {"revision": bid.revision, **{f"p-{line}": price for line, price in prices_for(bid.lot).items()}}
        for pk, answer in given.items():
            if isinstance(answer, list) and answer and isinstance(answer[0], dict):
                sent |= {f"q-{pk}-TOTAL_FORMS": "4", f"q-{pk}-INITIAL_FORMS": "0"}
                for place, row in enumerate(answer):
                    sent |= {f"q-{pk}-{place}-c1": row["Post"], f"q-{pk}-{place}-c2": row["Days"], f"q-{pk}-{place}-c3": row.get("Grade", "")}
            elif pk == key(bid, 5):
                sent |= dict(zip((f"q-{pk}_year", f"q-{pk}_month", f"q-{pk}_day"), answer.split("-"), strict=True))
            else:
                sent[f"q-{pk}"] = answer
        return sent

    def test_more_rows_come_with_a_button_that_saves(self, bid, seen_by):
        page, table = seen_by(bidder("bupa")), key(bid, 6)
        response = page.post(f"/bids/{bid.pk}/save-bid/", {**self.posted(bid), "more": table})
        assert response["Location"] == f"/bids/{bid.pk}/save-bid/?more={table}#question-6"
        assert Bid.objects.get(pk=bid.pk).answers[table][1] == {"Post": "Analyst", "Days": "12.5"}
        assert f'name="q-{table}-2-c1"' in page.get(response["Location"].partition("#")[0]).text

    def test_what_is_wrong_in_a_table_is_said_above_it_and_kept(self, bid, seen_by):
        save(bid, q6=[{"Post": "Lead", "Days": "many"}])
        response = seen_by(bidder("bupa")).get(f"/bids/{bid.pk}/save-bid/")
        assert words(response).count("Question 6: row 1, Days: enter a number in ordinary digits") == 2
        assert 'href="#question-6"' in response.text
        assert 'value="many"' in response.text

    def test_a_colleagues_change_hides_nothing_that_was_typed(self, bid, seen_by):
        save(bid, q7="Yes")
        sent = self.posted(bid, q7="Yes", q8=["Work"])
        save(bid, q7="No", q1="Changed.")
        response = seen_by(bidder("bupa")).post(f"/bids/{bid.pk}/save-bid/", sent)
        assert response.status_code == 412
        assert "8. Of which kinds?" in words(response)
        assert "Changed." in words(response)


class TestApi:
    def test_the_schema_of_a_lots_answers_is_for_whoever_sees_the_lot(self, bid):
        api = APIClient()
        schema = api.get(f"/api/v1/lots/{bid.lot_id}/answer-schema/").json()
        assert list(schema["properties"]) == [str(question.pk) for question in bid.questions()]
        assert api.get(f"/api/v1/lots/{draft_tender().lots.first().pk}/answer-schema/").status_code == 404

    def test_answers_of_every_kind_are_sent_as_the_schema_says(self, bid):
        api = APIClient()
        api.force_authenticate(bidder("bupa"))
        given = {**answers_to(bid.questions(), q7="Yes", q8=["Work"]), key(bid, 3): 12, key(bid, 10): True}
        body = {"revision": 0, "answers": given, "prices": prices_for(bid.lot)}
        answer = api.post(f"/api/v1/bids/{bid.pk}/save-bid/", body, format="json").json()
        assert answer["faults"] == ["Question 9: attach a file."]
        assert len(answer["asked"]) == 10
        file = {"file": SimpleUploadedFile("how.txt", b"Apart."), "question": key(bid, 9)}
        answer = api.post(f"/api/v1/bids/{bid.pk}/attach-to-bid/", file, format="multipart").json()
        assert (answer["faults"], answer["files"][0]["question"]) == ([], key(bid, 9))


class TestPanel:
    def decide(self, tender, submission, number, *, passes, by="chair", reason="The trust looked into it.", discussion=""):
        question = submission.bid.lot.questionnaire.questions.get(number=number)
        return evaluations.decide_pass(
            tender.pk,
            submission_id=submission.pk,
            question_id=question.pk,
            passes=passes,
            reason=reason,
            discussion=discussion,
            by=who(by),
            at=AGREED_AT,
        )

    def test_a_bid_that_definitely_fails_is_left_out_with_the_rule_as_the_reason(self):
        tender, _ = agreed_bid(q3="4")
        (line,) = standings(tender)[0].ranking.lines
        assert line.excluded_because == f"Its answer to question 3 fails by the rule of the notice ({RULE})."

    def test_what_the_rule_leaves_open_must_be_decided_before_the_evaluation_is_complete(self):
        tender, submission = agreed_bid(q3="7")
        with pytest.raises(Refused, match=r"Nobody has decided whether .* passes question 3"):
            evaluations.complete_evaluation(tender.pk, by=who("chair"), at=EVALUATED_AT)
        self.decide(tender, submission, 3, passes=True)
        complete(tender)
        assert Result.objects.get(submission=submission).rank == 1
        assert TrailEntry.objects.filter(verb="decide_pass").count() == 1

    def test_a_bid_that_the_chair_fails_is_left_out_with_the_chairs_reason(self):
        tender, submission = agreed_bid(q3="7")
        self.decide(tender, submission, 3, passes=True)
        self.decide(tender, submission, 3, passes=False)
        assert PassDecision.objects.count() == 1
        (line,) = standings(tender)[0].ranking.lines
        assert line.excluded_because == "Its answer to question 3 fails: The trust looked into it."

    def test_once_prices_are_known_what_passes_changes_only_by_two_people(self, seen_by):
        tender, submission = agreed_bid(q3="7")
        self.decide(tender, submission, 3, passes=True)
        complete(tender)
        awards.reopen_evaluation(tender.pk, reason="Annex B was overlooked.", by=who("lead"), at=EVALUATED_AT)
        with pytest.raises(ValidationError, match="Say what the panel discussed, and why this decision changes"):
            self.decide(tender, submission, 3, passes=False)
        posted = {"about": f"{submission.pk}/{key(submission.bid, 3)}", "passes": "no", "reason": "Too few.", "discussion": "We read annex B."}
        assert seen_by(who("chair")).post(f"/tenders/{tender.pk}/decide-pass/", posted).status_code == 302
        decision = PassDecision.objects.get(submission=submission)
        assert (decision.passes, decision.reason) == (True, "The trust looked into it.")
        with pytest.raises(Refused, match="The change of what passes waits for an approver"):
            evaluations.complete_evaluation(tender.pk, by=who("chair"), at=EVALUATED_AT)
        told = set(Letter.objects.filter(template__startswith="consensus_change_proposed").values_list("recipient__email", flat=True))
        assert told == {who(name).email for name in ("lead", "evaluator1", "evaluator2", "approver")}
        change = ConsensusChange.objects.get()
        page = words(seen_by(who("approver")).get(f"/tenders/{tender.pk}/decide-consensus-change/"))
        assert all(said in page for said in ("Passes: The trust looked into it.", "Fails", "Too few. What was discussed: We read annex B."))
        with pytest.raises(PermissionDenied):
            decide_consensus_change(tender.pk, change_id=change.pk, is_confirmed=True, by=who("chair"), at=EVALUATED_AT)
        decide_consensus_change(tender.pk, change_id=change.pk, is_confirmed=True, by=who("approver"), at=EVALUATED_AT)
        decision.refresh_from_db()
        assert (decision.passes, decision.reason, decision.chair) == (False, "Too few.", who("chair"))
        entry = TrailEntry.objects.get(docket=tender.docket_id, verb="decide_consensus_change", outcome=TrailEntry.Outcome.DONE)
        assert (entry.actor, entry.facts["question"]) == (who("approver"), key(submission.bid, 3))
        row = next(row for row in score_sheets.rows(tender, who("chair")) if row[2] == "Change of what passes, confirmed")
        assert (row[10], row[11][:35]) == ("Fails: Too few.", "Was passes: The trust looked into i")
        shown = seen_by(who("chair")).get("/api/v1/agreed-score-changes/").json()["results"][0]
        assert (shown["criterion"], shown["question"], shown["old_value"], shown["value"]) == (None, key(submission.bid, 3), 1, 0)

    def test_a_refused_change_of_what_passes_leaves_it_as_it_was(self):
        tender, submission = agreed_bid(q3="7")
        self.decide(tender, submission, 3, passes=False)
        evaluations.bring_in_prices(tender.pk, by=who("chair"), at=EVALUATED_AT)
        self.decide(tender, submission, 3, passes=True, discussion="We read annex B.")
        change = ConsensusChange.objects.get()
        decide_consensus_change(tender.pk, change_id=change.pk, is_confirmed=False, reason="It came late.", by=who("approver"), at=EVALUATED_AT)
        assert PassDecision.objects.get().passes is False
        change.refresh_from_db()
        assert (change.state, change.before, change.after, change.old_reason) == ("refused", "fails", "passes", "The trust looked into it.")

    def test_nobody_overrules_the_rule_and_only_the_chair_decides(self):
        tender, submission = agreed_bid(q3="12")
        with pytest.raises(Refused, match="The rule of the notice says"):
            self.decide(tender, submission, 3, passes=False)
        with pytest.raises(ValidationError):
            self.decide(tender, submission, 8, passes=False)
        with pytest.raises(PermissionDenied):
            self.decide(tender, submission, 3, passes=False, by="evaluator1")

    def test_the_panel_reads_answers_in_sections_and_pass_or_fail_apart(self, seen_by):
        tender, submission = agreed_bid(q3="7")
        shown = words(seen_by(who("chair")).get(f"/tenders/{tender.pk}/bids/{submission.pk}/"))
        assert "A person decides" in shown
        assert "Post Days Grade Lead 8 Senior" in shown
        form = words(seen_by(who("chair")).get(f"/tenders/{tender.pk}/decide-pass/"))
        assert "3. How many staff have you?" in form
        posted = {"about": f"{submission.pk}/{key(submission.bid, 3)}", "passes": "yes", "reason": "Enough."}
        assert seen_by(who("chair")).post(f"/tenders/{tender.pk}/decide-pass/", posted).status_code == 302
        rows = [row for row in score_sheets.rows(tender, who("chair")) if row[2] == "Pass or fail"]
        assert [(row[3], row[10], row[11]) for row in rows] == [
            ("3. How many staff have you?", "Passes, as the chair decided", "Enough."),
            ("10. This is complete.", "Passes, by the rule", ""),
        ]

    def test_answers_side_by_side_are_for_the_panel_and_each_reading_is_recorded(self, seen_by):
        tender, submission = agreed_bid()
        address = f"/tenders/{tender.pk}/lots/{submission.bid.lot_id}/answers.csv"
        text = b"".join(seen_by(who("chair")).get(address).streaming_content).decode()
        assert '"Post: Lead; Days: 8; Grade: Senior\nPost: Analyst; Days: 12.5"' in text
        assert TrailEntry.objects.filter(verb="read_submission", facts__what="the answers, in a sheet of all bids").count() == 1
        assert seen_by(who("opener1")).get(address).status_code == 403
        assert seen_by(bidder("bupa")).get(address).status_code in {403, 404}
        stranger = person(commissioner("Northamptonshire PCT"), Role.PANEL_CHAIR, "chair@northamptonshire.example")
        assert seen_by(stranger).get(address).status_code in {403, 404}
