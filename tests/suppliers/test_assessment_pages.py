"""The assessment through pages: what a place needs, who assesses, the sheets, the screen, and the file of scores."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from suppliers.actions.assessors import declare_conflicts
from suppliers.models import Assessment, Judgement, Moderation, Place
from suppliers.providers import desk
from tests.factories.admissions import A_PLACE, DECIDED_AT, curator, submitted_application
from tests.factories.assessments import ASSESSED_AT, applied, assess, declared, drafted_round, judging_round, limit, moderated, named, who
from tests.factories.frameworks import supplier
from tests.factories.people import NOON
from tests.suppliers.test_assessors import judging_free_round
from tests.suppliers.test_queries import cost

pytestmark = pytest.mark.django_db


def screen(round_):
    return reverse("admissionround:assessment", args=[round_.pk])


def sheet(application, verb="save_assessment"):
    return reverse(f"application:{verb}", args=[application.pk])


def filled(score="4"):
    return {"found_1": score, "reason_1": "Clear.", "found_2": score, "reason_2": "Enough."}


def test_what_a_place_needs_is_written_row_by_row_and_read_in_the_notice(browse, at):
    at(NOON)
    round_ = drafted_round()
    address = reverse("admissionround:set_limits", args=[round_.pk])
    page = browse(curator()).get(address)
    rows = page.context_data["form"].formset.forms
    assert len(rows) == 12
    names = {row.row_title: row.prefix for row in rows}
    first, second = list(names.values())[:2]
    management = {"form-TOTAL_FORMS": "12", "form-INITIAL_FORMS": "12"}
    wrong = browse(curator()).post(address, {**management, f"{first}-least_score": "60", f"{first}-places": "3"})
    assert wrong.status_code == 400
    answer = browse(curator()).post(address, {**management, f"{first}-least_score": "62.5", f"{second}-places": "3"})
    assert answer.status_code == 302, answer.content.decode()
    assert round_.limits.count() == 2
    shown = browse(curator()).get(round_.get_absolute_url()).content.decode()
    assert "A score of at least 62.5 out of 100" in shown
    assert "The 3 highest scores" in shown
    assert 'value="62.50"' in browse(curator()).get(address).content.decode()


def test_assessors_are_named_and_declare_through_pages(browse, at):
    at(ASSESSED_AT)
    round_ = judging_round()
    mine, other = applied(round_, supplier()), applied(round_, supplier("Tribal", "tribal"))
    applied(round_, supplier("McKesson", "mckesson"), q3="3")
    people = {name: str(who(name).pk) for name in ("assessor1", "assessor2", "moderator")}
    assert "Nobody is named to assess" in browse(curator()).get(screen(round_)).content.decode()
    address = reverse("admissionround:name_assessors", args=[round_.pk])
    answer = browse(curator()).post(address, {"assessors": [people["assessor1"], people["assessor2"]], "moderators": [people["moderator"]]})
    assert answer.status_code == 302
    shown = browse(who("assessor1")).get(screen(round_)).content.decode()
    assert "declared your conflicts of interest" in shown
    assert "Not shown to you" in shown
    assert "0 of 3" in shown
    assert "Fails, by the rule" not in shown
    assert "Fails, by the rule" in browse(curator()).get(screen(round_)).content.decode()
    address = reverse("admissionround:declare_conflicts", args=[round_.pk])
    assert browse(who("assessor1")).post(address, {"applications": [str(mine.pk)]}).status_code == 400
    answer = browse(who("assessor1")).post(address, {"applications": [str(mine.pk)], "statement": "Shares."})
    assert answer.status_code == 302
    assert browse(who("assessor1")).get(sheet(mine)).status_code == 404
    assert browse(who("assessor1")).get(sheet(other)).status_code == 200
    assert "Fewer than two assessors are free" in browse(curator()).get(screen(round_)).content.decode()


def test_a_sheet_is_saved_locked_and_moderated(browse, at):
    at(ASSESSED_AT)
    round_ = judging_round()
    application = applied(round_, supplier())
    declared(round_)
    assert "With care." in browse(who("assessor1")).get(sheet(application)).content.decode()
    wrong = browse(who("assessor1")).post(sheet(application), {"found_1": "4"})
    assert wrong.status_code == 400
    assert "Question 1: give the reason." in wrong.content.decode()
    for name in ("assessor1", "assessor2"):
        assert browse(who(name)).post(sheet(application), filled()).status_code == 302
        assert 'value="4" checked' in browse(who(name)).get(sheet(application)).content.decode()
        assert browse(who("moderator")).post(sheet(application, "moderate_application"), filled()).status_code == 409
        assert browse(who(name)).post(sheet(application, "lock_assessment")).status_code == 302
    assert Judgement.objects.count() == 4
    page = browse(who("moderator")).get(sheet(application, "moderate_application")).content.decode()
    assert "4 of 5. Clear." in page
    assert browse(who("moderator")).post(sheet(application, "moderate_application"), filled("3")).status_code == 302
    assert set(Moderation.objects.values_list("score", flat=True)) == {3}
    assert "60.00" in browse(curator()).get(screen(round_)).content.decode()


def shown_where(browse, name, round_, stands):
    """Who is on the screen when it is narrowed to those that stand there."""
    answer = browse(who(name)).get(screen(round_), {"stands": stands})
    return {str(application.supplier) for application in answer.context_data["records"]}


def test_the_screen_is_narrowed_to_what_waits_for_the_viewer_and_by_how_far_it_is(browse, at):
    at(ASSESSED_AT)
    round_ = judging_round()
    done, waits, begun, _ = (
        applied(round_, supplier(name, name.lower()), **given) for name, given in (("Ash", {}), ("Birch", {}), ("Cedar", {}), ("Date", {"q3": "3"}))
    )
    declared(round_)
    moderated(done)
    for name in ("assessor1", "assessor2"):
        assess(waits, name)
    assess(begun, "assessor1")
    assert shown_where(browse, "assessor1", round_, "mine") == set()
    assert shown_where(browse, "assessor2", round_, "mine") == {"Cedar"}
    assert shown_where(browse, "moderator", round_, "mine") == {"Birch"}
    by_state = {stands: shown_where(browse, "assessor1", round_, stands) for stands in ("open", "locked", "moderated", "refused")}
    assert by_state == {"open": {"Cedar"}, "locked": {"Birch"}, "moderated": {"Ash"}, "refused": {"Date"}}
    assert "Assess: Cedar" not in browse(who("assessor1")).get(screen(round_)).content.decode()
    assert "Assess: Cedar" in browse(who("assessor2")).get(screen(round_)).content.decode()


def test_narrowing_the_screen_tells_nothing_of_an_application_that_is_not_shown_to_the_viewer(browse, at):
    at(ASSESSED_AT)
    round_ = judging_round()
    mine = applied(round_, supplier())
    declared(round_)
    assert shown_where(browse, "assessor1", round_, "open") == {str(mine.supplier)}
    declare_conflicts(round_.pk, conflicts=[{"application": mine.pk, "statement": "Shares."}], by=who("assessor1"), at=ASSESSED_AT)
    assert shown_where(browse, "assessor1", round_, "open") == set()


def test_an_empty_sheet_says_what_to_do(browse, at):
    at(ASSESSED_AT)
    round_ = judging_round()
    application = applied(round_, supplier())
    declared(round_)
    answer = browse(who("assessor1")).post(sheet(application), {})
    assert answer.status_code == 400
    assert "at least one answer" in answer.content.decode()
    assert not Assessment.objects.exists()


def test_all_is_drafted_and_one_decided_otherwise_through_pages(browse, at):
    at(DECIDED_AT)
    round_ = judging_round(limits=[limit(least_score=Decimal(60))])
    application = applied(round_, supplier())
    declared(round_)
    moderated(application, 2)
    assert "Draft all decisions" in browse(curator()).get(screen(round_)).content.decode()
    assert browse(curator()).post(reverse("admissionround:draft_decisions", args=[round_.pk])).status_code == 302
    place = Place.objects.get()
    page = browse(curator()).get(reverse("place:decide_place", args=[place.pk])).content.decode()
    assert "The assessment proposes: not accepted." in page
    assert "1 of 1" in browse(curator()).get(screen(round_)).content.decode()


def test_the_screen_is_the_authoritys_alone(browse, at):
    at(ASSESSED_AT)
    round_ = judging_round()
    application = applied(round_, supplier())
    declared(round_)
    for address in (screen(round_), reverse("admissionround:assessment_file", args=[round_.pk, "csv"])):
        assert browse(application.supplier.organisation.people().get()).get(address).status_code == 404
        assert browse(curator()).get(address).status_code == 200
    assert browse(curator()).get(reverse("admissionround:assessment_file", args=[round_.pk, "exe"])).status_code == 404


def test_a_round_that_asks_nothing_speaks_of_no_assessment(browse, at):
    round_ = judging_free_round()
    submitted_application(round_, supplier())
    at(ASSESSED_AT)
    page = browse(curator()).get(round_.get_absolute_url()).content.decode()
    assert "The assessment of the applications" not in page
    assert "Draft all decisions" not in page


def table(browse, person, round_):
    answer = browse(person).get(reverse("admissionround:assessment_file", args=[round_.pk, "xlsx"]))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_the_file_has_every_finding_that_the_reader_may_see_and_no_formula(browse, at):
    at(ASSESSED_AT)
    round_ = judging_round()
    application = applied(round_, supplier("=SUM(A1)", "sums"))
    hidden = applied(round_, supplier("Tribal", "tribal"))
    declared(round_)
    said = [{"application": hidden.pk, "statement": "Shares."}]
    declare_conflicts(round_.pk, conflicts=said, by=who("assessor2"), at=ASSESSED_AT)
    moderated(application)
    rows = table(browse, curator(), round_)
    assert rows[0][0] == "Applicant"
    assert {row[1] for row in rows[1:]} == {"Assessor", "Moderated", "The rule of the notice", "Not moderated yet", "Score of the application"}
    assert all(not str(row[0]).startswith("=") for row in rows)
    assert not any(row[0] == "Tribal" for row in table(browse, who("assessor2"), round_))


def test_the_screen_costs_the_same_for_few_and_for_a_full_page(browse, at):
    at(ASSESSED_AT)
    round_ = judging_round()
    first = applied(round_, supplier(), A_PLACE)
    named(round_)
    declared(round_)
    moderated(first)
    browse(curator())
    address = screen(round_)
    few = cost(lambda: browse(curator()).get(address))
    for number in range(6):
        assess(applied_late(round_, number), "assessor1", lock=False)
    assert cost(lambda: browse(curator()).get(address)) == few


def applied_late(round_, number):
    """Another application, which came in time."""
    return applied(round_, supplier(f"Company {number}", f"company{number}"))


def test_the_desk_says_what_waits_for_an_assessor_and_for_a_moderator(at):
    at(ASSESSED_AT)
    round_ = judging_round()
    first = applied(round_, supplier())
    applied(round_, supplier("Tribal", "tribal"))
    named(round_)

    def waits(name):
        return [item.what for item in desk(who(name), ASSESSED_AT)]

    assert waits("assessor1") == ["You are named to assess its applications, or to moderate: declare your conflicts of interest."]
    declared(round_)
    assert waits("assessor1") == ["2 applications to assess."]
    assert waits("moderator") == []
    for name in ("assessor1", "assessor2"):
        assess(first, name)
    assert waits("assessor1") == ["1 application to assess."]
    assert waits("moderator") == ["1 application to moderate."]
