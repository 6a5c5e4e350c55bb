"""A framework is published in numbered versions that never change; what is drafted after that waits for the next one."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from commissioning.actions.reference_data import change_reference_data
from commissioning.canon import digest
from commissioning.models import PeriodRule, Regime, Role
from commissioning.refusals import Refused
from suppliers.actions.framework_versions import discard_changes, publish_framework
from suppliers.actions.frameworks import add_area, add_list, add_service, describe_framework, remove_part
from suppliers.actions.terms import (
    describe_selection,
    set_award_criteria,
    set_buyers,
    set_letters,
    set_periods,
    set_price_and_fee,
    set_reopening,
    set_term,
)
from suppliers.configuration import content_of, differences
from suppliers.demands import ALWAYS, CHECKS, missing
from suppliers.models import Framework, FrameworkList, FrameworkVersion, Service
from tests.factories import admissions
from tests.factories.frameworks import CRITERIA, draft_framework, live_framework
from tests.factories.people import NOON, commissioner, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def framework(curator):
    """In force, in its first version."""
    return admissions.framework()


def fresh(framework):
    return Framework.objects.get(pk=framework.pk)


def by(curator):
    return {"by": curator, "at": NOON}


# What the law demands


def lacking(framework):
    return {demand.code for demand in missing(fresh(framework))}


@pytest.mark.parametrize(
    ("law", "codes"),
    [
        ("PCR2006", {"lists", "areas", "services"}),
        ("PCR2015", {"lists", "areas", "services"}),
        ("PA2023", {"lists", "areas", "services", "price", "value", "selection", "openness"}),
        ("PSR2023", {"lists", "areas", "services", "selection"}),
    ],
)
def test_each_law_names_what_it_misses_and_no_more(law, codes):
    assert lacking(draft_framework(law.lower(), regime=law)) == codes


def test_what_a_law_demands_is_data_and_a_demand_that_no_check_knows_holds_publication_up(curator):
    framework = draft_framework("second")
    Regime.objects.filter(code="PCR2006").update(demands=["selection", "carbon-plan"])
    assert lacking(framework) == {"lists", "areas", "services", "selection", "carbon-plan"}
    with pytest.raises(Refused, match="demands “carbon-plan”, which this service cannot check"):
        publish_framework(framework.pk, **by(curator))


def test_every_demand_of_the_laws_that_come_with_the_service_has_a_check_whose_act_is_a_move_of_the_framework():
    for law in Regime.objects.all():
        law.full_clean()
        assert set(law.demands) <= set(CHECKS), law
    assert set(ALWAYS) <= set(CHECKS)
    assert {verb for _, verb, _ in CHECKS.values()} <= set(Framework.MOVES)


@pytest.mark.parametrize(("last", "is_too_long"), [(date(2028, 12, 31), False), (date(2029, 1, 1), True)])
def test_a_term_is_four_years_to_the_day_unless_a_ground_is_stated(curator, last, is_too_long):
    framework = draft_framework("second")
    set_term(framework.pk, starts_on=date(2025, 1, 1), ends_on=last, **by(curator))
    assert ("term" in lacking(framework)) == is_too_long
    set_term(framework.pk, starts_on=date(2025, 1, 1), ends_on=last, term_ground="A laboratory that takes six years to build.", **by(curator))
    assert "term" not in lacking(framework)


def test_the_longest_extension_counts_as_the_term(curator):
    framework = draft_framework("second")
    days = {"starts_on": date(2025, 1, 1), "ends_on": date(2026, 12, 31)}
    set_term(framework.pk, **days, longest_ends_on=date(2029, 1, 1), **by(curator))
    (lack,) = [demand for demand in missing(fresh(framework)) if demand.code == "term"]
    assert "By the Public Contracts Regulations 2006 its last day is 31 December 2028 at the latest" in lack.missing
    with pytest.raises(ValidationError, match="ends before the term itself"):
        set_term(framework.pk, **days, longest_ends_on=date(2026, 12, 30), **by(curator))


def test_an_open_framework_runs_to_the_end_of_its_scheme_and_says_how_and_by_when_it_reopens(curator):
    framework = draft_framework("open", regime="PA2023")
    set_term(framework.pk, starts_on=date(2025, 3, 1), ends_on=date(2033, 2, 28), **by(curator))
    assert {"term", "openness"} <= lacking(framework)
    set_reopening(framework.pk, reopens=True, **by(curator))
    assert {"term", "openness", "reopening"} & lacking(framework) == {"reopening"}
    set_reopening(framework.pk, reopens=True, reopening="Once in the first three years.", **by(curator))
    assert "reopening" not in lacking(framework)
    clocks = content_of(fresh(framework))["reopening"]["clocks"]
    assert [(each["what"], each["on"]) for each in clocks] == [
        ("It reopens for the first time by", "2028-03-01"),
        ("It ends as a whole by", "2033-03-01"),
    ]


def test_a_law_without_open_frameworks_has_none(curator):
    framework = draft_framework("second")
    set_reopening(framework.pk, reopens=True, reopening="Each year.", **by(curator))
    (lack,) = [demand for demand in missing(fresh(framework)) if demand.code == "reopening"]
    assert lack.missing == "The Public Contracts Regulations 2006 knows no open frameworks. Say that it is not one."


def test_a_fee_is_a_percentage_and_a_law_that_allows_none_refuses_it(curator):
    framework = draft_framework("second", regime="PA2023")
    set_price_and_fee(framework.pk, fee_percent="0.50", **by(curator))
    assert "fee" not in lacking(framework)
    Regime.objects.filter(code="PA2023").update(fee=Regime.Fee.NOT_ALLOWED)
    assert "fee" in lacking(framework)
    with pytest.raises(ValidationError):
        set_price_and_fee(framework.pk, fee_percent="100.01", **by(curator))


# Versions


def test_publishing_makes_version_1_with_everything_that_the_framework_says_and_its_hash(curator):
    framework = draft_framework("second")
    add_list(framework.pk, code="micro", name="Micro", scope_kind=FrameworkList.Scope.MICRO, **by(curator))
    area = add_area(framework.pk, code="review", name="Review", **by(curator))
    add_service(framework.pk, area=area.pk, code="checks", name="Checks", **by(curator))
    publish_framework(framework.pk, **by(curator))
    version = framework.versions.get()
    assert (version.number, version.published_at) == (1, NOON)
    assert digest(version.content) == version.content_hash
    assert version.content == content_of(fresh(framework))
    assert [each["services"][0]["code"] for each in version.content["areas"]] == ["checks"]
    assert version.content["criteria"][0] == {**CRITERIA[0], "global_weight": "60"}


def test_the_database_refuses_to_change_or_remove_a_version(framework):
    for change in (lambda rows: rows.update(number=7), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="A published version of a framework does not change"), transaction.atomic():
            change(FrameworkVersion.objects.filter(framework=framework))


def test_what_is_drafted_after_publication_is_in_force_only_with_the_next_version(framework, curator):
    before = framework.versions.get().content
    area = framework.areas.get(code="performance")
    add_service(framework.pk, area=area.pk, code="audit", name="Clinical coding audit", **by(curator))
    set_buyers(framework.pk, classes=["PCT", "SHA"], **by(curator))
    set_letters(framework.pk, letters={"invitation_to_tender": "{supplier}, read this."}, **by(curator))
    drafted = fresh(framework)
    assert (drafted.buyer_classes, drafted.letters, area.services.count()) == (["PCT"], {}, 1)
    assert content_of(drafted.drafted()) != before
    publish_framework(framework.pk, **by(curator))
    in_force = fresh(framework)
    assert (in_force.buyer_classes, in_force.changes) == (["PCT", "SHA"], {})
    assert list(area.services.values_list("code", flat=True)) == ["performance-review", "audit"]
    first, second = framework.versions.order_by("number")
    assert first.content == before, "version 1 is as it was"
    assert {(each.what, each.before, each.after) for each in differences(first.content, second.content)} == {
        ("Service “audit” in “performance”", "", "Clinical coding audit"),
        ("Buyer: Strategic health authority", "", "May buy"),
        ("Letter: Invitation to tender", "", "{supplier}, read this."),
    }


def test_a_service_that_was_drafted_keeps_its_id_and_its_code_is_taken(framework, curator):
    area = framework.areas.get(code="performance")
    made = add_service(framework.pk, area=area.pk, code="audit", name="Audit", **by(curator))
    for code in ("audit", "performance-review"):
        with pytest.raises(Refused, match="One service per code of an area"):
            add_service(framework.pk, area=area.pk, code=code, name="Again", **by(curator))
    publish_framework(framework.pk, **by(curator))
    assert Service.objects.get(pk=made.pk).order == 1


def test_what_was_said_before_and_is_said_again_is_no_change(framework, curator):
    set_buyers(framework.pk, classes=["SHA"], **by(curator))
    set_buyers(framework.pk, classes=["PCT"], **by(curator))
    assert fresh(framework).changes == {}
    with pytest.raises(Refused, match="Nothing has changed since version 1"):
        publish_framework(framework.pk, **by(curator))


def test_discarding_forgets_what_waits_and_leaves_what_is_in_force(framework, curator, last_entry):
    set_buyers(framework.pk, classes=["SHA"], **by(curator))
    discard_changes(framework.pk, **by(curator))
    assert (fresh(framework).changes, fresh(framework).buyer_classes) == ({}, ["PCT"])
    assert last_entry(framework).facts == {"discarded": {"buyer_classes": ["SHA"]}}
    with pytest.raises(Refused, match="Nothing is drafted"):
        discard_changes(framework.pk, **by(curator))


def test_the_next_version_is_checked_as_the_first_one_was(framework, curator):
    set_buyers(framework.pk, classes=[], **by(curator))
    with pytest.raises(Refused, match="Say who may buy under the framework"):
        publish_framework(framework.pk, **by(curator))
    assert framework.versions.count() == 1


@pytest.mark.parametrize("number", [-1, 0, 101])
def test_a_call_off_invites_one_to_a_hundred_or_everyone(curator, number):
    framework = draft_framework("second")
    for fits in (1, 100, None):
        assert describe_selection(framework.pk, selection_process="In turn.", asks_at_most=fits, **by(curator)).asks_at_most == fits
    with pytest.raises(ValidationError, match="Enter a number from 1 to 100, or nothing"):
        describe_selection(framework.pk, selection_process="In turn.", asks_at_most=number, **by(curator))


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (set_award_criteria, {"criteria": CRITERIA}),
        (set_price_and_fee, {"fee_percent": None}),
        (describe_selection, {"selection_process": "By lot."}),
        (set_reopening, {"reopens": True}),
    ],
)
def test_the_core_terms_of_a_published_framework_do_not_change(framework, curator, act, said):
    with pytest.raises(Refused, match="while it is in force"):
        act(framework.pk, **said, **by(curator))


def test_the_law_and_the_first_day_of_a_published_framework_do_not_change(framework, curator):
    with pytest.raises(ValidationError, match="The law of a published framework does not change"):
        describe_framework(framework.pk, title="T", regime="PA2023", **by(curator))
    with pytest.raises(ValidationError, match="The first day of a published framework does not change: it is 1 January 2025"):
        set_term(framework.pk, starts_on=date(2024, 1, 1), ends_on=framework.ends_on, **by(curator))


def test_a_term_is_extended_to_the_longest_extension_that_was_published_and_not_a_day_longer(curator):
    framework = live_framework("second")
    Framework.objects.filter(pk=framework.pk).update(ends_on=date(2026, 12, 31), longest_ends_on=date(2027, 12, 31))
    terms = {"starts_on": date(2025, 1, 1), "longest_ends_on": date(2027, 12, 31)}
    for last in (date(2026, 12, 30), date(2028, 1, 1)):
        with pytest.raises(ValidationError) as wrong:
            set_term(framework.pk, **terms, ends_on=last, **by(curator))
        assert next(iter(wrong.value.message_dict)) in {"ends_on", "longest_ends_on"}
    with pytest.raises(ValidationError, match="How far a published framework may be extended does not change"):
        set_term(framework.pk, **{**terms, "longest_ends_on": date(2028, 12, 31)}, ends_on=date(2028, 1, 1), **by(curator))
    set_term(framework.pk, **terms, ends_on=date(2027, 12, 31), **by(curator))
    assert fresh(framework).ends_on == date(2026, 12, 31)
    publish_framework(framework.pk, **by(curator))
    assert fresh(framework).ends_on == date(2027, 12, 31)


def test_a_draft_loses_parts_and_a_published_framework_only_a_service_that_waits(curator, framework):
    draft = draft_framework("second")
    area = add_area(draft.pk, code="review", name="Review", **by(curator))
    service = add_service(draft.pk, area=area.pk, code="checks", name="Checks", **by(curator))
    with pytest.raises(ValidationError, match="Take these out first"):
        remove_part(draft.pk, part=area.pk, **by(curator))
    for part in (service, area):
        remove_part(draft.pk, part=part.pk, **by(curator))
    assert not draft.areas.exists()
    published = framework.areas.first()
    with pytest.raises(Refused, match="What is published stays"):
        remove_part(framework.pk, part=published.pk, **by(curator))
    waiting = add_service(framework.pk, area=published.pk, code="audit", name="Audit", **by(curator))
    remove_part(framework.pk, part=waiting.pk, **by(curator))
    assert fresh(framework).changes == {}


def test_buyers_are_classes_and_commissioners_that_are_there(framework, curator):
    with pytest.raises(ValidationError, match="There is no class of bodies “PRISON”"):
        set_buyers(framework.pk, classes=["PRISON"], **by(curator))
    with pytest.raises(ValidationError, match="one of these is not"):
        set_buyers(framework.pk, classes=[], named=[framework.authority_id], **by(curator))
    trust = commissioner("Northamptonshire PCT")
    set_buyers(framework.pk, classes=[], named=[trust.pk], **by(curator))
    assert content_of(fresh(framework).drafted())["buyers"] == {"classes": [], "named": [{"id": str(trust.pk), "name": "Northamptonshire PCT"}]}


def test_the_periods_of_the_next_version_are_those_that_the_calendar_has(framework, curator):
    rules = {"appeal_rule": "ADMISSION_APPEAL", "standstill_rule": "PCR06_STANDSTILL_E"}
    with pytest.raises(ValidationError) as wrong:
        set_periods(framework.pk, **rules, tender_rule="NONE", **by(curator))
    assert list(wrong.value.message_dict) == ["tender_rule"]
    set_periods(framework.pk, **rules, tender_rule="CALL_OFF_LEAST_TIME", **by(curator))
    assert fresh(framework).appeal_rule_id == "FESC_APPEAL"
    publish_framework(framework.pk, **by(curator))
    assert fresh(framework).appeal_rule_id == "ADMISSION_APPEAL"


def test_only_a_curator_of_the_authority_changes_publishes_or_discards(framework):
    officer = person(framework.authority, Role.APPEALS_OFFICER)
    for act, said in ((set_buyers, {"classes": []}), (publish_framework, {}), (discard_changes, {}), (set_letters, {"letters": {}})):
        with pytest.raises(PermissionDenied):
            act(framework.pk, **said, by=officer, at=NOON)


# What was published keeps its periods


@pytest.mark.parametrize("name", ["appeal", "standstill", "tender"])
def test_a_period_that_a_published_version_counts_by_cannot_be_counted_otherwise(framework, curator, name):
    version = framework.versions.latest("number")
    code = (version.content["periods"][name] or {}).get("code")
    if code is None:
        set_periods(framework.pk, appeal_rule="FESC_APPEAL", standstill_rule="PCR06_STANDSTILL_E", tender_rule="CALL_OFF_LEAST_TIME", **by(curator))
        publish_framework(framework.pk, **by(curator))
        code = "CALL_OFF_LEAST_TIME"
    rule = PeriodRule.objects.get(code=code)
    rule.length += 20
    with pytest.raises(Refused, match=rf"version \d counts by the rule {code}, as was published"):
        change_reference_data(rule, **by(curator))
    assert PeriodRule.objects.get(code=code).length == rule.length - 20
    kept = PeriodRule.objects.get(code=code)
    kept.title, kept.source = "In other words", "Read again in the source."
    change_reference_data(kept, **by(curator))
    assert PeriodRule.objects.get(code=code).title == "In other words"


def test_a_curator_is_told_in_the_form_that_a_published_period_stays(framework, curator, client):
    client.force_login(curator)
    rule = PeriodRule.objects.get(code=framework.versions.latest("number").standstill_rule_id)
    page = reverse("admin:commissioning_periodrule_change", args=[rule.pk])
    form = client.get(page).context_data["adminform"].form
    typed = {each: form.get_initial_for_field(field, each) for each, field in form.fields.items()}
    typed = {each: "" if value is None else value for each, value in typed.items() if value is not False}
    answer = client.post(page, {**typed, "length": "77"})
    assert answer.status_code == 200
    said = answer.content.decode()
    assert "Add a rule with another code" in said
    assert 'value="77"' in said
    assert PeriodRule.objects.get(pk=rule.pk).length == rule.length


def test_a_period_that_only_a_draft_names_can_change(framework, curator):
    set_periods(framework.pk, appeal_rule="ADMISSION_APPEAL", standstill_rule="PCR06_STANDSTILL_E", **by(curator))
    rule = PeriodRule.objects.get(code="ADMISSION_APPEAL")
    rule.length += 5
    change_reference_data(rule, **by(curator))
    assert PeriodRule.objects.get(pk=rule.pk).length == rule.length
