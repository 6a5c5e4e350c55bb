"""What has fallen due is told though something else fails, and the trail is not filled by a clock that tries again."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from structlog.testing import capture_logs

from commissioning import registry, tasks
from commissioning.announcing import JOB, AlreadyTold, announce_due, claim
from commissioning.models import Announcement, ClockJob, Organisation, TrailEntry
from commissioning.moves import moving
from commissioning.refusals import Refused
from commissioning.registry import Due
from tests.factories import people as cast

pytestmark = pytest.mark.django_db


def tell(organisation_id, *, what, by):
    with moving(Organisation, organisation_id, "describe_organisation", by=by) as step:
        claim(step, what)
        step.require(not what.startswith("refused"), "This is not due.")
        assert what != "broken", "secret"


def providers(monkeypatch, *offers):
    monkeypatch.setattr(registry, "due", [offer if callable(offer) else lambda at, offer=offer: iter(offer) for offer in offers])


def refused():
    return [(entry.subject_id, entry.facts) for entry in TrailEntry.objects.filter(outcome=TrailEntry.Outcome.REFUSED)]


@pytest.fixture
def hillingdon():
    return cast.commissioner()


@pytest.fixture
def sweep_with_faults(hillingdon, monkeypatch):
    def broken(at):
        yield Due(tell, hillingdon.pk, "never reached")
        raise LookupError("no such thing")

    providers(monkeypatch, broken, [Due(tell, hillingdon.pk, what) for what in ("broken", "first")], [Due(tell, hillingdon.pk, "second")])


def test_what_fails_holds_up_nothing_else(sweep_with_faults):
    with capture_logs() as logs:
        sweep = announce_due()
    assert (sweep.told, sweep.failed) == (2, 2)
    assert set(Announcement.objects.values_list("what", flat=True)) == {"first", "second"}
    faults = [line for line in logs if line["log_level"] == "error"]
    assert [line["event"] for line in faults] == ["what has fallen due could not be found", "an announcement failed"]
    assert all(line["exc_info"] for line in faults)


def test_the_command_tells_all_others_and_then_says_that_something_failed(sweep_with_faults):
    with pytest.raises(CommandError, match=r"Announced: 2\. Failed: 2"):
        call_command("announce_due")
    assert Announcement.objects.count() == 2


def test_the_task_tells_all_others_and_then_fails(sweep_with_faults):
    with pytest.raises(RuntimeError, match=r"Announced: 2\. Failed: 2"):
        tasks.announce_due()
    assert Announcement.objects.count() == 2


def test_a_sweep_without_faults_says_what_it_announced(hillingdon, monkeypatch):
    providers(monkeypatch, [Due(tell, hillingdon.pk, "first")])
    said = StringIO()
    call_command("announce_due", stdout=said)
    assert said.getvalue() == "Announced: 1.\n"


def test_of_two_sweeps_that_overlap_the_later_leaves_nothing_on_the_trail(hillingdon, monkeypatch):
    providers(monkeypatch, [Due(tell, hillingdon.pk, "first")])
    assert [announce_due().told, announce_due().told] == [1, 0], "the provider offers it still, as to a sweep that looked before"
    with pytest.raises(AlreadyTold):
        tell(hillingdon.pk, what="first", by=JOB)
    assert refused() == []
    assert TrailEntry.objects.filter(subject_id=hillingdon.pk).count() == 1


def test_what_the_clock_is_refused_at_every_tick_is_on_the_trail_once_for_each_thing(hillingdon, monkeypatch):
    providers(monkeypatch, [Due(tell, hillingdon.pk, "refused:a"), Due(tell, hillingdon.pk, "refused:b")])
    sweeps = [announce_due() for _ in range(3)]
    assert [(sweep.told, sweep.failed) for sweep in sweeps] == [(0, 0)] * 3
    assert sorted(facts["announced"] for _, facts in refused()) == ["refused:a", "refused:b"]


def test_whoever_else_is_refused_twice_is_on_the_trail_twice(hillingdon):
    for _ in range(2):
        with pytest.raises(Refused):
            tell(hillingdon.pk, what="refused", by=ClockJob("by hand"))
    assert refused() == [(hillingdon.pk, {"reason": "This is not due."})] * 2
