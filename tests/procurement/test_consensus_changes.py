"""Once prices are known, an agreed score changes only with a record of the discussion and by two people, and everybody concerned is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from commissioning.models import Letter, Role, TrailEntry
from commissioning.refusals import Refused
from procurement import score_sheets
from procurement.actions import awards, evaluations
from procurement.actions.consensus_changes import decide_consensus_change
from procurement.after_the_deadline import desk
from procurement.models import Consensus, ConsensusChange
from tests.factories.evaluations import EVALUATED_AT, agree, bids_of, criteria_of, evaluated_tender, locked_tender
from tests.factories.people import person
from tests.factories.tenders import who

pytestmark = pytest.mark.django_db

AN_HOUR = timedelta(hours=1)
REOPENED_AT, CHANGED_AT, DECIDED_AT = EVALUATED_AT + AN_HOUR, EVALUATED_AT + 2 * AN_HOUR, EVALUATED_AT + 3 * AN_HOUR
WHY = {"reason": "Annex B counts.", "discussion": "The panel had overlooked annex B."}


@pytest.fixture
def reopened():
    """Evaluated, so that prices are known, and opened again."""
    tender = evaluated_tender(bids=2)
    return awards.reopen_evaluation(tender.pk, reason="Annex B was overlooked.", by=who("lead"), at=REOPENED_AT)


def change(tender, value=1, **more):
    """The chair changes what was agreed for the first bid on the first criterion."""
    agree(tender, bids_of(tender)[0], criteria_of(tender)[0], value, at=CHANGED_AT, **{**WHY, **more})
    return ConsensusChange.objects.of(tender).waiting().get()


def decide(tender, proposed, is_confirmed=True, by="approver", **more):
    return decide_consensus_change(tender.pk, change_id=proposed.pk, is_confirmed=is_confirmed, by=who(by), at=DECIDED_AT, **more)


def agreed_first(tender):
    return Consensus.objects.get(submission=bids_of(tender)[0], criterion=criteria_of(tender)[0])


def told(template):
    return set(Letter.objects.filter(template__startswith=template).values_list("recipient__email", flat=True))


def emails(*names):
    return {who(name).email for name in names}


def test_before_prices_are_known_a_change_counts_at_once():
    tender = locked_tender(bids=1)
    for value in (4, 5):
        agree(tender, bids_of(tender)[0], criteria_of(tender)[0], value)
    assert agreed_first(tender).value == 5
    assert not ConsensusChange.objects.exists()


def test_once_prices_are_known_a_change_needs_a_record_of_the_discussion(reopened):
    with pytest.raises(ValidationError) as complaint:
        change(reopened, discussion=" ")
    assert complaint.value.message_dict == {"discussion": ["Prices are known. Say what the panel discussed, and why this score changes."]}


def test_a_change_waits_for_a_second_person_and_keeps_the_old_value_beside_the_new(reopened):
    before = agreed_first(reopened)
    proposed = change(reopened)
    assert agreed_first(reopened).value == before.value == proposed.old_value
    assert (proposed.value, proposed.old_reason, proposed.proposed_by) == (1, before.reason, who("chair"))
    decide(reopened, proposed)
    after = agreed_first(reopened)
    assert (after.value, after.reason, after.discussion) == (1, WHY["reason"], WHY["discussion"])
    proposed.refresh_from_db()
    assert (proposed.state, proposed.old_value, proposed.decided_by, proposed.decided_at) == ("confirmed", 5, who("approver"), DECIDED_AT)


def test_a_change_that_is_refused_needs_a_reason_and_leaves_the_score_as_it_was(reopened):
    proposed = change(reopened)
    with pytest.raises(ValidationError, match="Say why it stays as it was"):
        decide(reopened, proposed, is_confirmed=False)
    decide(reopened, proposed, is_confirmed=False, reason="Annex B came too late.")
    assert agreed_first(reopened).value == 5
    with pytest.raises(Refused, match="This change is refused already"):
        decide(reopened, proposed)


@pytest.mark.parametrize("name", ["chair", "lead", "evaluator1"])
def test_only_an_approver_decides(reopened, name):
    with pytest.raises(PermissionDenied):
        decide(reopened, change(reopened), by=name)


def test_an_approver_who_is_the_chair_too_does_not_decide(reopened):
    person(reopened.buyer, Role.APPROVER, who("chair").email)
    with pytest.raises(PermissionDenied):
        decide(reopened, change(reopened), by="chair")


def test_lead_evaluators_and_approver_are_told_of_the_change_and_of_the_decision(reopened):
    proposed = change(reopened)
    assert told("consensus_change_proposed") == emails("lead", "evaluator1", "evaluator2", "approver")
    decide(reopened, proposed)
    assert told("consensus_change_decided") == emails("lead", "chair", "evaluator1", "evaluator2")


def test_opening_the_evaluation_again_needs_a_reason_and_tells_everybody_concerned():
    tender = evaluated_tender(bids=1)
    with pytest.raises(ValidationError, match="Say why the evaluation is opened again"):
        awards.reopen_evaluation(tender.pk, reason=" ", by=who("lead"), at=REOPENED_AT)
    awards.reopen_evaluation(tender.pk, reason="Annex B was overlooked.", by=who("lead"), at=REOPENED_AT)
    assert told("evaluation_reopened") == emails("lead", "chair", "evaluator1", "evaluator2", "approver")
    assert "Annex B was overlooked." in Letter.objects.filter(template__startswith="evaluation_reopened")[0].body


def test_whoever_declared_a_conflict_is_told_nothing(reopened):
    evaluations.declare_interests(reopened.pk, has_conflict=True, statement="My brother.", by=who("evaluator2"), at=REOPENED_AT)
    change(reopened)
    assert who("evaluator2").email not in told("consensus_change_proposed")


def test_another_proposal_takes_the_place_of_one_that_waits_and_both_are_kept(reopened):
    first = change(reopened, 1)
    second = change(reopened, 2)
    first.refresh_from_db()
    assert (first.state, second.state) == ("refused", "waiting")
    assert ConsensusChange.objects.count() == 2


def test_the_evaluation_is_not_complete_while_a_change_waits(reopened):
    proposed = change(reopened)
    with pytest.raises(Refused, match="The change of an agreed score waits for an approver"):
        evaluations.complete_evaluation(reopened.pk, by=who("chair"), at=DECIDED_AT)
    decide(reopened, proposed)
    assert evaluations.complete_evaluation(reopened.pk, by=who("chair"), at=DECIDED_AT).status == "evaluated"


def test_the_trail_names_both_people_and_not_the_scores(reopened):
    decide(reopened, change(reopened))
    proposed, decided = TrailEntry.objects.filter(docket=reopened.docket_id).order_by("-number")[:2][::-1]
    assert (proposed.verb, proposed.actor, decided.verb, decided.actor) == (
        "record_consensus",
        who("chair"),
        "decide_consensus_change",
        who("approver"),
    )
    assert set(decided.facts) == {"change", "bid", "criterion", "is_confirmed", "sha256"}


def test_the_change_is_on_the_pages_of_evaluation_and_award_and_in_the_score_sheet(reopened, client):
    decide(reopened, change(reopened))
    evaluations.complete_evaluation(reopened.pk, by=who("chair"), at=DECIDED_AT)
    client.force_login(who("lead"), backend="commissioning.accounts.ByEmail")
    for address in ("evaluation/", "award/", ""):
        page = client.get(f"/tenders/{reopened.pk}/{address}").text
        assert "Changes of what was agreed since prices were known" in page
        assert WHY["discussion"] in page
        assert str(who("approver")) in page
    row = next(row for row in score_sheets.rows(reopened, who("lead")) if row[2] == "Change of an agreed score, confirmed")
    assert row[6] == 1
    assert "Was 5" in row[11]


def test_who_may_neither_read_the_bids_nor_approve_sees_no_change(reopened, client):
    change(reopened)
    client.force_login(who("opener1"), backend="commissioning.accounts.ByEmail")
    assert WHY["discussion"] not in client.get(f"/tenders/{reopened.pk}/evaluation/").text
    assert client.get("/api/v1/agreed-score-changes/").json()["results"] == []


def test_the_chair_proposes_and_the_approver_decides_on_pages(reopened, client):
    bid, criterion = bids_of(reopened)[0], criteria_of(reopened)[0]
    address = f"/tenders/{reopened.pk}/record-consensus/{bid.pk}/"
    client.force_login(who("chair"), backend="commissioning.accounts.ByEmail")
    assert "What the panel discussed, and why this score changes" in client.get(address).text
    typed = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2"}
    for place, one in enumerate(criteria_of(reopened)):
        agreed = Consensus.objects.get(submission=bid, criterion=one)
        typed |= {f"form-{place}-value": str(agreed.value), f"form-{place}-reason": agreed.reason, f"form-{place}-discussion": ""}
    lacking = client.post(address, {**typed, "form-0-value": "1"})
    assert lacking.status_code == 400
    assert "Prices are known. Say what the panel discussed" in lacking.text
    saved = client.post(address, {**typed, "form-0-value": "1", "form-0-discussion": WHY["discussion"]}, follow=True)
    assert "1 change is proposed. An approver who is not the chair confirms or refuses it." in saved.text
    proposed = ConsensusChange.objects.get(criterion=criterion)
    client.force_login(who("approver"), backend="commissioning.accounts.ByEmail")
    assert any("What was agreed is to change" in item.what for item in desk(who("approver"), DECIDED_AT))
    door = f"/tenders/{reopened.pk}/decide-consensus-change/"
    assert WHY["discussion"] in client.get(door).text
    done = client.post(door, {"change_id": str(proposed.pk), "is_confirmed": "yes"}, follow=True)
    assert "The decision is recorded" in done.text
    assert agreed_first(reopened).value == 1


def test_the_same_in_the_api(reopened, client):
    bid, criterion = bids_of(reopened)[0], criteria_of(reopened)[0]
    client.force_login(who("chair"), backend="commissioning.accounts.ByEmail")
    body = {"submission_id": str(bid.pk), "criterion_id": str(criterion.pk), "value": 1, "reason": "Annex B counts."}
    address = f"/api/v1/tenders/{reopened.pk}/"
    assert client.post(f"{address}record-consensus/", body, content_type="application/json").status_code == 400
    assert client.post(f"{address}record-consensus/", {**body, **WHY}, content_type="application/json").status_code == 200
    client.force_login(who("approver"), backend="commissioning.accounts.ByEmail")
    shown = client.get("/api/v1/agreed-score-changes/", {"tender": str(reopened.pk)}).json()["results"][0]
    assert (shown["state"], shown["old_value"], shown["value"]) == ("waiting", 5, 1)
    decision = {"change_id": shown["id"], "is_confirmed": True}
    assert client.post(f"{address}decide-consensus-change/", decision, content_type="application/json").status_code == 200
    assert agreed_first(reopened).value == 1
