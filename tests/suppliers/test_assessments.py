"""Two people assess each application, neither seeing what the other finds; then a moderator records what holds."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from commissioning.refusals import Refused
from suppliers.actions.assessments import lock_assessment, moderate_application, save_assessment
from suppliers.actions.assessors import declare_conflicts, name_assessors
from suppliers.assessment_state import states
from suppliers.models import Assessment, Judgement, Moderation
from tests.factories.admissions import CLOSES_AT, bids, curator
from tests.factories.assessments import ASSESSED_AT, applied, assess, declared, findings, judging_round, moderated, named, who
from tests.factories.frameworks import supplier
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    """BUPA's, in a round whose assessors have declared; of its staff a person decides."""
    round_ = judging_round()
    made = applied(round_, supplier(), q3="7")
    declared(round_)
    return made


def save(application, by="assessor1", *, found=None, at=ASSESSED_AT):
    given = findings(application) if found is None else found
    return save_assessment(application.round_id, application=application.pk, findings=given, by=who(by), at=at)


def moderate(application, by="moderator", score=4):
    given = findings(application, score)
    return moderate_application(application.round_id, application=application.pk, findings=given, by=who(by), at=ASSESSED_AT)


def state(application):
    return states(application.round, [application])[application.pk].text


def test_nothing_is_assessed_before_the_deadline(application):
    with pytest.raises(Refused, match="can still change"):
        save(application, at=CLOSES_AT - A_MOMENT)
    save(application, at=CLOSES_AT)


def test_somebody_who_has_not_declared_judges_nothing():
    round_ = judging_round()
    application = applied(round_, supplier())
    named(round_)
    with pytest.raises(PermissionDenied):
        save(application)
    with pytest.raises(PermissionDenied):
        save_assessment(round_.pk, application=application.pk, findings=findings(application), by=curator(), at=ASSESSED_AT)


def test_with_a_conflict_nobody_judges(application):
    said = [{"application": application.pk, "statement": "Shares."}]
    declare_conflicts(application.round_id, conflicts=said, by=who("assessor1"), at=ASSESSED_AT)
    with pytest.raises(Refused, match="declared a conflict"):
        save(application)


def test_what_is_saved_can_be_changed_until_it_is_locked(application):
    save(application)
    save(application, found=findings(application, 2)[:1])
    assert list(Judgement.objects.order_by("question__number").values_list("score", "passes")) == [(2, None), (4, None), (None, True)]
    lock_assessment(application.round_id, application=application.pk, by=who("assessor1"), at=ASSESSED_AT)
    with pytest.raises(Refused, match="You have locked"):
        save(application)
    with pytest.raises(Refused, match="locked your assessment of this application already"):
        lock_assessment(application.round_id, application=application.pk, by=who("assessor1"), at=ASSESSED_AT)


def test_an_assessment_with_a_gap_is_not_locked(application):
    with pytest.raises(ValidationError, match="not assessed this application yet"):
        lock_assessment(application.round_id, application=application.pk, by=who("assessor1"), at=ASSESSED_AT)
    save(application, found=findings(application)[:2])
    with pytest.raises(Refused, match="have not judged the answer to question 3"):
        lock_assessment(application.round_id, application=application.pk, by=who("assessor1"), at=ASSESSED_AT)


def _broken(found, **changes):
    return [{**found[0], **changes}, *found[1:]]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"score": 6}, "whole number from 0 to 5"),
        ({"score": -1}, "whole number from 0 to 5"),
        ({"score": None}, "whole number from 0 to 5"),
        ({"passes": True}, "whole number from 0 to 5"),
        ({"reason": " "}, "Give the reason"),
        ({"reason": "x" * 5001}, "5,000 characters"),
    ],
)
def test_a_finding_is_a_score_with_a_reason(application, changes, why):
    with pytest.raises(ValidationError, match=why):
        save(application, found=_broken(findings(application), **changes))
    assert not Judgement.objects.exists()


def test_what_the_rule_says_is_nobodys_to_judge(application):
    by_the_rule = application.round.questionnaire.questions.get(number=4)
    with pytest.raises(ValidationError, match="not for people to judge"):
        save(application, found=[{"question": by_the_rule.pk, "passes": False, "reason": "No."}])


