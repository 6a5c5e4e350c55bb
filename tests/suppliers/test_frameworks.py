"""A framework is set up as a draft, checked, brought into force and ended."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from commissioning import clock
from commissioning.models import Role
from commissioning.refusals import Refused
from suppliers.actions.framework_versions import publish_framework
from suppliers.actions.frameworks import add_area, add_list, add_service, describe_framework, draft_framework, end_framework
from suppliers.actions.terms import set_award_criteria, set_buyers
from suppliers.models import Framework, FrameworkList
from tests.factories import admissions
from tests.factories.admissions import announced_round
from tests.factories.frameworks import CRITERIA, live_framework, supplier
from tests.factories.people import NOON, authority, person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
TERMS = {
    "title": "Framework for Procuring External Support for Commissioners",
    "regime": "PCR2006",
    "starts_on": date(2026, 4, 1),
    "ends_on": date(2030, 3, 31),
    "appeal_rule": "FESC_APPEAL",
    "standstill_rule": "PCR06_STANDSTILL_E",
}


@pytest.fixture
def doh():
    return authority()


@pytest.fixture
def curator(doh):
    return person(doh, Role.CURATOR)


@pytest.fixture
def draft(doh, curator):
    return draft_framework(authority=doh.pk, reference="fesc", description="Support.", **TERMS, by=curator, at=NOON)


def complete(framework, curator):
    add_list(framework.pk, code="micro", name="Micro", scope_kind=FrameworkList.Scope.MICRO, by=curator, at=NOON)
    area = add_area(framework.pk, code="performance", name="Performance management", by=curator, at=NOON)
    add_service(framework.pk, area=area.pk, code="validation", name="Invoice validation", by=curator, at=NOON)
    set_buyers(framework.pk, classes=["PCT"], by=curator, at=NOON)
    set_award_criteria(framework.pk, criteria=CRITERIA, by=curator, at=NOON)


def test_a_draft_is_seen_by_its_authority_alone_until_it_is_published(draft, curator):
    stranger = person(authority("Another authority"), Role.CURATOR)
    assert draft not in Framework.objects.visible_to(stranger)
    complete(draft, curator)
    publish_framework(draft.pk, by=curator, at=NOON)
    assert draft in Framework.objects.visible_to(stranger)


def test_an_incomplete_framework_is_not_established_and_everything_that_it_lacks_is_named(draft, curator):
    describe_framework(draft.pk, **TERMS, description="", by=curator, at=NOON)
    with pytest.raises(Refused) as refused:
        publish_framework(draft.pk, by=curator, at=NOON)
    assert str(refused.value) == (
        "The framework is not complete. Say what the framework is for. Add at least one list. Add at least one area. Add a service in each area. "
        "Say who may buy under the framework, by class or by name. Set the award criteria and their weights."
    )
    describe_framework(draft.pk, **TERMS, description="Support.", by=curator, at=NOON)
    add_list(draft.pk, code="micro", name="Micro", scope_kind=FrameworkList.Scope.MICRO, by=curator, at=NOON)
    add_area(draft.pk, code="performance", name="Performance management", by=curator, at=NOON)
    with pytest.raises(Refused, match="Add a service in each area: there is none in Performance management"):
        publish_framework(draft.pk, by=curator, at=NOON)


def test_lists_and_areas_are_fixed_once_the_framework_is_in_force_and_services_are_not(curator):
    framework = live_framework(of=curator.memberships.get().organisation)
    for act, more in ((add_list, {"scope_kind": FrameworkList.Scope.MICRO}), (add_area, {})):
        with pytest.raises(Refused, match="while it is in force"):
            act(framework.pk, code="late", name="Late", by=curator, at=NOON, **more)
    service = add_service(framework.pk, area=framework.areas.first().pk, code="new", name="New", by=curator, at=NOON)
    assert (service.order, framework.areas.first().services.count()) == (1, 1), "it comes with the next version"


@pytest.mark.parametrize(("field", "value"), [("ends_on", date(2026, 4, 1)), ("appeal_rule", "NONE"), ("standstill_rule", "?")])
def test_a_term_ends_after_it_starts_and_a_rule_is_one_that_the_calendar_has(doh, curator, field, value):
    with pytest.raises(ValidationError) as wrong:
        draft_framework(authority=doh.pk, reference="wrong", **{**TERMS, field: value}, by=curator, at=NOON)
    assert list(wrong.value.message_dict) == [field]


def test_two_frameworks_do_not_share_a_reference(draft, doh, curator):
    with pytest.raises(Refused, match="reference"):
        draft_framework(authority=doh.pk, reference="fesc", **TERMS, by=curator, at=NOON)


def test_two_lists_of_a_framework_do_not_share_a_code(draft, curator):
    add_list(draft.pk, code="micro", name="Micro", scope_kind=FrameworkList.Scope.MICRO, by=curator, at=NOON)
    with pytest.raises(Refused, match="One list per code of a framework"):
        add_list(draft.pk, code="micro", name="Micro again", scope_kind=FrameworkList.Scope.MICRO, by=curator, at=NOON)


def test_only_a_curator_of_the_authority_sets_its_framework_up(draft, doh):
    officer = person(doh, Role.APPEALS_OFFICER)
    stranger = person(authority("Another authority"), Role.CURATOR)
    for person_ in (officer, stranger):
        with pytest.raises(PermissionDenied):
            draft_framework(authority=doh.pk, reference="mine", **TERMS, by=person_, at=NOON)
        with pytest.raises(PermissionDenied):
            publish_framework(draft.pk, by=person_, at=NOON)


def test_a_framework_with_a_round_under_way_is_not_ended():
    round_ = announced_round()
    with pytest.raises(Refused, match="“Admission 2026” is under way"):
        end_framework(round_.framework_id, reason="No use.", by=admissions.curator(), at=NOON)


def test_a_framework_is_in_force_from_the_first_instant_of_its_first_day_in_london_to_the_last_of_its_last(draft):
    draft.status = Framework.Status.LIVE
    first, after = clock.london(2026, 4, 1), clock.london(2030, 4, 1)
    assert [draft.is_in_force(at) for at in (first - A_MOMENT, first, after - A_MOMENT, after)] == [False, True, True, False]


def test_ending_a_framework_stands_on_its_trail_with_the_reason(curator, last_entry):
    supplier()
    framework = live_framework(of=curator.memberships.get().organisation)
    with pytest.raises(ValidationError, match="Say why: those listed will read it"):
        end_framework(framework.pk, reason=" ", by=curator, at=NOON)
    end_framework(framework.pk, reason="It has served.", by=curator, at=NOON)
    entry = last_entry(framework)
    assert (entry.verb, entry.facts) == ("end_framework", {"from": "live", "to": "ended", "reason": "It has served."})
