"""An appeal is drafted, and lodged if it comes within the window; an officer who took no part in the decision takes it up."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from rest_framework.test import APIClient

from commissioning.models import Role, TrailEntry
from commissioning.refusals import Gone, Refused
from suppliers.actions.appeals import acknowledge_appeal, draft_appeal, give_appeal, lodge_appeal, save_appeal, withdraw_appeal
from suppliers.actions.evidence import attach_evidence
from suppliers.models import Appeal, OfficerChange, Place
from suppliers.models.appeals import Remedy
from tests.factories import admissions, appeals
from tests.factories.admissions import APPEALS_END_AT, DECIDED_AT, LODGED_AT, bids, place_of, round_with_decisions
from tests.factories.appeals import drafted_appeal, heard_appeal, lodged_appeal, point
from tests.factories.frameworks import supplier
from tests.factories.people import person
from tests.suppliers.conftest import A_MOMENT

pytestmark = pytest.mark.django_db
Cause = OfficerChange.Cause


@pytest.fixture
def tribal():
    return supplier("Tribal", "tribal")


@pytest.fixture
def refused(tribal, officer):
    """Tribal's refused place; decisions went out on 30 March 2026 at noon."""
    round_with_decisions([supplier()], [tribal])
    return place_of(tribal)


# The window.


def test_an_appeal_on_the_last_instant_of_the_window_is_heard(refused, tribal, told):
    draft = drafted_appeal(tribal)
    appeal = lodge_appeal(draft.pk, by=bids(tribal), at=APPEALS_END_AT - A_MOMENT)
    assert (appeal.status, appeal.lodged_at) == (Appeal.Status.LODGED, APPEALS_END_AT - A_MOMENT)
    assert told("appeal_lodged") == ["appeals@doh.example"]
    assert told("appeal_received") == ["bids@tribal.example"]


def test_an_appeal_at_the_moment_of_the_decision_is_heard(refused, tribal):
    assert lodged_appeal(tribal, at=DECIDED_AT).lodged_at == DECIDED_AT


@pytest.mark.parametrize("late_by", [timedelta(), A_MOMENT, timedelta(days=30)])
def test_a_late_appeal_is_refused_with_the_moment_it_came_and_the_moment_it_was_due_on_the_trail(refused, tribal, late_by, last_entry):
    draft, came_at = drafted_appeal(tribal), APPEALS_END_AT + late_by
    with pytest.raises(Refused, match="midnight at the end of Thursday 9 April 2026") as late:
        lodge_appeal(draft.pk, by=bids(tribal), at=came_at)
    assert "was due before Friday 10 April 2026, 00:00:00.000000 BST" in str(late.value)
    entry = last_entry(draft)
    assert (entry.verb, entry.outcome, entry.at, entry.facts["reason"]) == ("lodge_appeal", "refused", came_at, str(late.value))
    draft.refresh_from_db()
    assert (draft.status, draft.lodged_at) == (Appeal.Status.DRAFT, None)


def test_a_draft_is_not_begun_once_the_window_is_over_and_the_authority_does_not_read_that_it_was_tried(refused, tribal, last_entry):
    before = last_entry(refused)
    with pytest.raises(Refused, match=r"came at Friday 10 April 2026, 00:00:00.000000 BST"):
        draft_appeal(refused.pk, by=bids(tribal), at=APPEALS_END_AT)
    assert (last_entry(refused), Appeal.objects.count()) == (before, 0)


def test_a_draft_is_not_changed_once_the_window_is_over(refused, tribal, last_entry):
    draft = drafted_appeal(tribal)
    with pytest.raises(Refused, match=r"came at Friday 10 April 2026, 00:00:00.000000 BST"):
        save_appeal(draft.pk, points=[point()], by=bids(tribal), at=APPEALS_END_AT)
    assert (last_entry(draft).verb, last_entry(draft).outcome) == ("save_appeal", "refused")