def test_nobody_judges_an_application_that_fails_by_the_rule():
    round_ = judging_round()
    application = applied(round_, supplier(), q3="3")
    declared(round_)
    with pytest.raises(Refused, match="nothing for people to judge"):
        save(application, found=[])
    assert state(application) == "Fails, by the rule"


def test_neither_sees_what_the_other_finds_before_both_have_locked(application):
    assess(application, "assessor1")
    save(application, "assessor2")
    for name, seen in (("assessor1", 3), ("assessor2", 3), ("moderator", 0)):
        assert Judgement.objects.visible_to(who(name)).count() == seen
        assert set(Judgement.objects.visible_to(who(name)).values_list("assessment__assessor__person", flat=True)) <= {who(name).pk}
    assert not Judgement.objects.visible_to(curator()).exists()
    assess(application, "assessor2")
    for person in (who("assessor1"), who("assessor2"), who("moderator"), curator()):
        assert Judgement.objects.visible_to(person).count() == 6
    assert not Judgement.objects.visible_to(bids(application.supplier)).exists()


def test_the_trail_tells_that_something_was_found_and_not_what(application, last_entry):
    save(application)
    entry = last_entry(application.round)
    assert entry.verb == "save_assessment"
    assert set(entry.facts) == {"application", "answers", "sha256"}
    assert last_entry(application).verb == "submit_application"


def test_a_third_assessor_finds_both_seats_taken(application):
    names = [who(name).pk for name in ("assessor1", "assessor2", "assessor3")]
    name_assessors(application.round_id, assessors=names, moderators=[who("moderator").pk], by=curator(), at=ASSESSED_AT)
    declare_conflicts(application.round_id, conflicts=[], by=who("assessor3"), at=ASSESSED_AT)
    for name in ("assessor1", "assessor2"):
        save(application, name)
    with pytest.raises(Refused, match="assess this application"):
        save(application, "assessor3")


def test_the_seat_of_somebody_who_is_not_named_any_more_is_free_unless_they_locked(application):
    save(application, "assessor1")
    assess(application, "assessor2")
    names = [who(name).pk for name in ("assessor3", "assessor4")]
    name_assessors(application.round_id, assessors=names, moderators=[who("moderator").pk], by=curator(), at=ASSESSED_AT)
    for name in ("assessor3", "assessor4"):
        declare_conflicts(application.round_id, conflicts=[], by=who(name), at=ASSESSED_AT)
    save(application, "assessor3")
    with pytest.raises(Refused, match="assess this application"):
        save(application, "assessor4")
    assert Assessment.objects.standing().count() == 2


def test_a_moderator_waits_for_both(application):
    assess(application, "assessor1")
    save(application, "assessor2")
    with pytest.raises(Refused, match="have not both locked"):
        moderate(application)
    assess(application, "assessor2")
    assert state(application) == "To be moderated"
    moderate(application, score=3)
    assert state(application) == "Moderated"
    assert states(application.round, [application])[application.pk].score == 60


def test_whoever_assessed_does_not_moderate_even_when_named_to(application):
    moderated(application)
    names = [who(name).pk for name in ("assessor2", "assessor3")]
    name_assessors(application.round_id, assessors=names, moderators=[who("assessor1").pk], by=curator(), at=ASSESSED_AT)
    with pytest.raises(Refused, match="assessed this application yourself"):
        moderate(application, "assessor1")


def test_individual_scores_stay_as_they_were(application):
    assess(application, "assessor1", 5)
    assess(application, "assessor2", 1)
    moderate(application, score=2)
    assert sorted(Judgement.objects.filter(question__number=1).values_list("score", flat=True)) == [1, 5]
    assert Moderation.objects.get(question__number=1).score == 2
    moderate(application, score=3)
    assert Moderation.objects.get(question__number=1).score == 3


def test_a_conflict_that_comes_up_late_takes_what_was_found_out_of_count(application):
    moderated(application)
    said = [{"application": application.pk, "statement": "She has bought shares."}]
    declare_conflicts(application.round_id, conflicts=said, by=who("moderator"), at=ASSESSED_AT)
    assert state(application) == "To be moderated"
    declare_conflicts(application.round_id, conflicts=said, by=who("assessor1"), at=ASSESSED_AT)
    assert state(application) == "1 of 2 assessments locked"
