"""An appeal is heard if it comes within the window, by an officer who took no part in the decision."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from commissioning.models import Role
from commissioning.refusals import Refused
from suppliers.actions.appeals import acknowledge_appeal, dismiss_appeal, hear_appeal, lodge_appeal, uphold_appeal, withdraw_appeal
from suppliers.models import Appeal, Listing, Place
from tests.factories import admissions
from tests.factories.admissions import APPEALS_END_AT, DECIDED_AT, LODGED_AT, bids, heard_appeal, lodged_appeal, place_of, round_with_decisions
from tests.factories.frameworks import supplier
from tests.factories.people import person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def tribal():
    return supplier("Tribal", "tribal")


@pytest.fixture
def refused(tribal, officer):
    """Tribal's refused place; decisions went out on 30 March 2026 at noon."""
    round_with_decisions([supplier()], [tribal])
    return place_of(tribal)


def test_an_appeal_on_the_last_instant_of_the_window_is_heard(refused, tribal, told):
    appeal = lodge_appeal(refused.pk, grounds="Not read.", by=bids(tribal), at=APPEALS_END_AT - A_MOMENT)
    assert (appeal.status, appeal.lodged_at) == (Appeal.Status.LODGED, APPEALS_END_AT - A_MOMENT)
    assert told("appeal_lodged") == ["appeals@doh.example"]


def test_an_appeal_at_the_moment_of_the_decision_is_heard(refused, tribal):
    assert lodge_appeal(refused.pk, grounds="Not read.", by=bids(tribal), at=DECIDED_AT).lodged_at == DECIDED_AT


@pytest.mark.parametrize("late_by", [timedelta(), A_MOMENT, timedelta(days=30)])
def test_a_late_appeal_is_refused_with_the_moment_it_came_and_the_moment_it_was_due_on_the_trail(refused, tribal, late_by, last_entry):
    came_at = APPEALS_END_AT + late_by
    with pytest.raises(Refused, match="midnight at the end of Thursday 9 April 2026") as late:
        lodge_appeal(refused.pk, grounds="Not read.", by=bids(tribal), at=came_at)
    assert "was due before Friday 10 April 2026, 00:00:00.000000 BST" in str(late.value)
    entry = last_entry(refused)
    assert (entry.verb, entry.outcome, entry.at, entry.facts["reason"]) == ("lodge_appeal", "refused", came_at, str(late.value))
    assert not Appeal.objects.exists()


def test_no_appeal_comes_before_the_decision_is_sent_and_the_answer_does_not_give_it_away(tribal):
    accepted = supplier()
    round_ = admissions.announced_round()
    sentences = set()
    for firm, outcome in ((tribal, Place.Outcome.REFUSED), (accepted, Place.Outcome.ACCEPTED)):
        place = admissions.decided(admissions.submitted_application(round_, firm).places.get(), outcome)
        with pytest.raises(Refused, match="No decision has been sent yet") as early:
            lodge_appeal(place.pk, grounds="I fear the worst.", by=bids(firm), at=DECIDED_AT - A_MOMENT)
        sentences.add(str(early.value))
    assert len(sentences) == 1


def test_only_a_refusal_can_be_appealed_against_and_only_by_the_supplier_that_was_refused(refused):
    accepted = place_of(admissions.Supplier.objects.get(short_name="bupa"))
    with pytest.raises(Refused, match="Only a refusal"):
        lodge_appeal(accepted.pk, grounds="More.", by=bids(accepted.application.supplier), at=LODGED_AT)
    with pytest.raises(PermissionDenied):
        lodge_appeal(refused.pk, grounds="On their behalf.", by=bids(accepted.application.supplier), at=LODGED_AT)


def test_an_appeal_says_why_and_there_is_one_for_each_refusal(refused, tribal):
    with pytest.raises(ValidationError, match="Say why"):
        lodge_appeal(refused.pk, grounds="  ", by=bids(tribal), at=LODGED_AT)
    lodge_appeal(refused.pk, grounds="Not read.", by=bids(tribal), at=LODGED_AT)
    with pytest.raises(Refused, match="one for each"):
        lodge_appeal(refused.pk, grounds="Again.", by=bids(tribal), at=LODGED_AT)


def test_an_appeal_is_acknowledged_heard_and_dismissed_and_the_appellant_reads_each_step(tribal, officer, told):
    appeal = heard_appeal(tribal)
    assert (appeal.officer, appeal.heard_at) == (officer, LODGED_AT)
    dismiss_appeal(appeal.pk, reasons="It was read.", by=officer, at=LODGED_AT)
    appeal.refresh_from_db()
    assert (appeal.status, appeal.reasons) == (Appeal.Status.DISMISSED, "It was read.")
    for step in ("acknowledged", "heard", "dismissed"):
        assert told(f"appeal_{step}") == ["bids@tribal.example"]
    assert told("appeal_decided") == ["curator@doh.example"]
    assert not Listing.objects.filter(supplier=tribal).exists()


