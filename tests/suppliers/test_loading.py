"""A whole framework is loaded from a file through the acts: all of it, or nothing; what is wrong is said with its place in the file."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from commissioning.models import Role, TrailEntry
from suppliers.framework_files import FOLDER, NotLoadable, parse, shipped
from suppliers.loading import load
from suppliers.models import Framework
from tests.factories.people import authority, commissioner, organisation, person

pytestmark = pytest.mark.django_db
SMALL = """\
reference = "small"
title = "A small framework"
regime = "PCR2006"
description = '''
Not a key = of the file.
[nor a table]
'''

[term]
starts_on = 2026-01-01
ends_on = 2027-12-31

[[lists]]
code = "all"
name = "All"
scope_kind = "end_to_end"

[[areas]]
code = "one"
name = "One"

[[areas.services]]
code = "checks"
name = "Checks"

[[areas]]
code = "two"
name = "Two"

[[areas.services]]
code = "more"
name = "More checks"

[buyers]
classes = ["PCT"]
named = ["5AT"]

[[criteria]]
code = "quality"
title = "Quality"
weight = 62.5

[[criteria]]
code = "price"
title = "Price"
weight = 37.5
"""


@pytest.fixture
def doh():
    return authority()


@pytest.fixture
def curator(doh):
    return person(doh, Role.CURATOR, "curator@doh.example")


@pytest.fixture
def hillingdon():
    trust = commissioner()
    trust.identifiers.create(scheme="GB-NHS", value="5AT")
    return trust


def test_a_file_becomes_a_framework_through_the_acts(curator, hillingdon):
    framework = load(parse(SMALL), by=curator, publish=True).framework
    assert (framework.status, framework.ends_on, framework.standstill_rule_id) == ("live", date(2027, 12, 31), "PCR06_STANDSTILL_E")
    assert framework.named_buyers == [str(hillingdon.pk)]
    assert [row["weight"] for row in framework.criteria] == ["62.5", "37.5"]
    assert framework.versions.get().content["description"].startswith("Not a key = of the file.")
    entries = TrailEntry.objects.filter(docket=framework.docket).order_by("number")
    assert set(entries.values_list("actor", flat=True)) == {curator.pk}
    verbs = "draft_framework add_list add_area add_service add_area add_service set_buyers set_award_criteria publish_framework"
    assert list(entries.values_list("verb", flat=True)) == verbs.split()


def test_a_file_says_how_many_a_call_off_invites(curator, hillingdon):
    said = SMALL.replace("[buyers]", '[selection]\nprocess = "In turn."\nasks_at_most = 3\n\n[buyers]')
    framework = load(parse(said), by=curator, publish=True).framework
    assert (framework.asks_at_most, framework.versions.get().content["asks_at_most"]) == (3, 3)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("weight = 37.5", "weight = 37.6"), "Line 38, criteria: The weights of the criteria of the first level sum to 100.1, not to 100."),
        (("weight = 37.5", 'weight = "many"'), "Line 46, criteria 2, weight: this must be a number, and is “many”."),
        (("weight = 37.5", "weight = true"), "Line 46, criteria 2, weight: this must be a number, and is “True”."),
        (("starts_on = 2026-01-01", "starts_on = 2026-01-01T00:00:00"), "Line 10, term, starts_on: this must be a day"),
        (("ends_on = 2027-12-31\n", ""), "Line 9, term, ends_on: this is missing. It must be a day."),
        (("ends_on = 2027", "ends_on = 2025"), "Line 11, term, ends_on: The framework ends on or before the day that it starts."),
        (
            ('code = "more"\n', 'code = "more"\nprice = 3\n'),
            "Line 32, areas 2, services 1, price: a framework’s file has no such key. Here it knows: code",
        ),
        (('scope_kind = "end_to_end"', 'scope_kind = "mini"'), "Line 16, lists 1, scope_kind: this must be one of micro, function_macro"),
        (('classes = ["PCT"]', 'classes = ["PCT", 3]'), "Line 35, buyers, classes 2: this must be a text, and is “3”."),
        (('classes = ["PCT"]', 'classes = ["XYZ"]'), "Line 35, buyers, classes: There is no class of bodies “XYZ”."),
        (('named = ["5AT"]', 'named = ["5PD"]'), "Line 36, buyers, named 1: no commissioner here has the ODS code or the name “5PD”."),
        (('regime = "PCR2006"', 'regime = "PCR1999"'), "Line 3, regime: There is no regime “PCR1999”. The regimes are: PA2023"),
        (('regime = "PCR2006"', 'regime = "PA2023"'), "appeal: Choose a period rule"),
        (("[term]", "[term"), "The file is not TOML."),
        (("[buyers]", '[selection]\nprocess = "In turn."\nasks_at_most = 0\n\n[buyers]'), "selection, asks_at_most: Enter a number from 1 to 100"),
        (("[buyers]", '[selection]\nprocess = "In turn."\nasks_at_most = 1.5\n\n[buyers]'), "selection, asks_at_most: this must be a whole number"),
        (('reference = "small"', 'reference = "not a slug"'), "valid “slug”"),
        (
            ("[buyers]", '[letters]\naward_notice = "{secret}"\n\n[buyers]'),
            "Line 35, letters, award_notice: Notice of the intended award: “{secret}” is no place",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_nothing_of_the_file_stays(curator, hillingdon, change, sentence):
    assert change[0] in SMALL
    with pytest.raises(NotLoadable) as refused:
        load(parse(SMALL.replace(*change)), by=curator, publish=True)
    assert sentence in str(refused.value)
    assert not Framework.objects.exists()
    assert not TrailEntry.objects.filter(verb="draft_framework").exists()


def test_whoever_may_not_set_a_framework_up_loads_none(doh, hillingdon):
    officer = person(doh, Role.APPEALS_OFFICER)
    lead = person(hillingdon, Role.PROCUREMENT_LEAD)
    with pytest.raises(NotLoadable, match=r"may not set up this framework"):
        load(parse(SMALL), by=officer)
    with pytest.raises(NotLoadable, match="acts for no framework authority"):
        load(parse(SMALL), by=lead)
    with pytest.raises(NotLoadable, match="no framework authority “Ministry of Works”"):
        load(parse(f'authority = "Ministry of Works"\n{SMALL}'), by=officer)


def test_a_framework_that_is_there_already_is_not_loaded_again(curator, hillingdon):
    load(parse(SMALL), by=curator)
    with pytest.raises(NotLoadable, match="reference"):
        load(parse(SMALL), by=curator)


def command(path, *options):
    said = StringIO()
    call_command("load_framework", str(path), *options, stdout=said)
    return said.getvalue()


def test_a_dry_run_says_what_would_be_and_leaves_nothing(curator, hillingdon, tmp_path):
    file = tmp_path / "small.toml"
    file.write_text(SMALL.replace("[buyers]", "[price]\nfee_percent = 1\n\n[buyers]"))
    said = command(file, "--by", "Curator@DOH.example", "--dry-run", "--publish")
    assert said == "small, A small framework (Public Contracts Regulations 2006), would be published as version 1.\n"
    assert not Framework.objects.exists()


def test_the_command_drafts_and_says_what_is_missing(curator, hillingdon, tmp_path):
    file = tmp_path / "small.toml"
    file.write_text(SMALL.replace('[buyers]\nclasses = ["PCT"]\nnamed = ["5AT"]\n', ""))
    said = command(file, "--by", "curator@doh.example")
    assert "is a draft.\nBefore it can be published:\n  Say who may buy under the framework, by class or by name.\n" in said
    assert Framework.objects.get().status == "draft"


@pytest.mark.parametrize(
    ("name", "by", "sentence"),
    [("none.toml", "curator@doh.example", "cannot be read"), ("small.toml", "nobody@doh.example", "nobody here with the e-mail address")],
)
def test_the_command_says_what_it_cannot_find(curator, tmp_path, name, by, sentence):
    (tmp_path / "small.toml").write_text(SMALL)
    with pytest.raises(CommandError, match=sentence):
        command(tmp_path / name, "--by", by)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_each_framework_that_comes_with_the_service_loads_and_can_be_published(curator, name):
    loaded = load(shipped(name), by=curator, publish=True)
    assert (loaded.framework.status, loaded.missing) == ("live", [])


def test_the_framework_of_2007_and_that_of_today_share_no_law_list_area_buyer_or_letter(curator):
    old, new = (
        load(shipped(name), by=curator, publish=True).framework.versions.get().content for name in ("fesc-2007", "commissioning-support-2026")
    )
    assert old["regime"]["code"] != new["regime"]["code"]
    for part in ("lists", "areas"):
        assert not {each["name"] for each in old[part]} & {each["name"] for each in new[part]}
    assert not {each["code"] for each in old["buyers"]["classes"]} & {each["code"] for each in new["buyers"]["classes"]}
    assert {what: rule["code"] for what, rule in new["periods"].items()} == {
        "appeal": "ADMISSION_APPEAL",
        "standstill": "PA_STANDSTILL",
        "tender": "CALL_OFF_LEAST_TIME",
    }
    assert old["periods"]["tender"] is None
    assert not set(old["letters"].values()) & set(new["letters"].values())


def test_no_line_of_code_names_the_second_framework_or_its_buyers():
    """Configuration, not code: outside of data and tests the two appear nowhere."""
    root = FOLDER.parents[2]
    floors = ("commissioning", "suppliers", "procurement", "contracts")
    code = [path for floor in floors for path in (root / floor).rglob("*.py") if path.name != "demo.py"]
    named = [path for path in code if "commissioning-support" in path.read_text() or '"ICB"' in path.read_text()]
    assert named == []


def test_an_authority_can_be_named(curator):
    other = organisation("authority", "NHS England")
    person(other, Role.CURATOR, "curator@nhse.example")
    with pytest.raises(NotLoadable, match="may not set up this framework"):
        load(parse(f'authority = "NHS England"\n{SMALL}'.replace('named = ["5AT"]\n', "")), by=curator)
