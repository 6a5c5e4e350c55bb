"""A framework may time its call-offs and its appeals by other rules than the usual ones; what runs keeps the version that it began under."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from commissioning.actions.reference_data import change_reference_data
from commissioning.clock import in_london, london
from commissioning.models import PeriodRule, Role
from commissioning.refusals import Refused
from procurement.actions.tenders import draft_tender
from procurement.dates import proposed
from suppliers.actions.framework_versions import publish_framework
from suppliers.actions.hearings import ask_for_information
from suppliers.actions.terms import set_timing
from suppliers.configuration import content_of, differences
from suppliers.framework_files import parse
from suppliers.loading import load
from suppliers.models import FurtherInformation
from suppliers.timing import TIMED
from tests.factories import admissions, appeals
from tests.factories.frameworks import supplier
from tests.factories.people import NOON, person
from tests.factories.tenders import hillingdon, place_on_the_list, who
from tests.suppliers.test_loading import SMALL

pytestmark = pytest.mark.django_db
USUAL = {name: timed.usual for name, timed in TIMED.items()}


@pytest.fixture
def slower():
    """A rule with twice the days for questions, and one with two days for answers in an appeal."""
    for code, like, length in (("LONG_QUESTIONS", "CALL_OFF_QUESTIONS", 20), ("QUICK_INFO", "FESC_APPEAL_INFO", 2)):
        rule = PeriodRule.objects.get(code=like)
        rule.pk, rule.code, rule.length = None, code, length
        rule.save(force_insert=True)


def named(framework, **timing):
    set_timing(framework.pk, timing=timing, by=admissions.curator(), at=NOON)
    return publish_framework(framework.pk, by=admissions.curator(), at=NOON)


def drafted():
    framework_list, area = place_on_the_list()
    hillingdon()
    return draft_tender(framework_list=framework_list.pk, area=area.pk, title="Acute contracts", by=who("lead"), at=NOON)


def codes(content):
    return {name: rule["code"] for name, rule in content["timing"].items()}


def test_a_framework_that_says_nothing_counts_by_the_usual_rules_and_its_version_names_them(curator):
    assert codes(content_of(admissions.framework())) == USUAL


def test_dates_of_a_call_off_are_proposed_by_the_rules_of_the_version_that_it_was_drafted_under(slower):
    before = drafted()
    named(before.framework, questions="LONG_QUESTIONS")
    after = drafted()
    asked = [in_london(proposed(tender, NOON)["questions_close_at"]).date() for tender in (before, after)]
    assert asked[1] > asked[0] + timedelta(days=10)
    assert differences(before.framework_version.content, after.framework_version.content)[0].what == "Call-off: time to ask questions"


def test_the_clock_of_an_appeal_runs_by_the_framework_s_own_rule(slower):
    bupa = supplier()
    named(admissions.framework(), information="QUICK_INFO")
    admissions.round_with_decisions([], [bupa])
    appeal = appeals.acknowledged_appeal(bupa)
    asked = ask_for_information(
        appeal.pk, asked_of=FurtherInformation.AskedOf.APPELLANT, question="Where is it?", by=admissions.officer(), at=appeals.LODGED_AT
    )
    assert asked.ends_at == london(2026, 4, 8), "two working days, with Easter between them"


@pytest.mark.parametrize(
    ("timing", "field", "sentence"),
    [
        ({"tea": "CALL_OFF_AWARD"}, "timing", "Nothing that is timed is called “tea”. These are: questions, "),
        ({"award": "NEVER"}, "award", "There is no period rule “NEVER”."),
        ({"award": "FESC_APPEAL_INFO"}, "award", "The rule “FESC_APPEAL_INFO” is for something else."),
    ],
)
def test_what_is_no_rule_for_it_is_named(timing, field, sentence):
    with pytest.raises(ValidationError) as wrong:
        set_timing(admissions.framework().pk, timing=timing, by=admissions.curator(), at=NOON)
    assert sentence in wrong.value.message_dict[field][0]


def test_a_rule_left_empty_is_the_usual_one_again(slower):
    framework = admissions.framework()
    named(framework, questions="LONG_QUESTIONS")
    assert codes(named(framework, questions="").versions.latest("number").content) == USUAL


def test_a_rule_that_a_version_names_cannot_be_counted_otherwise(slower, curator):
    named(admissions.framework(), questions="LONG_QUESTIONS")
    rule = PeriodRule.objects.get(code="LONG_QUESTIONS")
    rule.length = 3
    with pytest.raises(Refused, match="counts by the rule LONG_QUESTIONS, as was published"):
        change_reference_data(rule, by=curator, at=NOON)


def test_only_a_curator_names_rules():
    framework = admissions.framework()
    with pytest.raises(PermissionDenied):
        set_timing(framework.pk, timing={}, by=person(framework.authority, Role.APPEALS_OFFICER), at=NOON)


def test_the_page_begins_with_the_usual_rules_and_the_public_reads_what_is_chosen(slower, curator, browse):
    framework = admissions.framework()
    page = f"{framework.get_absolute_url()}set-timing/"
    assert {name: field.initial for name, field in browse(curator).get(page).context_data["form"].fields.items()} == USUAL
    assert browse(curator).post(page, {**USUAL, "questions": "LONG_QUESTIONS"}).status_code == 302
    publish_framework(framework.pk, by=curator, at=NOON)
    shown = browse(None).get(framework.versions.latest("number").get_absolute_url()).text
    assert "Timetable of call-offs and appeals" in shown
    assert "20 working days from: the invitation to tender is issued" in shown


def test_a_file_names_them(slower, curator):
    said = SMALL.replace('named = ["5AT"]', "named = []")
    loaded = load(parse(f'{said}\n[timing]\nquestions = "LONG_QUESTIONS"\n'), by=curator)
    assert loaded.framework.timing == {"questions": "LONG_QUESTIONS"}
