"""Before a tender is issued its buyer reads to whom it would go, and by what."""

import pytest

from procurement.actions import tenders
from procurement.inviting import turn_of
from suppliers.actions import listings
from suppliers.models import Listing, Supplier
from tests.factories import admissions
from tests.factories.people import NOON
from tests.factories.tenders import CLOSES_AT, approved_tender, draft_tender, hillingdon, listed_suppliers, place_on_the_list, proposed_tender, who

pytestmark = pytest.mark.django_db


def seen(client, name, tender):
    client.force_login(who(name), backend="commissioning.accounts.ByEmail")
    return " ".join(client.get(f"/tenders/{tender.pk}/").text.split())


def test_those_shown_are_those_whom_the_issue_invites(client, monkeypatch):
    listed_suppliers(3)
    monkeypatch.setattr("commissioning.clock.now", lambda: NOON)
    for name, state in (("lead", draft_tender), ("approver", proposed_tender), ("approver", approved_tender)):
        tender = state()
        page = seen(client, name, tender)
        assert "3 suppliers would be invited if the tender were issued now" in page
        assert all(str(supplier) in page for supplier in Supplier.objects.all())
    shown = turn_of(tender, NOON).asked
    issued = tenders.issue_tender(tender.pk, by=who("lead"), at=NOON)
    assert set(shown) == {invitation.supplier for invitation in issued.invitations.all()}


def test_an_early_release_is_named_as_the_reason():
    framework_list, area = place_on_the_list()
    first, second = listed_suppliers(2)
    Listing.objects.update(published_at=None)
    tender = draft_tender()
    assert turn_of(tender, NOON).asked == []
    place = {"framework_list": framework_list.pk, "area": area.pk, "suppliers": [second.pk], "reason": "It cannot wait."}
    listings.grant_early_release(framework_list.framework_id, buyer=hillingdon().pk, **place, expires_at=CLOSES_AT, by=admissions.curator(), at=NOON)
    assert [(supplier, supplier.is_published) for supplier in turn_of(tender, NOON).asked] == [(second, False)]


def test_the_page_says_that_nobody_could_be_invited(client, monkeypatch):
    monkeypatch.setattr("commissioning.clock.now", lambda: NOON)
    assert "No supplier could be invited now" in seen(client, "lead", draft_tender())
