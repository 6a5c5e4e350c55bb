"""A supplier says whether it means to bid, and the buyer does not see it before bids are opened."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from commissioning.models import Role, TrailEntry
from commissioning.refusals import Refused
from procurement.actions import invitations
from procurement.models import Invitation
from tests.factories.people import NOON, person
from tests.factories.tenders import CLOSES_AT, bidder, issued_tender

pytestmark = pytest.mark.django_db


def test_it_is_said_and_said_again_until_the_deadline():
    invitation = issued_tender(suppliers=1).invitations.get()
    invitations.say_intention(invitation.pk, intention=Invitation.Intention.BIDS, by=bidder("bupa"), at=NOON)
    just_in_time = CLOSES_AT - timedelta(microseconds=1)
    invitations.say_intention(invitation.pk, intention=Invitation.Intention.DECLINES, reason="No capacity.", by=bidder("bupa"), at=just_in_time)
    invitation.refresh_from_db()
    assert (invitation.intention, invitation.intention_reason) == (Invitation.Intention.DECLINES, "No capacity.")
    with pytest.raises(Refused, match="too late"):
        invitations.say_intention(invitation.pk, intention=Invitation.Intention.BIDS, by=bidder("bupa"), at=CLOSES_AT)


def test_it_is_on_the_invitations_own_docket_and_not_on_the_tenders():
    invitation = issued_tender(suppliers=1).invitations.get()
    invitations.say_intention(invitation.pk, intention=Invitation.Intention.BIDS, by=bidder("bupa"), at=NOON)
    assert TrailEntry.objects.get(verb="say_intention").docket == invitation.docket


def test_a_contributor_writes_and_does_not_commit_the_supplier():
    invitation = issued_tender(suppliers=1).invitations.get()
    contributor = person(invitation.supplier.organisation, Role.CONTRIBUTOR, "writer@bupa.example")
    with pytest.raises(PermissionDenied):
        invitations.say_intention(invitation.pk, intention=Invitation.Intention.BIDS, by=contributor, at=NOON)
