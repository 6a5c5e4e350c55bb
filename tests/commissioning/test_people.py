"""People are invited to act for an organisation, come in, and leave."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from commissioning.actions.people import accept_invitation, end_membership, invite_person, withdraw_invitation
from commissioning.invitations import invitation_of, link_of
from commissioning.models import Letter, Membership, Organisation, PersonalInvitation, Role, TrailEntry, User
from commissioning.refusals import Refused
from tests.factories import people as cast

pytestmark = pytest.mark.django_db

PASSWORD = "three calm otters"
EMAIL = "opener1@hillingdon.example"


@pytest.fixture
def hillingdon():
    return cast.commissioner()


@pytest.fixture
def lead(hillingdon):
    return cast.person(hillingdon, Role.PROCUREMENT_LEAD)


@pytest.fixture
def invitation(hillingdon, lead):
    return invite_person(hillingdon.pk, email=EMAIL, name="Opener, Hillingdon", role=Role.OPENER, by=lead, at=cast.NOON)


def test_who_is_invited_gets_one_letter_with_a_link_and_cannot_sign_in_yet(invitation):
    (letter,) = Letter.objects.filter(recipient__email=EMAIL)
    assert link_of(invitation) in letter.body
    assert not invitation.user.has_usable_password()
    assert invitation.user.memberships.count() == 0


def test_the_invitation_is_on_the_organisations_trail(invitation, lead, hillingdon):
    entry = TrailEntry.objects.filter(docket=hillingdon.docket).latest("number")
    assert (entry.verb, entry.actor, entry.facts) == ("invite_person", lead, {"email": EMAIL, "role": "opener"})


@pytest.mark.parametrize("role", [Role.BID_MANAGER, Role.CURATOR])
def test_nobody_is_invited_to_a_role_that_the_organisation_does_not_have(hillingdon, lead, role):
    with pytest.raises(ValidationError) as refusal:
        invite_person(hillingdon.pk, email=EMAIL, name="Somebody", role=role, by=lead)
    assert "role" in refusal.value.message_dict
    assert not User.objects.filter(email=EMAIL).exists()


def test_a_lead_invites_for_their_own_organisation_alone(lead):
    other = cast.commissioner("Northamptonshire PCT")
    with pytest.raises(PermissionDenied):
        invite_person(other.pk, email=EMAIL, name="Somebody", role=Role.OPENER, by=lead)


def test_somebody_without_the_lead_invites_nobody(hillingdon):
    opener = cast.person(hillingdon, Role.OPENER)
    with pytest.raises(PermissionDenied):
        invite_person(hillingdon.pk, email=EMAIL, name="Somebody", role=Role.OPENER, by=opener)


def test_a_second_invitation_ends_the_first(invitation, hillingdon, lead):
    second = invite_person(hillingdon.pk, email=EMAIL.upper(), name="Opener", role=Role.OPENER, by=lead)
    with pytest.raises(Refused, match="taken back"):
        accept_invitation(invitation.pk, password=PASSWORD, by=invitation.user)
    assert second.user == invitation.user
    assert accept_invitation(second.pk, password=PASSWORD, by=second.user).role == Role.OPENER


def test_the_same_person_gets_one_letter_a_day_about_the_same_role(invitation, hillingdon, lead):
    told = {"email": EMAIL, "name": "Opener", "role": Role.OPENER, "by": lead}
    with pytest.raises(Refused, match="within the last day"):
        invite_person(hillingdon.pk, **told, at=cast.NOON + timedelta(hours=23, minutes=59))
    withdraw_invitation(invitation.pk, by=lead, at=cast.NOON + timedelta(hours=1))
    with pytest.raises(Refused, match="within the last day"):
        invite_person(hillingdon.pk, **told, at=cast.NOON + timedelta(hours=2))
    assert Letter.objects.filter(recipient__email=EMAIL).count() == 1
    assert invite_person(hillingdon.pk, **{**told, "role": Role.EVALUATOR}, at=cast.NOON + timedelta(hours=2))
    assert invite_person(hillingdon.pk, **told, at=cast.NOON + timedelta(days=1))


@pytest.fixture
def bupa():
    return cast.organisation(Organisation.Kind.SUPPLIER, "BUPA")


def last_refusal(organisation):
    entry = TrailEntry.objects.filter(docket=organisation.docket).latest("number")
    return entry.verb, entry.outcome, entry.actor, entry.facts["reason"]


def test_a_curator_brings_in_whoever_leads_first_and_nobody_after_that(curator, bupa, client):
    first = invite_person(bupa.pk, email="bids@bupa.example", name="Bids", role=Role.BID_MANAGER, by=curator, at=cast.NOON)
    manager = accept_invitation(first.pk, password=PASSWORD, by=first.user, at=cast.NOON).user
    with pytest.raises(PermissionDenied):
        invite_person(bupa.pk, email="friend@doh.example", name="Friend", role=Role.BID_MANAGER, by=curator)
    assert last_refusal(bupa)[:3] == ("invite_person", "refused", curator)
    client.force_login(curator)
    assert client.get(reverse("organisation:invite_person", args=[bupa.pk])).status_code == 403
    assert invite_person(bupa.pk, email="second@bupa.example", name="Second", role=Role.BID_MANAGER, by=manager)


@pytest.mark.parametrize("role", [Role.BID_MANAGER, Role.CONTRIBUTOR])
def test_nobody_invites_themselves(curator, bupa, role):
    with pytest.raises(Refused, match="You cannot invite yourself"):
        invite_person(bupa.pk, email=curator.email.upper(), name="Me", role=role, by=curator)
    assert last_refusal(bupa)[:3] == ("invite_person", "refused", curator)
    assert not PersonalInvitation.objects.exists()


def test_who_acts_for_a_public_body_is_not_invited_by_a_supplier_nor_the_reverse(bupa, hillingdon, lead):
    manager = cast.person(bupa, Role.BID_MANAGER)
    adviser = cast.person(cast.authority(), Role.CENTRAL_SUPPORT_ADVISER)
    for someone in (lead, adviser):
        with pytest.raises(Refused, match="Nobody can be invited here by this address"):
            invite_person(bupa.pk, email=someone.email, name="X", role=Role.CONTRIBUTOR, by=manager)
    assert last_refusal(bupa)[:3] == ("invite_person", "refused", manager)
    with pytest.raises(Refused, match="Nobody can be invited here by this address"):
        invite_person(hillingdon.pk, email=manager.email, name="X", role=Role.EVALUATOR, by=lead)
    assert last_refusal(hillingdon)[:3] == ("invite_person", "refused", lead)


def test_the_refusal_of_an_address_tells_nothing_of_whose_it_is(bupa, lead):
    manager, closed = cast.person(bupa, Role.BID_MANAGER), cast.person(bupa, Role.CONTRIBUTOR)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    sentences = set()
    for email in (lead.email, closed.email):
        with pytest.raises(Refused) as refusal:
            invite_person(bupa.pk, email=email, name="X", role=Role.CONTRIBUTOR, by=manager)
        sentences |= {str(refusal.value), last_refusal(bupa)[3]}
    (sentence,) = sentences
    assert not any(word in sentence for word in (lead.name, "Hillingdon", "public body", "closed"))


def test_who_came_in_on_the_other_side_meanwhile_cannot_accept(bupa, invitation, hillingdon, lead):
    manager = cast.person(bupa, Role.BID_MANAGER)
    theirs = invite_person(bupa.pk, email=EMAIL, name="Opener", role=Role.CONTRIBUTOR, by=manager, at=cast.NOON)
    membership = accept_invitation(invitation.pk, password=PASSWORD, by=invitation.user, at=cast.NOON)
    with pytest.raises(Refused, match="Your other roles do not allow this one"):
        accept_invitation(theirs.pk, by=theirs.user, at=cast.NOON)
    assert last_refusal(bupa)[:3] == ("accept_invitation", "refused", theirs.user)
    end_membership(membership.pk, by=lead)
    assert accept_invitation(theirs.pk, by=theirs.user, at=cast.NOON).role == Role.CONTRIBUTOR


def test_who_holds_the_role_is_not_invited_to_it_again(invitation, hillingdon, lead):
    accept_invitation(invitation.pk, password=PASSWORD, by=invitation.user, at=cast.NOON)
    with pytest.raises(Refused, match="is opener already"):
        invite_person(hillingdon.pk, email=EMAIL, name="Opener", role=Role.OPENER, by=lead)


def test_an_invitation_is_accepted_on_its_last_instant_and_not_one_later(invitation):
    ends = cast.NOON + timedelta(days=14)
    with pytest.raises(Refused, match="ended"):
        accept_invitation(invitation.pk, password=PASSWORD, by=invitation.user, at=ends)
    in_time = accept_invitation(invitation.pk, password=PASSWORD, by=invitation.user, at=ends - timedelta(microseconds=1))
    assert in_time.created_at == ends - timedelta(microseconds=1)


def test_those_who_hold_a_lead_to_account_hear_of_every_newcomer(invitation, lead):
    watching = [cast.person(invitation.organisation, role) for role in (Role.APPROVER, Role.BOARD_SECRETARY)]
    accept_invitation(invitation.pk, password=PASSWORD, by=invitation.user, at=cast.NOON)
    assert set(Letter.objects.filter(template="person_came_in").values_list("recipient", flat=True)) == {lead.pk, *(one.pk for one in watching)}


def test_an_accepted_invitation_makes_the_membership_and_the_password_and_works_once(invitation, lead):
    membership = accept_invitation(invitation.pk, password=PASSWORD, by=invitation.user, at=cast.NOON)
    person = User.objects.get(email=EMAIL)
    assert person.check_password(PASSWORD)
    assert person.holds(Role.OPENER, membership.organisation_id)
    assert Letter.objects.filter(recipient=lead, template="person_came_in").count() == 1
    with pytest.raises(Refused, match="accepted already"):
        accept_invitation(invitation.pk, password="another good password", by=person, at=cast.NOON)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize("password", ["", "short", EMAIL, "password1234"])
def test_a_weak_password_is_refused_and_the_invitation_stays_open(invitation, password):
    with pytest.raises(ValidationError) as refusal:
        accept_invitation(invitation.pk, password=password, by=invitation.user, at=cast.NOON)
    assert "password" in refusal.value.message_dict
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_an_invitation_never_changes_the_password_of_somebody_who_has_one(hillingdon, lead):
    adviser = cast.person(cast.authority(), Role.CENTRAL_SUPPORT_ADVISER)
    invitation = invite_person(hillingdon.pk, email=adviser.email, name="Adviser", role=Role.EVALUATOR, by=lead, at=cast.NOON)
    accept_invitation(invitation.pk, password="chosen by somebody else", by=adviser, at=cast.NOON)
    adviser.refresh_from_db()
    assert adviser.check_password("correct horse battery")


def test_nobody_accepts_for_another(invitation, lead):
    with pytest.raises(PermissionDenied):
        accept_invitation(invitation.pk, password=PASSWORD, by=lead, at=cast.NOON)


def test_an_invitation_that_was_taken_back_lets_nobody_in(invitation, lead):
    withdraw_invitation(invitation.pk, by=lead)
    with pytest.raises(Refused, match="taken back"):
        accept_invitation(invitation.pk, password=PASSWORD, by=invitation.user, at=cast.NOON)
    with pytest.raises(Refused):
        withdraw_invitation(invitation.pk, by=lead)


def test_the_last_lead_stays_and_the_last_but_one_may_go(hillingdon, lead):
    second = cast.person(hillingdon, Role.PROCUREMENT_LEAD, "second@hillingdon.example")
    end_membership(second.memberships.get().pk, reason="Moved on", by=lead)
    with pytest.raises(Refused, match="is the last procurement lead"):
        end_membership(lead.memberships.get().pk, by=lead)
    assert lead.memberships.get().ended_at is None


def test_a_lead_whose_account_is_closed_does_not_count_as_one(hillingdon, lead):
    closed = cast.person(hillingdon, Role.PROCUREMENT_LEAD, "closed@hillingdon.example")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    with pytest.raises(Refused):
        end_membership(lead.memberships.get().pk, by=lead)


def test_whose_role_has_ended_may_nothing_more_and_is_told(hillingdon, lead):
    opener = cast.person(hillingdon, Role.OPENER)
    membership = end_membership(opener.memberships.get().pk, reason="The tender is over", by=lead, at=cast.NOON)
    assert membership.ended_at == cast.NOON
    assert not User.objects.get(pk=opener.pk).holds(Role.OPENER)
    assert "The tender is over" in Letter.objects.get(recipient=opener).body
    with pytest.raises(Refused, match="ended already"):
        end_membership(membership.pk, by=lead)


def test_anybody_may_leave_by_themselves_and_nobody_else_may_send_them(hillingdon):
    opener, evaluator = (cast.person(hillingdon, role) for role in (Role.OPENER, Role.EVALUATOR))
    with pytest.raises(PermissionDenied):
        end_membership(opener.memberships.get().pk, by=evaluator)
    assert end_membership(opener.memberships.get().pk, by=opener).ended_at


# The page behind the link.


def page(invitation):
    return link_of(invitation).removeprefix("http://127.0.0.1:8000")


def test_the_link_opens_a_page_that_lets_a_new_person_in(client, hillingdon, lead):
    invitation = invite_person(hillingdon.pk, email=EMAIL, name="Opener", role=Role.OPENER, by=lead)
    assert "Choose a password" in client.get(page(invitation)).content.decode()
    weak = client.post(page(invitation), {"password": "short"})
    assert (weak.status_code, "too short" in weak.content.decode()) == (400, True)
    assert client.post(page(invitation), {"password": PASSWORD}).status_code == 302
    assert Membership.objects.filter(user__email=EMAIL, role=Role.OPENER).exists()
    used = client.post(page(invitation), {"password": "another good password"})
    assert used.status_code == 404, "the person has a password now, and the visitor has not signed in"


def test_the_link_lets_nobody_in_as_somebody_who_has_a_password(client, hillingdon, lead):
    adviser = cast.person(cast.authority(), Role.CENTRAL_SUPPORT_ADVISER)
    invitation = invite_person(hillingdon.pk, email=adviser.email, name="Adviser", role=Role.EVALUATOR, by=lead)
    assert client.post(page(invitation), {}).status_code == 404
    client.force_login(lead)
    assert client.post(page(invitation), {}).status_code == 404
    client.force_login(adviser)
    assert client.post(page(invitation), {}).status_code == 302
    assert adviser.memberships.filter(role=Role.EVALUATOR).exists()


@pytest.mark.parametrize("forged", ["nonsense", "{pk}", "{pk}:forged"])
def test_a_link_that_we_did_not_sign_leads_nowhere(client, invitation, forged):
    token = forged.format(pk=invitation.pk)
    assert invitation_of(token) is None
    assert client.get(reverse("accept_invitation", args=[token])).status_code == 404


def test_the_pages_of_people_invite_and_end(client, hillingdon, lead):
    client.force_login(lead)
    answer = client.post(
        reverse("organisation:invite_person", args=[hillingdon.pk]), {"email": EMAIL, "name": "Opener", "role": "opener"}, follow=True
    )
    assert "The invitation is sent." in answer.content.decode()
    assert PersonalInvitation.objects.filter(email=EMAIL).exists()
    opener = cast.person(hillingdon, Role.OPENER)
    assert client.post(reverse("membership:end_membership", args=[opener.memberships.get().pk]), {"reason": ""}).status_code == 302
    last = client.post(reverse("membership:end_membership", args=[lead.memberships.get().pk]), {"reason": "typed and kept"})
    assert last.status_code == 409
    assert "typed and kept" in last.content.decode()


def test_a_supplier_does_not_learn_who_acts_for_a_rival(client):
    bupa, tribal = (cast.organisation(Organisation.Kind.SUPPLIER, name) for name in ("BUPA", "Tribal"))
    rival = cast.person(tribal, Role.BID_MANAGER)
    theirs = cast.person(bupa, Role.BID_MANAGER)
    client.force_login(rival)
    for route in (
        reverse("organisation:people", args=[bupa.pk]),
        reverse("membership:end_membership", args=[theirs.memberships.get().pk]),
        reverse("user:workspace", args=[theirs.pk]),
        reverse("trail", args=[bupa.docket_id]),
        reverse("trail_download", args=[bupa.docket_id]),
    ):
        assert client.get(route).status_code == 404, route