def test_a_draft_that_was_not_lodged_lapses_at_the_end_of_the_window_and_the_two_rules_agree(refused, tribal):
    draft = drafted_appeal(tribal)
    for at, lapsed in ((APPEALS_END_AT - A_MOMENT, False), (APPEALS_END_AT, True), (APPEALS_END_AT + A_MOMENT, True)):
        assert draft.has_lapsed(at) is lapsed
        assert (draft in Appeal.objects.lapsed(at)) is lapsed
        assert (draft in Appeal.objects.drafts(at)) is not lapsed
        assert draft.phase_at(at) == ("Lapsed, never lodged" if lapsed else "Draft, not lodged")


def test_an_appeal_that_was_lodged_never_lapses(refused, tribal):
    appeal = lodged_appeal(tribal)
    assert not appeal.has_lapsed(APPEALS_END_AT)
    assert appeal not in Appeal.objects.lapsed(APPEALS_END_AT)


def test_no_appeal_comes_before_the_decision_is_sent_and_the_answer_does_not_give_it_away(tribal):
    accepted = supplier()
    round_ = admissions.announced_round()
    sentences = set()
    for firm, outcome in ((tribal, Place.Outcome.REFUSED), (accepted, Place.Outcome.ACCEPTED)):
        place = admissions.decided(admissions.submitted_application(round_, firm).places.get(), outcome)
        with pytest.raises(Refused, match="No decision has been sent yet") as early:
            draft_appeal(place.pk, by=bids(firm), at=DECIDED_AT - A_MOMENT)
        sentences.add(str(early.value))
    assert len(sentences) == 1


def test_only_a_refusal_can_be_appealed_against_and_only_by_the_supplier_that_was_refused(refused):
    accepted = place_of(admissions.Supplier.objects.get(short_name="bupa"))
    with pytest.raises(Refused, match="Only a refusal"):
        draft_appeal(accepted.pk, by=bids(accepted.application.supplier), at=LODGED_AT)
    with pytest.raises(PermissionDenied):
        draft_appeal(refused.pk, by=bids(accepted.application.supplier), at=LODGED_AT)


# The draft.


def test_a_draft_keeps_each_ground_with_its_argument_and_the_remedy_asked_for(refused, tribal):
    reasons = point("reasons", "They leave it open.", Remedy.REASONS_REISSUED)
    draft = drafted_appeal(tribal, point(), reasons)
    kept = [(each.number, each.ground.code, each.argument, each.remedy) for each in draft.points.all()]
    assert kept == [(1, "not-read", appeals.WHY, "listed"), (2, "reasons", "They leave it open.", "reasons_reissued")]
    save_appeal(draft.pk, points=[reasons], by=bids(tribal), at=LODGED_AT)
    assert [(each.number, each.ground.code) for each in draft.points.all()] == [(1, "reasons")]


def test_two_writers_of_a_draft_notice_each_other(refused, tribal):
    draft = drafted_appeal(tribal)
    contributor = person(tribal.organisation, Role.CONTRIBUTOR, "writer@tribal.example")
    save_appeal(draft.pk, points=[point("facts")], revision=1, by=contributor, at=LODGED_AT)
    with pytest.raises(Gone, match="Somebody has saved this appeal"):
        save_appeal(draft.pk, points=[point()], revision=1, by=bids(tribal), at=LODGED_AT)
    assert draft.points.get().ground.code == "facts"
    with pytest.raises(PermissionDenied):
        lodge_appeal(draft.pk, by=contributor, at=LODGED_AT)


def test_grounds_are_those_of_the_framework_and_each_stands_once(refused, tribal):
    draft = drafted_appeal(tribal)
    other = admissions.frameworks.live_framework("other").appeal_grounds.first()
    foreign = {"ground": other.pk, "argument": "x", "remedy": Remedy.LISTED}
    for points, sentence in (([foreign], "no such ground"), ([point(), point()], "stands once")):
        with pytest.raises(ValidationError, match=sentence):
            save_appeal(draft.pk, points=points, by=bids(tribal), at=LODGED_AT)
    assert draft.points.count() == 1


def test_an_appeal_says_why_and_there_is_one_for_each_refusal(refused, tribal):
    draft = draft_appeal(refused.pk, by=bids(tribal), at=LODGED_AT)
    with pytest.raises(Refused, match="has no ground"):
        lodge_appeal(draft.pk, by=bids(tribal), at=LODGED_AT)
    save_appeal(draft.pk, points=[point(argument="  ")], by=bids(tribal), at=LODGED_AT)
    with pytest.raises(Refused, match="has no argument"):
        lodge_appeal(draft.pk, by=bids(tribal), at=LODGED_AT)
    with pytest.raises(Refused, match="one for each"):
        draft_appeal(refused.pk, by=bids(tribal), at=LODGED_AT)


