"""Many companies ask for every list and area, and answer 40 questions: the same number of queries for few as for many, and the time of each.

ASSESSMENT_COMPANIES says how many there are (12 unless it does; 200 is the size that has to be borne).
"""

import os
from decimal import Decimal
from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.canon import digest
from commissioning.models import Letter, Question, User
from suppliers.actions.admissions import send_decisions
from suppliers.actions.decisions import draft_decisions
from suppliers.actions.publications import publish_lists
from suppliers.models import AdmissionRound, Application, ApplicationVersion, Assessment, Judgement, Listing, Moderation, Place, Supplier
from tests.factories.admissions import DECIDED_AT, PUBLISHED_AT, bids, curator
from tests.factories.assessments import ASSESSED_AT, declared, judging_round, limit, who
from tests.factories.frameworks import docketed, supplier
from tests.factories.people import NOON

pytestmark = pytest.mark.django_db
QUESTIONS = 40
FEW = 3


def many() -> int:
    return int(os.environ.get("ASSESSMENT_COMPANIES", "12"))


def entries():
    """32 that are scored, and 8 that pass or fail by the rule."""
    scored = [{"kind": Question.Kind.TEXT, "prompt": f"How do you do part {number}?"} for number in range(QUESTIONS - 8)]
    rule = {"judging": Question.Judging.PASS_FAIL, "pass_rule": {"passes_from": "1", "fails_below": "1"}}
    return [*scored, *({"kind": Question.Kind.NUMBER, "prompt": f"How many of {number}?", **rule} for number in range(8))]


def grow(round_: AdmissionRound, size: int) -> None:
    """Bring the round to so many applications, each moderated, for every list and area; written at once, for the acts of so many take long."""
    questions = list(round_.questionnaire.questions.all())
    parts = [(each, area) for each in round_.framework.lists.all() for area in round_.framework.areas.all()]
    for number in range(round_.applications.count(), size):
        firm = Supplier.objects.filter(short_name=f"company{number}").first() or supplier(f"Company {number}", f"company{number}")
        application = docketed(Application(round=round_, supplier=firm, status="submitted", submitted_at=NOON, created_at=NOON))
        _received(application, questions)
        Place.objects.bulk_create(Place(application=application, framework_list=each, area=area, created_at=NOON) for each, area in parts)
        _found(application, questions[: QUESTIONS - 8], number % 6)


def _received(application: Application, questions: list[Question]) -> None:
    given = {str(question.pk): "1" if question.kind == Question.Kind.NUMBER else "With care." for question in questions}
    content = {"statement": "We do.", "places": [], "answers": given, "files": []}
    receipt = {"content_hash": digest(content)}
    ApplicationVersion.objects.create(
        application=application,
        number=1,
        received_at=NOON,
        submitted_by=bids(application.supplier),
        content=content,
        content_hash=receipt["content_hash"],
        receipt=receipt,
        signature="x",
        created_at=NOON,
    )


def _found(application: Application, scored: list[Question], score: int) -> None:
    words = {"score": score, "reason": "It says so.", "created_at": ASSESSED_AT}
    for assessor in application.round.assessors.filter(does="assesses"):
        assessment = Assessment.objects.create(application=application, assessor=assessor, locked_at=ASSESSED_AT, created_at=ASSESSED_AT)
        Judgement.objects.bulk_create(Judgement(assessment=assessment, question=question, **words) for question in scored)
    moderator = who("moderator")
    Moderation.objects.bulk_create(Moderation(application=application, question=question, moderator=moderator, **words) for question in scored)


def measured(call) -> tuple[int, float]:
    """How many statements it takes, and how many seconds."""
    began = perf_counter()
    with CaptureQueriesContext(connection) as queries:
        call()
    # Rows are written in batches, and on SQLite in small ones.
    in_batches = ("INSERT", "UPDATE") if connection.vendor == "sqlite" else ("INSERT",)
    return sum(1 for query in queries if not query["sql"].startswith(in_batches)), perf_counter() - began


def rounds(size: int, browse) -> dict[str, tuple[int, float]]:
    """What each step of one round of this size costs: queries, and seconds."""
    round_ = judging_round(questions=entries(), limits=[limit(places=2), limit(("macro", "engagement"), least_score=Decimal(60))])
    declared(round_)
    grow(round_, size)
    by = User.objects.get(pk=curator().pk)
    address = reverse("admissionround:assessment", args=[round_.pk])
    browser = browse(by)
    found = {"screen": measured(lambda: browser.get(address))}
    found["draft"] = measured(lambda: draft_decisions(round_.pk, by=by, at=DECIDED_AT))
    found["send"] = measured(lambda: send_decisions(round_.pk, by=by, at=DECIDED_AT))
    found["publish"] = measured(lambda: publish_lists(round_.pk, by=by, at=PUBLISHED_AT))
    return found


def test_many_are_assessed_decided_told_and_published_in_as_many_queries_as_few(browse, at):
    at(ASSESSED_AT)
    few = rounds(FEW, browse)
    Listing.objects.all().delete()
    most = rounds(many(), browse)
    told = {name: f"{queries} queries, {seconds:.2f} s" for name, (queries, seconds) in most.items()}
    print(f"\n{many()} companies, 12 lists and areas, {QUESTIONS} questions on {connection.vendor}: {told}")
    assert Letter.objects.filter(template="admission_decided").count() == FEW + many()
    assert Place.objects.undecided().count() == 0
    assert {name: queries for name, (queries, _) in most.items()} == {name: queries for name, (queries, _) in few.items()}
