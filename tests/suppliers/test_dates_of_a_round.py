"""The dates that a round's notice names: questions, answers, deadline, decisions; each in its order, and told to whoever waits for it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from suppliers.actions.admissions import announce_round, describe_round, extend_round, open_round
from suppliers.models import AdmissionRound
from suppliers.providers import desk
from tests.factories import admissions
from tests.factories.admissions import CLOSES_AT, framework
from tests.factories.frameworks import supplier
from tests.factories.people import NOON
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DATES = {
    "closes_at": CLOSES_AT,
    "questions_close_at": CLOSES_AT - 10 * DAY,
    "answers_due_at": CLOSES_AT - 5 * DAY,
    "decisions_due_at": CLOSES_AT + 20 * DAY,
}
WORDS = {"title": "Admission", "notice": "Apply."}


@pytest.fixture
def curator():
    return admissions.curator()


def opened(**changed):
    return open_round(framework().pk, **WORDS, **{**DATES, **changed}, by=admissions.curator(), at=NOON)


def test_the_notice_names_its_dates_to_everybody(curator, browse, told):
    admissions.bids(supplier())
    round_ = announce_round(opened().pk, by=curator, at=NOON)
    shown = browse(None).get(round_.get_absolute_url()).content.decode()
    for title in ("Questions close", "Answers due", "Deadline for applications", "Decisions due"):
        assert title in shown
    answer = browse(None).get(f"/api/v1/rounds/{round_.pk}/").json()
    assert {name: bool(answer[name]) for name in DATES} == dict.fromkeys(DATES, True)
    assert told("round_announced") == ["bids@bupa.example"]


def test_a_round_need_not_name_them(browse, curator):
    round_ = announce_round(opened(questions_close_at=None, answers_due_at=None, decisions_due_at=None).pk, by=curator, at=NOON)
    shown = browse(None).get(round_.get_absolute_url()).content.decode()
    assert "Answers due" not in shown
    assert "Decisions due" not in shown


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"questions_close_at": CLOSES_AT + A_MOMENT}, {"questions_close_at"}),
        ({"answers_due_at": DATES["questions_close_at"] - A_MOMENT}, {"answers_due_at"}),
        ({"answers_due_at": CLOSES_AT + A_MOMENT}, {"answers_due_at"}),
        ({"answers_due_at": CLOSES_AT - A_MOMENT, "questions_close_at": None}, {"answers_due_at"}),
        ({"decisions_due_at": CLOSES_AT}, {"decisions_due_at"}),
        ({"decisions_due_at": NOON, "answers_due_at": NOON}, {"decisions_due_at", "answers_due_at"}),
    ],
)
def test_dates_out_of_their_order_are_refused_all_at_once(curator, changed, fields):
    with pytest.raises(ValidationError) as refused:
        opened(**changed)
    assert set(refused.value.message_dict) == fields
    with pytest.raises(ValidationError):
        describe_round(opened().pk, **WORDS, **{**DATES, **changed}, by=curator, at=NOON)


@pytest.mark.parametrize(
    "changed", [{"answers_due_at": DATES["questions_close_at"]}, {"answers_due_at": CLOSES_AT}, {"decisions_due_at": CLOSES_AT + A_MOMENT}]
)
def test_dates_at_the_edge_of_their_order_hold(changed):
    round_ = AdmissionRound.objects.get(pk=opened(**changed).pk)
    assert {name: getattr(round_, name) for name in changed} == changed


def test_decisions_are_due_as_much_later_as_the_deadline_moves(curator, last_entry):
    round_ = announce_round(opened().pk, by=curator, at=NOON)
    moved = extend_round(round_.pk, closes_at=CLOSES_AT + 7 * DAY, reason="More time.", by=curator, at=NOON)
    assert moved.decisions_due_at == DATES["decisions_due_at"] + 7 * DAY
    assert "decisions_due_at" in last_entry(round_).facts


def test_the_curators_desk_says_by_when(curator):
    round_ = announce_round(opened().pk, by=curator, at=NOON)
    admissions.enquiry_of(round_, supplier())
    by_what = {item.what: item.due_at for item in desk(curator, NOON) if item.title == str(round_)}
    assert list(by_what.values()) == [DATES["answers_due_at"]]
    due = {item.due_at for item in desk(curator, CLOSES_AT) if item.title == str(round_)}
    assert due == {DATES["decisions_due_at"]}
