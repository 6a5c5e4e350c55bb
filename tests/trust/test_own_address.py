"""Nobody changes the address that they are known by: with another's they would be taken for the person whom an invitation is meant for."""

import pytest
from django.urls import reverse

from commissioning.actions.people import invite_person
from commissioning.models import Letter, Organisation, Role
from tests.factories import people as cast


@pytest.mark.django_db
def test_a_supplier_cannot_take_the_address_of_somebody_whom_a_trust_is_about_to_invite(client):
    hillingdon = cast.commissioner()
    lead = cast.person(hillingdon, Role.PROCUREMENT_LEAD)
    rival = cast.person(cast.organisation(Organisation.Kind.SUPPLIER, "Tribal"), Role.BID_MANAGER, "bids@tribal.example")
    client.force_login(rival, backend="commissioning.accounts.ByEmail")
    for sent in ({"action_add": "", "email": "evaluator@hillingdon.example"}, {"action_primary": "", "email": "evaluator@hillingdon.example"}):
        assert client.post(reverse("account_email"), sent).url == reverse("account")
    rival.refresh_from_db()
    assert rival.email == "bids@tribal.example"
    assert invite_person(hillingdon.pk, email="evaluator@hillingdon.example", name="Eve", role=Role.EVALUATOR, by=lead).user != rival
    assert not Letter.objects.filter(recipient=rival).exists()