def test_what_was_lodged_stands_on_the_trail_and_changes_no_more(refused, tribal, last_entry):
    appeal = lodged_appeal(tribal)
    facts = last_entry(appeal).facts
    assert facts["points"] == [{"ground": "not-read", "argument": appeals.WHY, "remedy": "listed"}]
    assert facts["appeals_end_at"] == "2026-04-09T23:00:00.000000Z"
    with pytest.raises(Refused, match="while it is lodged"):
        save_appeal(appeal.pk, points=[point("facts")], by=bids(tribal), at=LODGED_AT)


def test_nobody_but_the_appellant_sees_a_draft(refused, tribal, officer, curator):
    draft = drafted_appeal(tribal)
    assert draft in Appeal.objects.visible_to(bids(tribal))
    for person_ in (officer, curator, bids(admissions.Supplier.objects.get(short_name="bupa"))):
        assert draft not in Appeal.objects.visible_to(person_)


def events_about(person_, *records):
    """What the feed tells this person of these records, as verbs."""
    api = APIClient()
    api.force_authenticate(person_)
    told = [api.get(f"/api/v1/events/?subject_id={record.pk}").json()["results"] for record in records]
    return [event["verb"] for results in told for event in results]


def test_the_authority_reads_of_an_appeal_from_its_lodging_on_in_the_feed_the_trail_and_the_administration(refused, tribal, officer, curator, browse):
    draft = drafted_appeal(tribal)
    attach_evidence(draft.pk, file=SimpleUploadedFile("Memo about the assessor.txt", b"As said."), by=bids(tribal), at=LODGED_AT)
    drafting = {"draft_appeal", "save_appeal", "attach_evidence"}
    entry = TrailEntry.objects.get(verb="attach_evidence")
    chain, chain_of_the_application = (reverse("trail_download", args=[docket]) for docket in (draft.docket_id, refused.application.docket_id))
    in_admin = reverse("admin:commissioning_trailentry_change", args=[entry.pk])
    for reader in (officer, curator):
        assert not drafting & set(events_about(reader, draft, refused))
        feed = browse(reader).get("/api/v1/events/?page_size=100").content.decode()
        assert "send_decisions" in feed
        assert "Memo about" not in feed
        assert browse(reader).get(chain).status_code == 404
        assert "Memo about" not in browse(reader).get(chain_of_the_application).getvalue().decode()
        assert browse(reader).get(in_admin).status_code == 302
    assert set(events_about(bids(tribal), draft)) == drafting
    assert "Memo about" in browse(bids(tribal)).get(chain).getvalue().decode()
    lodge_appeal(draft.pk, by=bids(tribal), at=LODGED_AT)
    for reader in (officer, curator):
        assert set(events_about(reader, draft)) == {*drafting, "lodge_appeal"}
        assert browse(reader).get(chain).status_code == 200
    assert browse(curator).get(in_admin).status_code == 200


def test_the_trail_of_a_draft_tells_nothing_of_what_it_says(refused, tribal):
    drafted_appeal(tribal)
    entry = TrailEntry.objects.get(verb="save_appeal")
    assert set(entry.facts) == {"revision", "content_hash"}


def test_a_rival_does_not_see_an_appeal(tribal, officer, curator):
    rival = bids(supplier())
    appeal = lodged_appeal(tribal)
    assert appeal not in Appeal.objects.visible_to(rival)
    for person_ in (bids(tribal), officer, curator):
        assert appeal in Appeal.objects.visible_to(person_)


# The officer.


def second_officer():
    return person(admissions.framework().authority, Role.APPEALS_OFFICER, "second@doh.example")


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
    assert not first.has_perm("suppliers.acknowledge_appeal", appeal)


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
            appeals.uphold(appeal, by=person_)


