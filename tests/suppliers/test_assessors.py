"""Before the assessment: what a place needs, who assesses, and with whom they have a conflict."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from commissioning.models import Role
from commissioning.refusals import Refused
from suppliers.actions.admissions import announce_round, withdraw_round
from suppliers.actions.assessors import ConflictEntry, declare_conflicts, name_assessors, set_limits
from suppliers.assessment_state import short_of_assessors
from suppliers.models import AdmissionRound, Application, Conflict, Place
from suppliers.providers import desk
from tests.factories.admissions import CLOSES_AT, curator, reissued_round, submitted_application
from tests.factories.assessments import (
    ASSESSED_AT,
    JUDGED,
    applied,
    declared,
    drafted_round,
    judging_round,
    limit,
    named,
    who,
)
from tests.factories.frameworks import supplier
from tests.factories.people import NOON, person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db


def name(round_, assessors=("assessor1", "assessor2"), moderators=("moderator",), *, by=None, at=ASSESSED_AT):
    people = {"assessors": [who(each).pk for each in assessors], "moderators": [who(each).pk for each in moderators]}
    return name_assessors(round_.pk, **people, by=by or curator(), at=at)


def test_what_a_place_needs_is_set_in_draft_and_is_part_of_the_notice(last_entry):
    round_ = drafted_round(limits=[limit(least_score=Decimal("62.50")), limit(("macro", "engagement"), places=3)])
    assert [one.in_words for one in round_.limits.all()] == [
        "A score of at least 62.5 out of 100",
        "The 3 highest scores; all that equal the last of them are accepted too",
    ]
    assert last_entry(round_).verb == "set_limits"
    set_limits(round_.pk, limits=[], by=curator(), at=NOON)
    assert not round_.limits.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"least_score": Decimal(60), "places": 3},
        {},
        {"least_score": Decimal(0)},
        {"least_score": Decimal("100.01")},
        {"places": 0},
        {"places": 1001},
    ],
)
def test_a_limit_is_a_least_score_or_a_number_of_places(wrong):
    round_ = drafted_round()
    with pytest.raises(ValidationError):
        set_limits(round_.pk, limits=[limit(**wrong)], by=curator(), at=NOON)


def test_a_list_and_area_is_named_once_and_belongs_to_the_framework():
    round_ = drafted_round()
    with pytest.raises(ValidationError, match="once"):
        set_limits(round_.pk, limits=[limit(places=1), limit(places=2)], by=curator(), at=NOON)
    strange = limit(places=1)
    strange["area"] = round_.pk
    with pytest.raises(ValidationError, match="no such list or area"):
        set_limits(round_.pk, limits=[strange], by=curator(), at=NOON)


def test_after_the_announcement_the_limits_stay():
    with pytest.raises(Refused):
        set_limits(judging_round().pk, limits=[], by=curator(), at=NOON)


def test_limits_of_scores_are_not_announced_where_nothing_is_scored():
    round_ = drafted_round(questions=JUDGED[2:], limits=[limit(places=3)])
    with pytest.raises(Refused, match="nothing that everybody is asked is scored"):
        announce_round(round_.pk, by=curator(), at=NOON)


def test_at_least_two_assess_and_a_third_moderates_and_each_is_told(told, last_entry):
    round_ = judging_round()
    name(round_)
    assert told("assessor_named") == ["assessor1@doh.example", "assessor2@doh.example", "moderator@doh.example"]
    assert last_entry(round_).verb == "name_assessors"


@pytest.mark.parametrize(
    ("assessors", "moderators", "why"),
    [
        (["assessor1"], ["moderator"], "at least two"),
        (["assessor1", "assessor1"], ["moderator"], "at least two"),
        (["assessor1", "assessor2"], [], "at least one moderator"),
        (["assessor1", "assessor2"], ["assessor2"], "cannot moderate what they assess"),
    ],
)
def test_too_few_are_not_named(assessors, moderators, why):
    with pytest.raises(ValidationError, match=why):
        name(judging_round(), assessors, moderators)


def test_who_hears_appeals_is_not_named_nor_a_stranger(officer):
    round_ = judging_round()
    both = person(round_.framework.authority, Role.CURATOR, officer.email)
    stranger = supplier().organisation.people().get()
    for wrong in (both, stranger):
        people = {"assessors": [who("assessor1").pk, wrong.pk], "moderators": [who("moderator").pk]}
        with pytest.raises(ValidationError, match="curators and central support advisers"):
            name_assessors(round_.pk, **people, by=curator(), at=NOON)


def test_whoever_is_not_named_any_more_is_told(told):
    round_ = named(judging_round())
    name(round_, ["assessor1", "assessor3"])
    assert told("assessor_released") == ["assessor2@doh.example"]
    assert told("assessor_named").count("assessor1@doh.example") == 1


def test_only_a_curator_names():
    with pytest.raises(PermissionDenied):
        name(judging_round(), by=who("assessor1"))


def test_conflicts_are_declared_from_the_deadline_on():
    round_ = named(judging_round())
    with pytest.raises(Refused, match="not known before the round closes"):
        declare_conflicts(round_.pk, conflicts=[], by=who("assessor1"), at=CLOSES_AT - A_MOMENT)
    declare_conflicts(round_.pk, conflicts=[], by=who("assessor1"), at=CLOSES_AT)
    assert round_.assessors.declared().get().person == who("assessor1")


def test_whoever_is_not_named_declares_nothing():
    with pytest.raises(PermissionDenied):
        declare_conflicts(named(judging_round()).pk, conflicts=[], by=curator(), at=ASSESSED_AT)


def test_a_conflict_keeps_the_application_from_its_assessor_alone(told):
    round_ = judging_round()
    mine, other = applied(round_, supplier()), applied(round_, supplier("Tribal", "tribal"))
    declared(round_)
    said = [{"application": mine.pk, "statement": "My brother works there."}]
    declare_conflicts(round_.pk, conflicts=said, by=who("assessor1"), at=ASSESSED_AT)
    assert list(Application.objects.visible_to(who("assessor1"))) == [other]
    assert list(Place.objects.visible_to(who("assessor1"))) == [other.places.get()]
    assert set(Application.objects.visible_to(who("assessor2"))) == {mine, other}
    assert set(Application.objects.known_to(who("assessor1"))) == {mine, other}
    assert told("assessor_conflict") == ["curator@doh.example"]
    assert short_of_assessors(round_) == [str(mine.supplier)]


def test_before_declaring_an_assessor_is_shown_no_application():
    round_ = judging_round()
    application = applied(round_, supplier())
    named(round_)
    assert not Application.objects.visible_to(who("assessor1")).exists()
    assert list(Application.objects.visible_to(curator())) == [application]
    declare_conflicts(round_.pk, conflicts=[], by=who("assessor1"), at=ASSESSED_AT)
    assert list(Application.objects.visible_to(who("assessor1"))) == [application]


def test_a_conflict_is_never_taken_back_and_can_be_added():
    round_ = judging_round()
    first, second = applied(round_, supplier()), applied(round_, supplier("Tribal", "tribal"))
    declared(round_)
    for application in (first, second, first):
        said = [{"application": application.pk, "statement": "Shares."}]
        declare_conflicts(round_.pk, conflicts=said, by=who("assessor1"), at=ASSESSED_AT)
    declare_conflicts(round_.pk, conflicts=[], by=who("assessor1"), at=ASSESSED_AT)
    assert Conflict.objects.count() == 2


def test_a_conflict_is_with_somebody_who_applied_to_this_round_and_says_what_it_is():
    round_ = judging_round()
    application = applied(round_, supplier())
    elsewhere = submitted_application(judging_free_round(), supplier("Tribal", "tribal"))
    declared(round_)
    entries: list[ConflictEntry] = [{"application": elsewhere.pk, "statement": "Shares."}, {"application": application.pk, "statement": " "}]
    for wrong in entries:
        with pytest.raises(ValidationError):
            declare_conflicts(round_.pk, conflicts=[wrong], by=who("assessor1"), at=ASSESSED_AT)


def judging_free_round() -> AdmissionRound:
    """Another round, which asks nothing."""
    return announce_round(drafted_round(questions=[]).pk, by=curator(), at=NOON)


def test_whoever_is_named_finds_it_on_their_desk_until_they_declare():
    round_ = judging_round()
    applied(round_, supplier())
    named(round_)

    def waits(name_):
        return [item.what for item in desk(who(name_), ASSESSED_AT) if "declare your conflicts" in item.what]

    assert len(waits("assessor1")) == len(waits("moderator")) == 1
    declare_conflicts(round_.pk, conflicts=[], by=who("assessor1"), at=ASSESSED_AT)
    assert waits("assessor1") == []
    assert not [item for item in desk(who("moderator"), CLOSES_AT - A_MOMENT) if "declare your conflicts" in item.what]


def test_a_round_in_place_of_another_needs_the_same_until_it_is_changed():
    round_ = judging_round(limits=[limit(least_score=Decimal(60)), limit(("macro", "engagement"), places=3)])
    withdraw_round(round_.pk, reason="A drafting error.", by=curator(), at=NOON)
    anew = reissued_round(round_)
    assert [one.in_words for one in anew.limits.all()] == [one.in_words for one in round_.limits.all()]
    set_limits(anew.pk, limits=[], by=curator(), at=NOON)
    assert round_.limits.count() == 2


def test_everybody_reads_what_a_place_needs(browse, at):
    at(NOON)
    round_ = judging_round(limits=[limit(least_score=Decimal(60))])
    assert "A score of at least 60 out of 100" in browse(None).get(round_.get_absolute_url()).content.decode()
    shown = browse(None).get(f"/api/v1/rounds/{round_.pk}/").json()["limits"]
    assert [(one["least_score"], one["places"]) for one in shown] == [("60.00", None)]
