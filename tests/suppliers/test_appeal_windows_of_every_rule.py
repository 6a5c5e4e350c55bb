"""Each period vector as a framework's window for appeals, and the officer's clock across holidays: a microsecond before, at, and after each end.

The vectors are those of the law and of the notices that `tests/commissioning/test_windows.py` names.
"""

from contextlib import nullcontext
from datetime import date, datetime, timedelta

import pytest

from commissioning import clock
from commissioning.refusals import Refused
from suppliers.actions.admissions import announce_round, open_round, send_decisions
from suppliers.actions.appeals import acknowledge_appeal, draft_appeal, lodge_appeal, save_appeal
from suppliers.actions.hearings import ask_for_information, give_information
from suppliers.actions.publications import publish_lists
from suppliers.models import Framework, Place
from tests.factories import admissions
from tests.factories.admissions import bids, decided, framework, submitted_application
from tests.factories.appeals import point
from tests.factories.frameworks import supplier
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
# Rule, the moment in London at which decisions go out, and the last day on which an appeal is in time.
VECTORS = [
    ("FESC_APPEAL", (2007, 5, 21, 11), date(2007, 5, 31)),
    ("FESC_APPEAL", (2008, 2, 19, 12), date(2008, 2, 29)),
    ("FESC_APPEAL", (2010, 12, 16, 17), date(2010, 12, 29)),
    ("FESC_APPEAL", (2010, 12, 26, 9), date(2011, 1, 5)),
    ("PCR06_STANDSTILL_E", (2010, 3, 23, 15), date(2010, 4, 6)),
    ("PCR06_STANDSTILL_E", (2010, 11, 22, 15), date(2010, 12, 2)),
    ("PA_STANDSTILL", (2025, 12, 18, 10), date(2025, 12, 31)),
    ("PA_STANDSTILL", (2025, 11, 15, 10), date(2025, 11, 26)),
    ("PSR_REPS", (2025, 9, 25, 10), date(2025, 10, 8)),
    ("PSR_REPS", (2025, 12, 1, 10), date(2025, 12, 12)),
    ("PSR_REPS", (2026, 2, 5, 10), date(2026, 2, 18)),
]
BOUNDARY = pytest.mark.parametrize("after", [-A_MOMENT, timedelta(), A_MOMENT], ids=["a microsecond before", "at the end", "a microsecond after"])
EVERY_VECTOR = pytest.mark.parametrize(("rule", "sent", "last"), VECTORS, ids=str)


def refused_by(rule: str, sent_at: datetime) -> Place:
    """The place of Tribal, refused at that moment beside BUPA, which is accepted, under a framework with this rule for appeals."""
    begun = sent_at - timedelta(days=90)
    made = framework()
    Framework.objects.filter(pk=made.pk).update(appeal_rule=rule, starts_on=begun.date(), ends_on=begun.date() + timedelta(days=1000))
    words = {"title": "Admission", "notice": "Apply.", "closes_at": sent_at - timedelta(days=7)}
    round_ = announce_round(open_round(made.pk, **words, by=admissions.curator(), at=begun).pk, by=admissions.curator(), at=begun)
    for firm, outcome in ((supplier(), Place.Outcome.ACCEPTED), (supplier("Tribal", "tribal"), Place.Outcome.REFUSED)):
        decided(submitted_application(round_, firm, at=begun).places.get(), outcome, at=sent_at)
    send_decisions(round_.pk, by=admissions.curator(), at=sent_at)
    return Place.objects.get(outcome=Place.Outcome.REFUSED)


def written_appeal(place: Place, at: datetime):
    """A draft that waits to be lodged."""
    by = bids(place.application.supplier)
    return save_appeal(draft_appeal(place.pk, by=by, at=at).pk, points=[point()], by=by, at=at)


def midnight_after(day: date) -> datetime:
    """The first instant of the next day in London."""
    return clock.from_wall(datetime.combine(day + timedelta(days=1), datetime.min.time()))


@EVERY_VECTOR
@BOUNDARY
def test_an_appeal_is_lodged_before_its_window_ends_and_not_from_that_instant_on(rule, sent, last, after):
    sent_at, ends_at = clock.london(*sent), midnight_after(last)
    place = refused_by(rule, sent_at)
    assert place.application.round.appeals_end_at == ends_at
    appeal = written_appeal(place, sent_at)
    in_time = after < timedelta()
    with nullcontext() if in_time else pytest.raises(Refused, match="was due before"):
        lodge_appeal(appeal.pk, by=bids(place.application.supplier), at=ends_at + after)
    appeal.refresh_from_db()
    assert appeal.lodged_at == (ends_at + after if in_time else None)


@EVERY_VECTOR
@BOUNDARY
def test_lists_are_published_from_the_instant_at_which_the_window_ends(rule, sent, last, after):
    sent_at, ends_at = clock.london(*sent), midnight_after(last)
    round_ = refused_by(rule, sent_at).application.round
    in_time = after >= timedelta()
    with nullcontext() if in_time else pytest.raises(Refused, match="midnight at the end of"):
        publish_lists(round_.pk, by=admissions.curator(), at=ends_at + after)
    round_.refresh_from_db()
    assert round_.published_at == (ends_at + after if in_time else None)


@pytest.mark.parametrize(
    ("asked", "last"),
    [((2007, 5, 23, 10), date(2007, 5, 31)), ((2007, 5, 25, 16), date(2007, 6, 4))],
    ids=["over the spring bank holiday", "from the Friday before it"],
)
@BOUNDARY
def test_further_information_is_given_before_five_working_days_are_over(asked, last, after):
    sent_at, asked_at, ends_at = clock.london(2007, 5, 21, 11), clock.london(*asked), midnight_after(last)
    place = refused_by("FESC_APPEAL", sent_at)
    by = bids(place.application.supplier)
    appeal = lodge_appeal(written_appeal(place, sent_at).pk, by=by, at=sent_at)
    officer = admissions.officer()
    acknowledge_appeal(appeal.pk, by=officer, at=asked_at)
    question = ask_for_information(appeal.pk, asked_of="appellant", question="Where is it?", by=officer, at=asked_at)
    assert question.ends_at == ends_at
    in_time = after < timedelta()
    with nullcontext() if in_time else pytest.raises(Refused):
        give_information(question.pk, answer="On page four.", by=by, at=ends_at + after)
    question.refresh_from_db()
    assert question.answered_at == (ends_at + after if in_time else None)