def test_once_it_is_acknowledged_its_officer_alone_deals_with_it(tribal, officer):
    second = second_officer()
    appeal = heard_appeal(tribal)
    with pytest.raises(PermissionDenied):
        appeals.dismiss(appeal, by=second)
    assert appeals.dismiss(appeal, by=officer).status == Appeal.Status.DISMISSED


def test_an_absent_officers_appeal_is_taken_over_by_another_who_then_decides(tribal, officer, told):
    second = second_officer()
    appeal = heard_appeal(tribal)
    give_appeal(appeal.pk, officer=second.pk, cause=Cause.ABSENT, reason="Ill until June.", by=second, at=appeals.RULED_AT)
    assert told("appeal_given") == ["appeals@doh.example", "bids@tribal.example", "second@doh.example"]
    with pytest.raises(PermissionDenied):
        appeals.dismiss(appeal, by=officer)
    give_appeal(appeal.pk, officer=officer.pk, cause=Cause.ABSENT, reason="Well again.", by=officer, at=appeals.RULED_AT)
    assert appeals.dismiss(appeal, by=officer).officer == officer
    assert [(change.before, change.after) for change in appeal.officer_changes.all()] == [(officer, second), (second, officer)]


def test_an_officer_who_turns_out_to_have_an_interest_does_not_get_the_appeal_back(tribal, officer):
    second = second_officer()
    appeal = heard_appeal(tribal)
    give_appeal(appeal.pk, officer=second.pk, cause=Cause.INTEREST, reason="My sister works there.", by=officer, at=appeals.RULED_AT)
    assert list(appeal.officers()) == [second]
    with pytest.raises(PermissionDenied):
        give_appeal(appeal.pk, officer=officer.pk, cause=Cause.ABSENT, reason="Back to me.", by=officer, at=appeals.RULED_AT)
    with pytest.raises(ValidationError, match="Choose another appeals officer"):
        give_appeal(appeal.pk, officer=officer.pk, cause=Cause.ABSENT, reason="Back to you.", by=second, at=appeals.RULED_AT)


def test_an_appeal_is_given_to_nobody_who_decided_nor_to_its_own_officer_and_with_a_reason(tribal, officer, curator):
    decider = person(admissions.framework().authority, Role.APPEALS_OFFICER, "curator@doh.example")
    second = second_officer()
    appeal = heard_appeal(tribal)
    for wrong in (decider, officer, bids(tribal)):
        with pytest.raises(ValidationError, match="Choose another appeals officer"):
            give_appeal(appeal.pk, officer=wrong.pk, cause=Cause.ABSENT, reason="Ill.", by=officer, at=appeals.RULED_AT)
    with pytest.raises(ValidationError, match="Say why"):
        give_appeal(appeal.pk, officer=second.pk, cause=Cause.ABSENT, reason=" ", by=officer, at=appeals.RULED_AT)
    with pytest.raises(PermissionDenied):
        give_appeal(appeal.pk, officer=second.pk, cause=Cause.ABSENT, reason="I say so.", by=curator, at=appeals.RULED_AT)


# Withdrawal.


def test_the_appellant_withdraws_its_appeal_until_it_is_decided(tribal, officer, told):
    appeal = heard_appeal(tribal)
    with pytest.raises(PermissionDenied):
        withdraw_appeal(appeal.pk, by=officer, at=LODGED_AT)
    assert withdraw_appeal(appeal.pk, reason="We think again.", by=bids(tribal), at=LODGED_AT).status == Appeal.Status.WITHDRAWN
    assert told("appeal_withdrawn") == ["appeals@doh.example", "curator@doh.example"]
    with pytest.raises(Refused, match="while it is withdrawn"):
        appeals.uphold(appeal)


def test_a_draft_is_not_withdrawn_and_a_withdrawn_appeal_is_not_begun_again(refused, tribal):
    draft = drafted_appeal(tribal)
    with pytest.raises(Refused, match="while it is draft"):
        withdraw_appeal(draft.pk, by=bids(tribal), at=LODGED_AT)
    withdraw_appeal(lodge_appeal(draft.pk, by=bids(tribal), at=LODGED_AT).pk, by=bids(tribal), at=LODGED_AT)
    with pytest.raises(Refused, match="one for each"):
        draft_appeal(refused.pk, by=bids(tribal), at=LODGED_AT)
