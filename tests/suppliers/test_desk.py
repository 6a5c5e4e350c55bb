"""What this floor adds to the desk, the calendar, the search and the navigation."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from commissioning.models import Role
from suppliers import providers
from suppliers.actions.admissions import withdraw_round
from suppliers.actions.appeals import acknowledge_appeal
from suppliers.models import AdmissionRound, EarlyRelease
from tests.factories import admissions
from tests.factories.admissions import (
    APPEALS_END_AT,
    CLOSES_AT,
    DECIDED_AT,
    LODGED_AT,
    announced_round,
    bids,
    decided,
    draft_round,
    drafted_application,
    round_with_decisions,
    submitted_application,
)
from tests.factories.appeals import lodged_appeal
from tests.factories.frameworks import supplier
from tests.factories.people import NOON, commissioner, person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def bupa():
    return supplier()


def desk(user, at):
    return [(item.title, item.what, item.due_at) for item in providers.desk(user, at)]


def test_a_curator_is_told_to_decide_then_to_send_and_then_to_publish(bupa, curator):
    round_ = announced_round()
    place = submitted_application(round_, bupa).places.get()
    assert desk(curator, CLOSES_AT - A_MOMENT) == []
    assert desk(curator, CLOSES_AT) == [("Admission 2026", "1 place to decide.", None)]
    decided(place)
    assert desk(curator, DECIDED_AT) == [("Admission 2026", "Everything is decided: send the decisions.", None)]
    admissions.send_decisions(round_.pk, by=curator, at=DECIDED_AT)
    assert desk(curator, APPEALS_END_AT - A_MOMENT) == []
    assert desk(curator, APPEALS_END_AT) == [("Admission 2026", "The time for appeals is over: publish the lists.", None)]


def test_an_application_with_several_places_is_counted_by_its_undecided_ones(bupa, curator):
    application = submitted_application(announced_round(), bupa, ("micro", "performance"), ("macro", "engagement"), ("micro", "engagement"))
    decided(application.places.first())
    assert desk(curator, DECIDED_AT)[0][1] == "2 places to decide."


def test_a_round_with_an_open_appeal_is_not_yet_to_be_published(bupa, curator):
    lodged_appeal(bupa)
    assert desk(curator, APPEALS_END_AT) == []


def test_an_appeals_officer_is_told_the_next_step_of_each_appeal(bupa, officer):
    appeal = lodged_appeal(bupa)
    assert desk(officer, LODGED_AT) == [(f"{bupa}: {appeal.place}", "An appeal was lodged: acknowledge it.", None)]
    acknowledge_appeal(appeal.pk, by=officer, at=LODGED_AT)
    assert desk(officer, LODGED_AT)[0][1] == "Arrange a hearing."


def test_a_supplier_is_told_of_rounds_drafts_and_refusals_with_their_deadlines(bupa):
    round_ = announced_round()
    assert desk(bids(bupa), NOON) == [("Admission 2026", "Applications are invited.", CLOSES_AT)]
    drafted_application(round_, bupa)
    assert desk(bids(bupa), NOON) == [("Admission 2026", "Your application is a draft: submit it.", CLOSES_AT)]
    assert desk(bids(bupa), CLOSES_AT) == []


def test_a_refused_supplier_is_told_until_when_it_can_appeal(bupa):
    round_with_decisions([], [bupa])
    assert [what[1:] for what in desk(bids(bupa), APPEALS_END_AT - A_MOMENT)] == [("You were not accepted. You can appeal.", APPEALS_END_AT)]
    assert desk(bids(bupa), APPEALS_END_AT) == []
    lodged_appeal(bupa)
    assert desk(bids(bupa), APPEALS_END_AT - A_MOMENT) == []


def test_a_refusal_in_draft_is_on_nobodys_desk(bupa):
    decided(submitted_application(announced_round(), bupa).places.get(), "refused")
    assert desk(bids(bupa), DECIDED_AT) == []


def test_a_buyer_is_told_of_its_early_release_until_it_expires(bupa, curator):
    trust, framework = commissioner(), admissions.framework()
    lead = person(trust, Role.PROCUREMENT_LEAD)
    expires_at = NOON + timedelta(days=7)
    where = {"framework_list": framework.lists.first(), "area": framework.areas.first()}
    EarlyRelease.objects.create(
        framework=framework, buyer=trust, **where, reason="Early.", granted_at=NOON, granted_by=curator, expires_at=expires_at
    )
    assert [item[2] for item in desk(lead, expires_at - A_MOMENT)] == [expires_at]
    assert desk(lead, expires_at) == []
    assert [deadline.at for deadline in providers.deadlines(lead, NOON)] == [expires_at]


def test_the_calendar_has_deadlines_and_ends_of_windows_of_rounds_that_one_sees(bupa, curator):
    draft_round()
    announced_round()
    assert [deadline.at for deadline in providers.deadlines(bids(bupa), NOON)] == [CLOSES_AT]
    round_with_decisions([bupa])
    ends = [deadline for deadline in providers.deadlines(bids(bupa), DECIDED_AT) if deadline.at == APPEALS_END_AT]
    assert [deadline.title for deadline in ends] == ["Appeals end: Admission 2026"]


def test_the_calendar_of_the_authority_has_when_its_answers_and_decisions_are_due(bupa, curator):
    round_ = announced_round()
    answers, decisions = CLOSES_AT - timedelta(days=1), CLOSES_AT + timedelta(days=30)
    AdmissionRound.objects.update(answers_due_at=answers, decisions_due_at=decisions)
    assert [deadline.at for deadline in providers.deadlines(bids(bupa), NOON)] == [CLOSES_AT]

    def due(at):
        return sorted(deadline.at for deadline in providers.deadlines(curator, at) if "due" in deadline.title)

    assert (due(answers - A_MOMENT), due(answers), due(CLOSES_AT), due(decisions)) == ([answers, decisions], [decisions], [decisions], [])
    withdraw_round(round_.pk, reason="No.", by=curator, at=NOON)
    assert due(NOON) == []


def test_the_search_finds_suppliers_frameworks_and_rounds_that_one_may_see(bupa, curator):
    draft_round()
    assert [found.title for found in providers.searches(AnonymousUser(), "bupa")] == ["BUPA Membership Commissioning Ltd"]
    assert [found.kind for found in providers.searches(AnonymousUser(), "fesc")] == ["Frameworks"]
    assert list(providers.searches(AnonymousUser(), "Admission 2026")) == []
    assert [found.title for found in providers.searches(curator, "Admission 2026")] == ["Admission 2026"]


def test_the_navigation_shows_applications_and_appeals_to_those_who_take_part(browse, bupa, curator, officer):
    lead = person(commissioner(), Role.PROCUREMENT_LEAD)
    for who, are_shown in ((None, False), (lead, False), (bids(bupa), True), (curator, True), (officer, True)):
        shown = browse(who).get(reverse("supplier:index")).content.decode()
        assert (f'href="{reverse("appeal:index")}"' in shown) == are_shown
        assert f'href="{reverse("published_lists")}"' in shown
