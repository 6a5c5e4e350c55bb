"""Whoever waits for the panel sees lot by lot who is awaited, and never what anybody scored."""

import pytest

from procurement.actions import evaluations
from procurement.progress import progress
from tests.factories.evaluations import DECLARED_AT, agree, bids_of, criteria_of, locked_tender, opened_tender, score
from tests.factories.tenders import who

pytestmark = pytest.mark.django_db


def told(tender):
    """Each task that is not done: who, what, and how far."""
    return {(task.lot, task.who, task.what): (task.done, task.due) for task in progress(tender) if not task.is_done}


def test_who_has_declared_nothing_is_awaited():
    tender = opened_tender(suppliers=1)
    evaluations.declare_interests(tender.pk, has_conflict=False, by=who("chair"), at=DECLARED_AT)
    awaited = told(tender)
    assert ("All lots", str(who("evaluator2")), "Declare interests") in awaited
    assert ("All lots", str(who("chair")), "Declare interests") not in awaited


def test_each_evaluator_has_so_many_of_so_many_scores_in_each_lot():
    tender = opened_tender(suppliers=2)
    for name in ("evaluator1", "chair"):
        evaluations.declare_interests(tender.pk, has_conflict=False, by=who(name), at=DECLARED_AT)
    score(tender, bids_of(tender)[0], criteria_of(tender)[0], 4, by=who("evaluator1"))
    first, second = tender.lots.order_by("number")
    evaluator, awaited = str(who("evaluator1")), told(tender)
    assert awaited[str(first), evaluator, "Score the bids"] == (1, 4)
    assert awaited[str(second), evaluator, "Score the bids"] == (0, 4)
    assert awaited["All lots", str(who("chair")), "Lock the scores"] == (0, 1)


def test_the_chair_is_awaited_for_what_the_panel_agrees_on():
    tender = locked_tender(suppliers=1)
    agree(tender, bids_of(tender)[0], criteria_of(tender)[0], 4)
    first, second = tender.lots.order_by("number")
    assert told(tender) == {
        (str(first), str(who("chair")), "Record the panel’s scores"): (1, 2),
        (str(second), str(who("chair")), "Record the panel’s scores"): (0, 2),
        ("All lots", str(who("chair")), "Bring in the prices"): (0, 1),
        ("All lots", str(who("chair")), "Complete the evaluation"): (0, 1),
    }


def test_the_leads_page_and_the_api_say_who_is_awaited_and_no_score(client):
    tender = locked_tender(suppliers=1)
    agree(tender, bids_of(tender)[0], criteria_of(tender)[0], 4, reason="A reason nobody else may read.")
    for name in ("lead", "opener1"):
        client.force_login(who(name), backend="commissioning.accounts.ByEmail")
        for address in ("", "evaluation/"):
            page = client.get(f"/tenders/{tender.pk}/{address}").text
            assert "Progress, and who is awaited" in page
            assert "A reason nobody else may read." not in page
        tasks = client.get(f"/api/v1/tenders/{tender.pk}/evaluation-progress/").json()
        assert {"lot", "who", "what", "done", "due", "is_done"} == set(tasks[0])
        assert any((task["what"], task["done"], task["due"]) == ("Record the panel’s scores", 1, 2) for task in tasks)
