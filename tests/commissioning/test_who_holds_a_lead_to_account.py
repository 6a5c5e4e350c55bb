"""Nobody makes up the second person of an act: who holds a lead to account is not the lead's to choose, nor a bidder's people a curator's alone."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from commissioning.actions.accounts import deactivate_person, reactivate_person
from commissioning.actions.people import accept_invitation, end_membership, invite_person, withdraw_invitation
from commissioning.models import Letter, Membership, Organisation, Role, TrailEntry
from commissioning.models.people import CONTROL
from commissioning.refusals import Refused
from tests.factories import people as cast

pytestmark = pytest.mark.django_db

PASSWORD = "three calm otters"
A_DAY = timedelta(days=1)


@pytest.fixture
def hillingdon():
    return cast.commissioner()


@pytest.fixture
def lead(hillingdon):
    return cast.person(hillingdon, Role.PROCUREMENT_LEAD)


@pytest.fixture
def approver(hillingdon):
    return cast.person(hillingdon, Role.APPROVER)


@pytest.fixture
def other_curator(doh):
    return cast.person(doh, Role.CURATOR, "second-curator@doh.example")


@pytest.fixture
def bupa():
    return cast.organisation(Organisation.Kind.SUPPLIER, "BUPA")


@pytest.fixture
def manager(bupa):
    return cast.person(bupa, Role.BID_MANAGER)


def invited(where, role, by, *, email="puppet@elsewhere.example", at=cast.NOON):
    return invite_person(where.pk, email=email, name="Puppet", role=role, by=by, at=at)


def come_in(invitation, *, at=cast.NOON):
    return accept_invitation(invitation.pk, password=PASSWORD, by=invitation.user, at=at)


def fresh(person):
    return type(person).objects.get(pk=person.pk)


def told(template):
    return set(Letter.objects.filter(template__startswith=template).values_list("recipient__email", flat=True))


# A lead and those who hold the lead to account.


@pytest.mark.parametrize("role", CONTROL)
def test_a_lead_brings_in_nobody_to_hold_them_to_account_once_somebody_has(hillingdon, lead, approver, role):
    with pytest.raises(Refused, match="is brought in by one of them"):
        invited(hillingdon, role, lead)
    refused = TrailEntry.objects.filter(docket=hillingdon.docket).latest("number")
    assert (refused.verb, refused.outcome, refused.actor) == ("invite_person", "refused", lead)
    Membership.objects.filter(user=approver).update(ended_at=cast.NOON)
    with pytest.raises(Refused, match="is brought in by one of them"):
        invited(hillingdon, role, lead)


@pytest.mark.parametrize("role", CONTROL)
def test_a_lead_ends_the_role_of_nobody_who_holds_them_to_account(hillingdon, lead, role):
    membership = cast.person(hillingdon, role).memberships.get()
    with pytest.raises(PermissionDenied):
        end_membership(membership.pk, by=lead)
    assert end_membership(membership.pk, by=fresh(membership.user)).ended_at


def test_a_lead_brings_in_the_first_and_the_curators_are_told(hillingdon, lead, curator):
    first = come_in(invited(hillingdon, Role.APPROVER, lead))
    assert first.role == Role.APPROVER
    assert told("person_came_in") == {lead.email, curator.email}


def test_of_two_whom_a_lead_invites_first_only_one_comes_in(hillingdon, lead, curator):
    real = invited(hillingdon, Role.APPROVER, lead, email="approver@hillingdon.example")
    puppet = invited(hillingdon, Role.BOARD_SECRETARY, lead)
    come_in(real)
    with pytest.raises(Refused, match="Whoever invited you may not bring you in any more"):
        come_in(puppet)


def test_those_who_hold_a_lead_to_account_bring_each_other_in_and_end_each_other(hillingdon, lead, approver, curator):
    second = come_in(invited(hillingdon, Role.BOARD_SECRETARY, approver))
    assert end_membership(second.pk, reason="Left", by=approver).ended_at
    assert told("person_left") == {lead.email, curator.email}
    with pytest.raises(Refused, match="Only the procurement lead"):
        invited(hillingdon, Role.EVALUATOR, approver)


def test_whoever_is_both_counts_as_the_lead(hillingdon, lead, approver):
    both = cast.person(hillingdon, Role.APPROVER, lead.email)
    with pytest.raises(Refused, match="is brought in by one of them"):
        invited(hillingdon, Role.APPROVER, both)
    with pytest.raises(PermissionDenied):
        end_membership(approver.memberships.get().pk, by=both)


def test_a_curator_brings_in_somebody_to_hold_a_lead_to_account_and_everybody_is_told(hillingdon, lead, approver, curator, other_curator):
    invitation = invited(hillingdon, Role.APPROVER, curator)
    assert told("person_asked") == {lead.email, approver.email, other_curator.email}
    come_in(invitation)
    assert told("person_came_in") == {lead.email, approver.email, curator.email, other_curator.email}


def test_an_invitation_to_hold_a_lead_to_account_is_not_the_leads_to_take_back(hillingdon, lead, approver):
    invitation = invited(hillingdon, Role.APPROVER, approver)
    with pytest.raises(PermissionDenied):
        withdraw_invitation(invitation.pk, by=lead)
    assert withdraw_invitation(invitation.pk, by=approver).withdrawn_at


def test_the_page_offers_the_roles_that_somebody_may_bring_in(client, hillingdon, lead, approver):
    page = reverse("organisation:invite_person", args=[hillingdon.pk])
    offered = {}
    for person in (lead, approver):
        client.force_login(person)
        offered[person] = {value for value, _ in client.get(page).context_data["form"].fields["role"].choices}
    assert offered[approver] == set(CONTROL)
    assert not offered[lead] & set(CONTROL)
    assert Role.EVALUATOR in offered[lead]


# A curator and a bidder's people.


def test_whoever_closed_a_bid_managers_account_brings_nobody_in_there(bupa, manager, curator, other_curator):
    deactivate_person(manager.pk, reason="Left", by=curator, at=cast.NOON)
    with pytest.raises(Refused, match="Another framework curator must bring somebody in there"):
        invited(bupa, Role.BID_MANAGER, curator)
    refused = TrailEntry.objects.filter(docket=bupa.docket).latest("number")
    assert (refused.verb, refused.outcome, refused.actor) == ("invite_person", "refused", curator)
    invitation = invited(bupa, Role.BID_MANAGER, other_curator)
    assert told("person_asked") == {manager.email, curator.email}
    assert come_in(invitation).role == Role.BID_MANAGER
    assert told("person_came_in") == {manager.email, curator.email, other_curator.email}


def test_whoever_ended_a_role_brings_nobody_in_there(bupa, manager, curator, other_curator):
    second = cast.person(bupa, Role.BID_MANAGER, "second@bupa.example")
    end_membership(second.memberships.get().pk, reason="Left", by=curator)
    assert told("person_left") == {manager.email, other_curator.email}
    deactivate_person(manager.pk, reason="Left", by=other_curator)
    with pytest.raises(Refused, match="Another framework curator"):
        invited(bupa, Role.BID_MANAGER, curator)


def test_an_invitation_sent_before_the_account_was_closed_brings_nobody_in(bupa, manager, curator):
    deactivate_person(manager.pk, reason="A mistake", by=cast.person(cast.authority("Another"), Role.CURATOR), at=cast.NOON)
    invitation = invited(bupa, Role.BID_MANAGER, curator)
    reactivate_person(manager.pk, reason="Back", by=curator, at=cast.NOON)
    with pytest.raises(Refused, match="may not bring you in any more"):
        come_in(invitation)
    deactivate_person(manager.pk, reason="Left", by=curator, at=cast.NOON)
    with pytest.raises(Refused, match="may not bring you in any more"):
        come_in(invitation)


def test_the_same_holds_for_a_trust(hillingdon, lead, approver, curator, other_curator):
    deactivate_person(approver.pk, reason="Left", by=curator)
    for role in CONTROL:
        with pytest.raises(Refused, match="Another framework curator"):
            invited(hillingdon, role, curator)
    assert invited(hillingdon, Role.APPROVER, other_curator).pk


def test_closing_and_opening_an_account_is_told_each_time(bupa, manager, curator, other_curator):
    colleague = cast.person(bupa, Role.CONTRIBUTOR)
    for time in range(2):
        deactivate_person(manager.pk, reason="Left", by=curator, at=cast.NOON + time * A_DAY)
        reactivate_person(manager.pk, reason="Came back", by=other_curator, at=cast.NOON + time * A_DAY)
    assert told("account_closed") == {manager.email, colleague.email, other_curator.email}
    assert told("account_opened") == {manager.email, colleague.email, curator.email}
    assert Letter.objects.filter(recipient=manager, template__startswith="account_closed").count() == 2


def test_an_organisations_own_lead_may_end_a_role_and_bring_in_another(hillingdon, lead):
    evaluator = cast.person(hillingdon, Role.EVALUATOR)
    end_membership(evaluator.memberships.get().pk, by=lead)
    assert come_in(invited(hillingdon, Role.EVALUATOR, lead)).role == Role.EVALUATOR
