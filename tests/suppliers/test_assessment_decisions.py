"""From the assessment to decisions: drafted all at once as proposed, changed with reasons, and sent with each applicant's own scores."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from rest_framework.test import APIClient

from commissioning.models import Letter, Role
from commissioning.refusals import Refused
from suppliers.actions.admissions import decide_place, send_decisions
from suppliers.actions.appeals import draft_appeal
from suppliers.actions.assessments import moderate_application
from suppliers.actions.assessors import declare_conflicts, name_assessors
from suppliers.actions.decisions import draft_decisions
from suppliers.models import AdmissionRound, Application, Moderation, Place, Service
from tests.factories.admissions import CLOSES_AT, DECIDED_AT, bids, curator, submitted_application
from tests.factories.assessments import ASSESSED_AT, applied, declared, findings, judging_round, limit, moderated, who
from tests.factories.frameworks import supplier
from tests.factories.people import person
from tests.suppliers.conftest import A_MOMENT
from tests.suppliers.test_assessors import judging_free_round

pytestmark = pytest.mark.django_db
Outcome = Place.Outcome


@pytest.fixture
def round_():
    """BUPA with 80, Tribal with 40 and McKesson that fails by the rule, where at least 60 is needed."""
    made = judging_round(limits=[limit(least_score=Decimal(60))])
    firms = [supplier(), supplier("Tribal", "tribal"), supplier("McKesson", "mckesson")]
    first, second, _ = [applied(made, firm, **changed) for firm, changed in zip(firms, ({}, {}, {"q3": "3"}), strict=True)]
    declared(made)
    moderated(first, 4)
    moderated(second, 2)
    return AdmissionRound.objects.get(pk=made.pk)


def outcomes():
    return dict(Place.objects.values_list("application__supplier__short_name", "outcome"))


def place(name="bupa"):
    return Place.objects.get(application__supplier__short_name=name)


def draft(round_, **given):
    return draft_decisions(round_.pk, **{"by": curator(), "at": DECIDED_AT, **given})


def decide(name, outcome, **given):
    words = {"reasons": "Read again.", "by": curator(), "at": DECIDED_AT, **given}
    return decide_place(place(name).application.round_id, place=place(name).pk, outcome=outcome, **words)


def moderate_anew(name, score):
    application = place(name).application
    given = findings(application, score)
    moderate_application(application.round_id, application=application.pk, findings=given, by=who("moderator"), at=ASSESSED_AT)


def test_all_decisions_are_drafted_as_proposed(round_, last_entry):
    draft(round_)
    assert outcomes() == {"bupa": "accepted", "tribal": "refused", "mckesson": "refused"}
    assert "It scored 40.00 out of 100. At least 60 was needed." in place("tribal").reasons
    assert "question 3 fails by the rule of the notice" in place("mckesson").reasons
    assert place().decided_by == curator()
    entry = last_entry(round_)
    assert (entry.verb, entry.facts) == ("draft_decisions", {"drafted": 3, "left": 0, "places": 3})


def test_decisions_are_drafted_from_the_deadline_on(round_):
    with pytest.raises(Refused, match="can still change"):
        draft(round_, at=CLOSES_AT - A_MOMENT)


def test_nothing_is_drafted_or_decided_while_somebody_is_not_moderated(round_):
    Moderation.objects.filter(application=place().application, question__number=2).delete()
    with pytest.raises(Refused, match="It has not been moderated yet"):
        draft(round_)
    with pytest.raises(Refused, match="It has not been moderated yet"):
        decide("bupa", Outcome.ACCEPTED)
    decide("tribal", Outcome.REFUSED)


def test_a_decision_against_what_is_proposed_is_told_on_the_trail(round_, last_entry):
    draft(round_)
    decide("tribal", Outcome.ACCEPTED)
    facts = last_entry(round_).facts
    assert (facts["proposed"], facts["against_the_proposal"]) == ("refused", True)
    decide("bupa", Outcome.ACCEPTED)
    assert "against_the_proposal" not in last_entry(round_).facts


def test_what_a_curator_decided_stays_when_all_are_drafted_again(round_):
    decide("tribal", Outcome.ACCEPTED)
    draft(round_)
    assert outcomes()["tribal"] == "accepted"
    assert place("tribal").reasons == "Read again."


def test_what_was_found_otherwise_since_is_drafted_anew_before_anything_is_sent(round_):
    draft(round_)
    moderate_anew("bupa", 1)
    with pytest.raises(Refused, match="has changed since the decision was drafted"):
        send_decisions(round_.pk, by=curator(), at=DECIDED_AT)
    draft(round_)
    assert outcomes()["bupa"] == "refused"
    send_decisions(round_.pk, by=curator(), at=DECIDED_AT)


def test_a_curator_with_a_conflict_leaves_the_place_to_another(round_, last_entry):
    second = person(round_.framework.authority, Role.CURATOR, "second@doh.example")
    assessors, moderators = [who(name).pk for name in ("assessor1", "assessor2")], [who("moderator").pk, second.pk]
    name_assessors(round_.pk, assessors=assessors, moderators=moderators, by=curator(), at=ASSESSED_AT)
    said = [{"application": place("tribal").application_id, "statement": "Shares."}]
    declare_conflicts(round_.pk, conflicts=said, by=second, at=ASSESSED_AT)
    draft(round_, by=second)
    assert outcomes() == {"bupa": "accepted", "tribal": "undecided", "mckesson": "refused"}
    assert last_entry(round_).facts["left"] == 1
    with pytest.raises(Refused, match="declared a conflict"):
        decide("tribal", Outcome.REFUSED, by=second)
    draft(round_)
    assert outcomes()["tribal"] == "refused"


def test_a_round_that_asks_nothing_is_decided_as_ever():
    round_ = judging_free_round()
    submitted_application(round_, supplier())
    with pytest.raises(Refused, match="asks nothing that is judged"):
        draft(round_)
    decide("bupa", Outcome.ACCEPTED)
    send_decisions(round_.pk, by=curator(), at=DECIDED_AT)
    assert "How your application was assessed" not in Letter.objects.get(template="admission_decided").body


def test_each_letter_has_the_applicants_own_scores_and_reasons_alone(round_):
    draft(round_)
    send_decisions(round_.pk, by=curator(), at=DECIDED_AT)
    letters = {letter.recipient.email: letter.body for letter in Letter.objects.filter(template="admission_decided")}
    assert "It scored 80.00 out of 100." in letters["bids@bupa.example"]
    assert "4 of 5" in letters["bids@bupa.example"]
    assert "Because of 1." in letters["bids@bupa.example"]
    assert "40.00" not in letters["bids@bupa.example"]
    assert "Tribal" not in letters["bids@bupa.example"]
    assert "Fails, by the rule" in letters["bids@mckesson.example"]


def test_the_authority_sees_how_many_letters_have_gone_out(round_, at, browse):
    draft(round_)
    at(DECIDED_AT)
    assert "Not sent yet" in browse(curator()).get(round_.get_absolute_url()).content.decode()
    send_decisions(round_.pk, by=curator(), at=DECIDED_AT)
    Letter.objects.filter(template="admission_decided", recipient__email="bids@bupa.example").update(sent_at=DECIDED_AT)
    assert "3 letters, 1 sent by e-mail" in browse(curator()).get(round_.get_absolute_url()).content.decode()


def test_an_applicant_reads_its_assessment_once_it_is_sent_and_a_rival_never(round_, at, browse):
    draft(round_)
    application = place().application
    addresses = (f"/applications/{application.pk}/assessment/", f"/api/v1/applications/{application.pk}/assessment/")
    own, rival = bids(application.supplier), bids(place("tribal").application.supplier)
    at(DECIDED_AT)
    for address in addresses:
        assert browse(own).get(address).status_code == 404
    assert not Moderation.objects.visible_to(own).exists()
    send_decisions(round_.pk, by=curator(), at=DECIDED_AT)
    for address in addresses:
        assert browse(own).get(address).status_code == 200
        assert browse(rival).get(address).status_code == 404
    assert set(Moderation.objects.visible_to(own).values_list("application", flat=True)) == {application.pk}
    page = browse(own).get(addresses[0]).content.decode()
    assert "80.00" in page
    assert "What each assessor found" not in page
    client = APIClient()
    client.force_authenticate(own)
    shown = client.get(addresses[1]).json()
    assert (shown["score"], shown["individual"], len(shown["outcomes"])) == ("80.00", [], 4)
    client.force_authenticate(curator())
    assert len(client.get(addresses[1]).json()["individual"]) == 4


def test_whoever_assessed_hears_no_appeal(round_, officer):
    draft(round_)
    send_decisions(round_.pk, by=curator(), at=DECIDED_AT)
    refused = place("tribal")
    appeal = draft_appeal(refused.pk, by=bids(refused.application.supplier), at=DECIDED_AT)
    assert not appeal.is_free_of(who("assessor1"))
    assert not appeal.is_free_of(who("moderator"))
    assert appeal.is_free_of(officer)


def test_the_same_acts_by_the_api(at):
    made = judging_round()
    application = applied(made, supplier())
    at(ASSESSED_AT)
    client = APIClient()

    def act(person_, verb, **body):
        client.force_authenticate(person_)
        answer = client.post(f"/api/v1/rounds/{made.pk}/{verb}/", body, format="json")
        assert answer.status_code == 200, answer.json()
        return answer.json()

    names = {name: who(name) for name in ("assessor1", "assessor2", "moderator")}
    act(curator(), "name-assessors", assessors=[str(names["assessor1"].pk), str(names["assessor2"].pk)], moderators=[str(names["moderator"].pk)])
    found = [{**one, "question": str(one["question"])} for one in findings(application)]
    for person_ in names.values():
        act(person_, "declare-conflicts", conflicts=[])
    for name in ("assessor1", "assessor2"):
        act(names[name], "save-assessment", application=str(application.pk), findings=found)
        act(names[name], "lock-assessment", application=str(application.pk))
    act(names["moderator"], "moderate-application", application=str(application.pk), findings=found)
    act(curator(), "draft-decisions")
    assert outcomes() == {"bupa": "accepted"}
    assert Application.objects.get(pk=application.pk).moderations.count() == 2


def test_a_service_is_left_out_with_a_reason_of_its_own_and_not_with_the_words_of_the_proposal(round_):
    area = place().area
    more = Service.objects.create(area=area, code="more", name="More", created_at=CLOSES_AT)
    place().services.add(more)
    draft(round_)
    proposal = place().reasons
    with pytest.raises(ValidationError, match="Say why services are left out"):
        decide("bupa", Outcome.ACCEPTED, reasons=proposal, left_out=[more.pk])
    decide("bupa", Outcome.ACCEPTED, reasons=f"{proposal} Nobody there does more.", left_out=[more.pk])
    assert place().left_out == [str(more.pk)]