def test_an_upheld_appeal_makes_the_listing_and_leaves_the_decision_as_it_was(tribal, officer, told):
    appeal = uphold_appeal(heard_appeal(tribal).pk, reasons="It was not read.", by=officer, at=LODGED_AT)
    listing = Listing.objects.get(supplier=tribal)
    assert (listing.place, listing.listed_at, listing.published_at) == (appeal.place, LODGED_AT, None)
    assert place_of(tribal).outcome == Place.Outcome.REFUSED
    assert told("appeal_upheld") == ["bids@tribal.example"]


def test_an_appeal_is_decided_after_it_is_heard_and_with_reasons(tribal, officer):
    appeal = lodged_appeal(tribal)
    for act in (uphold_appeal, dismiss_appeal):
        with pytest.raises(Refused, match="while it is lodged"):
            act(appeal.pk, reasons="Without a hearing.", by=officer, at=LODGED_AT)
    acknowledge_appeal(appeal.pk, by=officer, at=LODGED_AT)
    with pytest.raises(ValidationError, match="what was heard"):
        hear_appeal(appeal.pk, hearing_note="", by=officer, at=LODGED_AT)
    hear_appeal(appeal.pk, hearing_note="Heard.", by=officer, at=LODGED_AT)
    with pytest.raises(ValidationError, match="Give the reasons"):
        uphold_appeal(appeal.pk, reasons=" ", by=officer, at=LODGED_AT)


def test_an_officer_who_decided_in_the_round_does_not_hear_the_appeal_even_if_the_decision_was_made_anew(tribal, officer, curator):
    decider = person(admissions.framework().authority, Role.APPEALS_OFFICER, "curator@doh.example")
    appeal = lodged_appeal(tribal)
    assert officer in appeal.officers()
    assert decider not in appeal.officers()
    with pytest.raises(PermissionDenied):
        acknowledge_appeal(appeal.pk, by=decider, at=LODGED_AT)


def test_a_draft_decision_that_another_made_anew_still_counts_as_taking_part(tribal, officer):
    first = person(admissions.framework().authority, Role.CURATOR, "first@doh.example")
    person(admissions.framework().authority, Role.APPEALS_OFFICER, "first@doh.example")
    round_ = admissions.announced_round()
    place = admissions.submitted_application(round_, tribal).places.get()
    admissions.decided(place, Place.Outcome.ACCEPTED, by=first)
    admissions.decided(place, Place.Outcome.REFUSED)
    admissions.send_decisions(round_.pk, by=admissions.curator(), at=DECIDED_AT)
    appeal = lodged_appeal(tribal)
    assert list(appeal.officers()) == [officer]
    assert not first.has_perm("suppliers.uphold_appeal", appeal)


def test_an_officer_who_acts_for_the_appellant_does_not_hear_it(tribal, officer):
    person(tribal.organisation, Role.CONTRIBUTOR, "appeals@doh.example")
    officer = type(officer).objects.get(pk=officer.pk)
    with pytest.raises(PermissionDenied):
        acknowledge_appeal(lodged_appeal(tribal).pk, by=officer, at=LODGED_AT)


def test_a_curator_does_not_decide_appeals(tribal, curator):
    other = person(admissions.framework().authority, Role.CURATOR, "other@doh.example")
    appeal = heard_appeal(tribal)
    for person_ in (curator, other):
        with pytest.raises(PermissionDenied):
            uphold_appeal(appeal.pk, reasons="We were right.", by=person_, at=LODGED_AT)


def test_the_appellant_withdraws_its_appeal_until_it_is_decided(tribal, officer, told):
    appeal = heard_appeal(tribal)
    with pytest.raises(PermissionDenied):
        withdraw_appeal(appeal.pk, by=officer, at=LODGED_AT)
    assert withdraw_appeal(appeal.pk, reason="We think again.", by=bids(tribal), at=LODGED_AT).status == Appeal.Status.WITHDRAWN
    assert told("appeal_withdrawn") == ["appeals@doh.example"]
    with pytest.raises(Refused, match="while it is withdrawn"):
        uphold_appeal(appeal.pk, reasons="Still.", by=officer, at=LODGED_AT)


def test_a_rival_does_not_see_an_appeal(tribal, officer, curator):
    rival = bids(supplier())
    appeal = lodged_appeal(tribal)
    assert appeal not in Appeal.objects.visible_to(rival)
    for person_ in (bids(tribal), officer, curator):
        assert appeal in Appeal.objects.visible_to(person_)
