"""Applications are assessed by two people apart, moderated by a third, and decided on as proposed; each applicant reads its own scores."""

from decimal import Decimal

from commissioning.models import Letter, User
from suppliers.models import AdmissionRound, Application, Place
from tests.factories.admissions import bids, curator
from tests.factories.assessments import NAMES, applied, judging_round, limit, who
from tests.factories.frameworks import supplier
from tests.journeys.visitors import Town, Visitor

# By e-mail address: what the people who judge are called, and what each gives for the two answers.
CALLED = dict(zip(NAMES, ("First assessor", "Second assessor", "Moderator"), strict=True))
SCORES = {
    "tribal": {"assessor1": (2, 1), "assessor2": (3, 2), "moderator": (2, 2)},
    "bupa": {"assessor1": (4, 5), "assessor2": (3, 4), "moderator": (4, 4)},
}


def two_firms_have_applied() -> AdmissionRound:
    """Where at least 60 out of 100 is needed; who judges has come in."""
    round_ = judging_round(limits=[limit(least_score=Decimal(60))])
    for name, called in CALLED.items():
        User.objects.filter(pk=who(name).pk).update(name=called)
    for firm in (supplier(), supplier("Tribal Consulting Ltd", "tribal")):
        applied(round_, firm)
    return round_


def the_curator_sees_nothing_before_the_deadline(town: Town, round_: AdmissionRound) -> None:
    """Neither who applies nor how many."""
    visitor = town.person(curator().email)
    visitor.goes_to(round_.get_absolute_url())
    visitor.sees("Nobody but the applicants sees who applies")
    visitor.goes_to(f"/applications/?round={round_.pk}")
    visitor.does_not_see("Tribal")
    visitor.goes_to(Application.objects.get(supplier__short_name="tribal").get_absolute_url(), status=404)


def the_curator_names_who_judges(town: Town, round_: AdmissionRound) -> None:
    """Two assessors and a moderator, who declare that they have no conflict."""
    visitor = town.person(curator().email)
    visitor.goes_to(round_.get_absolute_url())
    visitor.follows("The assessment of the applications")
    visitor.sees("Nobody is named to assess the applications yet.")
    visitor.follows("Name the assessors")
    visitor.chooses(CALLED["assessor1"], CALLED["assessor2"], among="Assessors")
    visitor.chooses(CALLED["moderator"], among="Moderators")
    visitor.presses("Save")
    visitor.sees("have been told")
    for name in NAMES:
        judge = town.person(who(name).email)
        judge.goes_to(_screen(round_))
        judge.sees("Not shown to you")
        judge.follows("declared your conflicts of interest")
        judge.presses("Declare")
        judge.sees("Your declaration is recorded.")


def _screen(round_: AdmissionRound) -> str:
    return f"{round_.get_absolute_url()}assessment/"


def everybody_judges(town: Town, round_: AdmissionRound) -> None:
    """Each assessor locks what they find of both; then the moderator records what holds."""
    for name in NAMES:
        judge = town.person(who(name).email)
        for firm in Application.objects.filter(round=round_).select_related("supplier__organisation").order_by("supplier__short_name"):
            judge.goes_to(f"{_screen(round_)}?stands=mine")
            judge.follows(f"{'Moderate' if name == 'moderator' else 'Assess'}: {firm.supplier}")
            _fills_the_sheet_in(judge, SCORES[firm.supplier.short_name][name])
            if name != "moderator":
                _locks(judge, round_, firm)
        judge.goes_to(f"{_screen(round_)}?stands=mine")
        judge.sees("There is no application to show")


def _fills_the_sheet_in(judge: Visitor, scores: tuple[int, int]) -> None:
    for question, score in zip(("1. How do you work?", "2. Who does the work?"), scores, strict=True):
        judge.chooses(str(score), among=question)
        judge.types({"Reason": f"It is worth {score}."}, among=question)
    judge.looks_by_phone()
    judge.presses("Save")


def _locks(judge: Visitor, round_: AdmissionRound, application: Application) -> None:
    judge.goes_to(f"{application.get_absolute_url()}save-assessment/")
    judge.follows("Lock your assessment, once you have saved all of it")
    judge.presses("Lock")
    judge.sees("Your assessment is locked.")


def the_curator_drafts_and_sends_all_decisions(town: Town, round_: AdmissionRound) -> None:
    """As proposed: one stands, the other falls short of the score; every letter goes at one moment."""
    visitor = town.person(curator().email)
    visitor.goes_to(_screen(round_))
    visitor.sees("80.00")
    assert b"It is worth 4." in visitor.downloads("CSV")
    visitor.follows("Draft all decisions")
    visitor.presses("Draft all decisions")
    visitor.sees("The decisions are drafted as proposed.")
    assert dict(Place.objects.values_list("application__supplier__short_name", "outcome")) == {"bupa": "accepted", "tribal": "refused"}
    visitor.goes_to(round_.get_absolute_url())
    visitor.acts("Send all decisions")
    visitor.sees("the window for appeals is open")
    assert set(Letter.objects.filter(template="admission_decided").values_list("recipient__email", flat=True)) == {
        "bids@bupa.example",
        "bids@tribal.example",
    }


def the_refused_firm_reads_its_scores(town: Town) -> None:
    """Its own, with the moderator's reasons, and nothing of the other firm."""
    application = Application.objects.get(supplier__short_name="tribal")
    tribal = town.person(bids(application.supplier).email)
    tribal.goes_to(application.get_absolute_url())
    tribal.sees("It scored 40.00 out of 100. At least 60 was needed.")
    tribal.goes_to(f"{application.get_absolute_url()}assessment/")
    tribal.sees("It is worth 2.")
    tribal.does_not_see("It is worth 3.")
    tribal.does_not_see("BUPA")
