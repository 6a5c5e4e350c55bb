"""Who opens the bids is approved by a second person, and changed by two; nobody brings it about alone."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from commissioning import clock
from commissioning.models import Letter, Role, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import openers, openings, tenders
from procurement.models import ChangeOfOpeners, Tender
from procurement.providers import before_the_deadline
from tests.factories.people import NOON, commissioner, person
from tests.factories.tenders import CLOSES_AT, approve, approved_tender, draft_tender, hillingdon, issued_tender, proposed_tender, who

pytestmark = pytest.mark.django_db
BOTH = ("opener1", "opener2")


def opener(name):
    return person(hillingdon(), Role.OPENER, f"{name}@hillingdon.example")


def change(tender, *people, by="lead", at=NOON):
    openers.propose_openers(tender.pk, openers=[one.pk for one in people], reason="The first is ill.", by=who(by), at=at)
    return tender.changes_of_openers.waiting().get()


def confirm(tender, proposal, *, by="approver", at=NOON):
    return openers.confirm_openers(tender.pk, change=proposal.pk, by=who(by), at=at)


def openers_of(tender):
    return set(tender.openers.all())


def test_the_openers_are_named_with_the_proposal_and_on_the_trail_of_its_approval():
    tender = approved_tender()
    assert openers_of(tender) == {who(name) for name in BOTH}
    for verb in ("propose_tender", "approve_tender"):
        facts = TrailEntry.objects.get(docket=tender.docket, verb=verb).facts
        assert facts["openers"] == [f"Opener, Hillingdon PCT ({name}@hillingdon.example)" for name in BOTH]


def test_somebody_made_an_opener_after_the_approval_opens_nothing():
    tender = issued_tender(suppliers=1)
    mine = [opener("mine1"), opener("mine2")]
    for one in mine:
        with pytest.raises(PermissionDenied):
            openings.confirm_opening(tender.pk, by=one, at=CLOSES_AT)
    assert tender.opening_confirmations.count() == 0


def test_who_proposes_is_no_opener_and_two_others_are_needed():
    lead = person(hillingdon(), Role.OPENER, "lead@hillingdon.example")
    tender = draft_tender()
    with pytest.raises(ValidationError, match="Who proposes the openers is none of them"):
        tenders.propose_tender(tender.pk, openers=[lead.pk, who("opener1").pk], by=who("lead"), at=NOON)
    with pytest.raises(ValidationError, match="Name at least two"):
        tenders.propose_tender(tender.pk, openers=[who("opener1").pk], by=who("lead"), at=NOON)
    with pytest.raises(ValidationError, match="Name people who are openers"):
        tenders.propose_tender(tender.pk, openers=[who("opener1").pk, who("chair").pk], by=who("lead"), at=NOON)
    assert openers_of(tenders.propose_tender(tender.pk, by=who("lead"), at=NOON)) == {who(name) for name in BOTH}


def test_an_approver_who_is_to_open_the_bids_does_not_approve_that():
    person(hillingdon(), Role.OPENER, "approver@hillingdon.example")
    with pytest.raises(Refused, match="You are named as an opener"):
        approve(proposed_tender())


def test_a_returned_tender_names_its_openers_anew():
    tender = tenders.return_tender(approved_tender().pk, reason="Too large.", by=who("approver"), at=NOON)
    assert openers_of(tender) == set()


@pytest.mark.parametrize("state", [approved_tender, issued_tender])
def test_one_proposes_other_openers_and_a_second_confirms_them(state):
    tender = state(**({"suppliers": 1} if state is issued_tender else {}))
    third = opener("opener3")
    proposal = change(tender, who("opener2"), third)
    assert openers_of(tender) == {who(name) for name in BOTH}
    confirm(tender, proposal)
    assert openers_of(tender) == {who("opener2"), third}
    told = Letter.objects.filter(template__startswith="openers_changed")
    assert {letter.recipient.email.partition("@")[0] for letter in told} == {"lead", "opener1", "opener2", "opener3"}
    facts = TrailEntry.objects.get(docket=tender.docket, verb="confirm_openers").facts
    assert (facts["reason"], facts["proposed_by"]) == ("The first is ill.", "Procurement lead, Hillingdon PCT")
    assert facts["to_openers"] == [f"Opener, Hillingdon PCT ({name}@hillingdon.example)" for name in ("opener2", "opener3")]


def test_nobody_confirms_what_they_proposed_or_themselves():
    tender, third = issued_tender(suppliers=1), opener("opener3")
    proposal = change(tender, who("opener2"), third)
    with pytest.raises(Refused, match="A second person confirms the openers"):
        confirm(tender, proposal, by="lead")
    person(hillingdon(), Role.APPROVER, "opener3@hillingdon.example")
    with pytest.raises(Refused, match="You are named as an opener"):
        confirm(tender, proposal, by="opener3")
    with pytest.raises(PermissionDenied):
        confirm(tender, proposal, by="opener1")
    assert openers_of(tender) == {who(name) for name in BOTH}
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeOfOpeners.objects.update(confirmed_by=who("lead"), confirmed_at=NOON)


def test_a_proposer_does_not_name_themselves():
    person(hillingdon(), Role.OPENER, "lead@hillingdon.example")
    with pytest.raises(ValidationError, match="none of them"):
        change(issued_tender(suppliers=1), who("lead"), who("opener1"))


def test_what_was_proposed_since_it_was_read_is_not_confirmed():
    tender, third = issued_tender(suppliers=1), opener("opener3")
    read = change(tender, who("opener1"), third)
    change(tender, who("opener2"), third)
    with pytest.raises(Refused, match="Other openers have been proposed since"):
        confirm(tender, read)


def test_a_confirmation_of_somebody_who_opens_no_more_does_not_count():
    tender, third = issued_tender(suppliers=1), opener("opener3")
    openings.confirm_opening(tender.pk, by=who("opener1"), at=CLOSES_AT)
    confirm(tender, change(tender, who("opener2"), third, at=CLOSES_AT), at=CLOSES_AT)
    assert openings.confirm_opening(tender.pk, by=who("opener2"), at=CLOSES_AT).status == Tender.Status.ISSUED
    assert openings.confirm_opening(tender.pk, by=third, at=CLOSES_AT).status == Tender.Status.OPENED


def test_a_second_person_finds_it_on_the_desk_and_who_proposed_it_or_is_named_does_not():
    tender, third = issued_tender(suppliers=1), opener("opener3")
    person(hillingdon(), Role.APPROVER, "opener3@hillingdon.example")
    change(tender, who("opener2"), third)
    found = {name: [item.what for item in before_the_deadline.desk(who(name), NOON)] for name in ("approver", "lead", "opener3")}
    assert "Other openers wait for a second person to confirm them." in found["approver"]
    assert not any("Other openers" in what for name in ("lead", "opener3") for what in found[name])


def test_the_pages_show_who_opens_and_the_proposal_is_confirmed_there(seen_by, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    draft = draft_tender()
    asked = seen_by(who("lead")).get(f"/tenders/{draft.pk}/propose-tender/").content.decode()
    assert asked.count("checked") == 2
    named = {"openers": [str(who(name).pk) for name in BOTH]}
    assert seen_by(who("lead")).post(f"/tenders/{draft.pk}/propose-tender/", named).status_code == 302
    assert "opener2@hillingdon.example" in seen_by(who("approver")).get(f"/tenders/{draft.pk}/").content.decode()
    tender = issued_tender(suppliers=1, title="Another")
    words = {"openers": [str(opener("opener3").pk), str(who("opener1").pk)], "reason": "Leave."}
    assert seen_by(who("lead")).post(f"/tenders/{tender.pk}/propose-openers/", words).status_code == 302
    page = seen_by(who("approver")).get(f"/tenders/{tender.pk}/confirm-openers/").content.decode()
    assert "Leave." in page
    proposal = str(tender.changes_of_openers.waiting().get().pk)
    assert proposal in page
    assert seen_by(who("approver")).post(f"/tenders/{tender.pk}/confirm-openers/", {"change": proposal}).status_code == 302
    assert who("opener2") not in openers_of(tender)


def test_the_api_tells_the_buyer_alone_who_opens_and_what_is_proposed(client):
    tender = issued_tender(suppliers=1)
    proposal = change(tender, who("opener1"), opener("opener3"))
    stranger = person(commissioner("Northamptonshire PCT"), Role.PROCUREMENT_LEAD)
    for user, shown, count in ((who("lead"), 2, 1), (stranger, None, 0)):
        client.force_login(user, backend="commissioning.accounts.ByEmail")
        openers_shown = client.get(f"/api/v1/tenders/{tender.pk}/").json()["openers"]
        assert (openers_shown and len(openers_shown)) == shown
        assert len(client.get(f"/api/v1/changes-of-openers/?tender={tender.pk}&waiting=true").json()["results"]) == count
    client.force_login(who("approver"), backend="commissioning.accounts.ByEmail")
    done = client.post(f"/api/v1/tenders/{tender.pk}/confirm-openers/", {"change": str(proposal.pk)}, content_type="application/json")
    assert done.status_code == 200
    assert str(who("opener2").pk) not in done.json()["openers"]
