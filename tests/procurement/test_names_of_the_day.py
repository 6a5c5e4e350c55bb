"""After a supplier's change of name, what was done before says what it was called then, with the present name beside it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commissioning.clock import in_london
from procurement.models import Award, Invitation
from suppliers.actions.changes import record_new_name, tell_of_change
from suppliers.models import Supplier
from suppliers.models.changes import ChangeKind
from tests.factories import admissions
from tests.factories.evaluations import STANDSTILL_ENDS_AT, awarded_tender, notice_to
from tests.factories.tenders import bidder, who

pytestmark = pytest.mark.django_db
LATER = STANDSTILL_ENDS_AT + timedelta(days=60)


def renamed(short_name):
    """The supplier under a new name from LATER on; what it was called, and what it is called with it."""
    firm = Supplier.objects.get(short_name=short_name)
    authority, old, new = admissions.curator().memberships.get().organisation_id, str(firm), f"{short_name.title()} Renamed Ltd"
    told = {"authority": authority, "kind": ChangeKind.NAME, "effective_on": in_london(LATER).date(), "account": "By resolution.", "new_name": new}
    change = tell_of_change(firm.pk, **told, by=bidder(short_name), at=STANDSTILL_ENDS_AT)
    record_new_name(change.pk, by=admissions.curator(), at=LATER)
    return old, f"{old} (now {new})"


@pytest.fixture
def award():
    tender = awarded_tender()
    return Award.objects.filter(lot__tender=tender).select_related("supplier", "lot__tender").first()


def text(client, person, address):
    client.logout()
    if person:
        client.force_login(person)
    return client.get(address).content.decode()


def test_the_award_page_the_awarded_tenders_and_the_notice_say_the_name_of_the_award(client, award):
    tender, short_name = award.lot.tender, award.supplier.short_name
    _, both = renamed(short_name)
    assert both in text(client, who("lead"), reverse("tender:award", args=[tender.pk]))
    assert both in text(client, who("lead"), tender.get_absolute_url())
    assert both in text(client, None, reverse("tender:awarded"))
    notice = notice_to(tender, short_name)
    assert f"Outcome for {both}" in text(client, bidder(short_name), notice.get_absolute_url())


def test_the_api_says_the_name_of_the_award_and_of_the_invitation(client, award):
    old, _ = renamed(award.supplier.short_name)
    client.force_login(who("lead"))
    assert client.get(f"/api/v1/awards/{award.pk}/").json()["supplier_name"] == old
    invitation = Invitation.objects.get(tender=award.lot.tender, supplier=award.supplier)
    assert client.get(f"/api/v1/invitations/{invitation.pk}/").json()["supplier_name"] == old


def test_a_name_that_did_not_change_is_said_once(client, award):
    shown = text(client, who("lead"), reverse("tender:award", args=[award.lot.tender_id]))
    assert str(award.supplier) in shown
    assert "(now " not in shown


@pytest.mark.parametrize("route", ["tender:award", "api-award-list", "api-invitation-list"])
def test_names_cost_the_same_however_many_have_changed(client, award, route):
    arguments = [award.lot.tender_id] if route == "tender:award" else []
    client.force_login(who("lead"))
    client.get(reverse(route, args=arguments))
    counts = []
    for short_name in (None, *Invitation.objects.filter(tender=award.lot.tender).values_list("supplier__short_name", flat=True)):
        if short_name:
            renamed(short_name)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(route, args=arguments)).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_an_award_that_is_not_confirmed_has_the_name_of_the_day_on_which_it_was_announced(award):
    Award.objects.filter(pk=award.pk).update(confirmed_at=None)
    old, _ = renamed(award.supplier.short_name)
    assert Award.objects.get(pk=award.pk).supplier_name == old
