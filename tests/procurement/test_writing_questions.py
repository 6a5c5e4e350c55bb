"""A buyer writes a lot's questions of every kind, on a page and over the API."""

from decimal import Decimal

import pytest

from commissioning.models import Question
from commissioning.question_forms import QuestionsForm
from commissioning.refusals import Refused
from procurement.actions import lots
from procurement.models import Tender
from procurement.notice import notice_hash
from tests.factories.pages import words
from tests.factories.people import NOON, commissioner
from tests.factories.questions import ENTRIES, issued, tender_that_asks
from tests.factories.tenders import draft_tender, who

pytestmark = pytest.mark.django_db
RULE = "Passes from 10 people; Fails below 5 people. On any other answer a person decides"


def definitions(lot):
    return [question.definition() for question in lot.questionnaire.questions.all()]


class TestWriting:
    @pytest.fixture
    def lot(self):
        return tender_that_asks().lots.get(number=1)

    def row(self, number, **given):
        blank = {"kind": "text", "mandatory": "on", "judging": "scored"}
        return {f"rows-{number - 1}-{name}": value for name, value in {**blank, **given}.items()}

    def rows(self, *rows):
        return {name: value for row in rows for name, value in row.items()} | {"rows-TOTAL_FORMS": "6", "rows-INITIAL_FORMS": "0"}

    def test_the_page_shows_what_is_there_and_saving_it_changes_nothing(self, lot, seen_by):
        before = definitions(lot)
        page = seen_by(who("lead")).get(f"/lots/{lot.pk}/set-questions/")
        form = QuestionsForm(record=lot, user=who("lead"))
        sent = {"rows-TOTAL_FORMS": str(len(form.formset.forms)), "rows-INITIAL_FORMS": "0"}
        for row in form.formset.forms:
            for bound in row:
                value = bound.value()
                if hasattr(bound.field.widget, "widgets_names"):
                    parts = bound.field.widget.decompress(value)
                    sent |= {f"{bound.html_name}{name}": part for name, part in zip(bound.field.widget.widgets_names, parts, strict=True)}
                elif value is not None and value is not False:
                    sent[bound.html_name] = value
        assert "Columns of a table" in words(page)
        assert seen_by(who("lead")).post(f"/lots/{lot.pk}/set-questions/", sent).status_code == 302
        assert definitions(lot) == before

    def test_a_question_is_moved_and_emptied_and_conditions_follow(self, lot, seen_by):
        sent = self.rows(
            self.row(1, prompt="Gone soon?", section="x", least="nonsense", remove="on"),
            self.row(2, prompt="Is there one?", kind="choice", choices="Yes\nNo"),
            self.row(3, prompt="Which?", shown_if_question="2", shown_if_answers="Yes"),
            self.row(4, prompt="First of all", place="1"),
        )
        assert seen_by(who("lead")).post(f"/lots/{lot.pk}/set-questions/", sent).status_code == 302
        found = [(question.prompt, question.shown_if_question) for question in lot.questionnaire.questions.all()]
        assert found == [("First of all", None), ("Is there one?", None), ("Which?", 2)]

    def test_what_is_typed_in_a_row_without_a_question_is_not_passed_over(self, lot, seen_by):
        for sent in ({"section": "Team"}, {"place": "1"}, {"fails_below": "2"}):
            response = seen_by(who("lead")).post(f"/lots/{lot.pk}/set-questions/", self.rows(self.row(1, **sent)))
            assert response.status_code == 400
            assert "Question 1: Fill in “Question”." in words(response)

    def test_a_condition_on_a_row_that_was_emptied_is_refused_there(self, lot, seen_by):
        sent = self.rows(self.row(2, prompt="Which?", shown_if_question="1", shown_if_answers="Yes"))
        response = seen_by(who("lead")).post(f"/lots/{lot.pk}/set-questions/", sent)
        assert response.status_code == 400
        assert "There is no question 1 on this page." in words(response)

    def test_a_questionnaire_is_copied_from_ones_own_organisation_alone(self, lot, seen_by):
        target = draft_tender(title="Another").lots.get(number=2)
        page = seen_by(who("lead"))
        assert "10 questions" in words(page.get(f"/lots/{target.pk}/copy-questions/"))
        assert page.post(f"/lots/{target.pk}/copy-questions/", {"source": str(lot.pk)}).status_code == 302
        assert [each.definition() for each in target.questionnaire.questions.all()] == [
            each.definition() for each in lot.questionnaire.questions.all()
        ]
        elsewhere = commissioner("Northamptonshire PCT")
        Tender.objects.filter(pk=lot.tender_id).update(buyer=elsewhere)
        with pytest.raises(type(lot).DoesNotExist):
            lots.copy_questions(target.pk, source=lot.pk, by=who("lead"), at=NOON)

    def test_once_issued_it_never_changes_and_the_notices_hash_covers_all_of_it(self):
        tender = issued(tender_that_asks())
        lot = tender.lots.get(number=1)
        for act in (
            lambda: lots.set_questions(lot.pk, questions=ENTRIES, by=who("lead"), at=NOON),
            lambda: lots.copy_questions(lot.pk, source=tender.lots.get(number=2).pk, by=who("lead"), at=NOON),
        ):
            with pytest.raises(Refused):
                act()
        frozen = tender.notice_hash
        for name, value in {
            "pass_rule": {"passes_from": "1"},
            "section": "x",
            "least": Decimal(1),
            "shown_if_answers": ["No"],
            "weight": None,
        }.items():
            question = lot.questionnaire.questions.exclude(**{name: value}).first()
            before = getattr(question, name)
            Question.objects.filter(pk=question.pk).update(**{name: value})
            assert notice_hash(Tender.objects.get(pk=tender.pk)) != frozen
            Question.objects.filter(pk=question.pk).update(**{name: before})
        assert notice_hash(Tender.objects.get(pk=tender.pk)) == frozen

    def test_the_notice_says_what_is_asked_of_whom_and_how_it_is_judged(self, client):
        shown = words(client.get(f"/tenders/{issued(tender_that_asks()).pk}/"))
        assert "Asked if the answer to question 7 is “Yes”." in shown
        assert RULE in shown
        assert "Scored, weight 60" in shown
